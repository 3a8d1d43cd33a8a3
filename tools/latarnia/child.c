#include "tools/latarnia/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

int64_t child_clock_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int child_path(const struct child_start *s, const char *name, char out[CHILD_PATH_BYTES]) {
    int size = snprintf(out, CHILD_PATH_BYTES, "%s/latarnia-%s", s->bin_dir, name);
    if (size < 0 || size >= CHILD_PATH_BYTES)
        return -ENAMETOOLONG;
    return access(out, X_OK) ? -errno : 0;
}

static void quiet_stdin(void) {
    int null = open("/dev/null", O_RDONLY);
    if (null > 0) {
        dup2(null, STDIN_FILENO);
        close(null);
    }
}

/* Not SIGTERM: an orphan that ends in order may wait for another one for seconds, and holds the log
 * against the next supervisor meanwhile. Nothing that was acknowledged is lost by a kill.
 * The supervisor may have died between fork and prctl: then nobody would tell us. */
static void die_with_parent(pid_t parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1);
}

/* Only what is allowed after fork in a process that has threads. */
_Noreturn static void become(char *const argv[], pid_t parent) {
    sigset_t none;
    setpgid(0, 0);
    die_with_parent(parent);
    quiet_stdin();
    signal(SIGPIPE, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execv(argv[0], argv);
    _exit(127);
}

int child_start(struct child *c, const struct child_start *s) {
    char program[CHILD_PATH_BYTES], data[CHILD_PATH_BYTES], config[CHILD_PATH_BYTES];
    char data_option[] = "--data", config_option[] = "--config", migrate_option[] = "--migrate";
    char *argv[7] = {program, data_option, data};
    size_t count = 3;
    if (s->config_file) {
        argv[count++] = config_option;
        argv[count++] = config;
        snprintf(config, sizeof config, "%s", s->config_file);
    }
    if (s->migrate && strcmp(c->name, "eventlog") == 0)
        argv[count++] = migrate_option;
    snprintf(data, sizeof data, "%s", s->data);
    int r = child_path(s, c->name, program);
    pid_t parent = getpid(), pid = r ? -1 : fork();
    if (pid < 0)
        return r ? r : -errno;
    if (pid == 0)
        become(argv, parent);
    c->pid = pid;
    c->restart_at_ms = 0;
    return 0;
}

static int64_t next_backoff(const struct config *config, int64_t backoff_ms) {
    int64_t longest = config->values[CONFIG_up_restart_longest];
    if (backoff_ms == 0)
        backoff_ms = config->values[CONFIG_up_restart_first] / 2;
    return backoff_ms * 2 < longest ? backoff_ms * 2 : longest;
}

bool child_ended(struct child *c, const struct config *config, int64_t now_ms) {
    unsigned most = (unsigned)config->values[CONFIG_up_restarts];
    int64_t within = config->values[CONFIG_up_restarts_within];
    int64_t *oldest = &c->ends_ms[c->ends % most];
    int64_t newest = c->ends ? c->ends_ms[(c->ends - 1) % most] : 0;
    bool too_often = c->ends >= most && now_ms - *oldest <= within;
    if (!c->ends || now_ms - newest > within)
        c->backoff_ms = 0;
    *oldest = now_ms;
    c->ends++;
    c->pid = 0;
    c->backoff_ms = next_backoff(config, c->backoff_ms);
    c->restart_at_ms = now_ms + c->backoff_ms;
    return !too_often;
}
