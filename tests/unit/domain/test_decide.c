/* The order in which decide() looks, all faults in all combinations; what each nature of event does
 * with a rule that is missed; and what evolve() makes of it. */
#include "tests/unit/domain/toy.h"

/* In the order in which they are told. */
enum {
    ROLE_WRONG,
    ACTOR_UNKNOWN,
    DECIDER_WRONG,
    PAPER_MISSING,
    TOO_EARLY,
    TOO_LATE,
    POLICY_NONE,
    STATE_WRONG,
    GUARD_FAILS,
    FAULTS
};

static const struct rule *const told[FAULTS] = {
    &RULE_NOT_ENTITLED,     &RULE_UNKNOWN_ACTOR, &RULE_NOT_COMPETENT,
    &RULE_NO_AUTHORITY_REF, &RULE_FUTURE_DATED,  &RULE_BACKDATED,
    &RULE_TRY_AGAIN,        &RULE_WRONG_STATE,   &TOY_RULE,
};

static void put_faults(struct toy_case *t, unsigned faults) {
    if (faults & 1u << ROLE_WRONG)
        t->said.role = ROLE_LS;
    if (faults & 1u << ACTOR_UNKNOWN)
        t->said.actor = toy_id(2);
    if (faults & 1u << DECIDER_WRONG)
        t->said.decider = ROLE_BAILIFF;
    if (faults & 1u << PAPER_MISSING)
        t->said.authority.count = 0;
    if (faults & 1u << TOO_LATE)
        t->said.occurred_on = TOY_TODAY - 1;
    if (faults & 1u << TOO_EARLY)
        t->said.occurred_on = TOY_TODAY + 1;
    if (faults & 1u << POLICY_NONE)
        t->facts.policy = NULL;
    if (faults & 1u << STATE_WRONG)
        t->state.life.state = TOY_DONE;
    toy_guard_refuses = faults & 1u << GUARD_FAILS;
}

/* A day is either too early or too late. */
static bool is_possible(unsigned faults) {
    return !(faults & 1u << TOO_EARLY && faults & 1u << TOO_LATE);
}

static unsigned first_of(unsigned faults) {
    unsigned i = 0;
    while (i < FAULTS && !(faults & 1u << i))
        i++;
    return i;
}

static void the_first_fault_is_told(void **state) {
    static struct toy_case t;
    (void)state;
    for (unsigned faults = 0; faults < 1u << FAULTS; faults++) {
        if (!is_possible(faults))
            continue;
        toy_begin(&t, TOY_OWN);
        put_faults(&t, faults);
        decide(toy_aggregate(), &t.decision);
        const struct rule *expected = faults ? told[first_of(faults)] : NULL;
        if (t.decision.rejected != expected)
            fail_msg("faults %x: %s", faults,
                     t.decision.rejected ? t.decision.rejected->code : "accepted");
        assert_int_equal(t.decision.event_count, faults ? 0 : 2);
        assert_int_equal(t.decision.breach_count, 0);
        toy_end(&t);
    }
}

/* Of outside facts only the first ones are refused; the rest is written beside them. */
static void facts_keep_what_they_missed(void **state) {
    static struct toy_case t;
    const unsigned refusing = (1u << TOO_LATE) - 1, missed = 1u << STATE_WRONG | 1u << GUARD_FAILS;
    (void)state;
    for (uint16_t type = TOY_FACT; type <= TOY_ACT; type++)
        for (unsigned faults = 0; faults < 1u << FAULTS; faults++) {
            if (!is_possible(faults))
                continue;
            unsigned stops = faults & (refusing | 1u << POLICY_NONE);
            toy_begin(&t, type);
            put_faults(&t, faults);
            decide(toy_aggregate(), &t.decision);
            assert_ptr_equal(t.decision.rejected, stops ? told[first_of(stops)] : NULL);
            bool is_breached = !stops && faults & missed;
            assert_int_equal(t.decision.breach_count, is_breached);
            if (is_breached)
                assert_ptr_equal(t.decision.breaches[0], told[first_of(faults & missed)]);
            /* The effect: of a legal act only when nothing was missed; none where no step is. */
            bool has_effect = !(faults & 1u << STATE_WRONG) && !(is_breached && type == TOY_ACT);
            assert_int_equal(t.decision.event_count, stops ? 0 : 1 + has_effect);
            toy_end(&t);
        }
}

