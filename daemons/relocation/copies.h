#ifndef DAEMONS_RELOCATION_COPIES_H
#define DAEMONS_RELOCATION_COPIES_H

/*
 * Which relocations and returns a household has: reactions know the household only. Folded from own
 * events; what each of them is like stands in its own stream.
 */
#include "common/domain/domain.h"

enum { COPY_MOVES = 1 };
enum { MOVES_MAX = 6 };

/* By household id; the newest last, the oldest forgotten. */
struct moves {
    uint8_t count;
    struct id ids[MOVES_MAX]; /* a Return usually shares the id of its relocation */
};

extern const struct copy moves_copy;

#endif
