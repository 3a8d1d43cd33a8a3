#ifndef COMMON_EVENTLOG_VERIFY_H
#define COMMON_EVENTLOG_VERIFY_H

/*
 * Recomputes everything a log directory claims: contiguous positions, leaf hashes, the root against
 * `applied` and against the signed head, and the commits that still wait in the segment. The walk
 * runs in a child process, because LMDB may crash on damaged pages; such a crash is reported as
 * damage. Works beside a running owner: it verifies what is applied when it begins.
 */
#include "common/eventlog/checkpoint.h"

enum verify_outcome {
    VERIFY_SOUND,
    VERIFY_EMPTY,      /* no log in this directory */
    VERIFY_RECORD,     /* the record at `position` is not what was appended, or is missing */
    VERIFY_ROOT,       /* records do not give the root, and nothing says which one is wrong */
    VERIFY_ENVIRONMENT,/* LMDB's pages are damaged near `position` */
    VERIFY_CHECKPOINT, /* the signed head is broken, unsigned, ahead of the log, or another tree */
    VERIFY_SEGMENT,    /* the segment has damage, or does not continue the log */
    VERIFY_CHECK,      /* the caller's check refused the record at `position` */
    VERIFY_SHORTER,    /* fewer records than a head that was kept speaks of: an end was taken away */
    VERIFY_OTHER,      /* not a continuation of the log that the kept head speaks of */
};

struct verify_report {
    enum verify_outcome outcome;
    uint64_t position; /* first bad one; 0 = none in particular */
    int detail;        /* the caller's code (VERIFY_CHECK), a signal (VERIFY_ENVIRONMENT), else 0 */
    bool leaves_stale; /* derived file is short or wrong: harmless, nothing trusts it */
    bool has_checkpoint;
    uint64_t number, epoch, size; /* applied */
    uint8_t root[SHA256_SIZE];    /* computed */
    uint64_t checkpoint_size;
    uint64_t pending; /* records in the segment beyond `size` */
    bool cut; /* the segment ends in a commit that was cut off, or in a damaged last one */
    bool owned;       /* a running owner writes the segment: it was not looked at */
};

struct verify_options {
    const char *path;
    const struct note_key *key; /* NULL: the head's form and root are checked, not its signature */
    /* An earlier signed head that the caller kept elsewhere, its signature checked; NULL: none. Who
     * can write all files of a log can put back an older copy of it, or sign nothing at all: only
     * somebody who kept a head can know. */
    const struct checkpoint *since;
    /* The next layer's check of one record: 0 or its own code. Runs in the child process, so
     * what it remembers is lost with it; records come in order. */
    int (*check)(void *context, uint64_t position, struct bytes record);
    void *context;
    /* Called in the parent about every 100 ms, for a progress bar. */
    void (*progress)(void *context, uint64_t done, uint64_t size);
};

/* 0 with a report, whatever it says, or -errno when it could not be made (-ECANCELED: the child
 * stopped at a broken promise, such as memory for a hash, and has said so on stderr). */
int verify_log(const struct verify_options *options, struct verify_report *out);

/* A sentence for the outcome. */
const char *verify_text(enum verify_outcome outcome);

/* The walk itself, in this process: what the child runs. `seen` is updated on the way. */
int verify_walk(const struct verify_options *options, struct verify_report *out,
                volatile uint64_t *seen, volatile uint64_t *size);

#endif
