#ifndef TESTS_KILL_TOWN_H
#define TESTS_KILL_TOWN_H

/*
 * The real processes on a data directory of their own, with the test as their supervisor: it
 * starts, kills and restarts them. One thread owns the processes; the bus may be used by all.
 */
#include <sys/types.h>

#include "common/bus/bus.h"

enum process { EVENTLOG, INTAKE, RELOCATION, DEBT, NETWORKING, MONITORING, PROJECTOR, PROCESSES };

extern const char *const process_names[PROCESSES];

struct town {
    const char *bin;
    char dir[80];
    bool is_mounted; /* on a file system of its own */
    struct bus *bus;
    pid_t pids[PROCESSES]; /* 0: not running */
    unsigned surprises;    /* ends that the test did not cause */
};

/* Prints the sentence and ends the test, and with it the processes it started. */
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
#define must(condition, ...) ((condition) ? (void)0 : fail(__VA_ARGS__))

int64_t wall_ms(void); /* monotonic */
void pause_ms(int ms);

/* A fresh directory; nothing runs. */
void town_open_empty(struct town *t, const char *bin);
/* A fresh directory and every process started and ready. */
void town_open(struct town *t, const char *bin);
/* The same on a tmpfs of that many MiB; false when this user may not mount one. */
bool town_open_small(struct town *t, const char *bin, unsigned mebibytes);
void town_close(struct town *t);

void town_start(struct town *t, enum process p);
void town_kill(struct town *t, enum process p); /* SIGKILL, and waits for its end */
void town_kill_all(struct town *t);
void town_start_all(struct town *t);
/* Starts again whatever ended by itself, and counts it. */
void town_watch(struct town *t);

/* Milliseconds until AskStatus says ready; -1 when it does not in time. */
int town_await(struct town *t, enum process p, int timeout_ms);
void town_await_all(struct town *t, int timeout_ms);
bool town_status(struct town *t, enum process p, struct Status *out, int timeout_ms);
/* VmRSS in KiB. */
long town_memory(const struct town *t, enum process p);

/* A client of one process; ends the test when the socket cannot be opened. */
struct bus_client *town_client(struct town *t, enum process p);

/* Runs a program of the build with --data; its exit code. NULL ends the arguments. */
int town_run(const struct town *t, const char *program, ...);
/* The same with its output at the end of a file. */
int town_run_to(const struct town *t, const char *file, const char *program, ...);
/* Started and not waited for; whoever asks for it reaps it. */
pid_t town_spawn(const struct town *t, const char *program, ...);

#endif
