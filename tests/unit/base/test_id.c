/*
 * Proves that the id layouts are the ones in id.c byte by byte, that the text form is canonical
 * (one text per id) and that different causes and names give different ids.
 */
#include "common/base/id.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char *formatted(struct id id) {
    static char out[ID_TEXT_SIZE];
    id_format(id, out);
    return out;
}

static void version_7_layout(void **state) {
    static const struct {
        uint64_t unix_ms;
        uint8_t random;
        const char *text;
    } rows[] = {
        {0, 0x00, "00000000-0000-7000-8000-000000000000"},
        {0, 0xff, "00000000-0000-7fff-bfff-ffffffffffff"},
        {1, 0x5a, "00000000-0001-7a5a-9a5a-5a5a5a5a5a5a"},
        {0x017f22e279b0, 0x00, "017f22e2-79b0-7000-8000-000000000000"},
        {0xffffffffffff, 0x00, "ffffffff-ffff-7000-8000-000000000000"},
        {0x1000000000000, 0x00, "00000000-0000-7000-8000-000000000000"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint8_t random[10];
        memset(random, rows[i].random, sizeof random);
        assert_string_equal(formatted(id_v7(rows[i].unix_ms, random)), rows[i].text);
    }
}

static void version_8_layout(void **state) {
    static const struct {
        uint64_t position;
        uint8_t daemon;
        uint16_t ordinal;
        const char *text;
    } rows[] = {
        {0, 0, 0, "00000000-0000-8000-8000-000000000000"},
        {1, 0, 0, "00000000-0001-8000-8000-000000000000"},
        {0, 1, 0, "00000000-0000-8001-8000-000000000000"},
        {0, 0, 1, "00000000-0000-8000-8000-010000000000"},
        {0x0123456789ab, 0xcd, 0xef12, "01234567-89ab-80cd-80ef-120000000000"},
        {0xffffffffffff, 0xff, 0xffff, "ffffffff-ffff-80ff-80ff-ff0000000000"},
        {0xabcd000000000001, 0, 0, "00000000-0001-8000-8000-000000000000"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_string_equal(formatted(id_v8(rows[i].position, rows[i].daemon, rows[i].ordinal)),
                            rows[i].text);
}

/* Expected values come from an independent implementation of FNV-1a 128. */
static void named_ids_are_stable(void **state) {
    static const struct {
        const char *space, *name, *text;
    } rows[] = {
        {"building", "B003", "c0cc46f5-22f2-8698-9d4a-9975ef9ad6d4"},
        {"building", "B004", "c0cc46f5-21f2-8698-9d4a-9975ef9ad599"},
        {"building", "", "e11ac839-cf06-8f47-8f3e-cc7992c62b87"},
        {"dwelling", "B003", "2f3897f6-15af-8f55-a405-99e7af3ce1ac"},
        {"ab", "c", "696f7db5-5f75-8277-b806-e9764584df77"},
        {"a", "bc", "6971299c-9575-8277-b806-e976f537c123"},
        {"building", "Łódź", "3258fbec-5a88-8a42-a466-2608a5b7c856"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_string_equal(formatted(id_named(rows[i].space, text_of(rows[i].name))),
                            rows[i].text);
    struct id without_pointer = id_named("building", (struct text){NULL, 0});
    assert_true(id_equal(without_pointer, id_named("building", text_of(""))));
}

static void parse_accepts_only_canonical_text(void **state) {
    static const struct {
        const char *text;
        int result;
    } rows[] = {
        {"00000000-0000-0000-0000-000000000000", 0},
        {"01234567-89ab-80cd-80ef-120000000000", 0},
        {"ffffffff-ffff-ffff-ffff-ffffffffffff", 0},
        {"", 1},
        {"0", 1},
        {"0123456789ab80cd80ef120000000000", 1},
        {"01234567-89AB-80cd-80ef-120000000000", 1},
        {"01234567-89ab-80cd-80ef-12000000000", 1},
        {"01234567-89ab-80cd-80ef-1200000000000", 1},
        {"01234567-89ab-80cd-80ef-12000000000g", 1},
        {"01234567-89ab-80cd-80ef-12000000000 ", 1},
        {"01234567-89ab-80cd-80ef-12000000000-", 1},
        {"0123456-789ab-80cd-80ef-120000000000", 1},
        {"01234567089ab-80cd-80ef-120000000000", 1},
        {"01234567-89ab_80cd-80ef-120000000000", 1},
        {"{1234567-89ab-80cd-80ef-12000000000}", 1},
        {"-1234567-89ab-80cd-80ef-120000000000", 1},
        {"ąąąąąąąąąąąąąąąąąą", 1},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct id id = {{0xee}}, before = id;
        if (id_parse(text_of(rows[i].text), &id) != rows[i].result)
            fail_msg("row %zu: %s", i, rows[i].text);
        if (rows[i].result == 0)
            assert_string_equal(formatted(id), rows[i].text);
        else
            assert_true(id_equal(id, before));
    }
}

static void zero_and_equality(void **state) {
    (void)state;
    assert_true(id_is_zero((struct id){{0}}));
    for (size_t i = 0; i < sizeof(struct id); i++) {
        struct id id = {{0}};
        id.bytes[i] = 1;
        assert_false(id_is_zero(id));
        assert_false(id_equal(id, (struct id){{0}}));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(version_7_layout),     cmocka_unit_test(version_8_layout),
        cmocka_unit_test(named_ids_are_stable), cmocka_unit_test(parse_accepts_only_canonical_text),
        cmocka_unit_test(zero_and_equality),
    };
    return cmocka_run_group_tests_name("base.id", tests, NULL, NULL);
}
