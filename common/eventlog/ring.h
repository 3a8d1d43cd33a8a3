#ifndef COMMON_EVENTLOG_RING_H
#define COMMON_EVENTLOG_RING_H

/*
 * Memory for things that are taken and given back in the same order. Each piece is contiguous and
 * 64-aligned. No locks: the owner guards it. `head` and `tail` only grow; a piece is given back by
 * the value that `head` had after it was taken.
 */
#include "common/base/view.h"

struct ring {
    uint8_t *memory;
    size_t size;
    uint64_t head, tail;
};

/* 0 or -ENOMEM. */
int ring_init(struct ring *r, size_t size);
void ring_deinit(struct ring *r);

/* NULL when there is no room now. */
void *ring_take(struct ring *r, size_t size);
void ring_give(struct ring *r, uint64_t head_after);

/* True when a piece of this size can be taken now. */
bool ring_has_room(const struct ring *r, size_t size);

#endif
