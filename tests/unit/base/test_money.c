/*
 * Proves which texts are amounts, that a refused text leaves the output alone, and that every
 * formatted amount below the limit parses back to the same grosz.
 */
#include "common/base/money.h"

#include "tests/harness/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const int64_t limit_grosz = INT64_C(100000000000000);

static void parses(void **state) {
    static const struct {
        const char *text;
        int result;
        int64_t grosz;
    } rows[] = {
        {"0", 0, 0},
        {"0.01", 0, 1},
        {"0,10", 0, 10},
        {"0.1", 0, 10},
        {"1234.50", 0, 123450},
        {"1234,50", 0, 123450},
        {"007", 0, 700},
        {"-0.01", 0, -1},
        {"-12.5", 0, -1250},
        {"999999999999.99", 0, INT64_C(99999999999999)},
        {"-999999999999.99", 0, INT64_C(-99999999999999)},
        {"", 1, 0},
        {"-", 1, 0},
        {"+1", 1, 0},
        {"--1", 1, 0},
        {".5", 1, 0},
        {",50", 1, 0},
        {"1.", 1, 0},
        {"1,", 1, 0},
        {"1.234", 1, 0},
        {"1.2.3", 1, 0},
        {"1..2", 1, 0},
        {"1.-2", 1, 0},
        {" 1", 1, 0},
        {"1 ", 1, 0},
        {"1 234,50", 1, 0},
        {"1'234", 1, 0},
        {"1,234.50", 1, 0},
        {"12a", 1, 0},
        {"1e3", 1, 0},
        {"0x10", 1, 0},
        {"1234,50 zł", 1, 0},
        {"1000000000000", 1, 0},
        {"1000000000000.00", 1, 0},
        {"9223372036854775808", 1, 0},
        {"\xe2\x88\x92"
         "1",
         1, 0}, /* a typographic minus */
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t grosz = 77;
        if (money_parse(text_of(rows[i].text), &grosz) != rows[i].result)
            fail_msg("row %zu: %s", i, rows[i].text);
        assert_int_equal(grosz, rows[i].result ? 77 : rows[i].grosz);
    }
}

static void reads_only_the_view(void **state) {
    int64_t grosz = 0;
    (void)state;
    assert_int_equal(money_parse((struct text){"12.345", 5}, &grosz), 0);
    assert_int_equal(grosz, 1234);
    assert_int_equal(money_parse((struct text){"12.345", 3}, &grosz), 1);
    assert_int_equal(money_parse((struct text){"12\0"
                                               "34",
                                               5},
                                 &grosz),
                     1);
    assert_int_equal(money_parse((struct text){NULL, 0}, &grosz), 1);
}

static void formats(void **state) {
    static const struct {
        int64_t grosz;
        const char *text;
    } rows[] = {
        {0, "0.00"},
        {1, "0.01"},
        {99, "0.99"},
        {100, "1.00"},
        {123450, "1234.50"},
        {-1, "-0.01"},
        {-10, "-0.10"},
        {-100, "-1.00"},
        {-123450, "-1234.50"},
        {INT64_MAX, "92233720368547758.07"},
        {INT64_MIN, "-92233720368547758.08"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char out[MONEY_TEXT_SIZE];
        money_format(rows[i].grosz, out);
        assert_string_equal(out, rows[i].text);
    }
}

static void formatted_amounts_parse_back(void **state) {
    struct rng rng;
    (void)state;
    rng_init(&rng, 1);
    for (int i = 0; i < 10000; i++) {
        char out[MONEY_TEXT_SIZE];
        int64_t grosz = rng_between(&rng, 1 - limit_grosz, limit_grosz - 1), back = 0;
        money_format(grosz, out);
        assert_int_equal(money_parse(text_of(out), &back), 0);
        assert_int_equal(back, grosz);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parses),
        cmocka_unit_test(reads_only_the_view),
        cmocka_unit_test(formats),
        cmocka_unit_test(formatted_amounts_parse_back),
    };
    return cmocka_run_group_tests_name("base.money", tests, NULL, NULL);
}
