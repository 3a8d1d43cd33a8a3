/*
 * One batch against what the log may answer: accepted, conflict and decided again, repeated, other
 * content, full, lost, taken over. The department is intake, with one coordinator who hires guides;
 * whoever asks is a real client on a real socket.
 */
#include "common/service/tick.h"
#include "tests/unit/service/stand_in.h"

#include <stdlib.h>

#include "common/codec/codec.h"
#include "common/codec/pack.h"
#include "common/messages/intake.h"
#include "common/domain/roster.h"
#include "daemons/intake/domain.h"
#include "tests/harness/policy.h"

enum { TODAY = 17600, TICK_BYTES = 48 << 20 };

struct office {
    struct stand_in *log;
    struct tick tick;
    struct follow follow;
    struct bus_server *server;
    struct bus_client *person;
    struct bus_peer peer;
    struct arena answers;
};

static int no_history(void *context, struct stream stream, uint64_t at, struct arena *arena,
                      struct record **records, size_t *count) {
    (void)context, (void)stream, (void)at, (void)arena, (void)records, (void)count;
    return -1;
}

static void open_machine(struct tick *t) {
    struct PolicySetAdopted policy;
    policy_default(&policy);
    t->machine = machine_new(&intake_domain, no_history, NULL);
    t->domain = &intake_domain;
    t->term = 1;
    t->clock = (struct clock){.now_us = civil_midnight_us(TODAY), .today = TODAY};
    arena_init(&t->arena, malloc(TICK_BYTES), TICK_BYTES);
    machine_enter_policy(t->machine, &policy);
    roster_enter(machine_roster(t->machine), (struct id){{1}}, ROLE_COORD);
}

/* The first request tells the server who the person is. */
static void meet(struct office *o) {
    struct bus_waitable item = {.server = o->server};
    struct AskStatus hello = {0};
    struct bus_request q;
    int r = BUS_BUSY;
    while (r == BUS_BUSY)
        r = bus_client_send(o->person, 0, AskStatus_schema(), &hello);
    assert_int_equal(r, 0);
    assert_int_equal(bus_wait(&item, 1, 10000), 0);
    assert_int_equal(bus_server_receive(o->server, &o->answers, &q), 0);
    o->peer = q.peer;
}

static int office_new(void **state) {
    struct office *o = calloc(1, sizeof *o);
    char endpoint[BUS_ENDPOINT_SIZE];
    void *log;
    assert_int_equal(stand_in_new(&log), 0);
    o->log = log;
    open_machine(&o->tick);
    arena_init(&o->answers, malloc(STAND_IN_BYTES), STAND_IN_BYTES);
    assert_int_equal(follow_open(o->log->bus, o->log->dir, &o->follow), 0);
    assert_int_equal(bus_endpoint(o->log->dir, "intake", endpoint), 0);
    assert_int_equal(bus_server_open(o->log->bus, endpoint, &o->server), 0);
    assert_int_equal(bus_client_open(o->log->bus, endpoint, &o->person), 0);
    o->tick.log = &o->follow;
    o->tick.server = o->server;
    meet(o);
    tick_begin(&o->tick);
    *state = o;
    return 0;
}

static int office_free(void **state) {
    struct office *o = *state;
    void *log = o->log;
    machine_free(o->tick.machine);
    free(o->tick.arena.memory);
    free(o->answers.memory);
    follow_close(&o->follow);
    bus_client_close(o->person);
    bus_server_close(o->server);
    free(o);
    return stand_in_free(&log);
}

/* ---- commands ---- */

static struct Command command_of(uint8_t number, uint16_t type, uint8_t worker,
                                 struct bytes payload) {
    return (struct Command){
        .id = {{7, [15] = number}},
        .type = type,
        .category = CATEGORY_Worker,
        .stream = {{2, [15] = worker}},
        .actor = {{1}},
        .role = ROLE_COORD,
        .payload = payload,
    };
}

/* { role: LS } and { reason: 1 } */
static const uint8_t hire_bytes[] = {0x81, 0x01, 0x01}, suspend_bytes[] = {0x81, 0x01, 0x01};

static struct Command hire(uint8_t number, uint8_t worker) {
    return command_of(number, EVENT_WorkerHired, worker, bytes_of(hire_bytes, sizeof hire_bytes));
}

/* Nobody by that name was hired: refused by a rule. */
static struct Command suspend(uint8_t number, uint8_t worker) {
    return command_of(number, EVENT_WorkerSuspended, worker,
                      bytes_of(suspend_bytes, sizeof suspend_bytes));
}

