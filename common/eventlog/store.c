#include "common/eventlog/store.h"

#include "common/base/ensure.h"
#include "common/eventlog/batch.h"
#include "common/eventlog/le.h"
#include "common/eventlog/pages.h"
#include "common/eventlog/place.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAP_BYTES (64ULL << 30)

/* Offsets in the applied value (FORMAT.md). */
enum { APPLIED_EPOCH = 8, APPLIED_SIZE = 16, APPLIED_ROOT = 24, APPLIED_EDGE = 56 };

const char store_format[] = "latarnia eventlog 1";

static int store_create(struct store *s, const char *path, int dir_fd,
                        const struct store_options *o);
static int store_open_env(struct store *s, const char *path, unsigned more,
                          const struct store_options *o);
static int store_check_pages(int dir_fd);
static int store_open_tables(struct store *s);
static int store_check_flags(struct store *s, MDB_txn *txn);
static int store_check_format(struct store *s, MDB_txn *txn);
static int store_load(struct store *s, MDB_txn *txn);
static int store_check_last(struct store *s, MDB_txn *txn);
static int apply_all(struct store *s, MDB_txn *txn, struct order_point *point, struct tree *tree,
                     const struct store_commit *commits, size_t count);
static int apply_records(struct store *s, MDB_txn *txn, struct tree *tree,
                         const struct store_commit *c);
static int put_applied(struct store *s, MDB_txn *txn, const struct order_point *point,
                       const struct tree *tree);

int store_open(struct store *s, const char *path, int dir_fd, const struct store_options *o) {
    struct stat st;
    *s = (struct store){.leaves.fd = -1, .extend_bytes = o->extend_bytes};
    s->read_only = o->read_only;
    sha256_init(&s->hasher);
    if (s->read_only && fstatat(dir_fd, "data.mdb", &st, 0) != 0)
        return errno == ENOENT ? STORE_EMPTY : -errno;
    int r = s->read_only ? 0 : store_create(s, path, dir_fd, o);
    if (!r && !s->read_only)
        r = store_check_pages(dir_fd);
    if (!r)
        r = store_open_env(s, path, 0, o);
    if (!r)
        r = store_open_tables(s);
    if (r || s->read_only)
        return r;
    if (fstatat(dir_fd, "data.mdb", &st, 0) != 0)
        return -errno;
    s->file_bytes = (uint64_t)st.st_size;
    return leaves_open(&s->leaves, dir_fd, true);
}

void store_close(struct store *s) {
    leaves_close(&s->leaves);
    if (s->env)
        mdb_env_close(s->env);
    s->env = NULL;
    sha256_deinit(&s->hasher);
}

/* LMDB makes its file in place: a power cut in that moment leaves one that nothing can open. So it
 * is made complete under another name, with its first transaction, and renamed. */
static int store_create(struct store *s, const char *path, int dir_fd,
                        const struct store_options *o) {
    struct stat st;
    char fresh[4096];
    if (fstatat(dir_fd, "data.mdb", &st, 0) == 0)
        return 0;
    int n = snprintf(fresh, sizeof fresh, "%s/data.mdb.new", path);
    if (n < 0 || (size_t)n >= sizeof fresh)
        return -ENAMETOOLONG;
    unlinkat(dir_fd, "data.mdb.new", 0);
    int r = store_open_env(s, fresh, MDB_NOSUBDIR, o);
    if (!r)
        r = store_open_tables(s);
    if (s->env)
        mdb_env_close(s->env);
    s->env = NULL;
    unlinkat(dir_fd, "data.mdb.new-lock", 0);
    return r ? r : place_rename(dir_fd, "data.mdb.new", "data.mdb");
}

/* LMDB may crash on a damaged page, or do worse with the next commit: it never sees one. */
static int store_check_pages(int dir_fd) {
    uint64_t page;
    int r = pages_check(dir_fd, "data.mdb", &page);
    return r == PAGES_DAMAGED ? STORE_DAMAGED : r;
}

static int store_open_env(struct store *s, const char *path, unsigned more,
                          const struct store_options *o) {
    /* NOTLS: a read transaction belongs to its handle, so one thread may hold several. */
    unsigned flags = MDB_NOTLS | more | (s->read_only ? MDB_RDONLY : 0);
    int r = mdb_env_create(&s->env);
    if (r)
        return store_error(r);
    if (!s->read_only)
        r = mdb_env_set_mapsize(s->env, (size_t)(o->map_bytes ? o->map_bytes : MAP_BYTES));
    if (!r)
        r = mdb_env_set_maxdbs(s->env, 4);
    if (!r)
        r = mdb_env_open(s->env, path, flags, 0600);
    return store_error(r);
}

