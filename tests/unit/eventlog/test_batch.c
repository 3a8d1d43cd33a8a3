/* Framed records come back as they went in; nothing that is not exactly framed is taken for sound.
 * The ring gives each piece contiguous room, in order, and never hands out what is still in use. */
#include "tests/unit/eventlog/fixture.h"

#include "common/eventlog/ring.h"

static void records_come_back(void **state) {
    static uint8_t memory[BATCH_BYTES_MAX];
    struct batch b;
    struct bytes record;
    (void)state;
    batch_init(&b, memory, sizeof memory);
    batch_fill(&b, 1, 200);
    assert_int_equal(batch_add(&b, NULL, 0), 0);
    assert_true(batch_is_sound(b.bytes, b.size, 201));
    struct batch_cursor c = batch_walk(b.bytes, b.size);
    for (uint64_t i = 1; i <= 200; i++) {
        assert_int_equal(batch_next(&c, &record), 0);
        assert_true(record_is(i, record));
    }
    assert_int_equal(batch_next(&c, &record), 0);
    assert_int_equal(record.size, 0);
    assert_int_equal(batch_next(&c, &record), BATCH_END);
}

static void limits_hold(void **state) {
    static uint8_t memory[BATCH_BYTES_MAX], big[BATCH_RECORD_MAX + 1];
    struct batch b;
    (void)state;
    batch_init(&b, memory, 20);
    assert_int_equal(batch_add(&b, big, 17), 1);
    assert_int_equal(batch_add(&b, big, 16), 0);
    assert_null(batch_reserve(&b, 0));
    batch_init(&b, memory, sizeof memory);
    assert_int_equal(batch_add(&b, big, BATCH_RECORD_MAX + 1), 1);
    for (unsigned i = 0; i < BATCH_COUNT_MAX; i++)
        assert_int_equal(batch_add(&b, big, 1), 0);
    assert_int_equal(batch_add(&b, big, 1), 1);
}

static void broken_frames_are_refused(void **state) {
    static const struct {
        uint8_t bytes[8];
        size_t size;
        uint32_t count;
        bool sound;
    } rows[] = {
        {{0}, 0, 0, true},
        {{0}, 0, 1, false},
        {{1, 0, 0, 0, 7}, 5, 1, true},
        {{1, 0, 0, 0, 7}, 5, 2, false},
        {{1, 0, 0, 0, 7}, 5, 0, false},
        {{1, 0, 0, 0}, 4, 1, false},
        {{1, 0, 0}, 3, 1, false},
        {{2, 0, 0, 0, 7}, 5, 1, false},
        {{1, 0, 0, 0, 7, 9}, 6, 1, false},
        {{0, 0, 0, 0, 0, 0, 0, 0}, 8, 2, true},
        {{0xff, 0xff, 0xff, 0xff, 7}, 5, 1, false},
        {{1, 0, 1, 0, 7}, 5, 1, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (batch_is_sound(rows[i].bytes, rows[i].size, rows[i].count) != rows[i].sound)
            fail_msg("row %zu", i);
}

/* A queue of pieces of random size; each is filled with its own mark and checked when it leaves. */
static void ring_keeps_pieces_apart(void **state) {
    enum { PIECES = 64 };
    struct {
        uint8_t *at, mark;
        size_t size;
        uint64_t after;
    } queue[PIECES];
    struct ring r;
    uint64_t x = 7, in = 0, out = 0;
    (void)state;
    assert_int_equal(ring_init(&r, 4096), 0);
    for (unsigned round = 0; round < 20000; round++) {
        x = x * 6364136223846793005ULL + 1442695040888963407ULL;
        size_t size = 1 + (size_t)(x >> 40) % 1500;
        bool room = ring_has_room(&r, size);
        uint8_t *at = in - out < PIECES ? ring_take(&r, size) : NULL;
        if (at) {
            assert_true(room && at >= r.memory && at + size <= r.memory + r.size);
            memset(at, (int)(in & 0xff), size);
            queue[in % PIECES].at = at;
            queue[in % PIECES].mark = (uint8_t)in;
            queue[in % PIECES].size = size;
            queue[in++ % PIECES].after = r.head;
        }
        if (out < in && (!at || x >> 63)) {
            for (size_t i = 0; i < queue[out % PIECES].size; i++)
                assert_int_equal(queue[out % PIECES].at[i], queue[out % PIECES].mark);
            ring_give(&r, queue[out++ % PIECES].after);
        }
    }
    for (; out < in; out++)
        ring_give(&r, queue[out % PIECES].after);
    assert_non_null(ring_take(&r, 4096)); /* an empty ring has its whole memory */
    ring_deinit(&r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_come_back),
        cmocka_unit_test(limits_hold),
        cmocka_unit_test(broken_frames_are_refused),
        cmocka_unit_test(ring_keeps_pieces_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
