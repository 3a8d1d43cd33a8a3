#ifndef TESTS_UNIT_PROJECTOR_WILD_H
#define TESTS_UNIT_PROJECTOR_WILD_H

/*
 * A log in which anybody says anything: every kind of stream that a view looks at, steps that its
 * life cycle mostly allows, payloads from small pools so that references and days meet, and a
 * quarter of all entries voids and corrections, also of each other. No guard is asked: evolve() is
 * total, so views have to agree about any log.
 */
#include "daemons/projector/store.h"
#include "tests/harness/rng.h"
#include "tests/unit/projector/memory_log.h"

enum { WILD_POOL = 10 };

struct wild {
    struct memory_log *log;
    struct rng rng;
    civil_day day;
    unsigned mistakes; /* permille of entries that amend another */
    unsigned pace;     /* permille of entries before which days pass; 0: all on one day */
    uint64_t subjects; /* how many ids payloads refer to: few, and everything meets */
    int64_t policies;
    struct store *store; /* roughly where each stream stands: amendments are not applied */
    uint8_t *memory;
    struct arena arena;
};

/* The streams' ids, and what payloads refer to. */
struct id wild_id(uint64_t number);

void wild_init(struct wild *w, struct memory_log *log, uint64_t seed);
void wild_free(struct wild *w);
void wild_until(struct wild *w, size_t entries);

#endif
