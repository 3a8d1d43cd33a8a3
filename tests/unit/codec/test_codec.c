/*
 * A struct has one encoding, and what decodes would be encoded to the identical bytes: shown by
 * rows of refused messages and by every one-byte change of a message with a field of every kind.
 */
#include "common/codec/codec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/codec/pack.h"
#include "common/codec/scan.h"
#include "tests/harness/hex.h"
#include "tests/unit/codec/sample.h"

#define PERSON "01 c410 01900200000000000000000000000000 "
#define LEAST "85 " PERSON "02 cd4358 04 00 07 c2 08 01"

static uint8_t memory[65536];

static struct codec_fault decode(struct bytes in, struct Sample *out) {
    struct arena arena;
    arena_init(&arena, memory, sizeof memory);
    return codec_decode(Sample_schema(), in, &arena, out);
}

static void full_message_returns(void **state) {
    struct Sample in = sample_full(), out;
    uint8_t first[256], second[256];
    struct pack_writer a = {first, 0, sizeof first, false}, b = {second, 0, sizeof second, false};
    (void)state;
    assert_int_equal(codec_encode(Sample_schema(), &in, &a).result, CODEC_OK);
    assert_int_equal(scan(bytes_of(first, a.size), SCAN_RECORD_BYTES), SCAN_OK);
    assert_int_equal(decode(bytes_of(first, a.size), &out).result, CODEC_OK);
    assert_true(text_equal(out.note, in.note));
    assert_int_equal(out.items.count, 2);
    assert_int_equal(out.items.items[0].amount, -250);
    assert_int_equal(out.items.items[1].colour, COLOUR_red);
    assert_int_equal(codec_encode(Sample_schema(), &out, &b).result, CODEC_OK);
    assert_int_equal(a.size, b.size);
    assert_memory_equal(first, second, a.size);
}

