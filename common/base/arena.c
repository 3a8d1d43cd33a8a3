#include "common/base/arena.h"

void *arena_get(struct arena *a, size_t size) {
    size_t start = (a->used + 7) & ~(size_t)7;
    if (start > a->size || size > a->size - start)
        return NULL;
    a->used = start + size;
    memset(a->memory + start, 0, size);
    return a->memory + start;
}

void *arena_copy(struct arena *a, const void *data, size_t size) {
    void *out = arena_get(a, size);
    if (out && size)
        memcpy(out, data, size);
    return out;
}
