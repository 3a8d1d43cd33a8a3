#ifndef TESTS_CRASH_KEPT_H
#define TESTS_CRASH_KEPT_H

/*
 * What a log of the fixture's records (record_make) must hold after anything has happened to it:
 * everything that was acknowledged, nothing that was never handed in, byte for byte, under the root
 * that these records have.
 */
#include "common/eventlog/log.h"

enum { KEPT_RECORDS_MOST = 4000 };

enum kept {
    KEPT_NONE, /* the process died on it */
    KEPT_GOOD,
    KEPT_NOT_OPEN, /* log_open refused */
    KEPT_LOST,     /* fewer records than were acknowledged */
    KEPT_INVENTED, /* more than were ever handed in */
    KEPT_CONTENT,  /* a record is missing or differs */
    KEPT_ROOT,
    KEPT_HEAD,  /* signed head unreadable, ahead of the log, or another tree */
    KEPT_STUCK, /* the recovered log does not take more */
    KEPT_VERDICTS,
};

/* `acked`: last position that was told durable; `submitted`: last one that was handed in. */
struct kept_bounds {
    uint64_t acked, submitted;
};

/* Computes the roots of all sizes; once, before the others. */
void kept_init(void);

enum kept kept_check(struct log *l, const struct kept_bounds *bounds);

/* The signed head in the directory, if there is one, is of this tree and speaks of at most `size`.
 */
enum kept kept_check_head(int dir_fd, const struct note_key *key, uint64_t size);

const char *kept_name(enum kept verdict);

#endif
