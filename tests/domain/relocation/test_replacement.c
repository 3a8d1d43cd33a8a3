/*
 * Proves what counts as a replacement dwelling (O3 art. 2(1)(6)): one table of pairs around the
 * boundaries of area, every single piece of equipment, and the locality; then the return dwelling,
 * for which persons do not count (O2 art. 28(4)).
 */
#include "daemons/relocation/replacement.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/harness/policy.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum {
    NONE_OF_IT = 0,
    BASIC = EQUIPMENT_WATER | EQUIPMENT_WC,
    FULL = EQUIPMENT_WATER | EQUIPMENT_WC | EQUIPMENT_BATH | EQUIPMENT_HEATING | EQUIPMENT_GAS,
    CITY = 0,
    NEXT_TOWN = 1,
    THIRD_TOWN = 2
};

#define OK REPLACEMENT_OK
#define ELSEWHERE REPLACEMENT_ELSEWHERE
#define ILL REPLACEMENT_ILL_EQUIPPED
#define SMALL REPLACEMENT_TOO_SMALL

static struct room_norm norm_of_policy(void) {
    struct PolicySetAdopted policy;
    policy_default(&policy);
    return (struct room_norm){policy.room_area_per_person, policy.room_area_single};
}

/* Areas in dm²: 10 m² each for several persons, 20 m² for one, or what they had. */
static const struct row {
    struct housing before, after;
    int64_t persons;
    enum replacement expected;
} rows[] = {
    /* as large as before is enough, whatever the persons */
    {{CITY, 3000, BASIC}, {CITY, 3000, BASIC}, 1, OK},
    {{CITY, 3000, BASIC}, {CITY, 3000, BASIC}, 9, OK},
    {{CITY, 500, BASIC}, {CITY, 500, BASIC}, 1, OK},
    {{CITY, 500, BASIC}, {CITY, 500, BASIC}, 6, OK},
    {{CITY, 3000, BASIC}, {CITY, 3001, BASIC}, 9, OK},
    {{CITY, 0, BASIC}, {CITY, 0, BASIC}, 4, OK},
    /* one person alone: 20 m² */
    {{CITY, 4000, BASIC}, {CITY, 2000, BASIC}, 1, OK},
    {{CITY, 4000, BASIC}, {CITY, 1999, BASIC}, 1, SMALL},
    {{CITY, 2001, BASIC}, {CITY, 2000, BASIC}, 1, OK},
    {{CITY, 2000, BASIC}, {CITY, 1999, BASIC}, 1, SMALL},
    {{CITY, 4000, BASIC}, {CITY, 1000, BASIC}, 1, SMALL},
    {{CITY, 4000, BASIC}, {CITY, 0, BASIC}, 1, SMALL},
    {{CITY, 1900, BASIC}, {CITY, 1899, BASIC}, 1, SMALL},
    /* two: 2 x 10 m², not more than one alone */
    {{CITY, 4000, BASIC}, {CITY, 2000, BASIC}, 2, OK},
    {{CITY, 4000, BASIC}, {CITY, 1999, BASIC}, 2, SMALL},
    {{CITY, 4000, BASIC}, {CITY, 1000, BASIC}, 2, SMALL},
    /* three and more: 10 m² each */
    {{CITY, 6000, BASIC}, {CITY, 3000, BASIC}, 3, OK},
    {{CITY, 6000, BASIC}, {CITY, 2999, BASIC}, 3, SMALL},
    {{CITY, 6000, BASIC}, {CITY, 2000, BASIC}, 3, SMALL},
    {{CITY, 9000, BASIC}, {CITY, 5000, BASIC}, 5, OK},
    {{CITY, 9000, BASIC}, {CITY, 4999, BASIC}, 5, SMALL},
    {{CITY, 5000, BASIC}, {CITY, 4999, BASIC}, 5, SMALL},
    {{CITY, 99999, BASIC}, {CITY, 30000, BASIC}, 30, OK},
    {{CITY, 99999, BASIC}, {CITY, 29999, BASIC}, 30, SMALL},
    /* nobody registered: never less than for one person */
    {{CITY, 4000, BASIC}, {CITY, 2000, BASIC}, 0, OK},
    {{CITY, 4000, BASIC}, {CITY, 1999, BASIC}, 0, SMALL},
    {{CITY, 4000, BASIC}, {CITY, 0, BASIC}, 0, SMALL},
    /* every piece of equipment that was there must be there again */
    {{CITY, 3000, EQUIPMENT_WATER}, {CITY, 3000, NONE_OF_IT}, 2, ILL},
    {{CITY, 3000, EQUIPMENT_WC}, {CITY, 3000, EQUIPMENT_WATER}, 2, ILL},
    {{CITY, 3000, FULL}, {CITY, 3000, FULL & ~EQUIPMENT_WATER}, 2, ILL},
    {{CITY, 3000, FULL}, {CITY, 3000, FULL & ~EQUIPMENT_WC}, 2, ILL},
    {{CITY, 3000, FULL}, {CITY, 3000, FULL & ~EQUIPMENT_BATH}, 2, ILL},
    {{CITY, 3000, FULL}, {CITY, 3000, FULL & ~EQUIPMENT_HEATING}, 2, ILL},
    {{CITY, 3000, FULL}, {CITY, 3000, FULL & ~EQUIPMENT_GAS}, 2, ILL},
    {{CITY, 3000, FULL}, {CITY, 3000, FULL}, 2, OK},
    {{CITY, 3000, BASIC}, {CITY, 3000, FULL}, 2, OK},
    {{CITY, 3000, NONE_OF_IT}, {CITY, 3000, NONE_OF_IT}, 2, OK},
    {{CITY, 3000, FULL}, {CITY, 9000, BASIC}, 2, ILL},
    /* the same locality, whatever else is better */
    {{CITY, 3000, BASIC}, {NEXT_TOWN, 9000, FULL}, 2, ELSEWHERE},
    {{NEXT_TOWN, 3000, BASIC}, {CITY, 9000, FULL}, 2, ELSEWHERE},
    {{NEXT_TOWN, 3000, BASIC}, {THIRD_TOWN, 3000, BASIC}, 2, ELSEWHERE},
    {{NEXT_TOWN, 3000, BASIC}, {NEXT_TOWN, 3000, BASIC}, 2, OK},
    /* the first thing that is missing is what the officer hears */
    {{CITY, 3000, FULL}, {THIRD_TOWN, 10, NONE_OF_IT}, 2, ELSEWHERE},
    {{CITY, 3000, FULL}, {CITY, 10, NONE_OF_IT}, 2, ILL},
};