static void who_decides(void **state) {
    static const struct {
        int32_t decider, evidence;
        uint32_t papers;
        const struct rule *rejected;
    } rows[] = {
        {ROLE_COURT, 0, 1, NULL},
        {ROLE_RESIDENT, EVIDENCE_paper, 0, NULL},
        {0, 0, 1, &RULE_NOT_COMPETENT},
        {ROLE_COORD, 0, 1, &RULE_NOT_COMPETENT},
        {ROLE_SYSTEM, 0, 1, &RULE_NOT_COMPETENT},
        {ROLE_COURT, EVIDENCE_paper, 0, &RULE_NO_AUTHORITY_REF},
        {ROLE_RESIDENT, 0, 1, &RULE_NO_EVIDENCE},
    };
    static struct toy_case t;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        toy_begin(&t, TOY_OWN);
        t.said.decider = rows[i].decider;
        t.said.evidence = rows[i].evidence;
        t.said.authority.count = rows[i].papers;
        decide(toy_aggregate(), &t.decision);
        if (t.decision.rejected != rows[i].rejected)
            fail_msg("row %zu", i);
        assert_int_equal(t.decision.entitled, rows[i].rejected == &RULE_NOT_COMPETENT
                                                  ? 1u << ROLE_COURT | 1u << ROLE_RESIDENT
                                                  : 0u);
        toy_end(&t);
    }
}

static void who_else_may_is_told(void **state) {
    static struct toy_case t;
    (void)state;
    toy_begin(&t, TOY_OWN);
    t.said.role = ROLE_LS;
    t.said.decider = ROLE_BAILIFF;
    decide(toy_aggregate(), &t.decision);
    assert_int_equal(t.decision.entitled, 1u << ROLE_COORD); /* of the first rejection */
    assert_string_equal(t.decision.field, "role");
    toy_end(&t);
}

static void a_migration_tells_older_days(void **state) {
    static struct toy_case t;
    (void)state;
    toy_begin(&t, TOY_OWN);
    t.facts.migration = true;
    t.said.occurred_on = TOY_TODAY - 400;
    decide(toy_aggregate(), &t.decision);
    assert_null(t.decision.rejected);
    toy_end(&t);
    toy_begin(&t, TOY_OWN);
    t.facts.migration = true;
    t.said.occurred_on = TOY_TODAY + 1;
    decide(toy_aggregate(), &t.decision);
    assert_ptr_equal(t.decision.rejected, &RULE_FUTURE_DATED);
    toy_end(&t);
}

static void the_system_needs_no_decider_and_no_day(void **state) {
    static struct toy_case t;
    (void)state;
    toy_begin(&t, TOY_TIMER);
    t.said.decider = 0;
    t.said.occurred_on = TOY_TODAY - 10;
    decide(toy_aggregate(), &t.decision);
    assert_null(t.decision.rejected);
    toy_end(&t);
    toy_begin(&t, TOY_TIMER);
    t.said.role = ROLE_COORD; /* a person cannot fire a timer */
    decide(toy_aggregate(), &t.decision);
    assert_ptr_equal(t.decision.rejected, &RULE_NOT_ENTITLED);
    toy_end(&t);
    toy_begin(&t, TOY_TIMER);
    toy_guard_refuses = true;
    decide(toy_aggregate(), &t.decision);
    assert_ptr_equal(t.decision.rejected, &TOY_RULE);
    toy_end(&t);
}

static void nobody_before_the_beginning(void **state) {
    static struct toy_case t;
    (void)state;
    for (uint16_t type = TOY_OWN; type <= TOY_ACT; type++) {
        toy_begin(&t, type);
        t.state.life.state = NONE;
        decide(toy_aggregate(), &t.decision);
        assert_ptr_equal(t.decision.rejected, &RULE_UNKNOWN_SUBJECT); /* a fact needs one too */
        assert_int_equal(t.decision.event_count, 0);
        toy_end(&t);
    }
}

