#ifndef COMMON_EVENTLOG_LOG_PRIVATE_H
#define COMMON_EVENTLOG_LOG_PRIVATE_H

/* What log.c and log_open.c share: the structure, nothing more. */
#include "common/eventlog/follower.h"
#include "common/eventlog/log.h"

#include <pthread.h>
#include <stdatomic.h>

struct log {
    struct log_options options;
    char origin[CHECKPOINT_ORIGIN_MAX + 1];
    int dir_fd, lock_fd;
    bool overlay, store_open, reader_open;
    struct store store;
    struct follower *follower;
    struct order *order;
    struct reader reader;
    struct sha256 hasher;
    size_t bytes_max;

    /* The owner's own point: `durable` is told, `ahead` includes the commit in flight. */
    struct order_point durable, ahead;
    struct tree tree; /* of `ahead` */
    bool in_flight;
    uint8_t leaves[BATCH_COUNT_MAX][SHA256_SIZE]; /* of the commit in flight */

    /* Written by the follower's thread. */
    atomic_bool disk_full;
    _Atomic uint64_t map_used;
    uint64_t head_size, head_at_ms; /* of the last signed head; the follower's own */
    pthread_mutex_t head_mutex;     /* guards head */
    char head[CHECKPOINT_TEXT_MAX];
};

/* Hashes the records of a commit into l->leaves and moves tree and `ahead` past it. */
void log_advance(struct log *l, const struct order_commit *c);

/* Runs on the follower's thread after each synced transaction. */
unsigned log_after_apply(void *context, const struct order_point *point);

/* The last head, over everything that is applied; the follower has ended. */
void log_sign_end(struct log *l);

#endif
