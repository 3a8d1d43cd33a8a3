#ifndef COMMON_EVENTLOG_STORE_H
#define COMMON_EVENTLOG_STORE_H

/*
 * The LMDB environment: what it holds, how whole commits get into it, always synced. Used by one
 * thread (the follower) once it is open; readers have their own module (reader.h). LMDB runs with
 * its default durability; no flag may weaken that.
 */
#include "common/eventlog/leaves.h"
#include "common/eventlog/order.h"
#include "common/eventlog/tree.h"

#include <lmdb.h>

enum {
    STORE_EMPTY = 1, /* read-only open of a directory without a log */
    STORE_DAMAGED,   /* format, applied point, edge and last position do not agree */
    STORE_FORK,      /* the commit does not follow what is held: nothing was applied */
    STORE_FULL,      /* no room in the map or on the disk: nothing was applied, reading goes on */
};

struct store_options {
    uint64_t map_bytes;    /* address space, sparse on disk; 0 = 64 GiB */
    uint64_t extend_bytes; /* zeros written ahead of the data; 0 = none */
    bool read_only;
};

struct store {
    MDB_env *env;
    MDB_dbi records, meta;
    struct order_point point; /* applied and synced */
    struct tree tree;         /* its edge */
    struct leaves leaves;
    struct sha256 hasher;
    uint64_t extend_bytes, file_bytes;
    bool read_only;
};

/* Opens or creates. 0, STORE_EMPTY, STORE_DAMAGED, -errno. Close also after a failure. */
int store_open(struct store *s, const char *path, int dir_fd, const struct store_options *o);
void store_close(struct store *s);

/* A commit with the leaf hash of each of its records. */
struct store_commit {
    struct order_commit commit;
    const uint8_t *leaves; /* 32 bytes for each record */
};

/* Applies whole commits in one synced transaction: all or none of them. 0, STORE_FORK,
 * STORE_FULL, or -errno: outcome unknown, the process has to end. */
int store_apply(struct store *s, const struct store_commit *commits, size_t count);

/* Writes zeros ahead of the data, so that commits need not grow the file. 0 or -errno. */
int store_extend(struct store *s);

struct store_usage {
    uint64_t map_bytes, map_used; /* used: up to the last page ever used */
    unsigned readers, readers_max;
};

/* From any thread. */
void store_usage(struct store *s, struct store_usage *out);

/* Frees the slots of readers that died; how many. From any thread. */
int store_check_readers(struct store *s);

/* LMDB's return code as one of ours: 0, STORE_FULL or -errno. */
int store_error(int lmdb_code);

/* Decodes a stored applied value; 0 or STORE_DAMAGED. The root is not computed here. */
int store_decode_applied(const MDB_val *value, struct order_point *point, struct tree *tree);

extern const char store_format[];

#endif
