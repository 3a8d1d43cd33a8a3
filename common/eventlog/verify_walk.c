#include "common/eventlog/pages.h"
#include "common/eventlog/place.h"
#include "common/eventlog/reader.h"
#include "common/eventlog/segment.h"
#include "common/eventlog/tree.h"
#include "common/eventlog/verify.h"

#include <errno.h>
#include <unistd.h>

/*
 * One pass over the records. The file of leaf hashes is not trusted, but it can accuse: when its
 * own hashes give the stored root and one of them differs from the record's, that record is bad.
 */
struct walk {
    const struct verify_options *options;
    struct verify_report *report;
    struct store store;
    struct reader reader;
    struct leaves leaves;
    struct sha256 hasher;
    struct tree tree;     /* from the records */
    struct tree accused;  /* from the file of leaf hashes */
    bool leaves_readable;
    uint64_t first_difference;
    struct order_point applied;
    struct checkpoint head;
    bool has_head, head_met, since_met;
    int dir_fd;
    volatile uint64_t *seen, *size;
};

static int walk_open(struct walk *w);
static int walk_pages(struct walk *w);
static void walk_close(struct walk *w);
static int walk_head(struct walk *w);
static int walk_records(struct walk *w);
static int walk_record(void *context, uint64_t position, struct bytes record);
static int walk_judge(struct walk *w);
static int walk_since(struct walk *w);
static int walk_segment(struct walk *w);
static int walk_commits(struct walk *w, struct segment_scan *scan);
static int walk_leaves(struct walk *w, const struct order_commit *c);

static int report(struct walk *w, enum verify_outcome outcome, uint64_t position) {
    w->report->outcome = outcome;
    w->report->position = position;
    return 1;
}

int verify_walk(const struct verify_options *options, struct verify_report *out,
                volatile uint64_t *seen, volatile uint64_t *size) {
    struct walk w = {.options = options, .report = out, .leaves.fd = -1, .dir_fd = -1,
                     .seen = seen, .size = size};
    *out = (struct verify_report){.outcome = VERIFY_SOUND};
    sha256_init(&w.hasher);
    int r = walk_open(&w);
    if (!r)
        r = walk_head(&w);
    if (!r)
        r = walk_records(&w);
    if (!r)
        r = walk_judge(&w);
    if (!r)
        r = walk_segment(&w);
    if (!r)
        r = walk_since(&w);
    walk_close(&w);
    return r < 0 ? r : 0;
}

/* LMDB aborts after this; so does ensure(), which says nothing about the log. */
static void lmdb_gives_up(MDB_env *env, const char *message) {
    (void)env, (void)message;
    _exit(1);
}

static int walk_open(struct walk *w) {
    struct store_options read_only = {.read_only = true};
    w->dir_fd = place_open(w->options->path, false);
    if (w->dir_fd < 0)
        return w->dir_fd == -ENOENT ? report(w, VERIFY_EMPTY, 0) : w->dir_fd;
    int r = walk_pages(w);
    if (r)
        return r;
    r = store_open(&w->store, w->options->path, w->dir_fd, &read_only);
    if (r == STORE_EMPTY)
        return report(w, VERIFY_EMPTY, 0);
    if (r == STORE_DAMAGED || r == -EBADMSG)
        return report(w, VERIFY_ENVIRONMENT, 0);
    if (r == STORE_FULL) /* no room for LMDB's reader table */
        return -ENOSPC;
    if (!r)
        r = reader_open(&w->reader, &w->store);
    if (r)
        return r;
    mdb_env_set_assert(w->store.env, lmdb_gives_up);
    w->leaves_readable = leaves_open(&w->leaves, w->dir_fd, false) == 0;
    w->applied = w->store.point;
    *w->size = w->applied.size;
    w->report->number = w->applied.number;
    w->report->epoch = w->applied.epoch;
    w->report->size = w->applied.size;
    return 0;
}

