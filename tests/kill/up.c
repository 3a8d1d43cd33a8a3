/*
 * The supervisor: `latarnia up` and its children are killed and stopped under load. No child may
 * outlive it, the next `up` has to come up at once, and nothing acknowledged is lost.
 */
#include <ctype.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/kill/audit.h"
#include "tests/kill/load.h"
#include "tests/kill/suites.h"

enum {
    GUIDES = 2,
    VOICES = 4,
    ROUNDS = 12,
    LOAD_MS = 600,
    READY_MS = 60000,
    ORPHAN_MS = 3000, /* what still lives so long after its supervisor outlives it */
    STOP_MS = 60000,
};

/* ---- who runs on the directory ---- */

static bool runs_on(const char *pid, const char *dir) {
    char path[300], line[1024];
    snprintf(path, sizeof path, "/proc/%s/cmdline", pid);
    FILE *in = fopen(path, "r");
    if (!in)
        return false;
    size_t size = fread(line, 1, sizeof line - 1, in);
    fclose(in);
    line[size] = 0;
    bool found = false;
    for (size_t at = 0; at < size; at += strlen(line + at) + 1)
        found |= strcmp(line + at, dir) == 0;
    return found;
}

/* Every process whose command line names the directory; the newest goes to `one`. */
static unsigned count_running(const struct town *t, struct rng *rng, pid_t *one) {
    unsigned count = 0;
    DIR *proc = opendir("/proc");
    must(proc != NULL, "no /proc");
    for (struct dirent *e; (e = readdir(proc));) {
        if (!isdigit((unsigned char)e->d_name[0]) || !runs_on(e->d_name, t->dir))
            continue;
        count++;
        if (one && rng_below(rng, count) == 0)
            *one = (pid_t)strtol(e->d_name, NULL, 10);
    }
    closedir(proc);
    return count;
}

static int await_nobody(const struct town *t) {
    int64_t begin = wall_ms();
    while (count_running(t, NULL, NULL) > 0) {
        must(wall_ms() - begin < ORPHAN_MS, "%u processes outlive their supervisor by %d ms",
             count_running(t, NULL, NULL), ORPHAN_MS);
        pause_ms(1);
    }
    return (int)(wall_ms() - begin);
}

/* ---- the supervisor ---- */

static pid_t start_up(const struct town *t) {
    return town_spawn(t, "latarnia", "up", NULL);
}

static void await_up(struct town *t, pid_t up) {
    for (int p = 0; p < PROCESSES; p++) {
        int ready = town_await(t, (enum process)p, READY_MS);
        must(waitpid(up, NULL, WNOHANG) == 0, "latarnia up ended by itself");
        must(ready >= 0, "%s is not ready under latarnia up", process_names[p]);
    }
}

static void stop_up(pid_t up, int number) {
    int status;
    int64_t begin = wall_ms();
    kill(up, number);
    while (waitpid(up, &status, WNOHANG) == 0) {
        must(wall_ms() - begin < STOP_MS, "latarnia up does not end on signal %d", number);
        pause_ms(1);
    }
    must(number == SIGKILL || (WIFEXITED(status) && WEXITSTATUS(status) == 0),
         "latarnia up ended with status %x on signal %d", (unsigned)status, number);
}

/* Any of the seven; `up` starts it again. */
static void kill_a_child(struct town *t, struct rng *rng, pid_t up) {
    pid_t child = up;
    while (child == up)
        count_running(t, rng, &child);
    kill(child, SIGKILL);
    while (kill(child, 0) == 0)
        pause_ms(1);
}

static pid_t one_round(struct town *t, struct rng *rng, pid_t up, unsigned round) {
    pause_ms((int)rng_below(rng, LOAD_MS));
    if (round % 3 == 0) {
        kill_a_child(t, rng, up);
        await_up(t, up);
        return up;
    }
    stop_up(up, round % 3 == 1 ? SIGKILL : SIGTERM);
    if (round % 2)
        printf("  the last child ended %d ms after its supervisor\n", await_nobody(t));
    up = start_up(t);
    await_up(t, up);
    return up;
}

void suite_up(const struct wish *w) {
    static struct town t;
    static struct city city;
    static struct load load;
    struct voice founder;
    struct rng rng;
    unsigned rounds = w->kills ? w->kills : ROUNDS;
    rng_init(&rng, w->seed);
    town_open_empty(&t, w->bin);
    pid_t up = start_up(&t);
    await_up(&t, up);
    load = (struct load){.town = &t, .city = &city, .round = load_families};
    acks_open(&load.acks);
    voice_open(&founder, &t, &load.acks, w->seed);
    city_found(&city, &founder, GUIDES);
    voice_close(&founder);
    load_start(&load, VOICES, w->seed);
    printf("up: %u times SIGKILL or SIGTERM of latarnia up, or SIGKILL of a child\n", rounds);
    for (unsigned round = 0; round < rounds; round++)
        up = one_round(&t, &rng, up, round);
    load_stop(&load);
    audit_town(&t, &load.acks);
    stop_up(up, SIGTERM);
    await_nobody(&t);
    town_close(&t);
    load_free(&load);
}
