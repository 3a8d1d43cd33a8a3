#ifndef TOOLS_LATARNIA_LINK_H
#define TOOLS_LATARNIA_LINK_H

/* A connection from the command line to one process of the running system. */
#include "common/bus/bus.h"

enum { LINK_ARENA_BYTES = 8 << 20, LINK_TIMEOUT_MS = 5000, LINK_PROCESSES = 7 };

/* In the order in which they start: "eventlog", the five departments, "projector". */
extern const char *const link_processes[LINK_PROCESSES];

struct link {
    const char *process;
    struct bus *bus;
    struct bus_client *client;
    struct arena arena; /* holds answers; reset by link_ask */
};

/* 0, or an exit code after a sentence: a process that does not run is CLI_LATER. */
int link_open(struct link *l, const char *process);
void link_close(struct link *l);

/* Asks and waits. 0 and the message that was expected, or an exit code after a sentence; a Fault
 * becomes its own sentence. */
int link_ask(struct link *l, const struct schema *ask, const void *message,
             const struct schema *expected, int timeout_ms, const void **answer);

/* The same, but silent about time-outs: BUS_TIMEOUT is for the caller, who may try again. */
int link_try(struct link *l, const struct schema *ask, const void *message, int timeout_ms,
             struct bus_answer *answer);

/* What link_ask says; each returns the exit code. */
int link_unreachable(const struct link *l);
int link_fault(const struct link *l, int bus_result);
int link_unexpected(const struct link *l, const struct bus_answer *answer);

#endif
