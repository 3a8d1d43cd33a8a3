#ifndef TOOLS_LATARNIA_CHILD_H
#define TOOLS_LATARNIA_CHILD_H

/*
 * One process that `up` keeps alive. A child that ends is started again after restart_first, then
 * after twice that and so on up to restart_longest; one that ends again after `restarts` restarts
 * within restarts_within is given up (section [up] of the settings).
 */
#include <sys/types.h>

#include "common/service/config.h"

enum { CHILD_PATH_BYTES = 4096 };

struct child {
    const char *name;
    pid_t pid;             /* 0: does not run */
    int64_t restart_at_ms; /* when it does not run; 0: not wanted */
    int64_t backoff_ms;
    int64_t ends_ms[CONFIG_RESTARTS_MAX]; /* the newest ends, as a ring of `restarts` */
    unsigned ends;
};

/* What every child is started with. */
struct child_start {
    const char *bin_dir, *data;
    const char *config_file; /* NULL: the one in the data directory */
    bool migrate; /* for the eventlog */
};

int64_t child_clock_ms(void);

/* BIN_DIR/latarnia-NAME: 0, or -errno when it cannot be run. */
int child_path(const struct child_start *s, const char *name, char out[CHILD_PATH_BYTES]);

/* Starts it in a process group of its own, so that Ctrl-C reaches the supervisor alone; it gets
 * SIGTERM when the supervisor dies. 0 or -errno. */
int child_start(struct child *c, const struct child_start *s);

/* It has ended: plans the next start; false when it has ended too often. */
bool child_ended(struct child *c, const struct config *config, int64_t now_ms);

#endif
