#define _GNU_SOURCE /* MAP_ANONYMOUS, nftw */
#include "tests/crash/lanes.h"

#include "common/base/ensure.h"

#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TRIAL_SECONDS = 30 };

struct lane {
    pid_t child;
    unsigned next; /* first trial without a verdict */
    char dir[80];
};

void lanes_base(char out[64], const char *name) {
    const char *place = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : ".";
    int n = snprintf(out, 64, "%s/latarnia-%s-%d", place, name, (int)getpid());
    ensure(n > 0 && n < 64);
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at) {
    (void)st, (void)kind;
    return at->level == 0 ? 0 : remove(path);
}

void lanes_clear(const char *dir) {
    ensure(nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS) == 0);
}

/* No core files; and cmocka, which catches signals, would go on with its other tests in here. */
static void be_a_child(void) {
    static const int deaths[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    for (size_t i = 0; i < sizeof deaths / sizeof *deaths; i++)
        signal(deaths[i], SIG_DFL);
}

static void start(struct lane *l, lane_trial *trial, const void *context, unsigned count,
                  unsigned char *verdicts) {
    fflush(NULL);
    l->child = fork();
    ensure(l->child >= 0);
    if (l->child > 0)
        return;
    be_a_child();
    for (unsigned i = l->next; i < count; i += LANES) {
        alarm(TRIAL_SECONDS);
        lanes_clear(l->dir);
        verdicts[i] = trial(context, i, l->dir);
    }
    _exit(0);
}

static struct lane *ended(struct lane *lanes) {
    pid_t child = wait(NULL);
    ensure(child > 0);
    for (unsigned i = 0; i < LANES; i++)
        if (lanes[i].child == child)
            return &lanes[i];
    ensure(!"a child of ours");
    return NULL;
}

static unsigned count_bad(const unsigned char *verdicts, unsigned count, unsigned char good) {
    unsigned bad = 0;
    for (unsigned i = 0; i < count; i++)
        bad += verdicts[i] != good;
    return bad;
}

unsigned lanes_run(lane_trial *trial, const void *context, const char *base, unsigned count,
                   unsigned char good, unsigned char *verdicts) {
    struct lane lanes[LANES];
    unsigned running = LANES;
    unsigned char *shared =
        mmap(NULL, count + 1, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ensure(shared != MAP_FAILED);
    for (unsigned i = 0; i < LANES; i++) {
        lanes[i].next = i;
        snprintf(lanes[i].dir, sizeof lanes[i].dir, "%s-%u", base, i);
        ensure(mkdir(lanes[i].dir, 0700) == 0);
        start(&lanes[i], trial, context, count, shared);
    }
    while (running > 0) {
        struct lane *l = ended(lanes);
        while (l->next < count && shared[l->next] != 0)
            l->next += LANES;
        l->next += l->next < count ? LANES : 0; /* the one that it died of */
        if (l->next < count)
            start(l, trial, context, count, shared);
        else
            running--;
    }
    for (unsigned i = 0; i < LANES; i++) {
        lanes_clear(lanes[i].dir);
        rmdir(lanes[i].dir);
    }
    memcpy(verdicts, shared, count);
    munmap(shared, count + 1);
    return count_bad(verdicts, count, good);
}
