#ifndef TESTS_SCENARIOS_EXPECT_H
#define TESTS_SCENARIOS_EXPECT_H

/*
 * What `then` and `and` may say, about the last step and everything it set off:
 *
 *   accepted                          rejected CODE [field]
 *   breach CODE                       refused CODE      (a reaction was refused)
 *   event Name Category:name [field=value ...]          Category:* is any stream
 *   no event Name [Category:name]
 *   Category:name is State
 */
#include "tests/scenarios/speak.h"

/* Rules that a scenario proved to be reached. */
struct coverage {
    const struct rule *rules[512];
    size_t count;
};

bool coverage_has(const struct coverage *c, const struct rule *rule);

/* 0 when it is so; 1 with the difference in `why`. */
int expect(struct world *w, const struct text *words, size_t count, struct arena *arena,
           struct coverage *coverage, char why[WHY_SIZE]);

/* "accepted: CaseOpened, PlaceTaken" or "rejected CASELOAD_LIMIT (…)". */
void expect_describe(const struct world *w, char *out, size_t size);

#endif