static const struct {
    const char *hex;
    enum codec_result result;
    const char *field, *why;
} row[] = {
    {LEAST, CODEC_OK, NULL, "required fields only"},
    {"86 " PERSON "02 cd4358 04 00 07 c2 08 01 05 fb", CODEC_E_UNKNOWN, NULL, "5 behind 8"},
    {"86 " PERSON "02 cd4358 04 00 05 fb 07 c2 08 01", CODEC_OK, NULL, "least count"},
    {"86 " PERSON "02 cd4358 04 00 05 fa 07 c2 08 01", CODEC_E_RANGE, "count", "below"},
    {"86 " PERSON "02 cd4358 04 00 05 cd03e9 07 c2 08 01", CODEC_E_RANGE, "count", "above"},
    {"86 " PERSON "02 cd4358 04 00 05 00 07 c2 08 01", CODEC_E_FORM, "count", "absent is no key"},
    {"86 " PERSON "02 cd4358 04 00 05 c0 07 c2 08 01", CODEC_E_FORM, "count", "nil"},
    {"86 " PERSON "02 cd4358 04 00 05 a131 07 c2 08 01", CODEC_E_FORM, "count", "text"},
    {"86 " PERSON "02 cd4358 03 00 04 00 07 c2 08 01", CODEC_E_FORM, "moment", "zero optional"},
    {"86 " PERSON "02 cd4358 04 00 06 00 07 c2 08 01", CODEC_E_FORM, "share", "zero optional"},
    {"86 " PERSON "02 cd4358 04 00 07 c2 08 01 15 c2", CODEC_E_FORM, "agreed", "false optional"},
    {"86 " PERSON "02 cd4358 04 00 07 c2 08 01 14 00", CODEC_E_RANGE, "late", "below 1"},
    {"86 " PERSON "02 cd4358 04 00 07 c2 08 01 09 a0", CODEC_E_RANGE, "note", "empty text"},
    {"86 " PERSON "02 cd4358 04 00 07 c2 08 01 09 ad61616161616161616161616161", CODEC_E_RANGE,
     "note", "too long"},
    {"86 " PERSON "02 cd4358 04 00 07 c2 08 01 09 a1ff", CODEC_E_TEXT, "note", "not UTF-8"},
    {"86 " PERSON "02 cd4358 04 00 07 c2 08 01 09 a100", CODEC_E_TEXT, "note", "control"},
    {"86 " PERSON "02 cd4358 04 00 07 c2 08 01 09 c40161", CODEC_E_FORM, "note", "bytes as text"},
    {"86 " PERSON "02 cd4358 04 00 07 c2 08 01 0a c400", CODEC_E_RANGE, "proof", "empty bytes"},
    {"86 " PERSON "02 cd4358 04 00 07 c2 08 01 0a c409000000000000000000", CODEC_E_RANGE, "proof",
     "too long"},
    {"86 " PERSON "02 cd4358 04 00 07 c2 08 01 0a a161", CODEC_E_FORM, "proof", "text as bytes"},
    {"86 " PERSON "02 cd4358 04 00 07 c2 08 01 0b c40101", CODEC_E_SEALED, "secret", "no vault"},
    {"86 " PERSON "02 cd4358 04 00 07 c2 08 01 0b c400", CODEC_E_SEALED, "secret", "even empty"},
    {"86 " PERSON "02 cd4358 04 00 07 c2 08 01 0b c0", CODEC_E_FORM, "secret", "nil"},
    {"86 " PERSON "02 cd4358 04 00 07 c2 08 01 0c 90", CODEC_E_RANGE, "items", "empty list"},
    {"86 " PERSON "02 cd4358 04 00 07 c2 08 01 0c 80", CODEC_E_FORM, "items", "map as list"},
    {"86 " PERSON "02 cd4358 04 00 07 c2 08 01 0c 9401010101 00", CODEC_E_RANGE, "items", "four"},
    {"86 " PERSON "02 cd4358 04 00 07 c2 08 01 0c 9180", CODEC_E_MISSING, "colour", "in an item"},
    {"86 " PERSON "02 cd4358 04 00 07 c2 08 01 0c 91810103", CODEC_E_RANGE, "colour", "no such"},
    {"86 " PERSON "02 cd4358 04 00 07 c2 08 01 0c 9182010102 00", CODEC_E_FORM, "amount", "zero"},
    {"86 " PERSON "02 cd4358 04 00 07 c2 08 01 0c 9182010103 01", CODEC_E_UNKNOWN, NULL, "field"},
    {"86 " PERSON "02 cd4358 04 00 07 c2 08 01 0c 9101", CODEC_E_FORM, NULL, "item is no map"},
    {"86 " PERSON "02 cd4358 04 00 07 c2 08 01 0d 01", CODEC_E_UNKNOWN, NULL, "no such field"},
    {"86 " PERSON "02 cd4358 04 00 07 c2 08 01 16 01", CODEC_E_UNKNOWN, NULL, "behind the last"},
    {"86 " PERSON "01 01 02 cd4358 04 00 07 c2 08 01", CODEC_E_UNKNOWN, NULL, "key twice"},
    {"84 02 cd4358 04 00 07 c2 08 01", CODEC_E_MISSING, "person", "first one absent"},
    {"84 " PERSON "04 00 07 c2 08 01", CODEC_E_MISSING, "day", "absent"},
    {"84 " PERSON "02 cd4358 07 c2 08 01", CODEC_E_MISSING, "amount", "absent"},
    {"84 " PERSON "02 cd4358 04 00 08 01", CODEC_E_MISSING, "urgent", "absent"},
    {"84 " PERSON "02 cd4358 04 00 07 c2", CODEC_E_MISSING, "colour", "last one absent"},
    {"85 " PERSON "02 00 04 00 07 c2 08 01", CODEC_E_RANGE, "day", "day zero"},
    {"85 " PERSON "02 cf0000000100000000 04 00 07 c2 08 01", CODEC_E_RANGE, "day", "33 bits"},
    {"85 " PERSON "02 cd4358 04 c3 07 c2 08 01", CODEC_E_FORM, "amount", "flag as number"},
    {"85 " PERSON "02 cd4358 04 ca00000000 07 c2 08 01", CODEC_E_FORM, "amount", "float"},
    {"85 " PERSON "02 cd4358 04 00 07 00 08 01", CODEC_E_FORM, "urgent", "number as flag"},
    {"85 " PERSON "02 cd4358 04 00 07 c2 08 00", CODEC_E_RANGE, "colour", "code zero"},
    {"85 " PERSON "02 cd4358 04 00 07 c2 08 03", CODEC_E_RANGE, "colour", "no such code"},
    {"85 " PERSON "02 cd4358 04 00 07 c2 08 cf0000000100000001", CODEC_E_RANGE, "colour",
     "a code beyond 32 bits is not code 1"},
    {"85 01 c410 00000000000000000000000000000000 02 cd4358 04 00 07 c2 08 01", CODEC_E_MISSING,
     "person", "zero id"},
    {"85 01 c40f 019002000000000000000000000000 02 cd4358 04 00 07 c2 08 01", CODEC_E_FORM,
     "person", "15 bytes"},
    {"85 01 b0 61616161616161616161616161616161 02 cd4358 04 00 07 c2 08 01", CODEC_E_FORM,
     "person", "text as id"},
    {LEAST " c0", CODEC_E_TRAILING, NULL, "bytes behind"},
    {"90", CODEC_E_FORM, NULL, "array as message"},
    {"80", CODEC_E_MISSING, "person", "empty"},
    {"", CODEC_E_FORM, NULL, "nothing"},
    {"81 a6706572736f6e 01", CODEC_E_FORM, NULL, "name as key"},
    {"dfffffffff", CODEC_E_FORM, NULL, "hostile count"},
};

