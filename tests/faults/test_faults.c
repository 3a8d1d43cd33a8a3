#define _GNU_SOURCE /* MAP_ANONYMOUS, memfd_create */
/*
 * Every call that can be refused, refused once: for each scenario, each kind of call, each index
 * and each error the scenario is run in a child process. However it ends, what was acknowledged
 * must be there after a start without faults, and the log must verify and go on.
 *
 *   test_faults malloc | syscall
 */
#include "tests/crash/kept.h"
#include "tests/crash/lanes.h"
#include "tests/faults/scenario.h"
#include "tests/unit/eventlog/fixture.h"

#include "common/base/ensure.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SCENARIOS_MAX = 20, FAULTS_MAX = 6, MARGIN = 3, REHEARSALS = 3, TRIAL_SECONDS = 20 };
enum { ALIKE_AFTER = 120, ALIKE_STRIDE = 31 };
enum { EXIT_REFUSED = 3, EXIT_FATAL = 111, EXIT_CHECK = 9 };

enum fate {
    FATE_NONE,      /* the judge did not come back */
    FATE_DIED,      /* a signal other than the stop below */
    FATE_UNREACHED, /* this run made fewer such calls */
    FATE_DONE,      /* the fault was overcome */
    FATE_REFUSED,   /* ended with a condition that has a sentence */
    FATE_ERROR,     /* ended with an error */
    FATE_STOPPED,   /* ensure() stopped the process and said why */
    FATE_HUNG,
    FATE_ACCUSED, /* refused with "damaged", "fork" or "behind" of a log that is none of it */
    FATE_SEEN,    /* EINTR or a short write was not overcome */
    FATE_WRONG,   /* a wrong answer while running */
    FATE_LOST,    /* afterwards something is missing or wrong */
    FATES,
};

static const char *const fate_names[FATES] = {
    "NONE",    "DIED", "not reached", "overcome", "refused", "error",
    "stopped", "HUNG", "ACCUSED",     "SEEN",     "WRONG",   "LOST",
};

static bool is_bad(enum fate fate) {
    return fate <= FATE_DIED || fate >= FATE_HUNG;
}

/* Which errors each call is refused with; 0 ends a list. */
static const struct {
    bool memory;
    int faults[FAULTS_MAX];
} kinds[CALLS] = {
    [CALL_MALLOC] = {true, {ENOMEM}},
    [CALL_CALLOC] = {true, {ENOMEM}},
    [CALL_REALLOC] = {true, {ENOMEM}},
    [CALL_STRDUP] = {true, {ENOMEM}},
    [CALL_ALIGNED] = {true, {ENOMEM}},
    [CALL_OPENSSL] = {true, {ENOMEM}},
    [CALL_WRITE] = {false, {EIO, ENOSPC, EINTR, FAULT_SHORT, FAULT_FULL}},
    [CALL_PWRITE] = {false, {EIO, ENOSPC, EINTR, FAULT_SHORT, FAULT_FULL}},
    [CALL_WRITEV] = {false, {EIO, ENOSPC, EINTR, FAULT_SHORT, FAULT_FULL}},
    [CALL_PWRITEV] = {false, {EIO, ENOSPC, EINTR, FAULT_SHORT, FAULT_FULL}},
    [CALL_FDATASYNC] = {false, {EIO, ENOSPC, EINTR, FAULT_DROP, FAULT_FULL}},
    [CALL_FSYNC] = {false, {EIO, ENOSPC, EINTR, FAULT_DROP, FAULT_FULL}},
    [CALL_MSYNC] = {false, {EIO, ENOSPC, EINTR}},
    [CALL_OPEN] = {false, {EIO, ENOSPC, EMFILE, EINTR}},
    [CALL_OPENAT] = {false, {EIO, ENOSPC, EMFILE, EINTR, FAULT_FULL}},
    [CALL_RENAME] = {false, {EIO, ENOSPC, EINTR}},
    [CALL_RENAMEAT] = {false, {EIO, ENOSPC, EINTR, FAULT_FULL}},
    [CALL_FTRUNCATE] = {false, {EIO, ENOSPC, EINTR}},
    [CALL_MMAP] = {false, {ENOMEM}},
    [CALL_EVENTFD] = {false, {EMFILE}},
    [CALL_THREAD] = {false, {EAGAIN}},
};

struct trial {
    const struct scenario *scenario;
    const struct stage *stage;
    struct refusal plan;
};

static bool memory_alone;
static const struct scenario *scenarios[SCENARIOS_MAX];
static struct stage stages[SCENARIOS_MAX];
static unsigned scenario_count, trial_count, trial_room;
static struct trial *trials;

/* ---- one trial ---- */

