#ifndef COMMON_EVENTLOG_READERS_H
#define COMMON_EVENTLOG_READERS_H

/*
 * Who reads the LMDB environment. The slot of a reader that was killed, and the snapshot of one
 * that does not let go, keep old pages from being used again: the file grows with every commit.
 */
#include "common/base/view.h"

struct readers {
    unsigned used, most;    /* slots in use; slots there are */
    unsigned dead;          /* in use by processes that are gone */
    int64_t oldest_pid;     /* of the living one with the oldest snapshot; 0: none holds one */
    uint64_t oldest_behind; /* transactions since that snapshot */
};

/* Looks without changing anything. 0 or -errno. The environment may not be open in this process. */
int readers_look(const char *path, struct readers *out);

#endif
