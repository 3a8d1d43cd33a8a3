#ifndef COMMON_EVENTLOG_BATCH_H
#define COMMON_EVENTLOG_BATCH_H

/*
 * The records of one commit, back to back as FORMAT.md has them: u32 size, bytes, and so on.
 * The writer encodes straight into the batch (reserve, finish); nothing is copied on the way.
 */
#include "common/base/view.h"

enum {
    BATCH_RECORD_MAX = 64 * 1024,
    BATCH_COUNT_MAX = 1000,
    /* A whole bus frame (1 MiB) and what the log adds to each of its records. */
    BATCH_BYTES_MAX = 1024 * 1024 + 128 * 1024,
    BATCH_RECORD_OVERHEAD = 4,
};

struct batch {
    uint8_t *bytes;
    size_t size, capacity;
    uint32_t count;
};

/* The memory is the caller's and must outlive the batch. */
void batch_init(struct batch *b, void *memory, size_t capacity);
void batch_clear(struct batch *b);

/* Room for a record of at most `room` bytes, to be written at once; NULL when the batch is full. */
uint8_t *batch_reserve(struct batch *b, size_t room);

/* The record that was written into the reserved room has this size (not more than the room). */
void batch_finish(struct batch *b, size_t size);

/* Both in one for bytes that exist already; 0, or 1 when the batch is full. */
int batch_add(struct batch *b, const void *data, size_t size);

/* Walks over framed records; they stay valid as long as the bytes do. */
struct batch_cursor {
    const uint8_t *at, *end;
};

enum { BATCH_END = 1, BATCH_BROKEN };

struct batch_cursor batch_walk(const void *bytes, size_t size);
int batch_next(struct batch_cursor *c, struct bytes *record);

/* True when the bytes are exactly `count` records, each within its limit. */
bool batch_is_sound(const void *bytes, size_t size, uint32_t count);

#endif