static void the_same_rule_is_missed_once(void **state) {
    static struct toy_case t;
    static const struct rule others[BREACHES_MAX + 2];
    (void)state;
    toy_begin(&t, TOY_FACT);
    for (int i = 0; i < 3; i++)
        refuse(&t.decision, &TOY_RULE, "x");
    assert_int_equal(t.decision.breach_count, 1);
    for (size_t i = 0; i < BREACHES_MAX + 2; i++)
        refuse(&t.decision, &others[i], "x");
    assert_int_equal(t.decision.breach_count, BREACHES_MAX);
    assert_null(t.decision.rejected);
    reject(&t.decision, &TOY_RULE, "first");
    reject(&t.decision, &RULE_MALFORMED, "second");
    assert_ptr_equal(t.decision.rejected, &TOY_RULE);
    assert_string_equal(t.decision.field, "first");
    toy_end(&t);
}

static void weighing_writes_nothing(void **state) {
    static struct toy_case t;
    (void)state;
    toy_begin(&t, TOY_ACT);
    toy_guard_refuses = true;
    weigh(toy_aggregate(), &t.decision);
    assert_int_equal(t.decision.breach_count, 1);
    assert_int_equal(t.decision.event_count, 0);
    toy_end(&t);
}

static void what_moves_the_state(void **state) {
    static struct breach toy = {.rule = {"TOY", 3}}, wrong_state = {.rule = {"WRONG_STATE", 11}};
    const struct {
        uint16_t type;
        uint8_t before;
        struct breach_list breach;
        uint8_t after;
        bool evolves;
    } rows[] = {
        {TOY_OWN, TOY_OPEN, {NULL, 0}, TOY_DONE, true},
        {TOY_FACT, TOY_OPEN, {NULL, 0}, TOY_DONE, true},
        {TOY_ACT, TOY_OPEN, {NULL, 0}, TOY_DONE, true},
        {TOY_TIMER, TOY_OPEN, {NULL, 0}, TOY_OPEN, true},
        {TOY_FACT, TOY_OPEN, {&toy, 1}, TOY_DONE, true},
        {TOY_FACT, TOY_OPEN, {&wrong_state, 1}, TOY_OPEN, false},
        {TOY_ACT, TOY_OPEN, {&toy, 1}, TOY_OPEN, false},
        {TOY_ACT, TOY_OPEN, {&wrong_state, 1}, TOY_OPEN, false},
        {TOY_OWN, TOY_DONE, {NULL, 0}, TOY_DONE, false},
        {TOY_OWN, NONE, {NULL, 0}, NONE, false},
        {EVENT_EntryVoided, TOY_OPEN, {NULL, 0}, TOY_OPEN, false},
        {EVENT_EntryCorrected, TOY_OPEN, {NULL, 0}, TOY_OPEN, false},
        {EVENT_SubjectRepointed, TOY_OPEN, {NULL, 0}, TOY_OPEN, true},
        {4711, TOY_OPEN, {NULL, 0}, TOY_OPEN, false}, /* total: any event at all */
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool is_toy = rows[i].type >= TOY_OWN && rows[i].type <= TOY_TIMER;
        struct toy toy_state = {.life = {rows[i].before, 3, 40}};
        struct said said = {.breach = rows[i].breach};
        struct event event = {.position = 41,
                              .said = &said,
                              .type = rows[i].type,
                              .schema = toy_schema(is_toy ? rows[i].type : TOY_OWN)};
        evolve(toy_aggregate(), &toy_state, &event);
        if (toy_state.life.state != rows[i].after || toy_state.evolved != rows[i].evolves)
            fail_msg("row %zu: state %d", i, toy_state.life.state);
        assert_int_equal(toy_state.life.version, 4);
        assert_int_equal(toy_state.life.last_position, 41);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_fault_is_told),
        cmocka_unit_test(facts_keep_what_they_missed),
        cmocka_unit_test(who_decides),
        cmocka_unit_test(who_else_may_is_told),
        cmocka_unit_test(a_migration_tells_older_days),
        cmocka_unit_test(the_system_needs_no_decider_and_no_day),
        cmocka_unit_test(nobody_before_the_beginning),
        cmocka_unit_test(the_same_rule_is_missed_once),
        cmocka_unit_test(weighing_writes_nothing),
        cmocka_unit_test(what_moves_the_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
