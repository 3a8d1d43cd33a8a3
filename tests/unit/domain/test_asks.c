/* What a machine asks of itself: a cause is reacted to once. */
#include "common/domain/machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include "daemons/intake/domain.h"
#include "tests/harness/policy.h"

#include <cmocka.h>

enum { TODAY = 17600, ARENA = 4 << 20 };

static int no_history(void *context, struct stream stream, uint64_t at, struct arena *memory,
                      struct record **records, size_t *count) {
    (void)context, (void)stream, (void)at, (void)memory, (void)records, (void)count;
    return -1;
}

/* Whether the department grants what is asked does not matter: the mark is written either way. */
static void ask_for_another(const struct event *event, const struct states *states,
                            struct reactions *out) {
    (void)states;
    if (event->type != EVENT_WorkerHired)
        return;
    struct WorkerHired *e = ask(out, CATEGORY_Worker, event->said->stream, WorkerHired_schema());
    e->role = ROLE_LS;
}

static void tell_hired(struct machine *m, int64_t position) {
    struct WorkerHired hired = {.role = ROLE_LS};
    struct record r = {.log = {.position = position, .first = position, .count = 1},
                       .said = {.category = CATEGORY_Worker,
                                .stream = {{2, (uint8_t)position}},
                                .type = EVENT_WorkerHired,
                                .occurred_on = TODAY,
                                .actor = {{1}},
                                .role = ROLE_COORD},
                       .schema = WorkerHired_schema(),
                       .payload = &hired};
    assert_int_equal(machine_fold(m, &r), 0);
}

static void a_cause_is_reacted_to_once(void **state) {
    static const struct clock clock = {.now_us = 1, .today = TODAY};
    static struct proposal out;
    struct domain domain = intake_domain;
    struct PolicySetAdopted policy;
    struct arena arena;
    (void)state;
    domain.react = ask_for_another;
    policy_default(&policy);
    struct machine *m = machine_new(&domain, no_history, NULL);
    machine_enter_policy(m, &policy);
    arena_init(&arena, malloc(ARENA), ARENA);
    tell_hired(m, 1);
    tell_hired(m, 2);
    for (int64_t cause = 1; cause <= 2; cause++) {
        assert_true(machine_propose_reaction(m, &clock, &arena, &out));
        const struct emitted *mark = &out.events[out.event_count - 1];
        assert_ptr_equal(mark->schema, ReactedUpTo_schema());
        assert_int_equal(((const struct ReactedUpTo *)mark->payload)->position, cause);
        machine_settle(m);
        machine_commit(m, &out, 2 + (uint64_t)cause, 1);
    }
    assert_false(machine_propose_reaction(m, &clock, &arena, &out));
    machine_free(m);
    free(arena.memory);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_cause_is_reacted_to_once)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
