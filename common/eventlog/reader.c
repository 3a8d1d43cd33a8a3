#include "common/eventlog/reader.h"

#include "common/base/ensure.h"

#include <errno.h>
#include <time.h>

enum { SNAPSHOT_RECORDS = 1000, SNAPSHOT_MS = 250 };

/* One walk over several snapshots. */
struct walk {
    struct reader *reader;
    uint64_t next, most;
    reader_visit_fn *visit;
    void *context;
};

static int walk_snapshot(struct walk *w, bool *ended);
static int walk_step(struct walk *w, MDB_cursor_op op, bool *ended);

int reader_open(struct reader *r, const struct store *store) {
    *r = (struct reader){.store = store};
    int e = mdb_txn_begin(store->env, NULL, MDB_RDONLY, &r->txn);
    if (!e)
        e = mdb_cursor_open(r->txn, store->records, &r->cursor);
    if (r->txn)
        mdb_txn_reset(r->txn);
    return store_error(e);
}

void reader_close(struct reader *r) {
    if (r->cursor)
        mdb_cursor_close(r->cursor);
    if (r->txn)
        mdb_txn_abort(r->txn);
    *r = (struct reader){0};
}

int reader_begin(struct reader *r) {
    ensure(!r->active);
    int e = mdb_txn_renew(r->txn);
    if (e == MDB_MAP_RESIZED) { /* the owner was started with a larger map; ours has no other txn */
        e = mdb_env_set_mapsize(r->store->env, 0);
        if (!e)
            e = mdb_txn_renew(r->txn);
    }
    if (!e)
        e = mdb_cursor_renew(r->txn, r->cursor);
    r->active = e == 0;
    return store_error(e);
}

void reader_end(struct reader *r) {
    ensure(r->active);
    mdb_txn_reset(r->txn);
    r->active = false;
}

int reader_get(struct reader *r, uint64_t position, struct bytes *record) {
    MDB_val key = {sizeof position, &position}, value;
    ensure(r->active);
    int e = mdb_get(r->txn, r->store->records, &key, &value);
    if (e)
        return e == MDB_NOTFOUND ? READER_NONE : store_error(e);
    *record = bytes_of(value.mv_data, value.mv_size);
    return 0;
}

int reader_point(struct reader *r, struct order_point *point, struct tree *tree) {
    MDB_val key = {7, (void *)(uintptr_t)"applied"}, value;
    ensure(r->active);
    int e = mdb_get(r->txn, r->store->meta, &key, &value);
    if (e)
        return store_error(e);
    return store_decode_applied(&value, point, tree) ? -EBADMSG : 0;
}

int reader_visit(struct reader *r, uint64_t from, uint64_t most, reader_visit_fn *visit,
                 void *context, uint64_t *next) {
    struct walk w = {r, from, most, visit, context};
    bool ended = false;
    int e = 0;
    while (!e && !ended && w.most > 0) {
        e = reader_begin(r);
        if (e)
            break;
        e = walk_snapshot(&w, &ended);
        reader_end(r);
    }
    *next = w.next;
    return e;
}

static uint64_t clock_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static int walk_snapshot(struct walk *w, bool *ended) {
    uint64_t stop_ms = clock_ms() + SNAPSHOT_MS;
    int e = walk_step(w, MDB_SET_RANGE, ended);
    for (unsigned i = 1; !e && !*ended && w->most > 0 && i < SNAPSHOT_RECORDS; i++) {
        if (i % 32 == 0 && clock_ms() >= stop_ms)
            break;
        e = walk_step(w, MDB_NEXT, ended);
    }
    return e;
}

static int walk_step(struct walk *w, MDB_cursor_op op, bool *ended) {
    uint64_t found = w->next;
    MDB_val key = {sizeof found, &found}, value;
    int e = mdb_cursor_get(w->reader->cursor, &key, &value, op);
    *ended = e == MDB_NOTFOUND;
    if (e)
        return *ended ? 0 : store_error(e);
    if (key.mv_size != sizeof found)
        return -EBADMSG;
    memcpy(&found, key.mv_data, sizeof found);
    if (found != w->next)
        return -EBADMSG;
    int r = w->visit(w->context, found, bytes_of(value.mv_data, value.mv_size));
    if (r)
        return r;
    w->next++;
    w->most--;
    return 0;
}

static int page_add(void *context, uint64_t position, struct bytes record) {
    (void)position;
    return batch_add(context, record.data, record.size);
}

int reader_page(struct reader *r, uint64_t from, uint32_t most, struct batch *page) {
    uint64_t next;
    int e = reader_visit(r, from, most, page_add, page, &next);
    return e < 0 ? e : 0;
}
