#ifndef DAEMONS_EVENTLOG_WALK_H
#define DAEMONS_EVENTLOG_WALK_H

/* One stream backwards, along the previous positions that its records carry. */
#include "common/eventlog/reader.h"
#include "common/messages/bus.h"
#include "common/messages/record.h"

enum { WALK_RECORDS = 256, WALK_BYTES = 512 * 1024 };

struct walk_page {
    struct bin records[WALK_RECORDS]; /* newest first, copied into the arena */
    uint32_t count;
    uint64_t before; /* ask again with this; 0: the stream is complete */
};

/*
 * The entries of the stream below `before`, which may be any position of the log; 0: all of them.
 * `newest` is an applied position of the stream, 0 when it has none. 0 or -errno.
 */
int walk_stream(struct reader *reader, uint16_t category, struct id stream, uint64_t newest,
                uint64_t before, struct arena *arena, struct walk_page *out);

#endif