static void put(struct office *o, const struct Command *c, uint64_t correlation) {
    o->peer.correlation = correlation;
    assert_true(tick_command(&o->tick, &o->peer, c));
}

static struct bus_answer next_answer(struct office *o, uint64_t correlation) {
    struct bus_answer a;
    arena_reset(&o->answers);
    assert_int_equal(bus_client_receive(o->person, 10000, &o->answers, &a), 0);
    assert_int_equal(a.correlation, correlation);
    return a;
}

static const struct Answer *told(struct office *o, uint64_t correlation, int32_t outcome) {
    struct bus_answer a = next_answer(o, correlation);
    assert_ptr_equal(a.schema, Answer_schema());
    const struct Answer *answer = a.message;
    assert_int_equal(answer->outcome, outcome);
    return answer;
}

static void nothing_told(struct office *o) {
    struct bus_answer a;
    assert_int_equal(bus_client_receive(o->person, 100, &o->answers, &a), BUS_TIMEOUT);
}

static bool is_hired(struct office *o, uint8_t worker) {
    struct stream s = {CATEGORY_Worker, {{2, [15] = worker}}};
    const struct life *life = machine_state(o->tick.machine, s);
    return life && life->state != NONE;
}

/* ---- what the log answers ---- */

#define APPENDED(name, ...)                                      \
    static const struct appended name##_items[] = {__VA_ARGS__}; \
    static const struct Appended name = {                        \
        .answers = {name##_items, sizeof name##_items / sizeof *name##_items}}
#define FOUND(name, ...)                                      \
    static const struct found name##_items[] = {__VA_ARGS__}; \
    static const struct LookedUp name = {                     \
        .answers = {name##_items, sizeof name##_items / sizeof *name##_items}}
#define ACCEPTED(at) \
    { .outcome = OUTCOME_accepted, .position = at, .count = 1, .known_at = 1 }
#define REFUSED(why) \
    { .outcome = OUTCOME_##why }
#define STEP(kind, message) \
    { kind##_schema(), &message }

static int end_with(struct office *o, const struct stand_in_step *steps, size_t count) {
    stand_in_begin(o->log, steps, count);
    int r = tick_end(&o->tick);
    stand_in_end(o->log);
    return r;
}

static void accepted_after_the_log_said_so(void **state) {
    APPENDED(both, ACCEPTED(4), ACCEPTED(5));
    const struct stand_in_step steps[] = {STEP(Appended, both)};
    struct office *o = *state;
    struct Command first = hire(1, 1), second = hire(2, 2);
    put(o, &first, 31);
    put(o, &second, 32);
    nothing_told(o);
    assert_int_equal(end_with(o, steps, 1), 0);
    assert_int_equal(told(o, 31, OUTCOME_accepted)->position, 4);
    const struct Answer *a = told(o, 32, OUTCOME_accepted);
    assert_int_equal(a->position, 5);
    assert_int_equal(a->events.count, 1);
    assert_int_equal(a->events.items[0].type, EVENT_WorkerHired);
    assert_true(is_hired(o, 1) && is_hired(o, 2));
    assert_int_equal(o->tick.wrote, 5);
    assert_int_equal(o->tick.wrote_events, 2);
}

static void a_conflict_is_decided_again(void **state) {
    APPENDED(refused, ACCEPTED(4), REFUSED(conflict), REFUSED(conflict));
    APPENDED(again, ACCEPTED(6), ACCEPTED(7));
    FOUND(unknown, {.outcome = 0}, {.outcome = 0});
    const struct stand_in_step steps[] = {STEP(Appended, refused), STEP(LookedUp, unknown),
                                          STEP(Appended, again)};
    struct office *o = *state;
    struct Command first = hire(1, 1), second = hire(2, 2), third = hire(3, 3);
    put(o, &first, 31);
    put(o, &second, 32);
    put(o, &third, 33);
    assert_int_equal(end_with(o, steps, 3), 0);
    assert_int_equal(told(o, 31, OUTCOME_accepted)->position, 4);
    assert_int_equal(told(o, 32, OUTCOME_accepted)->position, 6);
    assert_int_equal(told(o, 33, OUTCOME_accepted)->position, 7);
    const struct AppendBatch *batch = o->log->requests[2];
    assert_int_equal(batch->appends.count, 2); /* the accepted one is not sent again */
}

static void what_the_log_says_of_an_id(void **state) {
    APPENDED(repeated, {.outcome = OUTCOME_repeated, .position = 9, .count = 1});
    APPENDED(other, REFUSED(other));
    APPENDED(full, REFUSED(full));
    struct office *o = *state;
    struct bin record = stand_in_record(&o->log->arena, 9, 9, 1);
    struct FeedPage page = {.records = {&record, 1}, .next = 10, .size = 9};
    const struct stand_in_step again[] = {STEP(Appended, repeated), STEP(FeedPage, page)},
                               foreign[] = {STEP(Appended, other)},
                               no_room[] = {STEP(Appended, full)};
    struct Command c = hire(1, 1);
    put(o, &c, 31);
    assert_int_equal(end_with(o, again, 2), 0);
    const struct Answer *a = told(o, 31, OUTCOME_accepted);
    assert_int_equal(a->position, 9);
    assert_int_equal(a->events.count, 1);
    assert_false(is_hired(o, 1)); /* it is folded when the log is read, not here */

    tick_begin(&o->tick);
    put(o, &c, 32);
    assert_int_equal(end_with(o, foreign, 1), 0);
    assert_true(text_is(told(o, 32, OUTCOME_rejected)->code, "OTHER_CONTENT"));

    tick_begin(&o->tick);
    put(o, &c, 33);
    assert_int_equal(end_with(o, no_room, 1), 0);
    struct bus_answer fault = next_answer(o, 33);
    assert_ptr_equal(fault.schema, Fault_schema());
    assert_int_equal(((const struct Fault *)fault.message)->outcome, OUTCOME_full);
    assert_false(is_hired(o, 1));
}

static void a_rejection_asks_for_the_id_first(void **state) {
    FOUND(unknown, {.outcome = 0});
    FOUND(known, {.outcome = OUTCOME_repeated, .position = 9, .count = 1});
    FOUND(other, {.outcome = OUTCOME_other});
    struct office *o = *state;
    struct bin record = stand_in_record(&o->log->arena, 9, 9, 1);
    struct FeedPage page = {.records = {&record, 1}, .next = 10, .size = 9};
    const struct stand_in_step no[] = {STEP(LookedUp, unknown)},
                               before[] = {STEP(LookedUp, known), STEP(FeedPage, page)},
                               foreign[] = {STEP(LookedUp, other)};
    struct Command c = suspend(1, 1);
    put(o, &c, 31);
    assert_int_equal(end_with(o, no, 1), 0);
    const struct Answer *a = told(o, 31, OUTCOME_rejected);
    assert_true(text_is(a->code, "UNKNOWN_SUBJECT"));
    assert_true(a->en.size > 0 && a->pl.size > 0);
    tick_begin(&o->tick);
    put(o, &c, 32);
    assert_int_equal(end_with(o, before, 2), 0);
    assert_int_equal(told(o, 32, OUTCOME_accepted)->position, 9); /* as the first time */
    tick_begin(&o->tick);
    put(o, &c, 33);
    assert_int_equal(end_with(o, foreign, 1), 0);
    assert_true(text_is(told(o, 33, OUTCOME_rejected)->code, "OTHER_CONTENT"));
}

static void who_may_is_told_in_both_languages(void **state) {
    FOUND(unknown, {.outcome = 0});
    const struct stand_in_step steps[] = {STEP(LookedUp, unknown)};
    struct office *o = *state;
    struct Command c = hire(1, 1);
    c.role = ROLE_MOPS;
    put(o, &c, 31);
    assert_int_equal(end_with(o, steps, 1), 0);
    const struct Answer *a = told(o, 31, OUTCOME_rejected);
    char en[600] = "", pl[600] = "";
    memcpy(en, a->en.data, a->en.size < 599 ? a->en.size : 599);
    memcpy(pl, a->pl.data, a->pl.size < 599 ? a->pl.size : 599);
    assert_true(text_is(a->code, "NOT_ENTITLED"));
    assert_non_null(strstr(en, "who may: team coordinator or deputy, revitalisation bureau"));
    assert_non_null(strstr(pl, "kto mo\xc5\xbc"
                               "e: koordynator"));
}

/* Of the outcome nothing is known: nobody is told anything, nothing is folded. */
static void lost_or_taken_over(void **state) {
    static const struct Fault stale = {.outcome = OUTCOME_stale, .en = {"e", 1}, .pl = {"p", 1}},
                              later = {.outcome = OUTCOME_later, .en = {"e", 1}, .pl = {"p", 1}};
    APPENDED(too_few, ACCEPTED(4));
    const struct {
        struct stand_in_step step;
        int result;
    } rows[] = {
        {STEP(Fault, stale), TICK_STALE},
        {STEP(Fault, later), TICK_LOST},
        {STEP(Appended, too_few), TICK_LOST},
    };
    struct office *o = *state;
    struct Command first = hire(1, 1), second = hire(2, 2);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        tick_begin(&o->tick);
        put(o, &first, 31);
        put(o, &second, 32);
        int r = end_with(o, &rows[i].step, 1);
        if (r != rows[i].result)
            fail_msg("row %zu: %d", i, r);
        assert_false(is_hired(o, 1) || is_hired(o, 2));
    }
    nothing_told(o);
}

/* An answer that is not one for each question says nothing, and nothing is appended on it. */
static void half_an_answer(void **state) {
    APPENDED(conflict, REFUSED(conflict), REFUSED(conflict));
    FOUND(one, {.outcome = 0});
    const struct stand_in_step steps[] = {STEP(Appended, conflict), STEP(LookedUp, one)};
    struct office *o = *state;
    struct Command first = hire(1, 1), second = hire(2, 2);
    put(o, &first, 31);
    put(o, &second, 32);
    struct bus_request more;
    assert_int_equal(end_with(o, steps, 2), TICK_LOST);
    assert_int_equal(bus_server_receive(o->log->server, &o->log->arena, &more), BUS_TIMEOUT);
    nothing_told(o);
}

/* It never ends that somebody else is faster: then the batch is given up, not repeated for ever. */
static void endless_conflicts_end(void **state) {
    enum { ROUNDS = 9 };
    APPENDED(conflict, REFUSED(conflict));
    FOUND(unknown, {.outcome = 0});
    struct stand_in_step steps[2 * ROUNDS + 1];
    struct office *o = *state;
    struct Command c = hire(1, 1);
    put(o, &c, 31);
    for (size_t i = 0; i <= ROUNDS; i++) {
        steps[2 * i] = (struct stand_in_step)STEP(Appended, conflict);
        if (i < ROUNDS)
            steps[2 * i + 1] = (struct stand_in_step)STEP(LookedUp, unknown);
    }
    assert_int_equal(end_with(o, steps, 2 * ROUNDS + 1), TICK_LOST);
    assert_false(is_hired(o, 1));
    nothing_told(o);
}

/* What a batch decided sees what was decided before it in the same batch. */
static void later_commands_see_earlier_ones(void **state) {
    APPENDED(first_only, ACCEPTED(4));
    FOUND(unknown, {.outcome = 0});
    const struct stand_in_step steps[] = {STEP(Appended, first_only), STEP(LookedUp, unknown)};
    struct office *o = *state;
    struct Command once = hire(1, 1), twice = hire(2, 1);
    put(o, &once, 31);
    put(o, &twice, 32);
    assert_false(is_hired(o, 9));
    assert_int_equal(end_with(o, steps, 2), 0);
    told(o, 31, OUTCOME_accepted);
    told(o, 32, OUTCOME_rejected);
}

static void a_batch_has_an_end(void **state) {
    struct office *o = *state;
    struct Command c = suspend(1, 1);
    size_t taken = 0;
    while (tick_has_room(&o->tick)) {
        put(o, &c, 31);
        taken++;
    }
    assert_int_equal(taken, TICK_COMMANDS_MAX);
    tick_begin(&o->tick);
    assert_true(tick_has_room(&o->tick));
    assert_int_equal(tick_end(&o->tick), 0); /* an empty one asks the log nothing */
}

#define IN_OFFICE(test) cmocka_unit_test_setup_teardown(test, office_new, office_free)

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_OFFICE(accepted_after_the_log_said_so),
        IN_OFFICE(a_conflict_is_decided_again),
        IN_OFFICE(what_the_log_says_of_an_id),
        IN_OFFICE(a_rejection_asks_for_the_id_first),
        IN_OFFICE(who_may_is_told_in_both_languages),
        IN_OFFICE(lost_or_taken_over),
        IN_OFFICE(half_an_answer),
        IN_OFFICE(endless_conflicts_end),
        IN_OFFICE(later_commands_see_earlier_ones),
        IN_OFFICE(a_batch_has_an_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
