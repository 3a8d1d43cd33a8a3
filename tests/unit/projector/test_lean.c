/*
 * Proves that the in-place reader gives the same structs as the strict codec for every record of a
 * history, and that no cut or changed byte makes it read beyond the record (run under ASan).
 */
#include "daemons/projector/lean.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#include "common/codec/codec.h"
#include "common/codec/pack.h"
#include "tests/unit/projector/city.h"

static uint8_t memory[2][1 << 19];

static void assert_same(const struct schema *schema, const void *a, const void *b) {
    static uint8_t bytes[2][1 << 16];
    struct pack_writer w[2] = {{bytes[0], 0, sizeof bytes[0], false},
                               {bytes[1], 0, sizeof bytes[1], false}};
    assert_int_equal(codec_encode(schema, a, &w[0]).result, CODEC_OK);
    assert_int_equal(codec_encode(schema, b, &w[1]).result, CODEC_OK);
    assert_int_equal(w[0].size, w[1].size);
    assert_memory_equal(bytes[0], bytes[1], w[0].size);
}

static void reads_what_the_codec_reads(void **state) {
    struct memory_log log;
    struct city city;
    (void)state;
    memory_log_init(&log);
    city_init(&city, &log, 5, 40);
    city.mistakes = 300;
    city_until(&city, 3000);
    for (uint64_t i = 1; i <= log.count; i++) {
        struct arena strict, lean;
        struct record a, b;
        arena_init(&strict, memory[0], sizeof memory[0]);
        arena_init(&lean, memory[1], sizeof memory[1]);
        assert_int_equal(record_decode(memory_log_at(&log, i), &strict, &a), RECORD_OK);
        assert_int_equal(lean_open(memory_log_at(&log, i), &lean, &b), 0);
        assert_int_equal(lean_payload(&lean, &b), 0);
        assert_ptr_equal(a.schema, b.schema);
        assert_same(log_part_schema(), &a.log, &b.log);
        assert_same(said_schema(), &a.said, &b.said);
        assert_same(a.schema, a.payload, b.payload);
    }
    memory_log_free(&log);
}

static void read_copy(const uint8_t *bytes, size_t size) {
    uint8_t *copy = malloc(size + 1); /* so that ASan sees the end */
    struct arena arena;
    struct record r;
    assert_non_null(copy);
    uint8_t *exact = realloc(copy, size ? size : 1);
    assert_non_null(exact);
    memcpy(exact, bytes, size);
    arena_init(&arena, memory[0], sizeof memory[0]);
    if (lean_open(bytes_of(exact, size), &arena, &r) == 0)
        (void)lean_payload(&arena, &r);
    free(exact);
}

static void stays_inside_the_record(void **state) {
    struct memory_log log;
    struct city city;
    (void)state;
    memory_log_init(&log);
    city_init(&city, &log, 6, 10);
    city_until(&city, 400);
    for (uint64_t i = 1; i <= log.count; i += 7) {
        struct bytes record = memory_log_at(&log, i);
        uint8_t bytes[4096];
        for (size_t size = 0; size < record.size; size++)
            read_copy(record.data, size);
        for (size_t at = 0; at < record.size && record.size <= sizeof bytes; at++) {
            memcpy(bytes, record.data, record.size);
            bytes[at] = (uint8_t)rng_next(&city.rng);
            read_copy(bytes, record.size);
        }
    }
    memory_log_free(&log);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_the_codec_reads),
        cmocka_unit_test(stays_inside_the_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