static int store_open_tables(struct store *s) {
    unsigned make = s->read_only ? 0 : MDB_CREATE;
    MDB_txn *txn;
    store_check_readers(s);
    int r = mdb_txn_begin(s->env, NULL, s->read_only ? MDB_RDONLY : 0, &txn);
    if (r)
        return store_error(r);
    r = mdb_dbi_open(txn, "records", make | MDB_INTEGERKEY, &s->records);
    if (!r)
        r = mdb_dbi_open(txn, "meta", make, &s->meta);
    if (r) {
        mdb_txn_abort(txn);
        return r == MDB_NOTFOUND ? STORE_EMPTY : store_error(r);
    }
    r = store_check_flags(s, txn);
    if (!r)
        r = store_check_format(s, txn);
    if (!r)
        r = store_load(s, txn);
    if (r) {
        mdb_txn_abort(txn);
        return r;
    }
    return store_error(mdb_txn_commit(txn));
}

/* LMDB takes the order of keys from the file, whatever the caller asks for. */
static int store_check_flags(struct store *s, MDB_txn *txn) {
    unsigned records = 0, meta = 0;
    int r = mdb_dbi_flags(txn, s->records, &records);
    if (!r)
        r = mdb_dbi_flags(txn, s->meta, &meta);
    if (r)
        return store_error(r);
    return records == MDB_INTEGERKEY && meta == 0 ? 0 : STORE_DAMAGED;
}

/* The format stands in the very first transaction, so it is either there or nothing is. */
static int store_check_format(struct store *s, MDB_txn *txn) {
    MDB_val key = {6, (void *)(uintptr_t)"format"}, value;
    size_t size = strlen(store_format);
    int r = mdb_get(txn, s->meta, &key, &value);
    if (r == 0)
        return value.mv_size == size && memcmp(value.mv_data, store_format, size) == 0
                   ? 0
                   : STORE_DAMAGED;
    if (r != MDB_NOTFOUND || s->read_only)
        return r == MDB_NOTFOUND ? STORE_EMPTY : store_error(r);
    tree_root(&s->hasher, &s->tree, s->point.root);
    r = put_applied(s, txn, &s->point, &s->tree);
    value = (MDB_val){size, (void *)(uintptr_t)store_format};
    return r ? r : store_error(mdb_put(txn, s->meta, &key, &value, 0));
}

static int store_load(struct store *s, MDB_txn *txn) {
    MDB_val key = {7, (void *)(uintptr_t)"applied"}, value;
    uint8_t root[SHA256_SIZE];
    int r = mdb_get(txn, s->meta, &key, &value);
    if (r)
        return r == MDB_NOTFOUND ? STORE_DAMAGED : store_error(r);
    r = store_decode_applied(&value, &s->point, &s->tree);
    if (r)
        return r;
    tree_root(&s->hasher, &s->tree, root);
    if (memcmp(root, s->point.root, sizeof root) != 0)
        return STORE_DAMAGED;
    return store_check_last(s, txn);
}

int store_decode_applied(const MDB_val *value, struct order_point *point, struct tree *tree) {
    const uint8_t *at = value->mv_data;
    if (value->mv_size < APPLIED_EDGE || (value->mv_size - APPLIED_EDGE) % SHA256_SIZE != 0)
        return STORE_DAMAGED;
    point->number = le_get64(at);
    point->epoch = le_get64(at + APPLIED_EPOCH);
    point->size = le_get64(at + APPLIED_SIZE);
    memcpy(point->root, at + APPLIED_ROOT, SHA256_SIZE);
    size_t hashes = (value->mv_size - APPLIED_EDGE) / SHA256_SIZE;
    return tree_unpack(tree, point->size, at + APPLIED_EDGE, hashes) ? STORE_DAMAGED : 0;
}

static int store_check_last(struct store *s, MDB_txn *txn) {
    MDB_cursor *cursor;
    MDB_val key, value;
    uint64_t last = 0;
    int r = mdb_cursor_open(txn, s->records, &cursor);
    if (r)
        return store_error(r);
    r = mdb_cursor_get(cursor, &key, &value, MDB_LAST);
    if (r == 0)
        memcpy(&last, key.mv_data, sizeof last);
    mdb_cursor_close(cursor);
    if (r && r != MDB_NOTFOUND)
        return store_error(r);
    return last == s->point.size ? 0 : STORE_DAMAGED;
}

int store_apply(struct store *s, const struct store_commit *commits, size_t count) {
    struct order_point point = s->point;
    struct tree tree = s->tree;
    MDB_txn *txn;
    ensure(!s->read_only);
    int r = mdb_txn_begin(s->env, NULL, 0, &txn);
    if (r)
        return store_error(r);
    r = apply_all(s, txn, &point, &tree, commits, count);
    if (r) {
        mdb_txn_abort(txn);
        return r;
    }
    r = mdb_txn_commit(txn);
    if (r)
        return store_error(r);
    s->point = point;
    s->tree = tree;
    return 0;
}

static bool commit_follows(const struct order_point *point, const struct order_commit *c) {
    return c->number == point->number + 1 && c->epoch >= point->epoch &&
           c->first == point->size + 1 && memcmp(c->prev, point->root, ORDER_ROOT_SIZE) == 0;
}

