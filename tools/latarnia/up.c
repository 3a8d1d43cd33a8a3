/*
 * latarnia up: seven processes, one supervisor, no thread of its own. It sleeps in sigtimedwait();
 * what wakes it is a child that ended, a wish to stop, or the time of a restart or a probe.
 * The eventlog starts first and the others once it answers; they stop in reverse order.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/base/ensure.h"
#include "tools/latarnia/child.h"
#include "tools/latarnia/claim.h"
#include "tools/latarnia/commands.h"
#include "tools/latarnia/link.h"
#include "tools/latarnia/probe.h"
#include "tools/latarnia/settings.h"

enum { PROBE_EVERY_MS = 100, PROBE_ANSWER_MS = 200, IDLE_MS = 3600000 };
enum { KEY_MIGRATE = 0x101, KEY_ONCE_READY, KEY_CONFIG };

const struct cli_option up_options[] = {
    {"migrate", KEY_MIGRATE, NULL, "Open an empty log for older history",
     "Otwórz pusty dziennik dla starszej historii"},
    {"once-ready", KEY_ONCE_READY, NULL,
     "Return once everything is ready; the supervisor stays in the background (DIR/up.log)",
     "Zakończ, gdy wszystko będzie gotowe; nadzorca pozostaje w tle (DIR/up.log)"},
    {"config", KEY_CONFIG, "FILE", "Settings; DIR/latarnia.conf if not given",
     "Ustawienia; domyślnie DIR/latarnia.conf"},
    {"check", 'n', NULL, "Check settings and programs, start nothing",
     "Sprawdź ustawienia i programy, niczego nie uruchamiaj"},
    {NULL, 0, NULL, NULL, NULL},
};

struct supervisor {
    struct child children[LINK_PROCESSES];
    bool ready[LINK_PROCESSES];
    bool told_ready, give_up, stop, hurry;
    struct child_start start;
    struct config config;
    char bin_dir[CHILD_PATH_BYTES];
    struct bus *bus;
    sigset_t signals;
    int claim_fd, ready_fd; /* ready_fd: who waits with --once-ready, or -1 */
};

/* ---- signals and time ---- */

