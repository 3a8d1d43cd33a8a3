#ifndef TESTS_BENCH_CROWD_H
#define TESTS_BENCH_CROWD_H

/*
 * Clients in a closed loop, all in one thread with a socket each: every client keeps `window`
 * messages in flight and sends the next one when an answer comes. The same loop drives the
 * product's daemons and the bare ones they are compared with, so that only the daemon differs.
 * Answers to one client come in the order of its messages.
 */
#include <stdbool.h>

#include "tests/bench/sheet.h"

enum { CROWD_CLIENTS_MAX = 256, CROWD_WINDOW_MAX = 256, CROWD_MESSAGE_MAX = 1 << 20 };

struct crowd {
    const char *endpoint;
    unsigned clients, window;
    double seconds;
    bool is_bus; /* a correlation goes in front, as common/bus has it */
    void *context;
    /* Writes the client's next message; its size. */
    size_t (*next)(void *context, unsigned client, uint8_t *out, size_t room);
    /* How many requests the answer settles; gives up on one that is not what was expected. */
    unsigned (*judge)(void *context, const uint8_t *answer, size_t size);
};

struct crowd_result {
    uint64_t settled;
    double seconds;             /* from the first message to the last answer */
    struct latencies latencies; /* of messages */
};

void crowd_run(const struct crowd *c, struct crowd_result *out);

/* Runs and prints `metric` (settled a second) with its latencies. */
void crowd_tell(const struct crowd *c, const char *metric, const char *unit);

#endif
