#ifndef COMMON_EVENTLOG_BACKUP_H
#define COMMON_EVENTLOG_BACKUP_H

/*
 * A copy of a log's records in a directory of its own, in the log's own form without segment
 * (FORMAT.md), so that the verifier and every reader can use it as it is. Only what is new is
 * added; the log is read by position, a page at a time, so that no snapshot of it is held while the
 * copy is flushed. Each record is held against its leaf hash before it is taken.
 */
#include "common/eventlog/order.h"

enum {
    BACKUP_EMPTY = 1,  /* there is no log to copy */
    BACKUP_FOREIGN,    /* the target holds something that is not a backup */
    BACKUP_LOCKED,     /* another process writes the target */
    BACKUP_FILESYSTEM, /* the target is on nfs, cifs, fuse and the like */
    BACKUP_OTHER,      /* the target is not the beginning of this log */
    BACKUP_DAMAGED, /* the record at `position` of the log is not what was appended, or is gone */
    BACKUP_TARGET,  /* the target cannot be opened as a backup: verify it */
    BACKUP_FULL,    /* no room left; what was copied stays */
};

struct backup_options {
    const char *from, *to; /* log directories; `to` is made when it is not there */
    bool renew_leaves;     /* the verifier called the target's leaves stale */
    void (*progress)(void *context, uint64_t done, uint64_t size); /* or NULL */
    void *context;
};

struct backup_report {
    uint64_t before;          /* records that were there already */
    struct order_point point; /* what the target holds now */
    uint64_t position;        /* BACKUP_DAMAGED: the first bad one */
};

/* Brings the target to what the log has applied, with the newest signed head. Whatever it returns,
 * the target is a whole prefix of the log. 0, BACKUP_*, -errno. Neither directory may be open in
 * this process. */
int backup_append(const struct backup_options *o, struct backup_report *out);

#endif