static void rows(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        uint8_t room[128];
        struct Sample out;
        struct codec_fault got = decode(hex_bytes(row[i].hex, room, sizeof room), &out);
        const char *field = got.field ? got.field->name : "-";
        if (got.result != row[i].result || strcmp(field, row[i].field ? row[i].field : "-") != 0)
            fail_msg("%s (%s): %s at %s", row[i].hex, row[i].why, codec_result_text(got.result),
                     field);
    }
}

/* What a broken caller could hand to the encoder. */
static void encoder_refuses(void **state) {
    static const char long_text[13] = "aaaaaaaaaaaaa";
    static const uint8_t nine[9];
    static const struct sample_item four[4] = {{1, 0, 0}, {1, 0, 0}, {1, 0, 0}, {1, 0, 0}};
    struct Sample good = sample_full(), bad[12];
    const char *field[] = {"person", "day",  "count", "count", "colour", "colour",
                           "note",   "note", "proof", "items", "secret", "colour"};
    (void)state;
    for (size_t i = 0; i < 12; i++)
        bad[i] = good;
    bad[0].person = (struct id){{0}};
    bad[1].day = 0;
    bad[2].count = -6;
    bad[3].count = 1001;
    bad[4].colour = 0;
    bad[5].colour = 3;
    bad[6].note = (struct text){long_text, 13};
    bad[7].note = text_of("\xff");
    bad[8].proof = bytes_of(nine, 9);
    bad[9].items = (struct sample_item_list){four, 4};
    bad[10].secret = bytes_of(nine, 1);
    struct sample_item empty = {0, 5, 0};
    bad[11].items = (struct sample_item_list){&empty, 1};
    for (size_t i = 0; i < 12; i++) {
        uint8_t out[256];
        struct pack_writer w = {out, 7, sizeof out, false};
        struct codec_fault got = codec_encode(Sample_schema(), &bad[i], &w);
        assert_int_not_equal(got.result, CODEC_OK);
        assert_string_equal(got.field->name, field[i]);
        assert_int_equal(w.size, 7);
    }
}

