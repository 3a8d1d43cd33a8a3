/*
 * Proves that the ladder is DOMAIN.md 4.7 "Risk of a DebtFile" line by line: every pair of state
 * and event either moves as listed or not at all; that "none" is reachable from every state; and
 * that the transition table of the debt file knows every event of the ladder.
 */
#include "daemons/debt/debt_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct line {
    uint8_t from;
    uint16_t event;
    int32_t level; /* of RiskLevelChanged */
    uint8_t to;
} lines[] = {
    {RISK_NONE, EVENT_RiskLevelChanged, RISK_LEVEL_late, RISK_LATE},
    {RISK_NONE, EVENT_RiskLevelChanged, RISK_LEVEL_warnable, RISK_WARNABLE},
    {RISK_NONE, EVENT_RiskLevelChanged, RISK_LEVEL_none, RISK_NONE},
    {RISK_LATE, EVENT_RiskLevelChanged, RISK_LEVEL_none, RISK_NONE},
    {RISK_LATE, EVENT_RiskLevelChanged, RISK_LEVEL_late, RISK_LATE},
    {RISK_LATE, EVENT_RiskLevelChanged, RISK_LEVEL_warnable, RISK_WARNABLE},
    {RISK_LATE, EVENT_DebtorDied, 0, RISK_NONE},
    {RISK_WARNABLE, EVENT_RiskLevelChanged, RISK_LEVEL_none, RISK_NONE},
    {RISK_WARNABLE, EVENT_RiskLevelChanged, RISK_LEVEL_late, RISK_LATE},
    {RISK_WARNABLE, EVENT_RiskLevelChanged, RISK_LEVEL_warnable, RISK_WARNABLE},
    {RISK_WARNABLE, EVENT_ArrearsWarningServed, 0, RISK_WARNED},
    {RISK_WARNABLE, EVENT_RiskCleared, 0, RISK_NONE},
    {RISK_WARNABLE, EVENT_DebtorDied, 0, RISK_NONE},
    {RISK_WARNED, EVENT_TerminationBecamePossible, 0, RISK_TERMINABLE},
    {RISK_WARNED, EVENT_RiskCleared, 0, RISK_NONE},
    {RISK_WARNED, EVENT_DebtorDied, 0, RISK_NONE},
    {RISK_TERMINABLE, EVENT_TenancyTerminatedForArrears, 0, RISK_TERMINATED},
    {RISK_TERMINABLE, EVENT_RiskCleared, 0, RISK_NONE},
    {RISK_TERMINABLE, EVENT_DebtorDied, 0, RISK_NONE},
    {RISK_TERMINATED, EVENT_DebtorDied, 0, RISK_NONE},
};

static const uint16_t events[] = {
    EVENT_RiskLevelChanged,    EVENT_ArrearsWarningServed,        EVENT_TerminationBecamePossible,
    EVENT_RiskCleared,         EVENT_TenancyTerminatedForArrears, EVENT_DebtorDied,
    EVENT_PaymentRecorded,     EVENT_InstalmentsGranted,          EVENT_DebtSettled,
};

static uint8_t moved(uint8_t from, uint16_t type, int32_t level) {
    static const uint8_t nothing[256];
    struct RiskLevelChanged change = {.level = level};
    const struct event event = {
        .position = 7,
        .type = type,
        .payload = type == EVENT_RiskLevelChanged ? (const void *)&change : nothing,
    };
    struct risk risk = {.state = from};
    risk_evolve(&risk, &event);
    return risk.state;
}

static bool is_listed(uint8_t from, uint16_t event) {
    for (size_t i = 0; i < COUNT(lines); i++)
        if (lines[i].from == from && lines[i].event == event)
            return true;
    return false;
}

static void the_listed_steps_move(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(lines); i++) {
        struct risk risk = {.state = lines[i].from};
        assert_true(risk_allows(&risk, lines[i].event));
        if (moved(lines[i].from, lines[i].event, lines[i].level) != lines[i].to)
            fail_msg("%s, event 0x%04x", risk_states[lines[i].from], lines[i].event);
    }
}

static void nothing_else_moves(void **state) {
    (void)state;
    for (uint8_t from = RISK_NONE; from < RISK_STATES; from++)
        for (size_t i = 0; i < COUNT(events); i++) {
            struct risk risk = {.state = from};
            if (risk_allows(&risk, events[i]) != is_listed(from, events[i]))
                fail_msg("%s, event 0x%04x", risk_states[from], events[i]);
            if (!is_listed(from, events[i]))
                assert_int_equal(moved(from, events[i], RISK_LEVEL_late), from);
        }
}

static void none_is_reachable(void **state) {
    size_t count;
    const struct rung *rungs = risk_rungs(&count);
    uint32_t good = IN(RISK_NONE);
    (void)state;
    for (unsigned round = 0; round < RISK_STATES; round++)
        for (size_t i = 0; i < count; i++)
            if (rungs[i].to & good)
                good |= rungs[i].from;
    for (uint8_t from = RISK_NONE; from < RISK_STATES; from++)
        assert_true(good & IN(from));
}

static void the_debt_file_knows_the_ladder(void **state) {
    size_t count;
    const struct rung *rungs = risk_rungs(&count);
    const struct aggregate *a = &debt_file_aggregate;
    (void)state;
    for (size_t i = 0; i < count; i++) {
        bool is_known = false;
        for (size_t t = 0; t < a->transition_count; t++)
            is_known = is_known || a->transitions[t].event == rungs[i].event;
        assert_true(is_known);
    }
}

static void levels_follow_the_policy(void **state) {
    static const struct {
        int64_t periods, needed;
        enum RISK_LEVEL level;
    } rows[] = {
        {0, 3, RISK_LEVEL_none},     {1, 3, RISK_LEVEL_late},     {2, 3, RISK_LEVEL_late},
        {3, 3, RISK_LEVEL_warnable}, {9, 3, RISK_LEVEL_warnable}, {1, 2, RISK_LEVEL_late},
        {2, 2, RISK_LEVEL_warnable},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct PolicySetAdopted policy = {.warning_periods = rows[i].needed};
        assert_int_equal(risk_level(rows[i].periods, &policy), rows[i].level);
    }
}

static void a_file_is_small(void **state) {
    (void)state;
    assert_true(sizeof(struct debt_file) <= 1024);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_listed_steps_move),
        cmocka_unit_test(nothing_else_moves),
        cmocka_unit_test(none_is_reachable),
        cmocka_unit_test(the_debt_file_knows_the_ladder),
        cmocka_unit_test(levels_follow_the_policy),
        cmocka_unit_test(a_file_is_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