/* In the child; what it says on stderr is read by the parent when it has ended. */
static void run_child(const struct trial *t, const char *dir, struct told *told, int words) {
    dup2(words, STDERR_FILENO);
    alarm(TRIAL_SECONDS);
    inject_arm(t->plan.fault ? &t->plan : NULL, &told->inject);
    int r = t->scenario->run(dir, told);
    told->result = r;
    _exit(r == 0 ? 0 : r > 0 ? EXIT_REFUSED : EXIT_FATAL);
}

static bool has_words(int words, const char *wanted) {
    char text[2048];
    ssize_t n = pread(words, text, sizeof text - 1, 0);
    text[n > 0 ? n : 0] = 0;
    return strstr(text, wanted) != NULL;
}

static enum fate judge_end(const struct trial *t, const struct told *told, int status, int words) {
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
        return FATE_HUNG;
    if (WIFSIGNALED(status)) /* the policy for memory: say what was not there, and stop */
        return WTERMSIG(status) == SIGABRT && kinds[t->plan.call].memory &&
                       has_words(words, "ensure failed")
                   ? FATE_STOPPED
                   : FATE_DIED;
    if (told->wrong)
        return FATE_WRONG;
    if (!told->inject.fired)
        return FATE_UNREACHED;
    if (WEXITSTATUS(status) == 0)
        return FATE_DONE;
    return WEXITSTATUS(status) == EXIT_REFUSED ? FATE_REFUSED : FATE_ERROR;
}

/* The two that a program must never show: LMDB's own calls are outside of what we can mend, there
 * they end the process like any other error. */
static bool must_be_invisible(const struct trial *t, const struct told *told) {
    enum call c = t->plan.call;
    bool writes = c == CALL_WRITE || c == CALL_PWRITE || c == CALL_WRITEV || c == CALL_PWRITEV ||
                  c == CALL_FDATASYNC || c == CALL_FSYNC;
    return writes && !told->inject.in_lmdb &&
           (t->plan.fault == EINTR || t->plan.fault == FAULT_SHORT);
}

static bool is_accusation(const struct trial *t, const struct told *told) {
    int r = told->result;
    return t->scenario->check &&
           (r == LOG_DAMAGED || r == LOG_FORK || r == LOG_BEHIND || r == -EBADMSG);
}

static enum fate check_after(const struct trial *t, const char *dir, struct told *told) {
    int status = 0;
    pid_t child = t->scenario->check ? fork() : 0;
    if (!t->scenario->check)
        return FATE_DONE;
    if (child == 0) {
        inject_disarm();
        alarm(TRIAL_SECONDS);
        const char *bad = t->scenario->check(dir, told);
        if (bad)
            fprintf(stderr, "%s, %s %u, %s (acknowledged %llu): %s\n", t->scenario->name,
                    inject_call_name(t->plan.call), t->plan.index, inject_fault_name(t->plan.fault),
                    (unsigned long long)told->acked, bad);
        _exit(bad ? EXIT_CHECK : 0);
    }
    ensure(child > 0 && waitpid(child, &status, 0) == child);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? FATE_DONE : FATE_LOST;
}

