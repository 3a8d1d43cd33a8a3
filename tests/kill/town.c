#define _GNU_SOURCE /* MS_NODEV of mount */
#include "tests/kill/town.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { READY_MS = 30000, PROBE_MS = 150, END_MS = 20000 };

const char *const process_names[PROCESSES] = {"eventlog",   "intake",     "relocation", "debt",
                                              "networking", "monitoring", "projector"};

/* ---- small things ---- */

void fail(const char *format, ...) {
    va_list args;
    va_start(args, format);
    fputs("FAILED: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    fflush(NULL);
    _exit(1); /* the processes end with us: PR_SET_PDEATHSIG */
}

int64_t wall_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void pause_ms(int ms) {
    struct timespec t = {ms / 1000, ms % 1000 * 1000000L};
    nanosleep(&t, NULL);
}

/* ---- processes ---- */

static _Noreturn void become(const char *path, char *const argv[], const char *log) {
    int fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (fd >= 0) {
        dup2(fd, 1);
        dup2(fd, 2);
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execv(path, argv);
    _exit(127);
}

static void path_of(const struct town *t, const char *name, char out[512]) {
    snprintf(out, 512, "%s/%s", t->bin, name);
}

static void log_path(const struct town *t, char out[128]) {
    snprintf(out, 128, "%s.txt", t->dir);
}

void town_start(struct town *t, enum process p) {
    char name[48], path[512], log[128], data[] = "--data", dir[sizeof t->dir];
    char *argv[] = {name, data, dir, NULL};
    must(t->pids[p] == 0, "%s runs already", process_names[p]);
    snprintf(name, sizeof name, "latarnia-%s", process_names[p]);
    snprintf(dir, sizeof dir, "%s", t->dir);
    path_of(t, name, path);
    log_path(t, log);
    pid_t pid = fork();
    must(pid >= 0, "fork: errno %d", errno);
    if (pid == 0)
        become(path, argv, log);
    t->pids[p] = pid;
}

/* What the test did not cause. */
static void note_surprise(struct town *t, enum process p, int status) {
    fprintf(stderr, "%s ended by itself (%s %d)\n", process_names[p],
            WIFEXITED(status) ? "exit" : "signal",
            WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
    t->surprises++;
}

static void reap(struct town *t, enum process p) {
    int status;
    while (waitpid(t->pids[p], &status, 0) < 0 && errno == EINTR) {
    }
    t->pids[p] = 0;
    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
        note_surprise(t, p, status); /* it had ended before it was killed */
}

void town_kill(struct town *t, enum process p) {
    if (!t->pids[p])
        return;
    kill(t->pids[p], SIGKILL);
    reap(t, p);
}

void town_kill_all(struct town *t) {
    for (int p = 0; p < PROCESSES; p++)
        if (t->pids[p])
            kill(t->pids[p], SIGKILL);
    for (int p = 0; p < PROCESSES; p++)
        if (t->pids[p])
            reap(t, (enum process)p);
}

/* The eventlog makes the folder of the sockets; the very first time the others wait for it. */
static void await_folder(const struct town *t) {
    char path[128];
    int64_t until = wall_ms() + READY_MS;
    snprintf(path, sizeof path, "%s/run", t->dir);
    while (access(path, F_OK) != 0) {
        must(wall_ms() < until, "the eventlog made no %s", path);
        pause_ms(5);
    }
}

void town_start_all(struct town *t) {
    for (int p = 0; p < PROCESSES; p++) {
        town_start(t, (enum process)p);
        if (p == EVENTLOG)
            await_folder(t);
    }
}

void town_watch(struct town *t) {
    for (int p = 0; p < PROCESSES; p++) {
        int status;
        if (!t->pids[p] || waitpid(t->pids[p], &status, WNOHANG) != t->pids[p])
            continue;
        note_surprise(t, (enum process)p, status);
        t->pids[p] = 0;
        town_start(t, (enum process)p);
    }
}

/* ---- readiness ---- */

struct bus_client *town_client(struct town *t, enum process p) {
    char endpoint[BUS_ENDPOINT_SIZE];
    struct bus_client *client;
    must(bus_endpoint(t->dir, process_names[p], endpoint) == 0, "the path is too long");
    must(bus_client_open(t->bus, endpoint, &client) == 0, "no client of %s", process_names[p]);
    return client;
}

bool town_status(struct town *t, enum process p, struct Status *out, int timeout_ms) {
    static uint8_t memory[4 << 20];
    struct arena arena;
    struct bus_answer answer;
    struct AskStatus ask = {0};
    struct bus_client *client = town_client(t, p);
    arena_init(&arena, memory, sizeof memory);
    int r = bus_call(client, AskStatus_schema(), &ask, timeout_ms, &arena, &answer);
    bool is_told = r == 0 && answer.schema == Status_schema();
    if (is_told)
        *out = *(const struct Status *)answer.message;
    bus_client_close(client);
    return is_told;
}

int town_await(struct town *t, enum process p, int timeout_ms) {
    int64_t begin = wall_ms();
    struct Status status;
    while (wall_ms() - begin < timeout_ms) {
        if (town_status(t, p, &status, PROBE_MS) && status.ready)
            return (int)(wall_ms() - begin);
        town_watch(t);
        pause_ms(2);
    }
    return -1;
}

void town_await_all(struct town *t, int timeout_ms) {
    for (int p = 0; p < PROCESSES; p++)
        must(town_await(t, (enum process)p, timeout_ms) >= 0, "%s is not ready after %d ms",
             process_names[p], timeout_ms);
}

long town_memory(const struct town *t, enum process p) {
    char path[64], line[128];
    long kib = -1;
    snprintf(path, sizeof path, "/proc/%d/status", (int)t->pids[p]);
    FILE *in = fopen(path, "r");
    while (in && fgets(line, sizeof line, in))
        if (sscanf(line, "VmRSS: %ld", &kib) == 1)
            break;
    if (in)
        fclose(in);
    return kib;
}

/* ---- the whole ---- */

static void make_folder(struct town *t, const char *bin) {
    *t = (struct town){.bin = bin};
    snprintf(t->dir, sizeof t->dir, "/tmp/lk-XXXXXX");
    must(mkdtemp(t->dir) != NULL, "no temporary directory: errno %d", errno);
    printf("  in %s, messages in %s.txt\n", t->dir, t->dir);
}

static void begin(struct town *t) {
    t->bus = bus_new();
    town_start_all(t);
    town_await_all(t, READY_MS);
}

void town_open_empty(struct town *t, const char *bin) {
    make_folder(t, bin);
    t->bus = bus_new();
}

void town_open(struct town *t, const char *bin) {
    make_folder(t, bin);
    begin(t);
}

bool town_open_small(struct town *t, const char *bin, unsigned mebibytes) {
    char size[32];
    make_folder(t, bin);
    snprintf(size, sizeof size, "size=%um,mode=0700", mebibytes);
    if (mount("tmpfs", t->dir, "tmpfs", MS_NODEV | MS_NOSUID, size)) {
        rmdir(t->dir);
        return false;
    }
    t->is_mounted = true;
    begin(t);
    return true;
}

static void end_in_order(struct town *t) {
    for (int p = PROCESSES - 1; p >= 0; p--) {
        int64_t until = wall_ms() + END_MS;
        int status;
        if (!t->pids[p])
            continue;
        kill(t->pids[p], SIGTERM);
        while (waitpid(t->pids[p], &status, WNOHANG) == 0) {
            must(wall_ms() < until, "%s does not end on SIGTERM", process_names[p]);
            pause_ms(5);
        }
        t->pids[p] = 0;
        must(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%s ended with status %d",
             process_names[p], status);
    }
}

static void remove_folder(struct town *t) {
    char command[256];
    char log[128];
    log_path(t, log);
    if (t->is_mounted)
        umount(t->dir);
    snprintf(command, sizeof command, "rm -rf '%s' '%s'", t->dir, log);
    must(system(command) == 0, "%s cannot be removed", t->dir);
}

void town_close(struct town *t) {
    end_in_order(t);
    bus_free(t->bus);
    remove_folder(t);
}

enum { ARGUMENTS_MAX = 20 };

static pid_t spawn(const struct town *t, const char *file, const char *program, va_list args) {
    char path[512], dir[sizeof t->dir], data[] = "--data", name[64];
    char *argv[ARGUMENTS_MAX + 4] = {name};
    size_t count = 1;
    for (char *arg; count < ARGUMENTS_MAX && (arg = va_arg(args, char *));)
        argv[count++] = arg;
    snprintf(name, sizeof name, "%s", program);
    snprintf(dir, sizeof dir, "%s", t->dir);
    argv[count++] = data;
    argv[count++] = dir;
    path_of(t, program, path);
    pid_t pid = fork();
    must(pid >= 0, "fork: errno %d", errno);
    if (pid == 0)
        become(path, argv, file);
    return pid;
}

static int exit_code(pid_t pid) {
    int status;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

pid_t town_spawn(const struct town *t, const char *program, ...) {
    char log[128];
    va_list args;
    log_path(t, log);
    va_start(args, program);
    pid_t pid = spawn(t, log, program, args);
    va_end(args);
    return pid;
}

int town_run(const struct town *t, const char *program, ...) {
    char log[128];
    va_list args;
    log_path(t, log);
    va_start(args, program);
    pid_t pid = spawn(t, log, program, args);
    va_end(args);
    return exit_code(pid);
}

int town_run_to(const struct town *t, const char *file, const char *program, ...) {
    va_list args;
    va_start(args, program);
    pid_t pid = spawn(t, file, program, args);
    va_end(args);
    return exit_code(pid);
}
