#ifndef COMMON_EVENTLOG_READER_H
#define COMMON_EVENTLOG_READER_H

/*
 * Reading applied records. A long read transaction makes LMDB's file grow without end, so every
 * walk here renews its transaction after 1,000 records or 250 ms. One reader belongs to one thread
 * and must be closed before the store.
 */
#include "common/eventlog/batch.h"
#include "common/eventlog/store.h"

enum { READER_NONE = 1 }; /* no record at that position (yet) */

struct reader {
    const struct store *store;
    MDB_txn *txn;
    MDB_cursor *cursor;
    bool active;
};

/* 0 or -errno. */
int reader_open(struct reader *r, const struct store *store);
void reader_close(struct reader *r);

/* A snapshot for a few look-ups: what reader_get() returns is valid until reader_end(), which must
 * follow within 250 ms. */
int reader_begin(struct reader *r);
void reader_end(struct reader *r);

/* 0, READER_NONE, -errno. Between begin and end. */
int reader_get(struct reader *r, uint64_t position, struct bytes *record);

/* What the snapshot says is applied. Between begin and end. 0 or -errno. */
int reader_point(struct reader *r, struct order_point *point, struct tree *tree);

/* Called with each record; its bytes are valid during the call. Anything but 0 ends the walk. */
typedef int reader_visit_fn(void *context, uint64_t position, struct bytes record);

/* Visits positions from .. up to the end or `most` records, in as many snapshots as it needs.
 * `next` is the first position that was not visited. Returns 0, what the visitor returned, or
 * -errno (-EBADMSG: a position is missing). */
int reader_visit(struct reader *r, uint64_t from, uint64_t most, reader_visit_fn *visit,
                 void *context, uint64_t *next);

/* Adds records from .. to the page until it is full or they end; 0 or -errno. */
int reader_page(struct reader *r, uint64_t from, uint32_t most, struct batch *page);

#endif
