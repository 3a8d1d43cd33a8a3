#define _GNU_SOURCE /* MAP_ANONYMOUS */
#include "common/eventlog/verify.h"

#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* What parent and child share; the child may die at any moment, so `seen` says how far it was. */
struct shared {
    struct verify_report report;
    int result;
    volatile uint64_t seen, size;
};

static void child_run(const struct verify_options *options, struct shared *s);
static int parent_wait(const struct verify_options *options, struct shared *s, pid_t child,
                       int *status);

int verify_log(const struct verify_options *options, struct verify_report *out) {
    int status = 0;
    struct shared *s = mmap(NULL, sizeof *s, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
                            -1, 0);
    if (s == MAP_FAILED)
        return -errno;
    pid_t child = fork();
    if (child == 0)
        child_run(options, s);
    int r = child < 0 ? -errno : parent_wait(options, s, child, &status);
    if (!r && WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        r = s->result;
        *out = s->report;
    } else if (!r && WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT) {
        r = -ECANCELED; /* one of our own promises, above all memory: no word about the log */
    } else if (!r) {
        *out = s->report;
        out->outcome = VERIFY_ENVIRONMENT;
        out->position = s->seen + 1;
        out->detail = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    }
    munmap(s, sizeof *s);
    return r;
}

/* No core file and no words of LMDB's own: the parent reports. */
static void child_run(const struct verify_options *options, struct shared *s) {
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    signal(SIGSEGV, SIG_DFL);
    signal(SIGBUS, SIG_DFL);
    signal(SIGABRT, SIG_DFL);
    s->result = verify_walk(options, &s->report, &s->seen, &s->size);
    _exit(0);
}

static int parent_wait(const struct verify_options *options, struct shared *s, pid_t child,
                       int *status) {
    struct timespec tick = {0, 1000000}, longest = {0, 100000000};
    for (;;) {
        pid_t got = waitpid(child, status, options->progress ? WNOHANG : 0);
        if (got == child)
            return 0;
        if (got < 0 && errno != EINTR)
            return -errno;
        if (!options->progress)
            continue;
        options->progress(options->context, s->seen, s->size);
        nanosleep(&tick, NULL);
        tick = longest; /* the first look is soon, for small logs */
    }
}

const char *verify_text(enum verify_outcome outcome) {
    static const char *const texts[] = {
        [VERIFY_SOUND] = "everything verifies",
        [VERIFY_EMPTY] = "there is no log here",
        [VERIFY_RECORD] = "a record is missing or is not what was appended",
        [VERIFY_ROOT] = "the records do not give the stored root",
        [VERIFY_ENVIRONMENT] = "the LMDB file is damaged",
        [VERIFY_CHECKPOINT] = "the signed head does not belong to this log",
        [VERIFY_SEGMENT] = "the segment is damaged or does not continue the log",
        [VERIFY_CHECK] = "a record breaks a rule of its own layer",
        [VERIFY_SHORTER] = "records that an earlier head speaks of are gone",
        [VERIFY_OTHER] = "this is not the log that the earlier head speaks of",
    };
    return texts[outcome];
}
