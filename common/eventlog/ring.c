#include "common/eventlog/ring.h"

#include "common/base/ensure.h"

#include <errno.h>
#include <stdlib.h>

enum { RING_ALIGN = 64 };

int ring_init(struct ring *r, size_t size) {
    void *memory = NULL;
    ensure(size > 0 && size % RING_ALIGN == 0);
    if (posix_memalign(&memory, 4096, size) != 0)
        return -ENOMEM;
    *r = (struct ring){memory, size, 0, 0};
    return 0;
}

void ring_deinit(struct ring *r) {
    free(r->memory);
    *r = (struct ring){0};
}

/* A piece never wraps: what is left before the end of the memory is skipped when it is too small.
 * An empty ring starts over, so that the largest piece always fits into it. */
static uint64_t ring_place(const struct ring *r, size_t *size) {
    *size = (*size + RING_ALIGN - 1) / RING_ALIGN * RING_ALIGN;
    uint64_t offset = r->head % r->size;
    bool wraps = offset + *size > r->size || (r->head == r->tail && offset > 0);
    return wraps ? r->head + (r->size - offset) : r->head;
}

bool ring_has_room(const struct ring *r, size_t size) {
    uint64_t place = ring_place(r, &size);
    uint64_t tail = r->head == r->tail ? place : r->tail;
    return size <= r->size && place + size - tail <= r->size;
}

void *ring_take(struct ring *r, size_t size) {
    if (!ring_has_room(r, size))
        return NULL;
    uint64_t place = ring_place(r, &size);
    if (r->head == r->tail)
        r->tail = place;
    r->head = place + size;
    return r->memory + place % r->size;
}

void ring_give(struct ring *r, uint64_t head_after) {
    ensure(head_after <= r->head);
    /* Not above the tail: the piece was empty, and the ring has started over since. */
    if (head_after > r->tail)
        r->tail = head_after;
}
