#ifndef COMMON_EVENTLOG_LOG_H
#define COMMON_EVENTLOG_LOG_H

/*
 * The event log as its daemon uses it: commits go through the order, come back durable, and are
 * carried into LMDB by a thread of their own. One thread owns a struct log and calls everything
 * here; it waits for a disk only in log_open(), log_close(), for pages that are not in memory and,
 * while flushes are quick, for the flush of what it submits (segment.c).
 *
 * Results: 0 done, positive a condition below, negative -errno: what was submitted has an unknown
 * outcome and the process has to end; the next start finds out.
 */
#include "common/eventlog/batch.h"
#include "common/eventlog/checkpoint.h"
#include "common/eventlog/reader.h"

enum {
    LOG_NOTHING = 1, /* nothing to tell now */
    LOG_BUSY,        /* a commit is in flight, or LMDB is behind: fill on, again on a wake-up */
    LOG_FULL,        /* map or disk at their limit: no more appends, reading goes on */
    LOG_LOCKED,      /* open: another process owns the directory */
    LOG_FILESYSTEM,  /* open: nfs, cifs, fuse and the like */
    LOG_DAMAGED,     /* open: what is stored contradicts itself */
    LOG_BEHIND,      /* open: the segment has lost commits, or begins after those we need */
    LOG_FORK,        /* open: segment and LMDB do not belong together */
    LOG_NONE,        /* no such record, or not that many */
};

struct log_options {
    uint64_t map_bytes;     /* 0 = 64 GiB */
    uint64_t extend_bytes;  /* zeros ahead of the LMDB data; 0 = 4 MiB, LOG_NO_EXTEND = none */
    uint64_t segment_bytes; /* of each of two files when they are made; 0 = 64 MiB */
    uint32_t apply_records; /* 0 = 1,000 */
    uint32_t apply_ms;      /* 0 = 20 */
    uint32_t full_percent;  /* of map, and of disk while less than 4 GiB are free; 0 = 80 */
    /* Signed heads: none without a key. The key must outlive the log. */
    const struct note_key *key;
    const char *origin;
    uint32_t head_ms; /* least time between two heads; 0 = 1,000 */
};

#define LOG_NO_EXTEND UINT64_MAX

struct log;

/* Opens or creates the log in a directory, carries what the segment holds into LMDB and takes the
 * next epoch. Returns when it is ready for the first commit. */
int log_open(struct log **out, const char *path, const struct log_options *options);

/* Waits for the commit in flight and until LMDB has everything, and signs the last head. NULL is
 * allowed. */
void log_close(struct log *l);

/* What the next submitted commit will be: for the envelope of its records. */
uint64_t log_next_position(const struct log *l);
uint64_t log_epoch(const struct log *l);

/* Largest batch (struct batch.size) that one commit can carry. */
size_t log_bytes_max(const struct log *l);

/* Submits all records of the batch as one commit. 0: taken, outcome through log_poll(); the batch
 * may be reused at once. LOG_BUSY, LOG_FULL: nothing happened. */
int log_submit(struct log *l, const struct batch *batch);

/* A commit of ours that is durable. */
struct log_done {
    uint64_t first;
    uint32_t count;
};

/* True while appends are refused: map or disk at their limit. Cheap: asks no disk. */
bool log_full(struct log *l);

/* 0, LOG_NOTHING or fatal. Call until LOG_NOTHING when log_fd() or log_applied_fd() is readable. */
int log_poll(struct log *l, struct log_done *done);

int log_fd(struct log *l);         /* readable when a commit may have become durable */
int log_applied_fd(struct log *l); /* readable when log_applied() may have moved */

/* Last position that is durable, and what LMDB holds, synced: feed, proofs and heads speak only of
 * that. log_applied() also resets log_applied_fd(): for whoever waits by it, log_point() does not. */
uint64_t log_durable_size(const struct log *l);
uint64_t log_applied_size(struct log *l);
void log_applied(struct log *l, struct order_point *out);
void log_point(struct log *l, struct order_point *out);

/* Applied records; see reader.h. log_page: 0 or fatal, an empty page at the end. */
int log_page(struct log *l, uint64_t from, uint32_t most, struct batch *page);
struct reader *log_reader(struct log *l);

/* A further reader for another thread or a longer walk. 0 or -errno. Close it before the log. */
int log_open_reader(struct log *l, struct reader *r);

/* The newest signed head that is on disk: LOG_NONE before the first one. */
int log_checkpoint(struct log *l, char out[CHECKPOINT_TEXT_MAX]);

struct log_state {
    struct order_point applied;
    struct order_state order;
    uint64_t durable_size;
    uint64_t queued_bytes; /* durable, not yet in LMDB */
    uint64_t map_used, map_bytes;
    uint64_t disk_free, disk_bytes;
    unsigned readers, readers_max;
    bool full, overlay; /* overlay: the directory is a container's layer */
};

void log_state(struct log *l, struct log_state *out);

#endif
