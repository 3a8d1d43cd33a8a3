/*
 * The first look refuses, in one pass and without memory, whatever is not exactly one canonical
 * value within the bounds of a record.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/codec/pack.h"
#include "common/codec/scan.h"
#include "tests/harness/hex.h"

static const struct {
    const char *hex;
    enum scan_result result;
    const char *why;
} row[] = {
    {"00", SCAN_OK, "a number"},
    {"c0", SCAN_OK, "nil"},
    {"80", SCAN_OK, "empty map"},
    {"8201a161 02c3", SCAN_OK, "ascending keys"},
    {"9192 8101c2 90", SCAN_OK, "nested"},
    {"9191919191919100", SCAN_OK, "seven deep"},
    {"a4 c582c3b3", SCAN_OK, "Polish letters"},
    {"a3 0a0941", SCAN_OK, "line feed and tab"},
    {"a4 f0908080", SCAN_OK, "first code point of four bytes"},
    {"a4 f48fbfbf", SCAN_OK, "last code point"},
    {"a3 efbfbd", SCAN_OK, "replacement character"},
    {"c403 00ff80", SCAN_OK, "bytes are not text"},

    {"", SCAN_E_CUT_OR_FORM, "nothing"},
    {"81", SCAN_E_CUT_OR_FORM, "cut map"},
    {"8101", SCAN_E_CUT_OR_FORM, "cut pair"},
    {"9200", SCAN_E_CUT_OR_FORM, "cut array"},
    {"a261", SCAN_E_CUT_OR_FORM, "cut text"},
    {"cc01", SCAN_E_CUT_OR_FORM, "not the shortest"},
    {"ca00000000", SCAN_E_CUT_OR_FORM, "float"},
    {"d6ff00000000", SCAN_E_CUT_OR_FORM, "timestamp extension"},
    {"c1", SCAN_E_CUT_OR_FORM, "never used"},
    {"ddffffffff", SCAN_E_CUT_OR_FORM, "hostile count"},
    {"dfffffffff", SCAN_E_CUT_OR_FORM, "hostile count"},
    {"c6ffffffff", SCAN_E_CUT_OR_FORM, "hostile size"},
    {"919191919191919191 00", SCAN_E_DEPTH, "nine deep"},
    {"8101 8101 8101 8101 8101 8101 8101 8101 8101 00", SCAN_E_DEPTH, "nine maps deep"},
    {"0000", SCAN_E_TRAILING, "two values"},
    {"80c0", SCAN_E_TRAILING, "behind a map"},
    {"a161 00", SCAN_E_TRAILING, "behind a text"},
    {"8201c0 01c0", SCAN_E_KEYS, "the same key twice"},
    {"8202c0 01c0", SCAN_E_KEYS, "falling keys"},
    {"81a161c0", SCAN_E_KEYS, "text as key"},
    {"81c0c0", SCAN_E_KEYS, "nil as key"},
    {"81c3c0", SCAN_E_KEYS, "flag as key"},
    {"81ffc0", SCAN_E_KEYS, "negative key"},
    {"8190c0", SCAN_E_KEYS, "array as key"},
    {"9281 02c0 8201c001c0", SCAN_E_KEYS, "deep inside"},
    {"a100", SCAN_E_TEXT, "zero byte"},
    {"a11b", SCAN_E_TEXT, "escape"},
    {"a10d", SCAN_E_TEXT, "carriage return"},
    {"a17f", SCAN_E_TEXT, "delete"},
    {"a2c285", SCAN_E_TEXT, "C1 control"},
    {"a180", SCAN_E_TEXT, "continuation alone"},
    {"a1c5", SCAN_E_TEXT, "cut sequence"},
    {"a2c041", SCAN_E_TEXT, "second byte missing"},
    {"a2c0af", SCAN_E_TEXT, "overlong solidus"},
    {"a2c1bf", SCAN_E_TEXT, "overlong"},
    {"a3e09fbf", SCAN_E_TEXT, "overlong in three bytes"},
    {"a3eda080", SCAN_E_TEXT, "surrogate"},
    {"a3edbfbf", SCAN_E_TEXT, "surrogate"},
    {"a4f08fbfbf", SCAN_E_TEXT, "overlong in four bytes"},
    {"a4f4908080", SCAN_E_TEXT, "beyond the last code point"},
    {"a4f5808080", SCAN_E_TEXT, "lead byte never used"},
    {"a1ff", SCAN_E_TEXT, "lead byte never used"},
    {"a2 41fe", SCAN_E_TEXT, "second character"},
    {"8101a1c5", SCAN_E_TEXT, "inside a map"},
};

static void rows(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        uint8_t room[64];
        enum scan_result got = scan(hex_bytes(row[i].hex, room, sizeof room), SCAN_RECORD_BYTES);
        if (got != row[i].result)
            fail_msg("%s (%s): %d instead of %d", row[i].hex, row[i].why, (int)got,
                     (int)row[i].result);
    }
}

static void depth_and_elements_are_bounded(void **state) {
    static uint8_t out[8000];
    struct pack_writer w = {out, 0, sizeof out, false};
    (void)state;
    for (int i = 0; i < SCAN_DEPTH; i++)
        pack_array(&w, 1);
    pack_int(&w, 1);
    assert_int_equal(scan(bytes_of(out, w.size), sizeof out), SCAN_OK);
    w.size = 0;
    for (int i = 0; i <= SCAN_DEPTH; i++)
        pack_array(&w, 1);
    pack_int(&w, 1);
    assert_int_equal(scan(bytes_of(out, w.size), sizeof out), SCAN_E_DEPTH);
    for (uint32_t count = SCAN_ELEMENTS - 1; count <= SCAN_ELEMENTS; count++) {
        w.size = 0;
        pack_array(&w, count);
        for (uint32_t i = 0; i < count; i++)
            pack_int(&w, 1);
        assert_int_equal(scan(bytes_of(out, w.size), sizeof out),
                         count < SCAN_ELEMENTS ? SCAN_OK : SCAN_E_ELEMENTS);
    }
}

static void size_is_bounded(void **state) {
    static uint8_t out[SCAN_RECORD_BYTES + 8];
    struct pack_writer w = {out, 0, sizeof out, false};
    static const uint8_t zeros[SCAN_RECORD_BYTES];
    (void)state;
    pack_bin(&w, bytes_of(zeros, SCAN_RECORD_BYTES - 3));
    assert_int_equal(scan(bytes_of(out, w.size), SCAN_RECORD_BYTES), SCAN_OK);
    w.size = 0;
    pack_bin(&w, bytes_of(zeros, SCAN_RECORD_BYTES - 2));
    assert_int_equal(scan(bytes_of(out, w.size), SCAN_RECORD_BYTES), SCAN_E_SIZE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows),
        cmocka_unit_test(depth_and_elements_are_bounded),
        cmocka_unit_test(size_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
