#ifndef COMMON_BASE_ARENA_H
#define COMMON_BASE_ARENA_H

/*
 * A bump allocator over memory that the caller owns. Everything decoded in one tick lives in one
 * arena, which is reset at the end of the tick: nobody frees, a core never allocates.
 */
#include "common/base/view.h"

struct arena {
    uint8_t *memory;
    size_t size, used;
};

static inline void arena_init(struct arena *a, void *memory, size_t size) {
    *a = (struct arena){memory, size, 0};
}

static inline void arena_reset(struct arena *a) {
    a->used = 0;
}

/* Zeroed, 8-aligned; NULL when the arena is full. */
void *arena_get(struct arena *a, size_t size);

/* A copy of the bytes; NULL when full. */
void *arena_copy(struct arena *a, const void *data, size_t size);

#endif