/* Beside a running owner pages change under our eyes; he looked at them when he started. */
static int walk_pages(struct walk *w) {
    uint64_t page;
    int lock = place_lock(w->dir_fd);
    if (lock == -EWOULDBLOCK)
        return 0;
    int r = pages_check(w->dir_fd, "data.mdb", &page);
    if (lock >= 0)
        close(lock);
    if (r == -ENOENT)
        return report(w, VERIFY_EMPTY, 0);
    return r == PAGES_DAMAGED ? report(w, VERIFY_ENVIRONMENT, 0) : r;
}

static void walk_close(struct walk *w) {
    if (w->reader.txn)
        reader_close(&w->reader);
    if (w->store.hasher.context)
        store_close(&w->store);
    leaves_close(&w->leaves);
    if (w->dir_fd >= 0)
        close(w->dir_fd);
    sha256_deinit(&w->hasher);
}

/* The head is read after `applied`, so beside a running owner it may already be newer; then the
 * records it speaks of are looked at too. */
static int walk_head(struct walk *w) {
    char buffer[CHECKPOINT_TEXT_MAX];
    struct text note;
    int r = checkpoint_get(w->dir_fd, buffer, &note);
    if (r == CHECKPOINT_NONE)
        return 0;
    if (r == -EBADMSG)
        return report(w, VERIFY_CHECKPOINT, 0);
    if (r)
        return r;
    r = w->options->key ? checkpoint_verify(note, w->options->key, &w->head)
                        : checkpoint_parse(note, &w->head);
    if (r)
        return report(w, VERIFY_CHECKPOINT, 0);
    w->has_head = w->report->has_checkpoint = true;
    w->report->checkpoint_size = w->head.size;
    if (w->head.size <= w->applied.size)
        return 0;
    r = reader_begin(&w->reader);
    if (!r) {
        r = reader_point(&w->reader, &w->applied, &w->tree);
        reader_end(&w->reader);
    }
    w->tree = (struct tree){0};
    if (r)
        return r;
    return w->head.size <= w->applied.size ? 0 : report(w, VERIFY_CHECKPOINT, 0);
}

static bool is_met(struct walk *w, const struct checkpoint *head) {
    uint8_t root[SHA256_SIZE];
    if (head->size != w->tree.size)
        return false;
    tree_root(&w->hasher, &w->tree, root);
    return memcmp(root, head->root, sizeof root) == 0;
}

static void compare_heads(struct walk *w) {
    if (w->has_head)
        w->head_met = w->head_met || is_met(w, &w->head);
    if (w->options->since)
        w->since_met = w->since_met || is_met(w, w->options->since);
}

static int walk_records(struct walk *w) {
    uint64_t next = 1;
    compare_heads(w);
    int r = reader_visit(&w->reader, 1, w->applied.size, walk_record, w, &next);
    if (r == -EBADMSG)
        return report(w, VERIFY_ENVIRONMENT, next);
    if (r)
        return r;
    return next == w->applied.size + 1 ? 0 : report(w, VERIFY_RECORD, next);
}

static int walk_record(void *context, uint64_t position, struct bytes record) {
    struct walk *w = context;
    uint8_t leaf[SHA256_SIZE], claimed[1][SHA256_SIZE];
    tree_leaf(&w->hasher, record.data, record.size, leaf);
    tree_append(&w->hasher, &w->tree, leaf);
    w->leaves_readable =
        w->leaves_readable && leaves_read(&w->leaves, position, 1, claimed) == 0;
    if (w->leaves_readable) {
        tree_append(&w->hasher, &w->accused, claimed[0]);
        if (w->first_difference == 0 && memcmp(leaf, claimed[0], sizeof leaf) != 0)
            w->first_difference = position;
    }
    compare_heads(w);
    *w->seen = position;
    int r = w->options->check ? w->options->check(w->options->context, position, record) : 0;
    if (r && w->report->outcome == VERIFY_SOUND) {
        report(w, VERIFY_CHECK, position);
        w->report->detail = r;
    }
    return 0;
}

