/*
 * Proves the calendar against days known from outside (parish calendars, the Journal of Laws, the
 * clock changes), the terms of DOMAIN.md 3 "Calendar", and that never stays never.
 */
#include "common/base/civil.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define SECOND_US INT64_C(1000000)

static civil_day day_of(const char *text) {
    civil_day day = 0;
    if (civil_parse(text_of(text), &day))
        fail_msg("no day: %s", text);
    return day;
}

static int64_t moment_of(const char *text) {
    int64_t us = 0;
    if (moment_parse(text_of(text), &us))
        fail_msg("no moment: %s", text);
    return us;
}

static const char *written(civil_day day) {
    static char out[CIVIL_TEXT_SIZE];
    civil_format(day, out);
    return out;
}

static void parses_days(void **state) {
    static const struct {
        const char *text;
        int result;
        civil_day day;
    } rows[] = {
        {"1970-01-01", 0, 0},
        {"1969-12-31", 0, -1},
        {"1900-01-01", 0, -25567},
        {"2000-02-29", 0, 11016},
        {"2017-03-15", 0, 17240},
        {"2024-02-29", 0, 19782},
        {"2199-12-31", 0, 84005},
        {"1899-12-31", 1, 0},
        {"2200-01-01", 1, 0},
        {"0000-01-01", 1, 0},
        {"1900-02-29", 1, 0},
        {"2100-02-29", 1, 0},
        {"2023-02-29", 1, 0},
        {"2024-02-30", 1, 0},
        {"2024-04-31", 1, 0},
        {"2024-00-10", 1, 0},
        {"2024-13-10", 1, 0},
        {"2024-01-00", 1, 0},
        {"2024-01-32", 1, 0},
        {"", 1, 0},
        {"2024", 1, 0},
        {"2024-01", 1, 0},
        {"2024-1-01", 1, 0},
        {"2024-01-1", 1, 0},
        {"20240101", 1, 0},
        {"2024/01/01", 1, 0},
        {"01-01-2024", 1, 0},
        {"2024-01-01 ", 1, 0},
        {" 2024-01-01", 1, 0},
        {"2024-01-0a", 1, 0},
        {"2024--1-01", 1, 0},
        {"+024-01-01", 1, 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        civil_day day = 77;
        if (civil_parse(text_of(rows[i].text), &day) != rows[i].result)
            fail_msg("row %zu: %s", i, rows[i].text);
        assert_int_equal(day, rows[i].result ? 77 : rows[i].day);
        if (rows[i].result == 0)
            assert_string_equal(written(day), rows[i].text);
    }
    assert_int_equal(civil_parse((struct text){NULL, 0}, &(civil_day){0}), 1);
}

static void writes_days_out_of_range(void **state) {
    static const struct {
        civil_day day;
        const char *text;
    } rows[] = {
        {-719528, "0000-01-01"},     {2932896, "9999-12-31"},   {-719529, "----------"},
        {2932897, "----------"},     {INT32_MIN, "----------"}, {CIVIL_NEVER - 1, "----------"},
        {CIVIL_NEVER, "----------"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_string_equal(written(rows[i].day), rows[i].text);
}

/* Every day that can be parsed: one year, month and day, and the first moment belongs to it. */
static void days_are_consistent(void **state) {
    int year, month, day, weekday = 0; /* 1 January 1900 was a Monday */
    (void)state;
    for (civil_day when = day_of("1900-01-01"); when <= day_of("2199-12-31"); when++) {
        civil_to_ymd(when, &year, &month, &day);
        assert_int_equal(civil_from_ymd(year, month, day), when);
        assert_int_equal(civil_weekday(when), weekday);
        assert_int_equal(civil_in_warsaw(civil_midnight_us(when)), when);
        assert_int_equal(civil_in_warsaw(civil_midnight_us(when) - 1), when - 1);
        weekday = (weekday + 1) % 7;
    }
}

static void parses_moments(void **state) {
    static const struct {
        const char *text, *back; /* no back: refused */
    } rows[] = {
        {"1970-01-01", "1970-01-01T00:00:00.000000Z"},
        {"2026-11-23", "2026-11-23T00:00:00.000000Z"},
        {"2026-11-23T10:00:00Z", "2026-11-23T10:00:00.000000Z"},
        {"2026-11-23T10:00:00.5Z", "2026-11-23T10:00:00.500000Z"},
        {"2026-11-23T10:00:00.000001Z", "2026-11-23T10:00:00.000001Z"},
        {"1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"},
        {"1900-01-01T00:00:00Z", "1900-01-01T00:00:00.000000Z"},
        {"2199-12-31T23:59:59.999999Z", "2199-12-31T23:59:59.999999Z"},
        {"", NULL},
        {"2026-11-2", NULL},
        {"2026-02-29T10:00:00Z", NULL},
        {"2026-11-23T", NULL},
        {"2026-11-23Z", NULL},
        {"2026-11-23T10Z", NULL},
        {"2026-11-23T10:00Z", NULL},
        {"2026-11-23T10:00:00", NULL},
        {"2026-11-23T10:00:00z", NULL},
        {"2026-11-23t10:00:00Z", NULL},
        {"2026-11-23 10:00:00Z", NULL},
        {"2026-11-23T10:00:00+01:00", NULL},
        {"2026-11-23T10:00:00+00:00", NULL},
        {"2026-11-23T24:00:00Z", NULL},
        {"2026-11-23T10:60:00Z", NULL},
        {"2016-12-31T23:59:60Z", NULL},
        {"2026-11-23T10:00:00.Z", NULL},
        {"2026-11-23T10:00:00.1234567Z", NULL},
        {"2026-11-23T10:00:00,5Z", NULL},
        {"2026-11-23T10:00:00.5", NULL},
        {"2026-11-23T10:00:00.5aZ", NULL},
        {"2026-11-23T10:00:00.-5Z", NULL},
        {"2026-11-23T10:00:00ZZ", NULL},
        {"2026-11-23T10:00:00Z ", NULL},
        {"2026-11-23T1a:00:00Z", NULL},
        {"2026-11-23T-1:00:00Z", NULL},
        {"2026-11-23T10-00-00Z", NULL},
        {"2200-01-01T00:00:00Z", NULL},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t us = 77;
        char out[MOMENT_TEXT_SIZE];
        if (moment_parse(text_of(rows[i].text), &us) != (rows[i].back == NULL))
            fail_msg("row %zu: %s", i, rows[i].text);
        moment_format(us, out);
        assert_string_equal(out, rows[i].back ? rows[i].back : "1970-01-01T00:00:00.000077Z");
    }
}

static void extreme_moments_stay_in_bounds(void **state) {
    char out[MOMENT_TEXT_SIZE];
    (void)state;
    moment_format(INT64_MAX, out);
    assert_string_equal(out, "----------T04:00:54.775807Z");
    moment_format(INT64_MIN, out);
    assert_string_equal(out, "----------T19:59:05.224192Z");
    assert_true(civil_in_warsaw(INT64_MAX) > 0);
    assert_true(civil_in_warsaw(INT64_MIN) < 0);
    assert_true(civil_midnight_us(CIVIL_NEVER) == INT64_MAX);
    assert_true(civil_midnight_us(INT32_MIN) == INT64_MIN);
}

static void finds_the_day_in_warsaw(void **state) {
    static const struct {
        const char *midnight, *day;
    } rows[] = {
        {"2026-01-14T23:00:00Z", "2026-01-15"}, {"2026-07-14T22:00:00Z", "2026-07-15"},
        {"2025-12-31T23:00:00Z", "2026-01-01"}, {"2026-02-28T23:00:00Z", "2026-03-01"},
        {"2026-03-28T23:00:00Z", "2026-03-29"}, {"2026-03-29T22:00:00Z", "2026-03-30"},
        {"2026-10-24T22:00:00Z", "2026-10-25"}, {"2026-10-25T23:00:00Z", "2026-10-26"},
        {"2024-03-30T23:00:00Z", "2024-03-31"}, {"2024-03-31T22:00:00Z", "2024-04-01"},
        {"2021-10-30T22:00:00Z", "2021-10-31"}, {"2021-10-31T23:00:00Z", "2021-11-01"},
        {"2018-03-24T23:00:00Z", "2018-03-25"}, {"2018-03-25T22:00:00Z", "2018-03-26"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t us = moment_of(rows[i].midnight);
        assert_int_equal(civil_midnight_us(day_of(rows[i].day)), us);
        assert_int_equal(civil_in_warsaw(us), day_of(rows[i].day));
        assert_int_equal(civil_in_warsaw(us - 1), day_of(rows[i].day) - 1);
        assert_int_equal(civil_in_warsaw(us + 22 * 3600 * SECOND_US), day_of(rows[i].day));
    }
}

static void knows_the_holidays(void **state) {
    static const struct {
        const char *day;
        bool holiday;
    } rows[] = {
        {"2026-01-01", true},  {"2011-01-06", true},  {"2026-01-06", true},  {"2026-04-05", true},
        {"2026-04-06", true},  {"2026-05-01", true},  {"2026-05-03", true},  {"2026-05-24", true},
        {"2026-06-04", true},  {"2026-08-15", true},  {"2026-11-01", true},  {"2026-11-11", true},
        {"2018-11-12", true},  {"2025-12-24", true},  {"2026-12-24", true},  {"2026-12-25", true},
        {"2026-12-26", true},  {"2008-03-24", true},  {"2038-04-26", true},  {"2049-04-19", true},
        {"2076-04-20", true},  {"1954-04-19", true},  {"1981-04-20", true},  {"2016-05-26", true},
        {"2010-01-06", false}, {"2026-01-02", false}, {"2026-01-05", false}, {"2026-01-07", false},
        {"2026-04-03", false}, {"2026-04-04", false}, {"2026-04-07", false}, {"2026-05-02", false},
        {"2026-05-04", false}, {"2026-05-14", false}, {"2026-05-23", false}, {"2026-05-25", false},
        {"2026-06-03", false}, {"2026-06-05", false}, {"2026-08-14", false}, {"2026-08-16", false},
        {"2026-10-31", false}, {"2026-11-02", false}, {"2026-11-10", false}, {"2017-11-12", false},
        {"2019-11-12", false}, {"2026-11-12", false}, {"2024-12-24", false}, {"2018-12-24", false},
        {"2026-12-23", false}, {"2026-12-27", false}, {"2026-12-31", false}, {"2026-07-22", false},
        {"2026-03-01", false}, {"2038-03-22", false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        if (civil_is_holiday(day_of(rows[i].day)) != rows[i].holiday)
            fail_msg("row %zu: %s", i, rows[i].day);
    assert_false(civil_is_holiday(CIVIL_NEVER));
    assert_false(civil_is_holiday(INT32_MIN));
}

static void moves_to_working_days(void **state) {
    static const struct {
        const char *from, *to;
    } rows[] = {
        {"2026-11-23", "2026-11-23"}, {"2026-11-20", "2026-11-20"}, {"2026-11-21", "2026-11-23"},
        {"2026-11-22", "2026-11-23"}, {"2026-01-01", "2026-01-02"}, {"2026-01-03", "2026-01-05"},
        {"2026-01-06", "2026-01-07"}, {"2026-04-04", "2026-04-07"}, {"2026-04-05", "2026-04-07"},
        {"2026-05-01", "2026-05-04"}, {"2026-06-04", "2026-06-05"}, {"2018-11-10", "2018-11-13"},
        {"2018-11-11", "2018-11-13"}, {"2018-11-12", "2018-11-13"}, {"2024-12-24", "2024-12-24"},
        {"2025-12-24", "2025-12-29"}, {"2026-12-24", "2026-12-28"}, {"2010-01-06", "2010-01-06"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(civil_next_working(day_of(rows[i].from)), day_of(rows[i].to));
}

/* Rows of one shape for the four ways to add; the starting day is never counted. */
struct term_row {
    const char *from;
    int count;
    const char *to;
};

static void check_terms(civil_day (*term)(civil_day, int), const struct term_row *rows, size_t n) {
    for (size_t i = 0; i < n; i++) {
        civil_day to = term(day_of(rows[i].from), rows[i].count);
        if (to != day_of(rows[i].to))
            fail_msg("row %zu: %s + %d is %s", i, rows[i].from, rows[i].count, written(to));
    }
    assert_int_equal(term(CIVIL_NEVER, 0), CIVIL_NEVER);
    assert_int_equal(term(CIVIL_NEVER, 14), CIVIL_NEVER);
    assert_int_equal(term(CIVIL_NEVER - 1, 14), CIVIL_NEVER);
}

static void adds_days(void **state) {
    static const struct term_row rows[] = {
        {"2026-11-02", 14, "2026-11-16"}, {"2026-11-23", 0, "2026-11-23"},
        {"2026-11-21", 0, "2026-11-23"},  {"2026-11-07", 14, "2026-11-23"},
        {"2026-12-10", 14, "2026-12-28"}, {"2024-12-10", 14, "2024-12-24"},
        {"2018-10-29", 14, "2018-11-13"}, {"2026-03-23", 14, "2026-04-07"},
        {"2024-01-01", 60, "2024-03-01"}, {"2023-01-02", 60, "2023-03-03"},
        {"2026-11-25", -2, "2026-11-23"}, {"2026-11-24", -2, "2026-11-23"},
    };
    (void)state;
    check_terms(term_days, rows, COUNT(rows));
    assert_int_equal(term_days(0, INT32_MAX), CIVIL_NEVER);
    assert_true(term_days(INT32_MIN, -1) < 0);
}

static void adds_months(void **state) {
    static const struct term_row raw[] = {
        {"2026-01-31", 1, "2026-02-28"},   {"2024-01-31", 1, "2024-02-29"},
        {"2026-01-31", 3, "2026-04-30"},   {"2026-12-31", 2, "2027-02-28"},
        {"2026-11-15", 0, "2026-11-15"},   {"2026-11-30", 1, "2026-12-30"},
        {"2024-02-29", 12, "2025-02-28"},  {"2024-02-29", 48, "2028-02-29"},
        {"2026-03-31", -1, "2026-02-28"},  {"2026-01-15", -1, "2025-12-15"},
        {"2026-01-15", -13, "2024-12-15"},
    };
    static const struct term_row moved[] = {
        {"2026-10-23", 1, "2026-11-23"}, {"2026-10-21", 1, "2026-11-23"},
        {"2026-01-31", 1, "2026-03-02"}, {"2026-10-11", 1, "2026-11-12"},
        {"2025-11-24", 1, "2025-12-29"}, {"2026-11-22", 0, "2026-11-23"},
    };
    (void)state;
    check_terms(term_months, moved, COUNT(moved));
    for (size_t i = 0; i < COUNT(raw); i++)
        assert_int_equal(civil_add_months(day_of(raw[i].from), raw[i].count), day_of(raw[i].to));
    assert_int_equal(civil_add_months(CIVIL_NEVER, -1), CIVIL_NEVER);
    assert_int_equal(civil_add_months(0, INT32_MAX), CIVIL_NEVER);
    assert_int_equal(civil_add_months(0, INT32_MIN), INT32_MIN);
}

static void counts_working_days(void **state) {
    static const struct term_row rows[] = {
        {"2026-11-23", 3, "2026-11-26"},  {"2026-11-20", 1, "2026-11-23"},
        {"2026-11-19", 3, "2026-11-24"},  {"2026-11-21", 3, "2026-11-25"},
        {"2026-11-22", 1, "2026-11-23"},  {"2026-11-10", 3, "2026-11-16"},
        {"2018-11-09", 1, "2018-11-13"},  {"2025-12-23", 3, "2025-12-31"},
        {"2024-12-23", 3, "2024-12-30"},  {"2026-04-02", 3, "2026-04-08"},
        {"2026-11-23", 0, "2026-11-23"},  {"2026-11-21", 0, "2026-11-23"},
        {"2026-11-23", -5, "2026-11-23"},
    };
    (void)state;
    check_terms(term_working_days, rows, COUNT(rows));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parses_days),
        cmocka_unit_test(writes_days_out_of_range),
        cmocka_unit_test(days_are_consistent),
        cmocka_unit_test(parses_moments),
        cmocka_unit_test(extreme_moments_stay_in_bounds),
        cmocka_unit_test(finds_the_day_in_warsaw),
        cmocka_unit_test(knows_the_holidays),
        cmocka_unit_test(moves_to_working_days),
        cmocka_unit_test(adds_days),
        cmocka_unit_test(adds_months),
        cmocka_unit_test(counts_working_days),
    };
    return cmocka_run_group_tests_name("base.civil", tests, NULL, NULL);
}
