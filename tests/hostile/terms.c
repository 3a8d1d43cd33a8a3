/*
 * Who writes. A term cannot be guessed; a newer one makes the older stop.
 * Until certificates exist, whoever may connect may open one: what that means is shown here.
 */
#include <stdio.h>
#include <stdlib.h>

#include "common/messages/intake.h"
#include "common/messages/policy.h"
#include "tests/hostile/good.h"
#include "tests/hostile/record.h"

enum { ARENA_BYTES = 4 << 20, ASK_MS = 5000, READY_MS = 30000, REPLAYS = 50 };

struct writer {
    struct bus_client *client;
    struct arena arena;
};

static void open_writer(struct writer *w, struct town *t) {
    void *memory = malloc(ARENA_BYTES);
    must(memory != NULL, "out of memory");
    arena_init(&w->arena, memory, ARENA_BYTES);
    w->client = town_client(t, EVENTLOG);
}

static void close_writer(struct writer *w) {
    bus_client_close(w->client);
    free(w->arena.memory);
}

static int64_t open_term(struct writer *w, const char *daemon) {
    struct OpenTerm ask = {.daemon = text_of(daemon)};
    struct bus_answer a;
    int r = bus_call(w->client, OpenTerm_schema(), &ask, ASK_MS, &w->arena, &a);
    must(r == 0 && a.schema == TermOpened_schema(), "no term for %s", daemon);
    return ((const struct TermOpened *)a.message)->term;
}

/* The outcome; *position where it was accepted or repeated. */
static int32_t append(struct writer *w, const struct forgery *f, int64_t *position) {
    struct AppendBatch batch;
    struct bus_answer a;
    arena_reset(&w->arena);
    record_forge(f, &w->arena, &batch);
    int r = bus_call(w->client, AppendBatch_schema(), &batch, ASK_MS, &w->arena, &a);
    must(r == 0, "an append got no answer (%d)", r);
    if (a.schema == Fault_schema())
        return ((const struct Fault *)a.message)->outcome;
    must(a.schema == Appended_schema(), "an append got %s", a.schema->about->name);
    const struct appended *first = ((const struct Appended *)a.message)->answers.items;
    if (position)
        *position = first->position;
    return first->outcome;
}

static void expect(int32_t outcome, int32_t expected, const char *what) {
    must(outcome == expected, "%s: outcome %d instead of %d", what, outcome, expected);
}

/* What the log holds of a stream. */
static uint32_t count_of(struct writer *w, uint16_t category, struct id stream) {
    struct ReadStream ask = {.category = category, .stream = stream};
    struct bus_answer a;
    arena_reset(&w->arena);
    int r = bus_call(w->client, ReadStream_schema(), &ask, ASK_MS, &w->arena, &a);
    must(r == 0 && a.schema == StreamPage_schema(), "a stream cannot be read");
    return ((const struct StreamPage *)a.message)->records.count;
}

/* Everything that somebody under the term of a daemon that is not there can and cannot do. */
void term_of_a_replaced_daemon(struct town *t) {
    struct UnitRegistered unit = {.role = ROLE_MOPS};
    struct HouseholdRegistered household = {0};
    struct writer holder, other;
    int64_t position = 0, again = 0;
    town_kill(t, MONITORING);
    open_writer(&holder, t);
    open_writer(&other, t);
    struct forgery f = {.daemon = "monitoring",
                        .term = open_term(&holder, "monitoring"),
                        .schema = UnitRegistered_schema(),
                        .payload = &unit,
                        .category = CATEGORY_Unit,
                        .stream = id_named("hostile", text_of("unit")),
                        .command = id_named("hostile", text_of("replayed"))};
    f.term ^= 1;
    expect(append(&other, &f, NULL), OUTCOME_stale, "a guess that misses by one");
    f.term ^= 1;
    expect(append(&holder, &f, &position), OUTCOME_accepted, "the holder of the term");
    for (int i = 0; i < REPLAYS; i++) {
        expect(append(&holder, &f, &again), OUTCOME_repeated, "the same frame again");
        must(again == position, "a replay was told another position");
        expect(append(&other, &f, NULL), OUTCOME_repeated, "a captured frame from elsewhere");
    }
    f.command = id_named("hostile", text_of("second"));
    expect(append(&holder, &f, NULL), OUTCOME_conflict, "a version that has passed");
    f.schema = HouseholdRegistered_schema();
    f.payload = &household;
    f.category = CATEGORY_Household;
    f.stream = id_named("hostile", text_of("household"));
    expect(append(&holder, &f, NULL), OUTCOME_malformed, "another daemon's category");
    f.daemon = "intake";
    expect(append(&holder, &f, NULL), OUTCOME_stale, "another daemon's name");
    must(count_of(&other, CATEGORY_Unit, id_named("hostile", text_of("unit"))) == 1,
         "a replay had an effect");
    must(count_of(&other, CATEGORY_Household, f.stream) == 0, "something refused was written");
    town_start(t, MONITORING);
    must(town_await(t, MONITORING, READY_MS) >= 0, "monitoring does not come back");
    f.daemon = "monitoring";
    expect(append(&holder, &f, NULL), OUTCOME_stale, "a term that was taken over");
    close_writer(&holder);
    close_writer(&other);
    printf("a replaced daemon's term: one event, %d replays of it without effect\n", REPLAYS);
}

static void until_it_stops(struct town *t, struct writer *asker, struct rng *rng) {
    unsigned before = t->surprises;
    int64_t until = wall_ms() + READY_MS;
    while (t->surprises == before && wall_ms() < until) {
        struct Command c;
        struct bus_answer a;
        struct id command;
        arena_reset(&asker->arena);
        rng_fill(rng, command.bytes, sizeof command.bytes);
        record_household(command, good_household(rng), good_coordinator(), ROLE_COORD,
                         &asker->arena, &c);
        int r = bus_call(asker->client, Command_schema(), &c, 200, &asker->arena, &a);
        must(r || a.schema != Answer_schema() ||
                 ((const struct Answer *)a.message)->outcome != OUTCOME_accepted,
             "a daemon without its term accepted a command");
        town_watch(t);
    }
    must(t->surprises == before + 1, "intake goes on without its term");
    t->surprises = before; /* meant to end: a newer instance makes the older one stop */
}

/*
 * By design a newer instance of a daemon makes the older one stop. A thief of the same user so ends
 * it once; the supervisor's next instance takes the term back, and the thief's is stale.
 */
void term_theft(struct town *t) {
    struct HouseholdRegistered household = {0};
    struct writer thief, asker;
    struct rng rng;
    rng_init(&rng, 5);
    open_writer(&thief, t);
    open_writer(&asker, t);
    bus_client_close(asker.client);
    asker.client = town_client(t, INTAKE);
    int64_t begin = wall_ms();
    struct forgery f = {.daemon = "intake",
                        .term = open_term(&thief, "intake"),
                        .schema = HouseholdRegistered_schema(),
                        .payload = &household,
                        .category = CATEGORY_Household,
                        .stream = id_named("hostile", text_of("stolen")),
                        .command = id_named("hostile", text_of("stolen"))};
    until_it_stops(t, &asker, &rng);
    must(town_await(t, INTAKE, READY_MS) >= 0, "intake does not come back");
    expect(append(&thief, &f, NULL), OUTCOME_stale, "the thief after intake came back");
    must(count_of(&thief, CATEGORY_Household, f.stream) == 0, "the thief wrote something");
    printf("a stolen term: intake stopped, came back and had its term again after %d ms\n",
           (int)(wall_ms() - begin));
    close_writer(&thief);
    close_writer(&asker);
}