static void full_buffer_and_arena_are_reported(void **state) {
    struct Sample in = sample_full(), back;
    uint8_t out[256], small[32];
    struct pack_writer w = {out, 0, sizeof out, false};
    struct arena arena;
    (void)state;
    assert_int_equal(codec_encode(Sample_schema(), &in, &w).result, CODEC_OK);
    size_t size = w.size;
    for (size_t room = 0; room < size; room++) {
        w = (struct pack_writer){out + 200, 0, room < 56 ? room : 55, false};
        assert_int_equal(codec_encode(Sample_schema(), &in, &w).result, CODEC_E_FULL);
        assert_int_equal(w.size, 0);
    }
    arena_init(&arena, small, sizeof small);
    assert_int_equal(codec_decode(Sample_schema(), bytes_of(out, size), &arena, &back).result,
                     CODEC_E_FULL);
}

static void mutate(struct bytes message, size_t at, unsigned value, size_t counts[2]) {
    uint8_t changed[256], again[256];
    struct Sample out;
    memcpy(changed, message.data, message.size);
    changed[at] = (uint8_t)value;
    struct bytes in = bytes_of(changed, message.size);
    struct pack_writer w = {again, 0, sizeof again, false};
    if (decode(in, &out).result) {
        counts[0]++;
        return;
    }
    counts[1]++;
    assert_int_equal(scan(in, SCAN_RECORD_BYTES), SCAN_OK);
    assert_int_equal(codec_encode(Sample_schema(), &out, &w).result, CODEC_OK);
    assert_int_equal(w.size, in.size);
    assert_memory_equal(again, changed, in.size);
}

static void every_one_byte_change(void **state) {
    struct Sample in = sample_full();
    uint8_t out[256];
    struct pack_writer w = {out, 0, sizeof out, false};
    size_t counts[2] = {0, 0};
    (void)state;
    assert_int_equal(codec_encode(Sample_schema(), &in, &w).result, CODEC_OK);
    for (size_t at = 0; at < w.size; at++)
        for (unsigned value = 0; value < 256; value++)
            if (value != out[at])
                mutate(bytes_of(out, w.size), at, value, counts);
    assert_int_equal(counts[0] + counts[1], w.size * 255);
    assert_true(counts[0] > 0 && counts[1] > 0);
}

static void every_prefix_is_refused(void **state) {
    struct Sample in = sample_full(), back;
    uint8_t out[256];
    struct pack_writer w = {out, 0, sizeof out, false};
    (void)state;
    assert_int_equal(codec_encode(Sample_schema(), &in, &w).result, CODEC_OK);
    for (size_t size = 0; size < w.size; size++)
        assert_int_not_equal(decode(bytes_of(out, size), &back).result, CODEC_OK);
}

static void frames(void **state) {
    static const struct {
        const char *hex;
        int result;
    } frame[] = {
        {"92 01 80", 0},
        {"92 cdffff 80", 0},
        {"92 00 80", 1},
        {"92 ce00010000 80", 1},
        {"92 ff 80", 1},
        {"91 01", 1},
        {"93 01 80 80", 1},
        {"82 01 80 02 80", 1},
        {"92 a101 80", 1},
        {"80", 1},
        {"", 1},
        {"dc0002 01 80", 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof frame / sizeof *frame; i++) {
        uint8_t room[16];
        uint16_t type;
        struct bytes body;
        int got = codec_open_frame(hex_bytes(frame[i].hex, room, sizeof room), &type, &body);
        if (got != frame[i].result)
            fail_msg("%s: %d", frame[i].hex, got);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(full_message_returns),
        cmocka_unit_test(rows),
        cmocka_unit_test(encoder_refuses),
        cmocka_unit_test(full_buffer_and_arena_are_reported),
        cmocka_unit_test(every_one_byte_change),
        cmocka_unit_test(every_prefix_is_refused),
        cmocka_unit_test(frames),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
