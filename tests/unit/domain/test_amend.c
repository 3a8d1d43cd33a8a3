/* Who may correct or void an entry (A51), and the right day. */
#include "tests/unit/domain/toy.h"

enum { AUTHOR = 1, OTHER = 2, UNIT = 3, OTHER_UNIT = 4 };

struct row {
    const char *name;
    uint8_t actor, unit;
    int32_t role;
    int days; /* since the entry was made */
    uint16_t entry;
    const struct rule *rejected;
};

static const struct row rows[] = {
    {"the author at once", AUTHOR, 0, ROLE_LS, 0, TOY_OWN, NULL},
    {"the author on the last day", AUTHOR, 0, ROLE_LS, 14, TOY_OWN, NULL},
    {"the author a day later", AUTHOR, 0, ROLE_LS, 15, TOY_OWN, &RULE_NOT_YOUR_ENTRY},
    {"the author in another role", AUTHOR, 0, ROLE_GO, 0, TOY_OWN, &RULE_NOT_YOUR_ENTRY},
    {"a colleague", OTHER, 0, ROLE_LS, 0, TOY_OWN, &RULE_NOT_YOUR_ENTRY},
    {"the coordinator, ever", OTHER, 0, ROLE_COORD, 4000, TOY_OWN, NULL},
    {"the author's unit, ever", OTHER, UNIT, ROLE_LS, 4000, TOY_OWN, NULL},
    {"another unit", OTHER, OTHER_UNIT, ROLE_LS, 0, TOY_OWN, &RULE_NOT_YOUR_ENTRY},
    {"the unit in another role", OTHER, UNIT, ROLE_GO, 0, TOY_OWN, &RULE_NOT_YOUR_ENTRY},
    {"a unit that is not registered", OTHER, 6, ROLE_LS, 0, TOY_OWN, &RULE_NOT_YOUR_ENTRY},
    {"the coordinator, a fact", OTHER, 0, ROLE_COORD, 4000, TOY_FACT, NULL},
    {"the coordinator, a timer", OTHER, 0, ROLE_COORD, 0, TOY_TIMER, &RULE_NOT_YOUR_ENTRY},
    {"the system, a timer", OTHER, 0, ROLE_SYSTEM, 0, TOY_TIMER, &RULE_NOT_YOUR_ENTRY},
};

/* Everybody of the table speaks truly: the question is only whose entry it is. */
static void enter_all(struct toy_case *t, const struct row *row) {
    struct roster *roster = (struct roster *)(uintptr_t)t->facts.roster;
    roster_enter(roster, toy_id(row->actor), row->role);
    if (row->unit && row->unit != 6)
        roster_enter(roster, toy_id(row->unit), row->role);
}

static const struct rule *amend(struct toy_case *t, const struct row *row,
                                const struct schema *schema, uint16_t type, const void *payload) {
    struct said first = {
        .actor = toy_id(AUTHOR), .role = ROLE_LS, .unit = toy_id(row->unit == 6 ? 6 : UNIT)};
    struct event entry = {
        .position = 5,
        .known_at_us = civil_midnight_us(TOY_TODAY - row->days),
        .said = &first,
        .schema = toy_schema(row->entry ? row->entry : TOY_OWN),
        .type = row->entry,
    };
    enter_all(t, row);
    t->said.actor = toy_id(row->actor);
    t->said.role = row->role;
    t->said.unit = row->unit ? toy_id(row->unit) : (struct id){{0}};
    t->command.schema = schema;
    t->command.type = type;
    t->command.payload = payload;
    t->decision.entry = row->entry ? &entry : NULL;
    decide(toy_aggregate(), &t->decision);
    return t->decision.rejected;
}

static void who_may_amend(void **state) {
    static const struct EntryVoided voided = {.entry = 5, .reason = MISTAKE_duplicate};
    static const struct EntryCorrected corrected = {
        .entry = 5, .reason = MISTAKE_wrong_date, .occurred_on = TOY_TODAY};
    static struct toy_case t;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int corrects = 0; corrects < 2; corrects++) {
            toy_begin(&t, TOY_OWN);
            const struct rule *r =
                corrects
                    ? amend(&t, &rows[i], EntryCorrected_schema(), EVENT_EntryCorrected, &corrected)
                    : amend(&t, &rows[i], EntryVoided_schema(), EVENT_EntryVoided, &voided);
            if (r != rows[i].rejected)
                fail_msg("%s: %s", rows[i].name, r ? r->code : "accepted");
            assert_int_equal(t.decision.event_count, r ? 0 : 1);
            assert_int_equal(toy_amended, r ? 0 : 1);
            toy_end(&t);
        }
}

static void in_any_state(void **state) {
    static const struct EntryVoided voided = {.entry = 5, .reason = MISTAKE_duplicate};
    static struct toy_case t;
    (void)state;
    for (uint8_t s = TOY_OPEN; s <= TOY_DONE; s++) {
        toy_begin(&t, TOY_OWN);
        t.state.life.state = s;
        toy_guard_refuses = true; /* of no concern */
        assert_null(amend(&t, &rows[0], EntryVoided_schema(), EVENT_EntryVoided, &voided));
        toy_end(&t);
    }
}

static void what_else_is_refused(void **state) {
    static const struct row nothing = {"no entry", AUTHOR, 0, ROLE_LS, 0, 0, NULL};
    static const struct EntryVoided voided = {.entry = 5, .reason = MISTAKE_duplicate};
    static const struct EntryCorrected ahead = {
        .entry = 5, .reason = MISTAKE_wrong_date, .occurred_on = TOY_TODAY + 1};
    static struct toy_case t;
    (void)state;
    toy_begin(&t, TOY_OWN);
    assert_ptr_equal(amend(&t, &nothing, EntryVoided_schema(), EVENT_EntryVoided, &voided),
                     &RULE_UNKNOWN_ENTRY);
    toy_end(&t);
    toy_begin(&t, TOY_OWN);
    assert_ptr_equal(amend(&t, &rows[0], EntryCorrected_schema(), EVENT_EntryCorrected, &ahead),
                     &RULE_FUTURE_DATED);
    assert_string_equal(t.decision.field, "occurred_on");
    toy_end(&t);
    toy_begin(&t, TOY_OWN);
    t.said.occurred_on = TOY_TODAY - 1; /* to correct is an own decision: of today */
    assert_ptr_equal(amend(&t, &rows[0], EntryVoided_schema(), EVENT_EntryVoided, &voided),
                     &RULE_BACKDATED);
    toy_end(&t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_may_amend),
        cmocka_unit_test(in_any_state),
        cmocka_unit_test(what_else_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
