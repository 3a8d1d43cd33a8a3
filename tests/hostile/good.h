#ifndef TESTS_HOSTILE_GOOD_H
#define TESTS_HOSTILE_GOOD_H

/*
 * Those whom the others may not harm, each in a closed loop: somebody who registers households end
 * to end, somebody who follows the feed by long polls, somebody who asks for a view. All of them
 * reconnect now and then: being let in is a part of being served.
 */
#include <pthread.h>

#include "tests/hostile/hostile.h"

enum good_kind { SENDER, FOLLOWER, ASKER, GOOD_KINDS };

extern const char *const good_names[GOOD_KINDS];

enum { SAMPLES_MAX = 65536 };

struct good {
    enum good_kind kind;
    struct town *town;
    pthread_t thread;
    atomic_bool stop, counts;
    pthread_mutex_t lock;
    unsigned count, unanswered; /* while it counts */
    uint32_t *samples;          /* microseconds */
};

/* What a sender may do and under which name; founded once. */
struct id good_coordinator(void);
struct id good_household(struct rng *rng); /* marked as not evil */

void good_start(struct good *all, struct town *t);
void good_stop(struct good *all);

/* Forgets what was measured and measures; what was measured until now, in ms. */
struct measured {
    double p50, p99, most;
    unsigned count, unanswered;
};
void good_begin(struct good *g);
struct measured good_end(struct good *g);

#endif
