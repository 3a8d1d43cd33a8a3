#ifndef DAEMONS_PROJECTOR_PROJECTOR_H
#define DAEMONS_PROJECTOR_PROJECTOR_H

/*
 * The reading side: folds pages of the log into facts, keeps them durably, answers questions of now
 * and of any past day. No socket and no clock: the shell feeds pages and tells the day.
 *
 *   projector_open     loads the tables; what is ahead, damaged or of another version is set aside
 *   projector_fold     a page that follows projector_position; durable at the latest every
 *                      PROJECTOR_BATCH events and when projector_flush is called
 *   projector_query    answers in parts; a past day is folded anew in memory and kept until the log
 *                      moves on
 *   projector_rebuild  beside the live facts: row diff, digest, one rename
 */
#include "daemons/projector/query.h"

enum { PROJECTOR_BATCH = 10000 };

enum projector_result {
    PROJECTOR_OK = 0,
    PROJECTOR_E_GAP = 1, /* the page does not follow; ask from projector_position() + 1 */
    PROJECTOR_E_RECORD,  /* a record that cannot be read */
    PROJECTOR_E_SOURCE,  /* the log could not be asked */
    PROJECTOR_E_FULL,    /* the tables could not be written; the facts in memory are right */
    PROJECTOR_E_MEMORY,
    PROJECTOR_E_SYSTEM,
};

struct projector;

/* `dir` is made when it is not there. `note` (may be NULL) is told when tables are set aside. */
enum projector_result projector_open(const char *dir, const struct source *source,
                                     void (*note)(const char *what), struct projector **out);
void projector_close(struct projector *p); /* flushes */

/* `root` is the tree root at the last record, or NULL. */
enum projector_result projector_fold(struct projector *p, const struct bytes *records, size_t count,
                                     const uint8_t root[32]);
enum projector_result projector_flush(struct projector *p);
uint64_t projector_position(const struct projector *p);

/* The checkpoint meets the log: a root at its position that is not ours, or a log that is shorter
 * than we are, means another log; the facts are dropped and folded from position 1. True then. */
bool projector_meet(struct projector *p, uint64_t log_size, const uint8_t root[32]);

/* `today`: the day of a question that names none. */
enum query_result projector_query(struct projector *p, const struct Query *query, civil_day today,
                                  emit_fn *emit_part, void *context);

/* A struct Views, lent for the call of emit. Digests are of the newest known day, so that an
 * auditor who folds the same log gets the same ones. */
enum query_result projector_views(struct projector *p, emit_fn *emit_part, void *context);

/* `now_us` is asked for the time taken (may be NULL). `out` lends its texts until the next call. */
enum projector_result projector_rebuild(struct projector *p, int64_t (*now_us)(void),
                                        struct ViewsRebuilt *out);

const char *projector_result_text(enum projector_result result);

#endif
