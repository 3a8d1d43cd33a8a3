#define _GNU_SOURCE /* gettid */
/*
 * Hostile peers on the live sockets of all seven processes. While each attack goes on, those who
 * mean well are served in time, no process grows or ends, and nothing comes into the log that
 * should not.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>
#include <zmq.h>

#include "common/messages/intake.h"
#include "common/messages/policy.h"
#include "tests/harness/policy.h"
#include "tests/hostile/good.h"
#include "tests/hostile/record.h"

#include "common/codec/codec.h"
#include "common/codec/pack.h"

enum {
    WARM_MS = 300,
    MEASURE_MS = 2400,
    CALM_MS = 100,
    P99_MS = 250,
    GROWTH_KIB = 64 * 1024,
    ATTACKERS_MAX = 8,
};

const struct attack attacks[] = {
    {"nobody", NULL, 0},
    {"garbage on every socket", garbage_bytes, 2},
    {"200 half greetings", half_greetings, 1},
    {"other versions of ZMTP", other_versions, 2},
    {"PLAIN, CURVE and unknown mechanisms", other_mechanisms, 2},
    {"strange handshakes", strange_handshakes, 2},
    {"commands instead of messages", commands_for_messages, 2},
    {"lengths up to 2^64", giant_lengths, 2},
    {"168 frames without an end", unfinished_frames, 7},
    {"200 forged identities", forged_identities, 1},
    {"1,000 silent connections each on two", silent_connections, 2},
    {"500 idle peers each on two", idle_connections, 2},
    {"connection churn", connection_churn, 2},
    {"one request and away", request_churn, 2},
    {"floods on the doorbell", bell_floods, 4},
    {"malformed frames at the eventlog", malformed_at_eventlog, 2},
    {"malformed frames at departments", malformed_at_departments, 2},
    {"messages of 5,000 parts", thousands_of_parts, 2},
    {"garbage frames of 1 MiB", mebibytes_of_garbage, 4},
    {"answers sent to servers", answers_to_servers, 7},
    {"wrong envelopes", wrong_envelopes, 7},
    {"a flood of feed pages", feed_flood, 4},
    {"60 readers of pages that never read", slow_feed_readers, 5},
    {"84 readers of small answers that never read", slow_small_readers, 7},
    {"appends under guessed terms", foreign_appends, 2},
    {"terms for invented daemons", invented_daemons, 2},
    {"long polls without an end", long_polls, 2},
    {"long polls of peers that are gone", long_poll_churn, 2},
    {"absurd reads", absurd_reads, 3},
    {"look-ups of 512", look_up_flood, 2},
    {"questions for the status", status_flood, 4},
    {"commands after positions to come", positions_to_come, 3},
    {"absurd commands", absurd_commands, 2},
    {"one command again and again", replayed_command, 2},
    {"absurd queries", absurd_queries, 2},
    {"queries into the past", past_queries, 2},
    {"20 readers of views that never read", slow_query_readers, 1},
    {"rebuilds without a pause", rebuild_flood, 1},
    {"commands that are allowed", command_flood, 2},
};

const size_t attack_count = sizeof attacks / sizeof *attacks;

/* ---- founding: a policy and somebody who may register ---- */

struct founder {
    struct town *town;
    struct arena arena;
    struct rng rng;
    int64_t newest;
};

static void found(struct founder *f, enum process to, const struct schema *schema,
                  const void *payload, struct Command c) {
    struct bus_client *client = town_client(f->town, to);
    int64_t until = wall_ms() + 30000;
    const struct Answer *answer = NULL;
    arena_reset(&f->arena);
    struct pack_writer w = {arena_get(&f->arena, 8192), 0, 8192, false};
    must(!codec_encode(schema, payload, &w).result, "%s cannot be encoded", schema->about->name);
    rng_fill(&f->rng, c.id.bytes, sizeof c.id.bytes);
    c.type = schema->about->type;
    c.category = schema->about->category;
    c.payload = bytes_of(w.data, w.size);
    c.after = f->newest;
    size_t mark = f->arena.used;
    while (!answer || answer->outcome == OUTCOME_later) {
        struct bus_answer a;
        must(wall_ms() < until, "%s is not answered", schema->about->name);
        f->arena.used = mark;
        answer = NULL;
        if (bus_call(client, Command_schema(), &c, 2000, &f->arena, &a) == 0 &&
            a.schema == Answer_schema())
            answer = a.message;
    }
    must(answer->outcome == OUTCOME_accepted, "%s was refused: %.*s", schema->about->name,
         (int)answer->code.size, answer->code.data);
    f->newest = answer->position + answer->events.count - 1;
    bus_client_close(client);
}

