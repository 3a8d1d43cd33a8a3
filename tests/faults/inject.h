#ifndef TESTS_FAULTS_INJECT_H
#define TESTS_FAULTS_INJECT_H

/*
 * Refusals ordered by a test: the n-th call of one kind fails, in our code, in LMDB's (linked from
 * its archive) and in OpenSSL's (its own hook). Counters lie in memory that children share.
 */
#include "common/base/view.h"

#include <stdatomic.h>

enum call {
    CALL_MALLOC,
    CALL_CALLOC,
    CALL_REALLOC,
    CALL_STRDUP,
    CALL_ALIGNED, /* posix_memalign */
    CALL_OPENSSL, /* whatever OpenSSL allocates */
    CALL_WRITE,
    CALL_PWRITE,
    CALL_WRITEV,
    CALL_PWRITEV,
    CALL_FDATASYNC,
    CALL_FSYNC,
    CALL_MSYNC,
    CALL_OPEN,
    CALL_OPENAT,
    CALL_RENAME,
    CALL_RENAMEAT,
    CALL_FTRUNCATE,
    CALL_MMAP,
    CALL_EVENTFD,
    CALL_THREAD, /* pthread_create */
    CALLS,
};

/* Beside the errors of errno. */
enum {
    FAULT_SHORT = 1000, /* half of it is written */
    FAULT_DROP,         /* EIO of a flush, and the kernel drops what it could not write */
    FAULT_FULL, /* ENOSPC from here on until inject_heal(); files that are already as long as
                   they will ever be do not notice */
};

struct refusal {
    enum call call;
    unsigned index; /* from 0 */
    int fault;
};

/* In memory that is shared with the children. */
struct inject {
    _Atomic unsigned counts[CALLS];
    atomic_bool fired;
    atomic_bool in_lmdb; /* the call that failed was on one of LMDB's files */
    atomic_bool healed;
};

/* Once, before anything else allocates. */
void inject_init(void);

/* From now on in this process and its children; `plan` NULL: counts only. Both must stay. */
void inject_arm(const struct refusal *plan, struct inject *state);
void inject_disarm(void);
void inject_heal(void);

const char *inject_call_name(enum call call);
const char *inject_fault_name(int fault);

#endif