/* What the caller wants ignored stays so: nohup, jobs in the background of a script. */
static bool is_ignored(int number) {
    struct sigaction action;
    return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

static void block_signals(struct supervisor *s) {
    static const int wanted[] = {SIGCHLD, SIGTERM, SIGINT, SIGHUP};
    signal(SIGCHLD, SIG_DFL);
    sigemptyset(&s->signals);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (!is_ignored(wanted[i]))
            sigaddset(&s->signals, wanted[i]);
    sigprocmask(SIG_BLOCK, &s->signals, NULL);
}

/* The next signal within the time, or 0. */
static int wait_signal(const struct supervisor *s, int64_t ms) {
    struct timespec t = {(time_t)(ms / 1000), (long)(ms % 1000) * 1000000};
    int signal_number = sigtimedwait(&s->signals, NULL, &t);
    return signal_number > 0 ? signal_number : 0;
}

static int64_t sooner(int64_t a, int64_t b) {
    return a < b ? a : b;
}

static int64_t next_wake_ms(const struct supervisor *s, int64_t now) {
    int64_t wait = IDLE_MS;
    for (int i = 0; i < LINK_PROCESSES; i++) {
        const struct child *c = &s->children[i];
        if (c->pid && !s->ready[i])
            wait = sooner(wait, PROBE_EVERY_MS);
        if (!c->pid && c->restart_at_ms)
            wait = sooner(wait, c->restart_at_ms > now ? c->restart_at_ms - now : 0);
    }
    return wait;
}

/* ---- children ---- */

static void start(struct supervisor *s, int i) {
    struct child *c = &s->children[i];
    int r = child_start(c, &s->start);
    if (r == 0) {
        cli_fail(0, "%s started (process %ld)", "uruchomiono %s (proces %ld)", c->name,
                 (long)c->pid);
        return;
    }
    cli_fail(0, "%s cannot be started: %s", "nie można uruchomić %s: %s", c->name, strerror(-r));
    s->give_up |= !child_ended(c, &s->config, child_clock_ms());
}

static void tell_end(const struct child *c, pid_t pid, int status) {
    if (WIFSIGNALED(status))
        cli_fail(0, "%s (process %ld) was ended by signal %d",
                 "%s (proces %ld): koniec przez sygnał %d", c->name, (long)pid, WTERMSIG(status));
    else
        cli_fail(0, "%s (process %ld) ended with code %d", "%s (proces %ld): koniec z kodem %d",
                 c->name, (long)pid, WEXITSTATUS(status));
}

static bool reap_one(struct child *c) {
    int status;
    pid_t pid = c->pid;
    if (!pid || waitpid(pid, &status, WNOHANG) != pid)
        return false;
    tell_end(c, pid, status);
    c->pid = 0;
    return true;
}

static void reap(struct supervisor *s) {
    for (int i = 0; i < LINK_PROCESSES; i++) {
        struct child *c = &s->children[i];
        if (!reap_one(c))
            continue;
        s->ready[i] = false;
        if (child_ended(c, &s->config, child_clock_ms()))
            continue;
        s->give_up = true;
        cli_fail(0, "%s ends again and again: giving up and stopping everything",
                 "%s kończy się raz po raz: rezygnuję i zatrzymuję wszystko", c->name);
    }
}

static void restart_due(struct supervisor *s) {
    int64_t now = child_clock_ms();
    for (int i = 0; i < LINK_PROCESSES && !s->give_up; i++)
        if (!s->children[i].pid && s->children[i].restart_at_ms &&
            s->children[i].restart_at_ms <= now)
            start(s, i);
}

static bool never_started(const struct child *c) {
    return !c->pid && !c->restart_at_ms;
}

/* ---- readiness ---- */

static void probe_one(struct supervisor *s, int i) {
    struct probe p;
    probe(s->bus, s->children[i].name, PROBE_ANSWER_MS, &p);
    s->ready[i] = p.ready;
    if (s->ready[i])
        cli_fail(0, "%s is ready", "%s: gotowe", s->children[i].name);
}

static void tell_ready(struct supervisor *s) {
    s->told_ready = true;
    cli_fail(0, "everything is ready on %s", "wszystko gotowe w %s", s->start.data);
    if (s->ready_fd < 0)
        return;
    if (write(s->ready_fd, "r", 1) != 1)
        s->stop = true;
    close(s->ready_fd);
    s->ready_fd = -1;
}

static void probe_all(struct supervisor *s) {
    int ready = 0;
    for (int i = 0; i < LINK_PROCESSES; i++) {
        if (s->children[i].pid && !s->ready[i])
            probe_one(s, i);
        ready += s->ready[i];
    }
    if (s->ready[0])
        for (int i = 1; i < LINK_PROCESSES; i++)
            if (never_started(&s->children[i]))
                start(s, i);
    if (ready == LINK_PROCESSES && !s->told_ready)
        tell_ready(s);
}

/* ---- the two halves of its life ---- */

static void watch(struct supervisor *s) {
    start(s, 0);
    while (!s->stop && !s->give_up) {
        int got = wait_signal(s, next_wake_ms(s, child_clock_ms()));
        if (got && got != SIGCHLD)
            s->stop = true;
        reap(s);
        restart_due(s);
        if (!s->stop && !s->give_up)
            probe_all(s);
    }
}

/* Another Ctrl-C while stopping ends the patience. */
static void stop_one(struct supervisor *s, struct child *c) {
    int64_t patience = s->config.values[CONFIG_up_stop_patience];
    int64_t deadline = child_clock_ms() + (s->hurry ? 0 : patience);
    kill(c->pid, SIGTERM);
    while (!reap_one(c)) {
        int64_t left = deadline - child_clock_ms();
        if (left <= 0)
            break;
        int got = wait_signal(s, left);
        if (!got || got == SIGCHLD)
            continue;
        s->hurry = true;
        deadline = 0;
    }
    if (!c->pid)
        return;
    cli_fail(0, "%s does not stop: killed", "%s nie kończy pracy: przerwano", c->name);
    kill(c->pid, SIGKILL);
    waitpid(c->pid, NULL, 0);
    c->pid = 0;
}

static void stop_all(struct supervisor *s) {
    cli_fail(0, "stopping", "zatrzymywanie");
    for (int i = LINK_PROCESSES - 1; i >= 0; i--)
        if (s->children[i].pid)
            stop_one(s, &s->children[i]);
    cli_fail(0, "stopped", "zatrzymano");
}

/* ---- before the first child ---- */

static int find_bin_dir(struct supervisor *s) {
    ssize_t size = readlink("/proc/self/exe", s->bin_dir, sizeof s->bin_dir - 1);
    char *slash = NULL;
    if (size > 0) {
        s->bin_dir[size] = 0;
        slash = strrchr(s->bin_dir, '/');
    }
    if (!slash)
        return cli_fail(CLI_LATER, "cannot tell where the programs are: %s",
                        "nie wiadomo, gdzie są programy: %s", strerror(errno));
    *slash = 0;
    s->start.bin_dir = s->bin_dir;
    return 0;
}

static int check_programs(const struct supervisor *s) {
    char path[CHILD_PATH_BYTES];
    for (int i = 0; i < LINK_PROCESSES; i++) {
        int r = child_path(&s->start, link_processes[i], path);
        if (r)
            return cli_fail(CLI_LATER, "%s: %s; is the build complete?",
                            "%s: %s; czy kompilacja jest kompletna?", path, strerror(-r));
    }
    return 0;
}

static int check_endpoint(void) {
    char endpoint[BUS_ENDPOINT_SIZE];
    struct link l = {.process = "eventlog"};
    int r = bus_endpoint(cli_data(), "networking", endpoint);
    return r ? link_fault(&l, r) : 0;
}

static int take_directory(struct supervisor *s) {
    pid_t holder = 0;
    int r = claim_make_dirs(s->start.data);
    if (!r)
        r = claim_take(s->start.data, &s->claim_fd, &holder);
    if (r == CLAIM_TAKEN)
        return cli_fail(CLI_LATER,
                        "already running on %s as process %ld; stop it with: latarnia down "
                        "--data %s",
                        "już działa na %s jako proces %ld; zatrzymaj poleceniem: latarnia down "
                        "--data %s", s->start.data, (long)holder, s->start.data);
    if (r)
        return cli_fail(CLI_LATER, "%s: %s", "%s: %s", s->start.data, strerror(-r));
    return 0;
}

static int supervise(struct supervisor *s) {
    int r = take_directory(s);
    if (r)
        return r;
    block_signals(s);
    s->bus = bus_new();
    for (int i = 0; i < LINK_PROCESSES; i++)
        s->children[i].name = link_processes[i];
    watch(s);
    stop_all(s);
    bus_free(s->bus);
    close(s->claim_fd);
    return s->give_up ? CLI_LATER : CLI_DONE;
}

/* ---- --once-ready ---- */

static int wait_ready(int fd) {
    char byte;
    ssize_t got;
    do
        got = read(fd, &byte, 1);
    while (got < 0 && errno == EINTR);
    if (got == 1)
        return CLI_DONE;
    return cli_fail(CLI_LATER, "the start failed; %s/up.log says why",
                    "uruchomienie nie powiodło się; powód podaje %s/up.log", cli_data());
}

/* The log file is where somebody looks afterwards; before it is open, messages reach the caller. */
static int into_background(const char *data) {
    char path[CHILD_PATH_BYTES];
    snprintf(path, sizeof path, "%s/up.log", data);
    int log = claim_make_dirs(data) ? -1 : open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    int null = open("/dev/null", O_RDONLY);
    if (log < 0 || null < 0 || setsid() < 0)
        return cli_fail(CLI_LATER, "%s: %s", "%s: %s", path, strerror(errno));
    dup2(null, STDIN_FILENO);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    close(null);
    close(log);
    return 0;
}

static int start_in_background(struct supervisor *s) {
    int pair[2];
    pid_t pid;
    if (pipe(pair) || (pid = fork()) < 0)
        return cli_fail(CLI_LATER, "%s", "%s", strerror(errno));
    if (pid) {
        close(pair[1]);
        return wait_ready(pair[0]);
    }
    close(pair[0]);
    fcntl(pair[1], F_SETFD, FD_CLOEXEC);
    s->ready_fd = pair[1];
    int r = into_background(s->start.data);
    exit(r ? r : supervise(s));
}

struct asked {
    bool migrate, once_ready, check;
    const char *config_file;
};

static error_t take(int key, char *arg, struct argp_state *state) {
    struct asked *in = state->input;
    if (key == KEY_MIGRATE)
        in->migrate = true;
    else if (key == KEY_ONCE_READY)
        in->once_ready = true;
    else if (key == KEY_CONFIG)
        in->config_file = arg;
    else if (key == 'n')
        in->check = true;
    else
        return ARGP_ERR_UNKNOWN;
    return 0;
}

int up_main(int argc, char **argv) {
    struct asked in = {0};
    struct supervisor s = {.ready_fd = -1, .claim_fd = -1};
    cli_parse(argc, argv, take, &in);
    s.start.data = cli_data();
    s.start.migrate = in.migrate;
    s.start.config_file = in.config_file;
    int r = settings_read(in.config_file, &s.config);
    if (!r)
        r = find_bin_dir(&s);
    if (!r)
        r = check_programs(&s);
    if (!r)
        r = check_endpoint();
    if (r || in.check)
        return r;
    return in.once_ready ? start_in_background(&s) : supervise(&s);
}