static void found_town(struct town *t) {
    static uint8_t memory[1 << 20];
    struct founder f = {.town = t};
    struct id biuro = id_named("hostile", text_of("biuro"));
    struct UnitRegistered unit = {.role = ROLE_BIURO}, director = {.role = ROLE_DIRECTOR};
    struct PolicySetAdopted policy;
    struct WorkerHired hired = {.role = ROLE_COORD, .stage = 3};
    struct Command c = {.stream = biuro, .actor = biuro, .role = ROLE_BIURO};
    arena_init(&f.arena, memory, sizeof memory);
    rng_init(&f.rng, 1);
    policy_default(&policy);
    found(&f, MONITORING, UnitRegistered_schema(), &unit, c);
    c.stream = id_named("hostile", text_of("director"));
    found(&f, MONITORING, UnitRegistered_schema(), &director, c);
    c.stream = id_named("hostile", text_of("policy"));
    c.decider = ROLE_DIRECTOR;
    found(&f, MONITORING, PolicySetAdopted_schema(), &policy, c);
    c.decider = 0;
    c.stream = good_coordinator();
    found(&f, INTAKE, WorkerHired_schema(), &hired, c);
    pause_ms(500); /* everybody has folded it */
}

/* ---- one attack ---- */

struct outcome {
    struct measured good[GOOD_KINDS];
    long growth[PROCESSES]; /* KiB */
    unsigned ended;
    uint64_t done; /* connections or requests of the attackers */
};

struct running {
    pthread_t thread;
    struct attacker attacker;
    attack_fn *run;
};

/* What is tested are the processes, not how the machine's time is shared among programs: attackers
 * take all that is left, and what they make others do counts in full. */
static void *attack_on(void *argument) {
    struct running *r = argument;
    setpriority(PRIO_PROCESS, (id_t)gettid(), 19); /* its own ZeroMQ thread inherits it */
    r->attacker.context = zmq_ctx_new();
    must(r->attacker.context != NULL, "no context");
    r->run(&r->attacker);
    zmq_ctx_term(r->attacker.context);
    return NULL;
}

static void note_growth(const struct town *t, const long before[], long growth[]) {
    for (int p = 0; p < PROCESSES; p++) {
        long grown = town_memory(t, (enum process)p) - before[p];
        if (grown > growth[p])
            growth[p] = grown;
    }
}

static void watch_for(const struct town *t, int ms, const long before[], long growth[]) {
    int64_t until = wall_ms() + ms;
    while (wall_ms() < until) {
        note_growth(t, before, growth);
        pause_ms(20);
    }
}

static void measure(struct town *t, struct good *good, const struct attack *attack,
                    struct outcome *out) {
    struct running all[ATTACKERS_MAX];
    long before[PROCESSES];
    atomic_bool stop = false;
    unsigned surprises = t->surprises;
    *out = (struct outcome){0};
    for (int p = 0; p < PROCESSES; p++)
        before[p] = town_memory(t, (enum process)p);
    for (unsigned i = 0; i < attack->attackers; i++) {
        all[i] = (struct running){.run = attack->run,
                                  .attacker = {.town = t, .stop = &stop, .index = i}};
        rng_init(&all[i].attacker.rng, 1000 + i);
        must(pthread_create(&all[i].thread, NULL, attack_on, &all[i]) == 0, "no thread");
    }
    watch_for(t, WARM_MS, before, out->growth);
    for (int k = 0; k < GOOD_KINDS; k++)
        good_begin(&good[k]);
    watch_for(t, MEASURE_MS, before, out->growth);
    for (int k = 0; k < GOOD_KINDS; k++)
        out->good[k] = good_end(&good[k]);
    atomic_store(&stop, true);
    for (unsigned i = 0; i < attack->attackers; i++) {
        pthread_join(all[i].thread, NULL);
        out->done += all[i].attacker.done;
    }
    pause_ms(CALM_MS);
    town_watch(t);
    out->ended = t->surprises - surprises;
    town_await_all(t, 30000);
}

