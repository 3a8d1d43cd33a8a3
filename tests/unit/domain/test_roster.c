/* Who may speak in which role, after each thing that the log says of a worker or a unit. */
#include "common/domain/roster.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "common/messages/intake.h"

enum { ANNA = 1, UNIT = 2, NOBODY_KNOWN = 3 };

static struct id id_of(uint8_t number) {
    return (struct id){{[15] = number}};
}

static void fold(struct roster *r, uint16_t type, uint8_t stream, int32_t role) {
    struct WorkerHired hired = {.role = role};
    struct UnitRegistered unit = {.role = role};
    struct said said = {.stream = id_of(stream), .type = type};
    struct event event = {.said = &said, .type = type, .payload = &hired};
    if (type == EVENT_UnitRegistered)
        event.payload = &unit;
    roster_fold(r, &event);
}

static bool knows(struct roster *r, uint8_t actor, uint8_t unit, int32_t role) {
    struct said said = {.actor = id_of(actor), .role = role, .type = EVENT_LsAssigned};
    if (unit)
        said.unit = id_of(unit);
    return roster_knows(r, &said);
}

static void what_a_worker_may_say(void **state) {
    static const struct {
        uint16_t type; /* what the log says next of the worker */
        bool as_ls, as_coord;
    } rows[] = {
        {0, false, false},
        {EVENT_WorkerHired, true, false},
        {EVENT_DeputyNamed, true, true},
        {EVENT_WorkerSuspended, false, false}, /* a deputy's rights rest too */
        {EVENT_WorkerReturned, true, true},
        {EVENT_DutiesChanged, true, true},
        {EVENT_DeputyEnded, true, false},
        {EVENT_WorkerSuspended, false, false},
        {EVENT_DeputyNamed, false, false},
        {EVENT_WorkerReturned, true, true},
        {EVENT_WorkerLeft, false, false},
        {EVENT_WorkerReturned, true, false}, /* who left is no deputy any more */
    };
    struct roster *r = roster_new();
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (rows[i].type)
            fold(r, rows[i].type, ANNA, ROLE_LS);
        if (knows(r, ANNA, 0, ROLE_LS) != rows[i].as_ls ||
            knows(r, ANNA, 0, ROLE_COORD) != rows[i].as_coord)
            fail_msg("row %zu", i);
        assert_false(knows(r, ANNA, 0, ROLE_GO));
        assert_false(knows(r, ANNA, 0, ROLE_ZLM));
        assert_false(knows(r, NOBODY_KNOWN, 0, ROLE_LS));
    }
    roster_free(r);
}

static void what_a_unit_may_say(void **state) {
    static const struct {
        uint8_t actor, unit;
        int32_t role;
        bool known;
    } rows[] = {
        {NOBODY_KNOWN, UNIT, ROLE_ZLM, true}, /* its recorders are not named one by one */
        {UNIT, 0, ROLE_ZLM, true},
        {NOBODY_KNOWN, UNIT, ROLE_WINDYKACJA, false},
        {NOBODY_KNOWN, UNIT, ROLE_COORD, false},
        {NOBODY_KNOWN, 0, ROLE_ZLM, false},
        {NOBODY_KNOWN, NOBODY_KNOWN, ROLE_ZLM, false},
        {ANNA, UNIT, ROLE_LS, true}, /* the worker's own role, whatever unit is named */
        {ANNA, NOBODY_KNOWN, ROLE_ZLM, false},
        {NOBODY_KNOWN, ANNA, ROLE_LS, true},
        {NOBODY_KNOWN, 0, ROLE_SYSTEM, true},
    };
    struct roster *r = roster_new();
    (void)state;
    fold(r, EVENT_UnitRegistered, UNIT, ROLE_ZLM);
    fold(r, EVENT_WorkerHired, ANNA, ROLE_LS);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (knows(r, rows[i].actor, rows[i].unit, rows[i].role) != rows[i].known)
            fail_msg("row %zu", i);
    roster_free(r);
}

/* The bureau registers itself; whoever comes later is registered by it. */
static void the_first_unit(void **state) {
    struct roster *r = roster_new();
    struct said first = {.actor = id_of(UNIT), .role = ROLE_BIURO, .type = EVENT_UnitRegistered};
    struct said other_role = first, other_type = first;
    (void)state;
    other_role.role = ROLE_ZLM;
    other_type.type = EVENT_PolicySetAdopted;
    assert_true(roster_knows(r, &first));
    assert_false(roster_knows(r, &other_role));
    assert_false(roster_knows(r, &other_type));
    fold(r, EVENT_WorkerHired, ANNA, ROLE_LS); /* a worker is no unit */
    assert_true(roster_knows(r, &first));
    fold(r, EVENT_UnitRegistered, NOBODY_KNOWN, ROLE_BIURO);
    assert_false(roster_knows(r, &first));
    roster_free(r);
}

static void what_was_said_can_be_forgotten(void **state) {
    struct roster *r = roster_new();
    (void)state;
    fold(r, EVENT_WorkerHired, ANNA, ROLE_LS);
    fold(r, EVENT_DeputyNamed, ANNA, ROLE_LS);
    roster_forget(r, id_of(ANNA));
    assert_false(knows(r, ANNA, 0, ROLE_LS));
    assert_false(knows(r, ANNA, 0, ROLE_COORD));
    fold(r, EVENT_WorkerHired, ANNA, ROLE_GO);
    assert_true(knows(r, ANNA, 0, ROLE_GO));
    assert_false(knows(r, ANNA, 0, ROLE_COORD));
    roster_forget(r, id_of(NOBODY_KNOWN));
    for (uint8_t i = 10; i < 250; i++) /* more than it held room for */
        roster_enter(r, id_of(i), ROLE_GO);
    assert_true(knows(r, ANNA, 0, ROLE_GO));
    assert_true(knows(r, 249, 0, ROLE_GO));
    roster_free(r);
}

static void whose_streams_concern_it(void **state) {
    (void)state;
    assert_true(roster_concerns(CATEGORY_Worker));
    assert_true(roster_concerns(CATEGORY_Unit));
    assert_false(roster_concerns(CATEGORY_Case));
    assert_false(roster_concerns(0));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_worker_may_say),
        cmocka_unit_test(what_a_unit_may_say),
        cmocka_unit_test(the_first_unit),
        cmocka_unit_test(what_was_said_can_be_forgotten),
        cmocka_unit_test(whose_streams_concern_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
