#ifndef TESTS_CRASH_LANES_H
#define TESTS_CRASH_LANES_H

/*
 * Many small trials, several at a time, each in a child process: a trial may die or hang without
 * harm to the others. A trial mostly waits (for a flush, a thread, a retry), so there are more
 * lanes than cores.
 */
#include "common/base/view.h"

enum { LANES = 6 };

/* Runs trial number `index` in its lane's own directory, which exists; 0 is what a trial that died
 * has, so it returns something else. */
typedef unsigned char lane_trial(const void *context, unsigned index, const char *dir);

/* verdicts[0 .. count - 1] is filled in; `base` is a path that the lanes' directories begin with.
 * Returns how many verdicts are not `good`. */
unsigned lanes_run(lane_trial *trial, const void *context, const char *base, unsigned count,
                   unsigned char good, unsigned char *verdicts);

/* Removes everything in it. */
void lanes_clear(const char *dir);

/* A place in memory for the directories where there is one, else here: "<place>/<name>-<pid>". */
void lanes_base(char out[64], const char *name);

#endif
