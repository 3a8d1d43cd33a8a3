#include "common/eventlog/batch.h"

#include "common/base/ensure.h"
#include "common/eventlog/le.h"

void batch_init(struct batch *b, void *memory, size_t capacity) {
    ensure(memory != NULL || capacity == 0);
    *b = (struct batch){memory, 0, capacity, 0};
}

void batch_clear(struct batch *b) {
    b->size = 0;
    b->count = 0;
}

uint8_t *batch_reserve(struct batch *b, size_t room) {
    ensure(b->size <= b->capacity);
    if (b->count == BATCH_COUNT_MAX || room > BATCH_RECORD_MAX)
        return NULL;
    if (b->capacity - b->size < BATCH_RECORD_OVERHEAD + room)
        return NULL;
    return b->bytes + b->size + BATCH_RECORD_OVERHEAD;
}

void batch_finish(struct batch *b, size_t size) {
    ensure(size <= BATCH_RECORD_MAX);
    ensure(b->capacity - b->size >= BATCH_RECORD_OVERHEAD + size);
    le_put32(b->bytes + b->size, (uint32_t)size);
    b->size += BATCH_RECORD_OVERHEAD + size;
    b->count++;
}

int batch_add(struct batch *b, const void *data, size_t size) {
    uint8_t *room = batch_reserve(b, size);
    if (!room)
        return 1;
    if (size > 0)
        memcpy(room, data, size);
    batch_finish(b, size);
    return 0;
}

struct batch_cursor batch_walk(const void *bytes, size_t size) {
    const uint8_t *at = bytes;
    return (struct batch_cursor){at, size ? at + size : at};
}

int batch_next(struct batch_cursor *c, struct bytes *record) {
    size_t left = (size_t)(c->end - c->at);
    if (left == 0)
        return BATCH_END;
    if (left < BATCH_RECORD_OVERHEAD)
        return BATCH_BROKEN;
    size_t size = le_get32(c->at);
    if (size > BATCH_RECORD_MAX || size > left - BATCH_RECORD_OVERHEAD)
        return BATCH_BROKEN;
    *record = bytes_of(c->at + BATCH_RECORD_OVERHEAD, size);
    c->at += BATCH_RECORD_OVERHEAD + size;
    return 0;
}

bool batch_is_sound(const void *bytes, size_t size, uint32_t count) {
    struct batch_cursor c = batch_walk(bytes, size);
    struct bytes record;
    uint32_t seen = 0;
    int r;
    while ((r = batch_next(&c, &record)) == 0)
        seen++;
    return r == BATCH_END && seen == count;
}
