#ifndef TOOLS_LATARNIA_CHILD_H
#define TOOLS_LATARNIA_CHILD_H

/*
 * One process that `up` keeps alive. A child that ends is started again after 100 ms, then 200 ms
 * and so on up to 5 s; one that ends again after five restarts within a minute is given up.
 */
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum {
    CHILD_BACKOFF_MIN_MS = 100,
    CHILD_BACKOFF_MAX_MS = 5000,
    CHILD_ENDS_MAX = 5,
    CHILD_ENDS_WITHIN_MS = 60000,
    CHILD_PATH_BYTES = 4096,
};

struct child {
    const char *name;
    pid_t pid;             /* 0: does not run */
    int64_t restart_at_ms; /* when it does not run; 0: not wanted */
    int64_t backoff_ms;
    int64_t ends_ms[CHILD_ENDS_MAX]; /* the newest ends, as a ring */
    unsigned ends;
};

/* What every child is started with. */
struct child_start {
    const char *bin_dir, *data;
    bool migrate; /* for the eventlog */
};

int64_t child_clock_ms(void);

/* BIN_DIR/latarnia-NAME: 0, or -errno when it cannot be run. */
int child_path(const struct child_start *s, const char *name, char out[CHILD_PATH_BYTES]);

/* Starts it in a process group of its own, so that Ctrl-C reaches the supervisor alone; it gets
 * SIGTERM when the supervisor dies. 0 or -errno. */
int child_start(struct child *c, const struct child_start *s);

/* It has ended: plans the next start; false when it has ended too often. */
bool child_ended(struct child *c, int64_t now_ms);

#endif
