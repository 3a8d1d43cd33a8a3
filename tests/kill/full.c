/*
 * A full disk: the data directory lies on a small file system of its own, and a foreign file takes
 * the room. Appends are refused with the sentence of OUTCOME_full, everything else goes on, a
 * restart included; once there is room again appends go on by themselves, and what was waiting (the
 * reactions) happens.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "common/messages/policy.h"
#include "tests/kill/audit.h"
#include "tests/kill/load.h"
#include "tests/kill/suites.h"

enum {
    MEBIBYTES = 320, /* two segments of 64, the log written ahead, the views */
    GUIDES = 2,
    VOICES = 4,
    LOAD_MS = 1500,
    FILLS = 5,
    SENDINGS_MAX = 200, /* accepted ones before the log notices that the disk is full */
    ANSWER_MS = 3000,
    PATIENCE_MS = 10000,
    READY_MS = 60000,
    STATUS_MS = 1500,
    VIEWS_MS = 3000, /* the projector writes its tables every 2 s */
};

/* ---- the foreign file ---- */

static void ballast_path(const struct town *t, char out[128]) {
    snprintf(out, 128, "%s/ballast", t->dir);
}

static uint64_t room_left(const struct town *t, uint64_t *all) {
    struct statvfs v;
    must(statvfs(t->dir, &v) == 0, "no statvfs of %s", t->dir);
    *all = (uint64_t)v.f_blocks * v.f_frsize;
    return (uint64_t)v.f_bavail * v.f_frsize;
}

/* Takes room until at most so many hundredths of the file system are left. */
static void take_room(const struct town *t, unsigned percent_left) {
    static const char zeros[1 << 16];
    char path[128];
    uint64_t all;
    ballast_path(t, path);
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    must(fd >= 0, "%s cannot be made", path);
    while (room_left(t, &all) > all / 100 * percent_left)
        if (write(fd, zeros, sizeof zeros) <= 0)
            break;
    close(fd);
}

static void give_room_back(const struct town *t) {
    char path[128];
    ballast_path(t, path);
    must(unlink(path) == 0, "%s cannot be removed", path);
}

/* ---- speaking to a full log ---- */

struct shop {
    struct town *town;
    struct city city;
    struct load load;
    struct voice voice; /* of the one who finds out */
};

/* Anything that intake and monitoring take at any time. */
static int32_t send_one(struct shop *s, enum process to, struct reply *reply) {
    struct HouseholdRegistered household = {0};
    struct UnitRegistered unit = {.role = ROLE_MOPS};
    struct speech say = {.to = INTAKE,
                         .schema = HouseholdRegistered_schema(),
                         .payload = &household,
                         .stream = voice_id(&s->voice),
                         .actor = s->city.coord,
                         .role = ROLE_COORD};
    struct Command c;
    if (to == MONITORING) {
        say.to = MONITORING;
        say.schema = UnitRegistered_schema();
        say.payload = &unit;
        say.actor = s->city.biuro;
        say.role = ROLE_BIURO;
    }
    voice_command(&s->voice, &say, &c);
    int r = voice_send(&s->voice, to, &c, ANSWER_MS, reply);
    must(r == 0, "%s does not answer on a full disk", process_names[to]);
    return reply->outcome;
}

/* The last entry that is still accepted mostly leaves monitoring with reactions that it cannot
 * write. */
static void fill_up(struct shop *s, unsigned percent_left) {
    struct reply reply;
    struct CaseOpened opened = {
        .household = voice_id(&s->voice), .programme = PROGRAMME_LODZ, .readiness = READINESS_yes};
    must(city_register(&s->city, &s->voice, opened.household), "a household is refused");
    take_room(s->town, percent_left);
    struct speech last = city_open(&s->city, voice_id(&s->voice), &opened);
    last.after = s->voice.newest;
    voice_say(&s->voice, &last, &reply);
    for (int i = 0; send_one(s, INTAKE, &reply) != OUTCOME_full; i++) {
        must(reply.outcome == OUTCOME_accepted, "outcome %d %s before the log is full",
             reply.outcome, reply.code);
        must(i < SENDINGS_MAX, "the log takes %d entries on a full disk", i);
    }
    must(strncmp(reply.code, "The log is full", 15) == 0, "a full log says: %s", reply.code);
}

