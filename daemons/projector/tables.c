#include "daemons/projector/tables.h"

#include <errno.h>
#include <lmdb.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/eventlog/pages.h"
#include "common/eventlog/place.h"
#include "daemons/projector/boot.h"
#include "daemons/projector/fold.h"

enum { KEY_BYTES = 18 };
static const size_t map_bytes = (size_t)1 << 32; /* sparse; a city's facts take some 20 MiB */

struct tables {
    MDB_env *env;
    MDB_dbi facts, meta;
    struct boot boot;
};

/* FNV-1a over 8 bytes at a time: against torn pages, not against forgers. Never 0. */
static uint64_t hash_bytes(uint64_t h, const uint8_t *at, size_t size) {
    for (; size >= 8; at += 8, size -= 8) {
        uint64_t word;
        memcpy(&word, at, sizeof word);
        h = (h ^ word) * 0x100000001b3u;
        h ^= h >> 29;
    }
    for (; size > 0; size--)
        h = (h ^ *at++) * 0x100000001b3u;
    return h ? h : 1;
}

static uint64_t row_hash(const struct dossier *dossier, const void *bytes) {
    uint64_t h = hash_bytes(0xcbf29ce484222325u ^ dossier->stream.category,
                            dossier->stream.id.bytes, sizeof dossier->stream.id.bytes);
    return hash_bytes(h, bytes, shelf_size(dossier->shelf));
}

static uint64_t checkpoint_hash(const struct checkpoint *c) {
    return hash_bytes(0xcbf29ce484222325u, (const void *)c, offsetof(struct checkpoint, hash));
}

/* Facts are structs as they lie in memory: another size of one is another version. */
static uint64_t version(void) {
    uint64_t h = FOLD_VERSION;
    for (size_t i = 0; i < shelves_count(); i++) {
        uint64_t part[2] = {shelves_at((uint8_t)i)->category, shelf_size((uint8_t)i)};
        h = hash_bytes(h, (const void *)part, sizeof part);
    }
    return h;
}

/* LMDB may crash on a damaged page; tables that are not there yet are no damage. */
static bool pages_are_sound(const char *dir) {
    uint64_t page;
    int dir_fd = place_open(dir, false);
    int r = dir_fd < 0 ? dir_fd : pages_check(dir_fd, "data.mdb", &page);
    if (dir_fd >= 0)
        close(dir_fd);
    return r == 0 || r == -ENOENT;
}

static int open_env(struct tables *t, const char *dir) {
    MDB_txn *txn;
    if (mdb_env_create(&t->env) || mdb_env_set_mapsize(t->env, map_bytes) ||
        mdb_env_set_maxdbs(t->env, 2) ||
        /* No MDB_WRITEMAP: on a full disk a write into the map is SIGBUS, pwrite() is an error. */
        mdb_env_open(t->env, dir, MDB_NOSYNC | MDB_NOTLS | MDB_NORDAHEAD, 0640) ||
        mdb_txn_begin(t->env, NULL, 0, &txn))
        return 1;
    if (mdb_dbi_open(txn, "facts", MDB_CREATE, &t->facts) ||
        mdb_dbi_open(txn, "meta", MDB_CREATE, &t->meta)) {
        mdb_txn_abort(txn);
        return 1;
    }
    return mdb_txn_commit(txn);
}

enum tables_result tables_open(const char *dir, struct tables **out) {
    struct tables *t = calloc(1, sizeof *t);
    if (!t)
        return TABLES_E_SYSTEM;
    enum boot_result boot = boot_begin(&t->boot, dir);
    if (boot == BOOT_TORN || boot == BOOT_E_SYSTEM) {
        free(t);
        return boot == BOOT_TORN ? TABLES_E_DAMAGED : TABLES_E_SYSTEM;
    }
    if (!pages_are_sound(dir) || open_env(t, dir)) {
        if (t->env)
            mdb_env_close(t->env);
        free(t);
        return TABLES_E_DAMAGED;
    }
    *out = t;
    return TABLES_OK;
}

void tables_close(struct tables *t) {
    if (!t)
        return;
    if (mdb_env_sync(t->env, 1) == 0)
        boot_end(&t->boot);
    mdb_env_close(t->env);
    free(t);
}

static enum tables_result read_checkpoint(struct tables *t, MDB_txn *txn, struct checkpoint *out) {
    MDB_val key = {10, "checkpoint"}, value;
    if (mdb_get(txn, t->meta, &key, &value))
        return TABLES_EMPTY;
    if (value.mv_size != sizeof *out)
        return TABLES_E_DAMAGED;
    memcpy(out, value.mv_data, sizeof *out);
    bool is_ours = out->fold_version == version() && out->hash == checkpoint_hash(out);
    return is_ours ? TABLES_OK : TABLES_E_DAMAGED;
}

static int load_row(struct store *store, const MDB_val *key, const MDB_val *value, uint64_t *sum) {
    const uint8_t *at = key->mv_data;
    struct stream stream;
    if (key->mv_size != KEY_BYTES)
        return 1;
    stream.category = (uint16_t)(at[0] << 8 | at[1]);
    memcpy(stream.id.bytes, at + 2, sizeof stream.id.bytes);
    uint8_t shelf = shelves_of(stream.category);
    if (shelf == NO_SHELF || value->mv_size != shelf_size(shelf))
        return 1;
    struct dossier *dossier = store_get(store, stream);
    if (!dossier)
        return 1;
    memcpy(dossier_bytes(dossier), value->mv_data, value->mv_size);
    dossier->stored = row_hash(dossier, dossier_bytes(dossier));
    *sum += dossier->stored;
    return 0;
}