/* ---- the report ---- */

static void print_head(void) {
    printf("%-44s %21s %21s %21s   RSS growth, MiB\n%-44s", "", "sender", "follower", "asker",
           "p50 / p99 of good clients, ms; answers");
    for (int k = 0; k < GOOD_KINDS; k++)
        printf(" %6s %7s %6s", "p50", "p99", "n");
    printf("  ");
    for (int p = 0; p < PROCESSES; p++)
        printf(" %4.4s", process_names[p]);
    printf("  attacks\n");
}

static void print_row(const char *name, const struct outcome *o) {
    printf("%-44s", name);
    for (int k = 0; k < GOOD_KINDS; k++)
        printf(" %6.1f %7.1f %6u", o->good[k].p50, o->good[k].p99, o->good[k].count);
    printf("  ");
    for (int p = 0; p < PROCESSES; p++)
        printf(" %4.1f", (double)o->growth[p] / 1024);
    printf(" %8llu\n", (unsigned long long)o->done);
}

static bool is_slow(const struct outcome *o) {
    for (int k = 0; k < GOOD_KINDS; k++)
        if (o->good[k].count == 0 || o->good[k].p99 >= P99_MS)
            return true;
    return false;
}

static void show_idle(struct town *t, struct good *good) {
    struct outcome idle;
    measure(t, good, &attacks[0], &idle);
    print_row("  (the machine without it)", &idle);
}

static unsigned judge(const struct outcome *o) {
    unsigned bad = 0;
    for (int k = 0; k < GOOD_KINDS; k++) {
        if (o->good[k].count == 0)
            bad++, printf("  FAILED: the %s got nothing\n", good_names[k]);
        else if (o->good[k].p99 >= P99_MS)
            bad++, printf("  FAILED: p99 of the %s is %.0f ms (most %.0f, %u unanswered)\n",
                          good_names[k], o->good[k].p99, o->good[k].most, o->good[k].unanswered);
    }
    for (int p = 0; p < PROCESSES; p++)
        if (o->growth[p] >= GROWTH_KIB)
            bad++, printf("  FAILED: %s grew by %ld MiB\n", process_names[p], o->growth[p] / 1024);
    if (o->ended)
        bad++, printf("  FAILED: %u processes ended\n", o->ended);
    return bad;
}

static unsigned try(struct town *t, struct good *good, const struct attack *attack) {
    struct outcome o;
    measure(t, good, attack, &o);
    print_row(attack->name, &o);
    /* A disk that stalled once is not the attack's doing: slow is what is slow twice. */
    if (attack->run && is_slow(&o)) {
        show_idle(t, good);
        measure(t, good, attack, &o);
        print_row("  (again)", &o);
    }
    return judge(&o);
}

/* ---- the whole ---- */

static unsigned attack_all(struct town *t, const char *only) {
    struct good good[GOOD_KINDS];
    unsigned bad = 0;
    good_start(good, t);
    print_head();
    for (size_t i = 0; i < attack_count; i++)
        if (!only || strstr(attacks[i].name, only))
            bad += try(t, good, &attacks[i]);
    good_stop(good);
    return bad;
}

int main(int argc, char **argv) {
    struct rlimit limit = {16384, 16384};
    struct town town;
    int64_t begin = wall_ms();
    must(argc >= 2, "usage: hostile BIN [PART OF AN ATTACK'S NAME]");
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    town_open(&town, argv[1]);
    found_town(&town);
    unsigned bad = attack_all(&town, argc > 2 ? argv[2] : NULL);
    if (argc == 2) {
        term_of_a_replaced_daemon(&town);
        term_theft(&town);
    }
    must(town_run(&town, "latarnia", "log", "verify", NULL) == 0, "the log does not verify");
    printf("the log verifies; %u failures, %u ends that nobody meant, %d s\n", bad, town.surprises,
           (int)((wall_ms() - begin) / 1000));
    bad += town.surprises;
    town_close(&town);
    return bad ? 1 : 0;
}
