#ifndef TESTS_FAULTS_SCENARIO_H
#define TESTS_FAULTS_SCENARIO_H

/*
 * A piece of a process's life that is run again and again, each time with another refusal. A run
 * behaves as the daemons do: it acknowledges only what the log told, and what it does not
 * understand ends it at once, without a goodbye.
 */
#include "tests/faults/inject.h"
#include "tests/faults/stage.h"

/* What a run tells its judge; in shared memory, so that it survives the run. */
struct told {
    struct inject inject;
    _Atomic uint64_t acked, submitted;
    atomic_bool wrong; /* the run itself was given a wrong answer */
    atomic_int result; /* 0 done; positive: refused with a condition; negative: an error */
};

struct scenario {
    const char *name;
    const char
        *place; /* the stage is put there, below the directory; "" for the directory itself */
    /* What is there before the run; NULL: nothing. Once, at the start. */
    void (*prepare)(struct stage *out);
    int (*run)(const char *dir, struct told *told);
    /* After the run, without faults: NULL when everything is there, else what is not. No function:
     * nothing is kept, only how the run ends is judged. */
    const char *(*check)(const char *dir, struct told *told);
};

extern const struct scenario log_scenarios[], view_scenarios[];
extern const size_t log_scenario_count, view_scenario_count;

void log_scenarios_init(void);
void view_scenarios_init(void);

#endif