static void replacements(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct row *row = &rows[i];
        enum replacement got =
            replacement_check(&row->before, &row->after, row->persons, norm_of_policy());
        if (got != row->expected)
            fail_msg("row %zu: %d instead of %d", i, (int)got, (int)row->expected);
    }
}

/* Another policy, another answer: the numbers are not in the code. */
static void norms_come_from_policy(void **state) {
    (void)state;
    struct housing before = {CITY, 9000, BASIC}, after = {CITY, 1500, BASIC};
    assert_false(replacement_ok(&before, &after, 1, norm_of_policy()));
    assert_true(replacement_ok(&before, &after, 1, (struct room_norm){500, 1500}));
    assert_true(replacement_ok(&before, &after, 3, (struct room_norm){500, 1500}));
    assert_false(replacement_ok(&before, &after, 4, (struct room_norm){500, 1500}));
}

static const struct {
    struct housing before, after;
    bool expected;
} returns[] = {
    {{CITY, 3000, BASIC}, {CITY, 3000, BASIC}, true},
    {{CITY, 3000, BASIC}, {CITY, 3000, FULL}, true},
    {{CITY, 3000, BASIC}, {CITY, 2999, FULL}, false},
    {{CITY, 3000, FULL}, {CITY, 4000, BASIC}, false},
    {{CITY, 3000, BASIC}, {THIRD_TOWN, 4000, FULL}, false},
};

static void returns_are_no_worse(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(returns); i++)
        if (is_equal_or_better(&returns[i].before, &returns[i].after) != returns[i].expected)
            fail_msg("return row %zu", i);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replacements),
        cmocka_unit_test(norms_come_from_policy),
        cmocka_unit_test(returns_are_no_worse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