static int apply_all(struct store *s, MDB_txn *txn, struct order_point *point, struct tree *tree,
                     const struct store_commit *commits, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const struct order_commit *c = &commits[i].commit;
        if (!commit_follows(point, c))
            return STORE_FORK;
        int r = c->count ? apply_records(s, txn, tree, &commits[i]) : 0;
        if (r)
            return r;
        point->number = c->number;
        point->epoch = c->epoch;
        point->size += c->count;
        ensure(point->size == tree->size);
        tree_root(&s->hasher, tree, point->root);
    }
    return put_applied(s, txn, point, tree);
}

/* Leaves are derived: where there is no room for them, proofs hash the records instead. The records go
 * on into what was extended ahead, so that a log on a full disk can be opened and read. */
static int note_leaves(struct store *s, const struct store_commit *c) {
    int r = leaves_write(&s->leaves, c->commit.first, c->commit.count, c->leaves);
    return r == -ENOSPC || r == -EDQUOT ? 0 : r;
}

static int apply_records(struct store *s, MDB_txn *txn, struct tree *tree,
                         const struct store_commit *c) {
    struct batch_cursor walk = batch_walk(c->commit.bytes, c->commit.size);
    uint64_t position = c->commit.first;
    MDB_cursor *cursor = NULL;
    struct bytes record;
    int r = note_leaves(s, c);
    if (r)
        return r;
    r = mdb_cursor_open(txn, s->records, &cursor);
    for (uint32_t i = 0; !r && i < c->commit.count; i++) {
        ensure(batch_next(&walk, &record) == 0);
        MDB_val key = {sizeof position, &position};
        MDB_val value = {record.size, (void *)(uintptr_t)record.data};
        r = mdb_cursor_put(cursor, &key, &value, MDB_APPEND);
        tree_append(&s->hasher, tree, c->leaves + (size_t)i * SHA256_SIZE);
        position++;
    }
    if (cursor)
        mdb_cursor_close(cursor);
    return store_error(r);
}

static int put_applied(struct store *s, MDB_txn *txn, const struct order_point *point,
                       const struct tree *tree) {
    struct {
        uint8_t head[APPLIED_EDGE];
        uint8_t edge[TREE_LEVELS][SHA256_SIZE];
    } applied;
    le_put64(applied.head, point->number);
    le_put64(applied.head + APPLIED_EPOCH, point->epoch);
    le_put64(applied.head + APPLIED_SIZE, point->size);
    memcpy(applied.head + APPLIED_ROOT, point->root, SHA256_SIZE);
    unsigned hashes = tree_pack(tree, applied.edge);
    MDB_val key = {7, (void *)(uintptr_t)"applied"};
    MDB_val value = {APPLIED_EDGE + (size_t)hashes * SHA256_SIZE, &applied};
    return store_error(mdb_put(txn, s->meta, &key, &value, 0));
}

/* LMDB never looks at what lies behind its last used page, and this thread is its only writer. */
int store_extend(struct store *s) {
    MDB_envinfo info;
    MDB_stat stat;
    mdb_filehandle_t fd;
    if (s->extend_bytes == 0 || mdb_env_info(s->env, &info) || mdb_env_stat(s->env, &stat) ||
        mdb_env_get_fd(s->env, &fd))
        return 0;
    uint64_t used = ((uint64_t)info.me_last_pgno + 1) * stat.ms_psize;
    if (s->file_bytes < used)
        s->file_bytes = used;
    if (s->file_bytes - used >= s->extend_bytes / 2 ||
        s->file_bytes + s->extend_bytes > info.me_mapsize)
        return 0;
    int r = place_write_zeros(fd, s->file_bytes, s->extend_bytes);
    if (!r)
        s->file_bytes += s->extend_bytes;
    return r == -ENOSPC || r == -EDQUOT || r == -EFBIG ? 0 : r;
}

void store_usage(struct store *s, struct store_usage *out) {
    MDB_envinfo info = {0};
    MDB_stat stat = {0};
    mdb_env_info(s->env, &info);
    mdb_env_stat(s->env, &stat);
    *out = (struct store_usage){.map_bytes = info.me_mapsize,
                                .map_used = ((uint64_t)info.me_last_pgno + 1) * stat.ms_psize,
                                .readers = info.me_numreaders,
                                .readers_max = info.me_maxreaders};
}

int store_check_readers(struct store *s) {
    int dead = 0;
    mdb_reader_check(s->env, &dead);
    return dead;
}

int store_error(int lmdb_code) {
    if (lmdb_code == 0)
        return 0;
    if (lmdb_code == MDB_MAP_FULL || lmdb_code == ENOSPC || lmdb_code == EDQUOT ||
        lmdb_code == EFBIG)
        return STORE_FULL;
    if (lmdb_code == MDB_PANIC) /* after a failed write of a meta page: this process has to end */
        return -EIO;
    return lmdb_code > 0 ? -lmdb_code : -EBADMSG; /* its other negative codes mean damage */
}
