#ifndef COMMON_DOMAIN_HISTORY_H
#define COMMON_DOMAIN_HISTORY_H

/*
 * The one function that defines history (DESIGN.md 6): the entries of a stream with known_at <= T
 * (or position <= N), with voids and corrections applied, occurred_on <= V, in log order. Daemons,
 * views, replay and the simulator all call it; live state is the same function at (now, now).
 */
#include "common/domain/domain.h"
#include "common/messages/record.h"

struct history_limit {
    uint64_t at;         /* newest position that is known; UINT64_MAX: all */
    int64_t known_at_us; /* newest known_at; INT64_MAX: all */
    civil_day as_of;     /* newest occurred_on; CIVIL_NEVER: all */
};

#define HISTORY_NOW ((struct history_limit){UINT64_MAX, INT64_MAX, CIVIL_NEVER})

struct history_entry {
    struct event event; /* with the corrected payload, day and breaches where there is a correction */
    struct said said;   /* event.said points here */
    bool is_void;       /* voided, or beyond the limit */
    bool is_corrected;
};

/*
 * `records` are all entries of one stream, oldest first, decoded. Fills `out` with one entry each;
 * the amendments themselves stay in the list (evolve counts them). `skip` is the position of an
 * entry to treat as void, or of an amendment about to be made; 0 for none. Payloads of corrections
 * are decoded into the arena. Returns 0, or 1 when the arena is full.
 */
int history_apply(const struct record *records, size_t count, struct history_limit limit,
                  uint64_t skip, struct arena *arena, struct history_entry *out);

/* Folds what is not void into `state`, zeroed here; an entry that is left out still counts as a
 * version of the stream. */
void history_fold(const struct aggregate *aggregate, const struct history_entry *entries,
                  size_t count, void *state);

#endif
