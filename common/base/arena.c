#include "common/base/arena.h"

static uint8_t *take(struct arena *a, size_t size) {
    size_t start = (a->used + 7) & ~(size_t)7;
    if (start > a->size || size > a->size - start)
        return NULL;
    a->used = start + size;
    return a->memory + start;
}

void *arena_get(struct arena *a, size_t size) {
    uint8_t *out = take(a, size);
    if (out)
        memset(out, 0, size);
    return out;
}

void *arena_copy(struct arena *a, const void *data, size_t size) {
    uint8_t *out = take(a, size);
    if (out && size)
        memcpy(out, data, size);
    return out;
}
