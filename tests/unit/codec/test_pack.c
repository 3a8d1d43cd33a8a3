/*
 * Every value has one encoding and the reader takes no other: each integer and length at the
 * borders of its forms is written in the shortest one, and every longer, cut or foreign form is
 * refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/codec/pack.h"
#include "tests/harness/hex.h"

static const struct {
    int64_t value;
    const char *hex;
} integers[] = {
    {0, "00"},
    {127, "7f"},
    {128, "cc80"},
    {255, "ccff"},
    {256, "cd0100"},
    {65535, "cdffff"},
    {65536, "ce00010000"},
    {4294967295, "ceffffffff"},
    {4294967296, "cf0000000100000000"},
    {INT64_MAX, "cf7fffffffffffffff"},
    {-1, "ff"},
    {-32, "e0"},
    {-33, "d0df"},
    {-128, "d080"},
    {-129, "d1ff7f"},
    {-32768, "d18000"},
    {-32769, "d2ffff7fff"},
    {INT32_MIN, "d280000000"},
    {(int64_t)INT32_MIN - 1, "d3ffffffff7fffffff"},
    {INT64_MIN, "d38000000000000000"},
};

static void integers_are_shortest(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof integers / sizeof *integers; i++) {
        uint8_t out[16];
        char hex[40];
        struct pack_writer w = {out, 0, sizeof out, false};
        pack_int(&w, integers[i].value);
        hex_text(bytes_of(out, w.size), hex, sizeof hex);
        assert_string_equal(hex, integers[i].hex);
        struct pack_reader r = {out, out + w.size};
        struct pack_token t;
        assert_int_equal(pack_next(&r, &t), 0);
        assert_true(t.kind == PACK_INT && t.number == integers[i].value && r.at == r.end);
    }
}

static const struct {
    const char *hex, *why;
} refused[] = {
    {"", "nothing"},
    {"cc", "cut integer"},
    {"cc7f", "7-bit number in 8 bits"},
    {"cd00ff", "8-bit number in 16 bits"},
    {"ce0000ffff", "16-bit number in 32 bits"},
    {"cf00000000ffffffff", "32-bit number in 64 bits"},
    {"cf8000000000000000", "beyond 63 bits"},
    {"cfffffffffffffff", "cut 64-bit number"},
    {"d0e0", "-32 in 8 bits"},
    {"d000", "zero as negative"},
    {"d07f", "positive as negative"},
    {"d1ff80", "-128 in 16 bits"},
    {"d10001", "positive in a signed form"},
    {"d2ffff8000", "-32768 in 32 bits"},
    {"d3ffffffff80000000", "-2^31 in 64 bits"},
    {"d3ff", "cut negative"},
    {"a1", "cut text"},
    {"d903616263", "short text in a long form"},
    {"da0003616263", "short text in a longer form"},
    {"db00000003616263", "short text in the longest form"},
    {"d9ff61", "text longer than the input"},
    {"c5000161", "short bytes in 16 bits"},
    {"c60000000161", "short bytes in 32 bits"},
    {"c405aabb", "bytes longer than the input"},
    {"91", "array longer than the input"},
    {"dc000100", "short array in 16 bits"},
    {"dd0000000100", "short array in 32 bits"},
    {"dcffff00", "65,535 items in one byte"},
    {"ddffffffff", "four thousand million items"},
    {"81", "map longer than the input"},
    {"8101", "a key without a value"},
    {"de00010101", "short map in 16 bits"},
    {"df000000010101", "short map in 32 bits"},
    {"dfffffffff", "four thousand million pairs"},
    {"c1", "the form that msgpack never uses"},
    {"c70100aa", "extension"},
    {"c8000100aa", "extension"},
    {"c90000000100aa", "extension"},
    {"ca3f800000", "float"},
    {"cb3ff0000000000000", "double"},
    {"d400aa", "extension"},
    {"d8000102030405060708090a0b0c0d0e0f10", "extension"},
};

static void other_forms_are_refused(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        uint8_t room[40];
        struct bytes in = hex_bytes(refused[i].hex, room, sizeof room);
        struct pack_reader r = {in.data, in.data + in.size};
        struct pack_token t;
        if (pack_next(&r, &t) == 0)
            fail_msg("accepted %s: %s", refused[i].hex, refused[i].why);
    }
}

static size_t bytes_of_text(size_t size, uint8_t *out, size_t room) {
    static const char letters[70000];
    struct pack_writer w = {out, 0, room, false};
    pack_text(&w, (struct text){letters, size});
    return w.full ? 0 : w.size;
}

static void lengths_are_shortest(void **state) {
    static uint8_t out[80000];
    static const struct {
        size_t size, head;
        uint8_t first;
    } row[] = {{0, 1, 0xa0},   {31, 1, 0xbf},    {32, 2, 0xd9},   {255, 2, 0xd9},
               {256, 3, 0xda}, {65535, 3, 0xda}, {65536, 5, 0xdb}};
    (void)state;
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        struct pack_token t;
        assert_int_equal(bytes_of_text(row[i].size, out, sizeof out), row[i].size + row[i].head);
        assert_int_equal(out[0], row[i].first);
        struct pack_reader r = {out, out + row[i].size + row[i].head};
        assert_int_equal(pack_next(&r, &t), 0);
        assert_true(t.kind == PACK_TEXT && t.size == row[i].size && r.at == r.end);
    }
}

static void containers_are_shortest(void **state) {
    static const struct {
        uint32_t count;
        const char *array, *map;
    } row[] = {
        {0, "90", "80"},
        {15, "9f", "8f"},
        {16, "dc0010", "de0010"},
        {65535, "dcffff", "deffff"},
        {65536, "dd00010000", "df00010000"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        uint8_t out[8];
        char hex[20];
        struct pack_writer w = {out, 0, sizeof out, false};
        pack_array(&w, row[i].count);
        hex_text(bytes_of(out, w.size), hex, sizeof hex);
        assert_string_equal(hex, row[i].array);
        w.size = 0;
        pack_map(&w, row[i].count);
        hex_text(bytes_of(out, w.size), hex, sizeof hex);
        assert_string_equal(hex, row[i].map);
    }
}

static void overflow_writes_nothing_more(void **state) {
    uint8_t out[4] = {0, 0, 0, 0xee};
    struct pack_writer w = {out, 0, 3, false};
    (void)state;
    pack_int(&w, 1);
    pack_int(&w, 65536);
    assert_true(w.full);
    assert_int_equal(w.size, 1);
    pack_nil(&w);
    assert_int_equal(w.size, 1);
    assert_int_equal(out[3], 0xee);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_are_shortest),        cmocka_unit_test(other_forms_are_refused),
        cmocka_unit_test(lengths_are_shortest),         cmocka_unit_test(containers_are_shortest),
        cmocka_unit_test(overflow_writes_nothing_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
