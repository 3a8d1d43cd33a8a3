/* Well-formed requests at the eventlog: too many, too long, or under somebody else's name. */
#include <stdlib.h>
#include <zmq.h>

#include "common/messages/intake.h"
#include "tests/hostile/peers.h"
#include "tests/hostile/record.h"

enum { ARENA_BYTES = 1 << 20, TERM_RANDOM_BITS = 40, READERS = 12 };

/* ---- pages ---- */

static void make_page(struct attacker *a, const struct schema **schema, void *message) {
    *schema = ReadFeed_schema();
    *(struct ReadFeed *)message = (struct ReadFeed){.from = rng_between(&a->rng, 1, 50)};
}

void feed_flood(struct attacker *a) {
    peer_flood(a, EVENTLOG, make_page, 8);
}

/* Asks on and on, and lets every answer lie. */
static void never_read(struct attacker *a, enum process p, const struct schema *schema,
                       const void *ask, unsigned readers) {
    void *peers[READERS];
    uint64_t number = 0;
    for (unsigned i = 0; i < readers; i++)
        peers[i] = peer_open(a, p, 1);
    while (goes_on(a)) {
        for (unsigned i = 0; i < readers; i++)
            peer_ask(a, peers[i], number++, schema, ask);
        pause_ms(1);
    }
    for (unsigned i = 0; i < readers; i++)
        peer_close(peers[i]);
}

void slow_feed_readers(struct attacker *a) {
    struct ReadFeed ask = {.from = 1};
    never_read(a, EVENTLOG, ReadFeed_schema(), &ask, READERS);
}

void slow_small_readers(struct attacker *a) {
    struct AskStatus ask = {0};
    never_read(a, (enum process)(a->index % PROCESSES), AskStatus_schema(), &ask, READERS);
}

/* ---- appends ---- */

/* The epoch of a term is known to everybody, the rest of it is not. */
void foreign_appends(struct attacker *a) {
    static const char *const daemons[] = {"intake",   "debt", "monitoring",
                                          "eventlog", "any",  "nobody"};
    struct HouseholdRegistered household = {0};
    struct ReactedUpTo reacted = {.position = INT64_MAX};
    struct arena arena;
    void *peer = peer_open(a, EVENTLOG, 100), *memory = malloc(ARENA_BYTES);
    must(memory != NULL, "out of memory");
    arena_init(&arena, memory, ARENA_BYTES);
    for (uint64_t i = 0; goes_on(a); i++) {
        bool is_household = rng_chance(&a->rng, 500);
        struct AppendBatch batch;
        struct forgery f = {
            .daemon = daemons[rng_below(&a->rng, sizeof daemons / sizeof *daemons)],
            .term = rng_between(&a->rng, 1, 4) << TERM_RANDOM_BITS | rng_between(&a->rng, 0, 12),
            .schema = is_household ? HouseholdRegistered_schema() : ReactedUpTo_schema(),
            .payload = is_household ? (void *)&household : (void *)&reacted,
            .category = is_household ? CATEGORY_Household : CATEGORY_Reactions,
            .stream = evil_id(a),
            .command = evil_id(a),
        };
        if (rng_chance(&a->rng, 100))
            f.term = rng_chance(&a->rng, 500) ? INT64_MAX : 1;
        arena_reset(&arena);
        record_forge(&f, &arena, &batch);
        if (!peer_ask(a, peer, i, AppendBatch_schema(), &batch))
            pause_ms(1);
        if (i % 32 == 0)
            peer_skip(peer, 0);
    }
    peer_close(peer);
    free(memory);
}

static void make_daemon(struct attacker *a, const struct schema **schema, void *message) {
    static const char *const names[] = {
        "any", "eventlog", "Intake", "intake ", "projector", "a daemon of my own",
        "xyz", "0",        "1",      "2"};
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
    struct OpenTerm *ask = message;
    *schema = OpenTerm_schema();
    ask->daemon = text_of(names[rng_below(&a->rng, sizeof names / sizeof *names)]);
    if (rng_chance(&a->rng, 700))
        ask->daemon = (struct text){letters + rng_below(&a->rng, 20), 1 + rng_below(&a->rng, 6)};
}

void invented_daemons(struct attacker *a) {
    peer_flood(a, EVENTLOG, make_daemon, 64);
}

/* ---- waiting ---- */

static void make_poll(struct attacker *a, const struct schema **schema, void *message) {
    *schema = ReadFeed_schema();
    *(struct ReadFeed *)message =
        (struct ReadFeed){.from = INT64_MAX - (int64_t)rng_below(&a->rng, 1000), .wait_ms = 60000};
}

void long_polls(struct attacker *a) {
    void *peers[READERS];
    for (unsigned i = 0; i < READERS; i++)
        peers[i] = peer_open(a, EVENTLOG, 100);
    for (uint64_t number = 0; goes_on(a); number++) {
        const struct schema *schema;
        struct ReadFeed ask;
        make_poll(a, &schema, &ask);
        void *peer = peers[number % READERS];
        if (!peer_ask(a, peer, number, schema, &ask))
            pause_ms(1);
        peer_skip(peer, 0);
    }
    for (unsigned i = 0; i < READERS; i++)
        peer_close(peers[i]);
}

/* Fills the table of those who wait from connections that are gone. */
void long_poll_churn(struct attacker *a) {
    while (goes_on(a)) {
        const struct schema *schema;
        struct ReadFeed ask;
        void *peer = peer_open(a, EVENTLOG, 100);
        make_poll(a, &schema, &ask);
        zmq_pollitem_t item = {peer, 0, ZMQ_POLLOUT, 0};
        zmq_poll(&item, 1, 100);
        for (uint64_t i = 0; i < 20; i++)
            peer_ask(a, peer, i, schema, &ask);
        pause_ms(1);
        peer_close(peer);
    }
}

/* ---- absurd questions ---- */

static void make_read(struct attacker *a, const struct schema **schema, void *message) {
    if (rng_chance(&a->rng, 500)) {
        *schema = ReadFeed_schema();
        *(struct ReadFeed *)message = (struct ReadFeed){
            .from = rng_chance(&a->rng, 500) ? INT64_MAX : rng_between(&a->rng, 1, INT64_MAX),
            .most = rng_between(&a->rng, 0, 1000),
            .category = rng_between(&a->rng, 0, 65535),
            .type = rng_between(&a->rng, 0, 65535),
        };
        return;
    }
    *schema = ReadStream_schema();
    *(struct ReadStream *)message = (struct ReadStream){
        .category = rng_chance(&a->rng, 500) ? CATEGORY_Reactions : rng_between(&a->rng, 1, 65535),
        .stream = rng_chance(&a->rng, 300) ? evil_id(a) : id_named("daemon", text_of("intake")),
        .before = rng_chance(&a->rng, 300) ? INT64_MAX : rng_between(&a->rng, 0, 100000),
    };
}

void absurd_reads(struct attacker *a) {
    peer_flood(a, EVENTLOG, make_read, 16);
}

void look_up_flood(struct attacker *a) {
    static const uint8_t digest[32] = {1};
    struct wanted wanted[512];
    struct LookUp ask = {.commands = {wanted, 512}};
    void *peer = peer_open(a, EVENTLOG, 100);
    for (uint64_t i = 0; goes_on(a); i++) {
        for (size_t w = 0; w < 512; w++)
            wanted[w] =
                (struct wanted){.command = evil_id(a), .digest = bytes_of(digest, 1 + w % 32)};
        if (!peer_ask(a, peer, i, LookUp_schema(), &ask))
            pause_ms(1);
        peer_skip(peer, 0);
    }
    peer_close(peer);
}
