/*
 * How a published message grows, as an example that runs: a new optional field, and a new message
 * with a pure upcast. Old bytes keep their meaning and their hash in both.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/codec/codec.h"
#include "common/codec/pack.h"
#include "common/messages/envelope.h"

#include "common/codec/schema_structs.h"
#include "tests/golden/evolution.def"
#include "common/codec/schema_end.h"

#include "common/codec/schema_tables.h"
#include "tests/golden/evolution.def"
#include "common/codec/schema_end.h"

/* Written in 2018 and kept by some log: {1: 17600, 2: 45}. */
static const uint8_t bytes_2018[] = {0x82, 0x01, 0xcd, 0x44, 0xc0, 0x02, 0x2d};

static uint8_t memory[4096];

static struct codec_fault read_as(const struct schema *schema, const void *bytes, size_t size,
                                  void *out) {
    struct arena arena;
    arena_init(&arena, memory, sizeof memory);
    return codec_decode(schema, bytes_of(bytes, size), &arena, out);
}

static size_t write_as(const struct schema *schema, const void *message, uint8_t out[64]) {
    struct pack_writer w = {out, 0, 64, false};
    assert_int_equal(codec_encode(schema, message, &w).result, CODEC_OK);
    return w.size;
}

static void old_bytes_are_read_and_written_the_same(void **state) {
    struct Note2019 note;
    uint8_t again[64];
    (void)state;
    assert_int_equal(read_as(Note2019_schema(), bytes_2018, sizeof bytes_2018, &note).result,
                     CODEC_OK);
    assert_int_equal(note.day, 17600);
    assert_int_equal(note.minutes, 45);
    assert_int_equal(note.place, 0);
    assert_int_equal(write_as(Note2019_schema(), &note, again), sizeof bytes_2018);
    assert_memory_equal(again, bytes_2018, sizeof bytes_2018);
}

/* A reader of 2018 refuses what it cannot understand rather than drop it: readers are replaced
 * before writers. */
static void a_reader_from_before_refuses_the_new_field(void **state) {
    struct Note2019 note = {.day = 17900, .minutes = 45, .place = NOTE_PLACE_home};
    struct Note2018 old;
    uint8_t bytes[64];
    (void)state;
    size_t size = write_as(Note2019_schema(), &note, bytes);
    assert_int_not_equal(read_as(Note2018_schema(), bytes, size, &old).result, CODEC_OK);
    note.place = 0;
    size = write_as(Note2019_schema(), &note, bytes);
    assert_int_equal(read_as(Note2018_schema(), bytes, size, &old).result, CODEC_OK);
}

/* The upcast: from the old struct alone, so that a replay gives the same for ever. What the old
 * message did not say stays unsaid (begin 0). */
static struct NoteTimed timed_of(const struct Note2019 *old) {
    return (struct NoteTimed){.day = old->day, .begin = 0, .end = old->minutes, .place = old->place};
}

static void an_old_message_is_read_as_the_new_one(void **state) {
    struct Note2019 old;
    uint8_t first[64], second[64];
    (void)state;
    assert_int_equal(read_as(Note2019_schema(), bytes_2018, sizeof bytes_2018, &old).result,
                     CODEC_OK);
    struct NoteTimed once = timed_of(&old), twice = timed_of(&old);
    size_t size = write_as(NoteTimed_schema(), &once, first);
    assert_int_equal(write_as(NoteTimed_schema(), &twice, second), size);
    assert_memory_equal(first, second, size);
    assert_int_equal(once.end - once.begin, 45);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(old_bytes_are_read_and_written_the_same),
        cmocka_unit_test(a_reader_from_before_refuses_the_new_field),
        cmocka_unit_test(an_old_message_is_read_as_the_new_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