static struct told *told_new(void) {
    struct told *told =
        mmap(NULL, sizeof *told, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ensure(told != MAP_FAILED);
    return told;
}

static enum fate run_trial(const struct trial *t, const char *dir, struct told *told) {
    int status = 0, words = memfd_create("words", MFD_CLOEXEC);
    ensure(words >= 0);
    char place[128];
    snprintf(place, sizeof place, "%s/%s", dir, t->scenario->place);
    stage_put(t->stage, place);
    pid_t child = fork();
    if (child == 0)
        run_child(t, dir, told, words);
    ensure(child > 0 && waitpid(child, &status, 0) == child);
    enum fate fate = judge_end(t, told, status, words);
    close(words);
    if (is_bad(fate))
        return fate;
    if (is_accusation(t, told))
        return FATE_ACCUSED;
    if (fate != FATE_DONE && fate != FATE_UNREACHED && must_be_invisible(t, told))
        return FATE_SEEN;
    /* A full disk that has room again: the run went on, unless it had to stop. */
    if (t->plan.fault == FAULT_FULL && fate == FATE_REFUSED)
        return FATE_SEEN;
    return check_after(t, dir, told) == FATE_DONE ? fate : FATE_LOST;
}

static unsigned char try_trial(const void *context, unsigned index, const char *dir) {
    (void)context;
    struct told *told = told_new();
    enum fate fate = run_trial(&trials[index], dir, told);
    munmap(told, sizeof *told);
    return (unsigned char)fate;
}

/* ---- all of them ---- */

static void add_trial(struct trial t) {
    if (trial_count == trial_room) {
        trial_room = trial_room ? trial_room * 2 : 1024;
        trials = realloc(trials, trial_room * sizeof *trials);
        ensure(trials != NULL);
    }
    trials[trial_count++] = t;
}

/* OpenSSL allocates anew for every hash: behind the first ones they are all alike. */
static unsigned next_index(enum call c, unsigned i) {
    return c == CALL_OPENSSL && i >= ALIKE_AFTER ? i + ALIKE_STRIDE : i + 1;
}

static void add_trials(unsigned s, const unsigned counts[CALLS]) {
    for (enum call c = 0; c < CALLS; c++)
        for (unsigned i = 0; counts[c] && kinds[c].memory == memory_alone && i < counts[c] + MARGIN;
             i = next_index(c, i))
            for (const int *fault = kinds[c].faults; *fault; fault++)
                add_trial((struct trial){scenarios[s], &stages[s], {c, i, *fault}});
}

/* How many calls of each kind an undisturbed run makes: threads make that vary a little. */
static void rehearse(unsigned s, const char *dir, unsigned counts[CALLS]) {
    struct trial t = {scenarios[s], &stages[s], {0}};
    for (unsigned i = 0; i < REHEARSALS; i++) {
        struct told *told = told_new();
        enum fate fate = run_trial(&t, dir, told);
        if (fate != FATE_UNREACHED || told->result != 0)
            fail_msg("%s does not work without faults: %s, %d", t.scenario->name, fate_names[fate],
                     told->result);
        for (enum call c = 0; c < CALLS; c++)
            if (told->inject.counts[c] > counts[c])
                counts[c] = told->inject.counts[c];
        munmap(told, sizeof *told);
        lanes_clear(dir);
    }
}

static void rehearse_all(const char *base) {
    char dir[80];
    snprintf(dir, sizeof dir, "%s-rehearsal", base);
    assert_int_equal(mkdir(dir, 0700), 0);
    for (unsigned s = 0; s < scenario_count; s++) {
        unsigned counts[CALLS] = {0};
        if (scenarios[s]->prepare)
            scenarios[s]->prepare(&stages[s]);
        rehearse(s, dir, counts);
        add_trials(s, counts);
    }
    rmdir(dir);
}

static void tell_scenario(const struct scenario *scenario, const unsigned char *fates) {
    unsigned counts[FATES] = {0}, all = 0;
    for (unsigned i = 0; i < trial_count; i++)
        if (trials[i].scenario == scenario) {
            counts[fates[i]]++;
            all++;
        }
    printf("  %s: %u runs:", scenario->name, all);
    for (unsigned f = 0; f < FATES; f++)
        if (counts[f])
            printf(" %s %u", fate_names[f], counts[f]);
    printf("\n");
}

static unsigned tell(const unsigned char *fates) {
    unsigned bad = 0;
    for (unsigned s = 0; s < scenario_count; s++)
        tell_scenario(scenarios[s], fates);
    for (unsigned i = 0; i < trial_count; i++) {
        const struct trial *t = &trials[i];
        if (is_bad(fates[i]) && bad++ < 60)
            printf("  %s: %s %u, %s: %s\n", t->scenario->name, inject_call_name(t->plan.call),
                   t->plan.index, inject_fault_name(t->plan.fault), fate_names[fates[i]]);
    }
    return bad;
}

static void every_refusal_is_survived(void **state) {
    struct timespec a, b;
    char base[64];
    (void)state;
    lanes_base(base, memory_alone ? "malloc" : "syscall");
    clock_gettime(CLOCK_MONOTONIC, &a);
    rehearse_all(base);
    unsigned char *fates = calloc(trial_count, 1);
    assert_non_null(fates);
    lanes_run(try_trial, NULL, base, trial_count, FATE_DONE, fates);
    clock_gettime(CLOCK_MONOTONIC, &b);
    printf("%u runs, %.0f s\n", trial_count,
           (double)(b.tv_sec - a.tv_sec) + 1e-9 * (double)(b.tv_nsec - a.tv_nsec));
    unsigned bad = tell(fates);
    free(fates);
    assert_int_equal(bad, 0);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_refusal_is_survived),
    };
    if (argc != 2 || (strcmp(argv[1], "malloc") != 0 && strcmp(argv[1], "syscall") != 0)) {
        fprintf(stderr, "usage: %s malloc | syscall\n", argv[0]);
        return 2;
    }
    inject_init();
    setvbuf(stdout, NULL, _IOLBF, 0);
    memory_alone = strcmp(argv[1], "malloc") == 0;
    kept_init();
    log_scenarios_init();
    view_scenarios_init();
    for (size_t i = 0; i < log_scenario_count; i++)
        scenarios[scenario_count++] = &log_scenarios[i];
    for (size_t i = 0; i < view_scenario_count; i++)
        scenarios[scenario_count++] = &view_scenarios[i];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
