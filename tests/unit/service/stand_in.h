#ifndef TESTS_UNIT_SERVICE_STAND_IN_H
#define TESTS_UNIT_SERVICE_STAND_IN_H

/*
 * A stand-in for the eventlog on a real socket, in a thread: it answers request after request with
 * what a test has written down, and notes what was asked.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>

#include "common/bus/bus.h"

#include <cmocka.h>

enum { STAND_IN_STEPS_MAX = 32, STAND_IN_BYTES = 1 << 20 };

/* What one request gets; NULL schema: no answer at all. */
struct stand_in_step {
    const struct schema *schema;
    const void *message;
};

struct stand_in {
    char dir[64];
    struct bus *bus;
    struct bus_server *server;
    pthread_t thread;
    const struct stand_in_step *steps; /* of the present test */
    size_t step_count, asked_count;
    const struct schema *asked[STAND_IN_STEPS_MAX];
    const void *requests[STAND_IN_STEPS_MAX]; /* as they came, in the arena */
    struct arena arena;
};

/* cmocka set-up and tear-down. */
int stand_in_new(void **state);
int stand_in_free(void **state);

/* Answers that many requests; stand_in_end() waits until all were asked. */
void stand_in_begin(struct stand_in *s, const struct stand_in_step *steps, size_t count);
void stand_in_end(struct stand_in *s);

/* A record of the log at the position, one append of its own, in the arena. */
struct bin stand_in_record(struct arena *arena, int64_t position, int64_t first, int64_t count);

#endif
