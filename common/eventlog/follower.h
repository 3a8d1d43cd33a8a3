#ifndef COMMON_EVENTLOG_FOLLOWER_H
#define COMMON_EVENTLOG_FOLLOWER_H

/*
 * The thread that carries durable commits into the store: at once when the log falls quiet, else
 * every period or after so many records. Whoever pushes never waits for LMDB: he copies bytes into
 * a bounded queue or is told that it is full.
 */
#include "common/eventlog/store.h"

enum { FOLLOWER_BUSY = 16 }; /* the queue is full; again when follower_fd() is readable */

struct follower_options {
    uint32_t apply_records; /* 0 = 1,000 */
    uint32_t period_ms;     /* 0 = 20 */
    /* Called on the follower's thread after each synced transaction; says after how many
     * milliseconds it wants to be called again even if nothing happens, 0 = not. */
    unsigned (*applied)(void *context, const struct order_point *point);
    void *context;
};

struct follower;

/* The store belongs to the follower until it is stopped. 0 or -errno. */
int follower_start(struct follower **out, struct store *store, const struct follower_options *o);

/* Applies what is queued (unless the store refuses) and ends the thread. NULL is allowed. */
void follower_stop(struct follower *f);

bool follower_has_room(struct follower *f, size_t bytes, uint32_t count);

/* A commit is on its way: do not take the present silence for idleness. */
void follower_expect(struct follower *f);

/* Copies the commit and its leaf hashes. 0 or FOLLOWER_BUSY. */
int follower_push(struct follower *f, const struct store_commit *c);

/* Blocks until that number is applied. 0, or follower_fault(). For start and end only. */
int follower_wait(struct follower *f, uint64_t number);

/* 0; STORE_FULL while it retries; STORE_FORK or -errno when the thread has given up. */
int follower_fault(struct follower *f);

/* The last synced point, from any thread. */
void follower_point(struct follower *f, struct order_point *out);
uint64_t follower_size(struct follower *f);

/* Bytes queued and not applied. */
uint64_t follower_queued(struct follower *f);

/* An eventfd: readable after a transaction or a change of fault; the reader resets it. */
int follower_fd(struct follower *f);

#endif
