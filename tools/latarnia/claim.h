#ifndef TOOLS_LATARNIA_CLAIM_H
#define TOOLS_LATARNIA_CLAIM_H

/*
 * Who supervises a data directory: a lock on DIR/run/up.pid, which the kernel drops when its holder
 * ends, however it ends. The number in the file is for people; the lock is what counts.
 */
#include <sys/types.h>

enum { CLAIM_TAKEN = 1 };

/* Makes DIR and DIR/run (0700) where missing. 0 or -errno. */
int claim_make_dirs(const char *dir);

/* 0 and a descriptor to keep open until the end, CLAIM_TAKEN and the holder, or -errno. */
int claim_take(const char *dir, int *fd, pid_t *holder);

/* The holder, 0 when nobody holds it, or -errno. */
pid_t claim_holder(const char *dir);

#endif
