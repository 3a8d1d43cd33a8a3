#ifndef DAEMONS_PROJECTOR_SOURCE_H
#define DAEMONS_PROJECTOR_SOURCE_H

/*
 * Where the projector reads the log: two questions that the shell answers from the eventlog's
 * socket, a test from memory and an auditor from a file. Nothing here opens a socket.
 */
#include "common/domain/domain.h"

struct source_page {
    const struct bytes *records; /* lent until the next call of the same function */
    size_t count;
    uint64_t next; /* page: position to ask for next; stream: ask below this next, 0 complete */
    uint64_t size; /* page: applied size of the log */
    uint8_t root[32];
    bool has_root; /* tree root at next - 1 */
};

struct source {
    void *context;
    /* Records from a position on, ascending, none skipped; an empty page is the end of the log. */
    int (*page)(void *context, uint64_t from, struct source_page *out);
    /* Records of one stream below a position (0: from its newest), newest first. */
    int (*stream)(void *context, struct stream stream, uint64_t before, struct source_page *out);
};

#endif
