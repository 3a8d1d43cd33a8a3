#ifndef TESTS_KILL_SUITES_H
#define TESTS_KILL_SUITES_H

/* Each suite founds a town of its own and ends the test with a sentence when a promise is broken.
 */
#include "tests/kill/town.h"

struct wish {
    const char *bin;
    uint64_t seed;
    unsigned kills, voices; /* 0: as many as the suite takes by itself */
    const char *only;       /* single: this process alone is killed; NULL: any */
};

enum { KILL_SKIPPED = 77 }; /* exit code of a suite that cannot run here */

typedef void suite(const struct wish *wish);

suite suite_single, suite_system, suite_storm, suite_full, suite_up, suite_edges;

/* writers.c: what the eventlog answers to a department that is behind. */
void check_writers(struct town *t);

#endif
