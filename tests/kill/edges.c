/*
 * Moments that random kills seldom meet: a log that is killed while it is being born, departments
 * without their log, two instances of one department at once, and a writer who is behind.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "tests/kill/audit.h"
#include "tests/kill/load.h"
#include "tests/kill/suites.h"

enum {
    GUIDES = 2,
    VOICES = 4,
    BIRTHS = 40,
    BIRTH_MS = 60, /* about as long as a log needs to be made */
    AWAY_MS = 4000,
    NOTICE_MS = 2500, /* somebody who has nothing to say asks once a second */
    STATUS_MS = 2000,
    LATER_MS = 2500,
    TWIN_MS = 15000,
    READY_MS = 60000,
};

/* ---- birth ---- */

static void check_birth(const struct wish *w, struct rng *rng) {
    struct town t;
    struct acks none;
    town_open_empty(&t, w->bin);
    acks_open(&none);
    for (int i = 0; i < BIRTHS; i++) {
        town_start(&t, EVENTLOG);
        pause_ms((int)rng_below(rng, BIRTH_MS));
        town_kill(&t, EVENTLOG);
    }
    town_start_all(&t);
    town_await_all(&t, READY_MS);
    audit_log(&t, &none);
    must(t.surprises == 0, "%u processes ended by themselves", t.surprises);
    printf("  a log killed %d times while it was made comes up\n", BIRTHS);
    town_close(&t);
    acks_close(&none);
}

/* ---- without the log ---- */

static struct speech register_household(const struct city *city, struct voice *v,
                                        const struct HouseholdRegistered *household) {
    return (struct speech){.to = INTAKE,
                           .schema = HouseholdRegistered_schema(),
                           .payload = household,
                           .stream = voice_id(v),
                           .actor = city->coord,
                           .role = ROLE_COORD};
}

/* Somebody who asks is told "later" within seconds, not left waiting. */
static void check_later(struct town *t, const struct city *city) {
    struct HouseholdRegistered household = {0};
    struct voice v;
    struct Command c;
    struct reply reply;
    voice_open(&v, t, NULL, 1);
    struct speech say = register_household(city, &v, &household);
    voice_command(&v, &say, &c);
    int r = voice_send(&v, INTAKE, &c, LATER_MS, &reply);
    must(r == 0 && reply.outcome == OUTCOME_later,
         "intake without its log: condition %d, outcome %d %s", r, reply.outcome, reply.code);
    voice_close(&v);
}

static void check_without_log(struct town *t, const struct city *city) {
    town_kill(t, EVENTLOG);
    int64_t until = wall_ms() + AWAY_MS, noticed = wall_ms() + NOTICE_MS;
    while (wall_ms() < until)
        for (int p = INTAKE; p < PROCESSES; p++) {
            struct Status s;
            must(town_status(t, (enum process)p, &s, STATUS_MS),
                 "%s is silent for %d ms while the eventlog is away", process_names[p], STATUS_MS);
            must(p == PROJECTOR || wall_ms() < noticed || !s.ready,
                 "%s says that it is ready while the eventlog is away", process_names[p]);
        }
    check_later(t, city);
    town_start(t, EVENTLOG);
    int ms = town_await(t, EVENTLOG, READY_MS);
    town_await_all(t, READY_MS);
    printf("  without the log for %d ms everybody answers; back after %d ms\n", AWAY_MS, ms);
}

/* ---- twins ---- */

static void await_end(struct town *t, pid_t older, enum process p) {
    int64_t begin = wall_ms();
    int status;
    while (waitpid(older, &status, WNOHANG) == 0) {
        must(wall_ms() - begin < TWIN_MS, "an older %s goes on beside the newer one",
             process_names[p]);
        pause_ms(5);
    }
    must(WIFEXITED(status) && WEXITSTATUS(status) == 111, "an older %s ended with status %x",
         process_names[p], (unsigned)status);
    (void)t;
}

/* The newer instance takes over; when the older one has found out and ended, clients that come new
 * still reach the newer one. */
static void check_twin(struct town *t, enum process p) {
    pid_t older = t->pids[p];
    struct Status s;
    t->pids[p] = 0;
    town_start(t, p);
    must(town_await(t, p, READY_MS) >= 0, "a second %s is not ready", process_names[p]);
    await_end(t, older, p);
    must(town_status(t, p, &s, READY_MS) && s.ready, "a second %s is not reached any more",
         process_names[p]);
}

void suite_edges(const struct wish *w) {
    static struct town t;
    static struct city city;
    static struct load load;
    struct voice founder;
    struct rng rng;
    rng_init(&rng, w->seed);
    printf("edges: birth, absence, twins\n");
    check_birth(w, &rng);
    town_open(&t, w->bin);
    load = (struct load){.town = &t, .city = &city, .round = load_families};
    acks_open(&load.acks);
    voice_open(&founder, &t, &load.acks, w->seed);
    city_found(&city, &founder, GUIDES);
    voice_close(&founder);
    load_start(&load, VOICES, w->seed);
    check_without_log(&t, &city);
    for (int p = INTAKE; p < PROJECTOR; p++)
        check_twin(&t, (enum process)p);
    printf("  of two instances the newer one goes on\n");
    check_writers(&t);
    load_stop(&load);
    audit_town(&t, &load.acks);
    town_close(&t);
    load_free(&load);
}
