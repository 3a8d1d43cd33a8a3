/* Departments and views: floods of what is allowed, and what no person would ask. */
#include <stdlib.h>
#include <zmq.h>

#include "common/messages/intake.h"
#include "tests/hostile/good.h"
#include "tests/hostile/peers.h"
#include "tests/hostile/record.h"

enum { ARENA_BYTES = 1 << 20 };

static void make_status(struct attacker *a, const struct schema **schema, void *message) {
    (void)a, (void)message;
    *schema = AskStatus_schema();
}

void status_flood(struct attacker *a) {
    static const enum process asked[] = {INTAKE, PROJECTOR, EVENTLOG, DEBT};
    peer_flood(a, asked[a->index % 4], make_status, 500);
}

/* ---- commands ---- */

typedef void vary_fn(struct attacker *a, struct Command *c);

static void send_commands(struct attacker *a, enum process p, int32_t role, unsigned window,
                          vary_fn *vary) {
    struct arena arena;
    void *peer = peer_open(a, p, 1000), *memory = malloc(ARENA_BYTES);
    must(memory != NULL, "out of memory");
    arena_init(&arena, memory, ARENA_BYTES);
    unsigned waiting = 0;
    while (goes_on(a)) {
        bool sent = true;
        while (waiting < window && sent) {
            struct Command c;
            arena_reset(&arena);
            record_household(evil_id(a), good_household(&a->rng), good_coordinator(), role, &arena,
                             &c);
            vary(a, &c);
            sent = peer_ask(a, peer, waiting, Command_schema(), &c);
            waiting += sent;
        }
        unsigned got = peer_skip(peer, 100);
        waiting = got == 0 || got > waiting ? 0 : waiting - got;
    }
    peer_close(peer);
    free(memory);
}

static void ask_for_later(struct attacker *a, struct Command *c) {
    c->stream = evil_id(a);
    c->after = rng_chance(&a->rng, 500) ? INT64_MAX : rng_between(&a->rng, 1 << 24, INT64_MAX);
}

void positions_to_come(struct attacker *a) {
    send_commands(a, INTAKE, ROLE_COORD, 8, ask_for_later);
}

static void make_absurd(struct attacker *a, struct Command *c) {
    static const uint8_t garbage[600] = {0x81, 0x01};
    c->stream = evil_id(a);
    switch (rng_below(&a->rng, 7)) {
    case 0:
        c->type = rng_chance(&a->rng, 500) ? EVENT_LsAssigned : rng_between(&a->rng, 4096, 65535);
        return;
    case 1:
        c->category = rng_chance(&a->rng, 500) ? CATEGORY_Case : rng_between(&a->rng, 4096, 65535);
        return;
    case 2:
        c->actor = evil_id(a);
        return;
    case 3:
        c->role = ROLE_SYSTEM;
        return;
    case 4:
        c->payload = bytes_of(garbage, 1 + rng_below(&a->rng, sizeof garbage));
        return;
    case 5:
        c->occurred_on = civil_from_ymd(2999, 12, 31);
        return;
    default:
        c->type = EVENT_EntryVoided;
        c->payload = bytes_of("\x82\x01\xcf\x7f\xff\xff\xff\xff\xff\xff\xff\x02\x01", 13);
    }
}

void absurd_commands(struct attacker *a) {
    send_commands(a, INTAKE, ROLE_COORD, 32, make_absurd);
}

static void leave(struct attacker *a, struct Command *c) {
    (void)a, (void)c;
}

/* Allowed, and a lot: the log grows by it. */
void command_flood(struct attacker *a) {
    send_commands(a, INTAKE, ROLE_COORD, 16, leave);
}

static void repeat(struct attacker *a, struct Command *c) {
    struct rng same;
    rng_init(&same, a->index);
    c->stream = good_household(&same);
    rng_fill(&same, c->id.bytes, sizeof c->id.bytes);
}

/* The same bytes again and again: one event in the log, whoever sends them. */
void replayed_command(struct attacker *a) {
    send_commands(a, INTAKE, ROLE_COORD, 16, repeat);
}

/* ---- views ---- */

static void make_query(struct attacker *a, const struct schema **schema, void *message) {
    static const char *const views[] = {"caseload", "timeline",         "effects", "no such view",
                                        "x",        "../../etc/passwd", "worklist"};
    struct Query *q = message;
    *schema = Query_schema();
    q->view = text_of(views[rng_below(&a->rng, sizeof views / sizeof *views)]);
    switch (rng_below(&a->rng, 5)) {
    case 0:
        q->after = INT64_MAX;
        return;
    case 1:
        q->at = INT64_MAX;
        return;
    case 2:
        q->as_of = civil_from_ymd(9999, 12, 31);
        return;
    case 3:
        q->key = evil_id(a);
        q->area = 9;
        return;
    default:
        q->text = text_of("%s%n%s%n'; drop table households; --");
    }
}

void absurd_queries(struct attacker *a) {
    peer_flood(a, PROJECTOR, make_query, 4);
}

/* Each folds the log again in memory. */
static void make_past(struct attacker *a, const struct schema **schema, void *message) {
    struct Query *q = message;
    *schema = Query_schema();
    q->view = text_of("caseload");
    if (rng_chance(&a->rng, 500))
        q->at = rng_between(&a->rng, 1, 100);
    else
        q->as_of = civil_from_ymd(2017, 1, 1) + (civil_day)rng_below(&a->rng, 3000);
}

void past_queries(struct attacker *a) {
    peer_flood(a, PROJECTOR, make_past, 2);
}

void slow_query_readers(struct attacker *a) {
    struct Query ask = {.view = text_of("caseload")};
    void *peers[20];
    for (int i = 0; i < 20; i++)
        peers[i] = peer_open(a, PROJECTOR, 1);
    for (uint64_t number = 0; goes_on(a); number++) {
        for (int i = 0; i < 20; i++)
            peer_ask(a, peers[i], number, Query_schema(), &ask);
        pause_ms(5);
    }
    for (int i = 0; i < 20; i++)
        peer_close(peers[i]);
}

static void make_rebuild(struct attacker *a, const struct schema **schema, void *message) {
    (void)a, (void)message;
    *schema = RebuildViews_schema();
}

void rebuild_flood(struct attacker *a) {
    peer_flood(a, PROJECTOR, make_rebuild, 1);
}