static enum tables_result load_rows(struct tables *t, MDB_txn *txn, struct store *store,
                                    const struct checkpoint *checkpoint) {
    MDB_cursor *cursor;
    MDB_val key, value;
    uint64_t sum = 0, rows = 0;
    if (mdb_cursor_open(txn, t->facts, &cursor))
        return TABLES_E_DAMAGED;
    int rc = mdb_cursor_get(cursor, &key, &value, MDB_FIRST);
    for (; rc == 0; rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT), rows++)
        if (load_row(store, &key, &value, &sum))
            break;
    mdb_cursor_close(cursor);
    bool is_whole = rc == MDB_NOTFOUND && sum == checkpoint->sum && rows == checkpoint->streams;
    return is_whole ? TABLES_OK : TABLES_E_DAMAGED;
}

enum tables_result tables_load(struct tables *t, struct store *store,
                               struct checkpoint *checkpoint) {
    MDB_txn *txn;
    if (mdb_txn_begin(t->env, NULL, MDB_RDONLY, &txn))
        return TABLES_E_DAMAGED;
    enum tables_result result = read_checkpoint(t, txn, checkpoint);
    if (!result)
        result = load_rows(t, txn, store, checkpoint);
    mdb_txn_abort(txn);
    return result;
}

static int open_to_read(struct tables *t, const char *dir) {
    MDB_txn *txn;
    if (mdb_env_create(&t->env) || mdb_env_set_mapsize(t->env, map_bytes) ||
        mdb_env_set_maxdbs(t->env, 2) || mdb_env_open(t->env, dir, MDB_RDONLY | MDB_NOTLS, 0640) ||
        mdb_txn_begin(t->env, NULL, MDB_RDONLY, &txn))
        return 1;
    int rc = mdb_dbi_open(txn, "facts", 0, &t->facts);
    if (!rc)
        rc = mdb_dbi_open(txn, "meta", 0, &t->meta);
    if (!rc)
        return mdb_txn_commit(txn); /* keeps the tables' handles */
    mdb_txn_abort(txn);
    return rc;
}

enum tables_result tables_read(const char *dir, struct store *store,
                               struct checkpoint *checkpoint) {
    struct tables t = {.env = NULL};
    enum tables_result result = TABLES_E_SYSTEM;
    if (open_to_read(&t, dir) == 0)
        result = tables_load(&t, store, checkpoint);
    if (t.env)
        mdb_env_close(t.env);
    return result;
}

static void key_of(const struct dossier *dossier, uint8_t key[KEY_BYTES]) {
    key[0] = (uint8_t)(dossier->stream.category >> 8);
    key[1] = (uint8_t)dossier->stream.category;
    memcpy(key + 2, dossier->stream.id.bytes, sizeof dossier->stream.id.bytes);
}

static int by_key(const void *a, const void *b) {
    const struct stream *x = &(*(struct dossier *const *)a)->stream;
    const struct stream *y = &(*(struct dossier *const *)b)->stream;
    if (x->category != y->category)
        return x->category < y->category ? -1 : 1;
    return memcmp(x->id.bytes, y->id.bytes, sizeof x->id.bytes);
}

static int put_row(struct tables *t, MDB_txn *txn, struct dossier *dossier, struct checkpoint *c) {
    uint8_t bytes[KEY_BYTES];
    key_of(dossier, bytes);
    MDB_val key = {KEY_BYTES, bytes}, value = {shelf_size(dossier->shelf), dossier_bytes(dossier)};
    uint64_t hash = row_hash(dossier, dossier_bytes(dossier));
    if (hash == dossier->stored)
        return 0;
    int rc = mdb_put(txn, t->facts, &key, &value, 0);
    if (rc)
        return rc;
    c->sum += hash - dossier->stored;
    c->streams += dossier->stored == 0;
    dossier->stored = hash;
    return 0;
}

/* In order of the key: neighbours share pages. */
static int put_rows(struct tables *t, MDB_txn *txn, struct store *store, struct checkpoint *c) {
    size_t count = store_dirty_count(store);
    struct dossier **rows = malloc((count ? count : 1) * sizeof *rows);
    int rc = rows ? 0 : MDB_MAP_FULL;
    for (size_t i = 0; rows && i < count; i++)
        rows[i] = store_dirty_at(store, i);
    if (rows)
        qsort(rows, count, sizeof *rows, by_key);
    for (size_t i = 0; !rc && i < count; i++)
        rc = put_row(t, txn, rows[i], c);
    free(rows);
    return rc;
}

static int put_checkpoint(struct tables *t, MDB_txn *txn, struct checkpoint *c) {
    c->fold_version = version();
    c->hash = checkpoint_hash(c);
    MDB_val key = {10, "checkpoint"}, value = {sizeof *c, c};
    return mdb_put(txn, t->meta, &key, &value, 0);
}

/* After a failure the rows' hashes in memory are ahead of the table: the caller sets it aside. */
enum tables_result tables_write(struct tables *t, struct store *store,
                                struct checkpoint *checkpoint) {
    MDB_txn *txn;
    if (mdb_txn_begin(t->env, NULL, 0, &txn))
        return TABLES_E_SYSTEM;
    int rc = put_rows(t, txn, store, checkpoint);
    if (!rc)
        rc = put_checkpoint(t, txn, checkpoint);
    if (rc) {
        mdb_txn_abort(txn);
        return TABLES_E_FULL;
    }
    if (mdb_txn_commit(txn))
        return TABLES_E_FULL;
    store_clean(store);
    return TABLES_OK;
}
