#ifndef TESTS_KILL_TALLY_H
#define TESTS_KILL_TALLY_H

/* Counts by kind and id: what an audit has seen of streams, commands, guides, causes and terms. */
#include <stdint.h>

#include "common/base/id.h"

struct tally_entry {
    uint32_t kind; /* 0: a free place */
    struct id id;
    uint64_t first, count;
};

struct tally {
    struct tally_entry *entries;
    size_t size, used;
};

void tally_open(struct tally *t);
void tally_free(struct tally *t);
/* Made with zeros when there is none; valid until the next call. */
struct tally_entry *tally_get(struct tally *t, uint32_t kind, struct id id);

#endif