static void check_refusing(struct shop *s) {
    struct reply reply;
    for (int i = 0; i < 10; i++) {
        must(send_one(s, INTAKE, &reply) == OUTCOME_full, "intake: outcome %d %s on a full disk",
             reply.outcome, reply.code);
        must(send_one(s, MONITORING, &reply) == OUTCOME_full,
             "monitoring: outcome %d %s on a full disk", reply.outcome, reply.code);
    }
}

static void check_serving(struct shop *s) {
    struct Status status;
    for (int p = 0; p < PROCESSES; p++)
        must(town_status(s->town, (enum process)p, &status, STATUS_MS) && status.ready,
             "%s does not say that it is ready on a full disk", process_names[p]);
    audit_log(s->town, &s->load.acks);
    int code = town_run_to(s->town, "/dev/null", "latarnia", "query", "caseload", "--json", NULL);
    must(code == 0, "a query ended with %d on a full disk", code);
    code = town_run_to(s->town, "/dev/null", "latarnia", "log", "verify", NULL);
    must(code == 0, "log verify ended with %d on a full disk", code);
}

static void check_restart(struct shop *s) {
    town_kill_all(s->town);
    town_start_all(s->town);
    town_await_all(s->town, READY_MS);
}

static int64_t await_room(struct shop *s) {
    struct reply reply;
    int64_t begin = wall_ms();
    while (send_one(s, INTAKE, &reply) == OUTCOME_full) {
        must(wall_ms() - begin < PATIENCE_MS, "still full %d ms after there is room", PATIENCE_MS);
        pause_ms(50);
    }
    must(reply.outcome == OUTCOME_accepted, "outcome %d %s once there is room", reply.outcome,
         reply.code);
    return wall_ms() - begin;
}

static void load_for_a_while(struct shop *s, uint64_t seed) {
    load_start(&s->load, VOICES, seed);
    pause_ms(LOAD_MS);
    load_stop(&s->load);
}

/* The room goes while commits are under way. */
static void fill_under_load(struct shop *s, uint64_t seed) {
    load_start(&s->load, VOICES, seed);
    pause_ms(LOAD_MS / 3);
    take_room(s->town, 15);
    pause_ms(LOAD_MS);
    load_stop(&s->load);
}

static void tell(const char *what, struct shop *s) {
    uint64_t all, left = room_left(s->town, &all);
    printf("  %s: %llu of %llu KiB left\n", what, (unsigned long long)left / 1024,
           (unsigned long long)all / 1024);
}

static void check_full(struct shop *s) {
    check_refusing(s);
    check_serving(s);
    check_restart(s);
    check_refusing(s);
    check_serving(s);
}

static void check_room(struct shop *s) {
    give_room_back(s->town);
    printf("  accepted again %lld ms after there was room\n", (long long)await_room(s));
}

static void run_full(struct shop *s, uint64_t seed) {
    load_for_a_while(s, seed);
    fill_up(s, 15);
    tell("refused", s);
    check_full(s);
    take_room(s->town, 0);
    tell("nothing left", s);
    check_full(s);
    check_room(s);
    load_for_a_while(s, seed + 1);
    /* Suddenly, while the views still have rows to write. */
    fill_up(s, 0);
    pause_ms(VIEWS_MS);
    tell("nothing left at once", s);
    check_full(s);
    check_room(s);
    for (unsigned i = 0; i < FILLS; i++) {
        fill_under_load(s, seed + 2 + i);
        check_refusing(s);
        check_room(s);
    }
    load_for_a_while(s, seed + 2 + FILLS);
}

void suite_full(const struct wish *w) {
    static struct town t;
    static struct shop s;
    if (!town_open_small(&t, w->bin, MEBIBYTES)) {
        fprintf(stderr, "SKIPPED: no file system can be mounted here, so no disk can be full\n");
        exit(KILL_SKIPPED);
    }
    s = (struct shop){.town = &t};
    s.load = (struct load){.town = &t, .city = &s.city, .round = load_families};
    acks_open(&s.load.acks);
    voice_open(&s.voice, &t, &s.load.acks, w->seed);
    city_found(&s.city, &s.voice, GUIDES);
    printf("full: a file system of %d MiB\n", MEBIBYTES);
    run_full(&s, w->seed);
    audit_town(&t, &s.load.acks);
    must(t.surprises == 0, "%u processes ended by themselves", t.surprises);
    voice_close(&s.voice);
    town_close(&t);
    load_free(&s.load);
}