/* A changed byte is the graver finding: it comes before what the next layer says of the record. */
static int walk_judge(struct walk *w) {
    uint8_t accused[SHA256_SIZE];
    tree_root(&w->hasher, &w->tree, w->report->root);
    tree_root(&w->hasher, &w->accused, accused);
    bool sound = memcmp(w->report->root, w->applied.root, SHA256_SIZE) == 0;
    bool leaves_sound = w->leaves_readable && memcmp(accused, w->applied.root, SHA256_SIZE) == 0;
    w->report->leaves_stale = !leaves_sound;
    w->report->size = w->applied.size;
    w->report->number = w->applied.number;
    w->report->epoch = w->applied.epoch;
    if (!sound && leaves_sound)
        return report(w, VERIFY_RECORD, w->first_difference);
    if (!sound)
        return report(w, VERIFY_ROOT, 0);
    if (w->has_head && !w->head_met)
        return report(w, VERIFY_CHECKPOINT, 0);
    return w->report->outcome == VERIFY_SOUND ? 0 : 1;
}

static int walk_segment(struct walk *w) {
    struct segment_file files[2] = {{.fd = -1}, {.fd = -1}};
    struct segment_scan scan = {0};
    int lock = place_lock(w->dir_fd);
    w->report->owned = lock == -EWOULDBLOCK;
    if (w->report->owned)
        return 0;
    int r = segment_file_peek(&files[0], w->dir_fd, 0, &w->hasher);
    if (!r)
        r = segment_file_peek(&files[1], w->dir_fd, 1, &w->hasher);
    if (r == -ENOENT) /* a backup has no segment and needs none */
        r = 0;
    else if (!r)
        r = segment_scan_open(&scan, files, &w->hasher, &w->applied);
    if (!r && scan.buffer)
        r = walk_commits(w, &scan);
    segment_scan_close(&scan);
    segment_file_close(&files[0]);
    segment_file_close(&files[1]);
    if (lock >= 0)
        close(lock);
    if (r == ORDER_NOTHING)
        return 0;
    return r > 0 ? report(w, VERIFY_SEGMENT, 0) : r;
}

static int walk_commits(struct walk *w, struct segment_scan *scan) {
    struct order_point point = w->applied;
    struct order_commit c;
    int r;
    while ((r = segment_scan_next(scan, &c)) == 0) {
        if (c.first != point.size + 1 || c.epoch < point.epoch ||
            memcmp(c.prev, point.root, ORDER_ROOT_SIZE) != 0 || walk_leaves(w, &c))
            return ORDER_FORK;
        point.size += c.count;
        point.epoch = c.epoch;
        tree_root(&w->hasher, &w->tree, point.root);
        point.number = c.number;
        w->report->pending += c.count;
    }
    w->report->cut = r == ORDER_NOTHING && segment_scan_cut(scan, &point);
    return r;
}

static int walk_leaves(struct walk *w, const struct order_commit *c) {
    struct batch_cursor at = batch_walk(c->bytes, c->size);
    struct bytes record;
    uint8_t leaf[SHA256_SIZE];
    if (!batch_is_sound(c->bytes, c->size, c->count))
        return 1;
    while (batch_next(&at, &record) == 0) {
        tree_leaf(&w->hasher, record.data, record.size, leaf);
        tree_append(&w->hasher, &w->tree, leaf);
        compare_heads(w);
    }
    return 0;
}

/* A head, once published, never goes back and never disappears. */
static int walk_since(struct walk *w) {
    const struct checkpoint *since = w->options->since;
    if (!since)
        return 0;
    if (since->size > w->tree.size)
        return report(w, VERIFY_SHORTER, w->tree.size + 1);
    if (!w->since_met || (w->has_head && strcmp(w->head.origin, since->origin) != 0))
        return report(w, VERIFY_OTHER, 0);
    return w->has_head && w->head.size >= since->size ? 0 : report(w, VERIFY_CHECKPOINT, 0);
}
