/*
 * Proves that blocks are zeroed, 8-aligned and apart, that a refusal takes nothing, and that no
 * size can wrap round.
 */
#include "common/base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* 64 bytes, dirty, aligned as a caller would bring them. */
static union {
    uint64_t align;
    uint8_t bytes[64];
} memory;

static struct arena dirty_arena(size_t used) {
    struct arena a;
    memset(&memory, 0xee, sizeof memory);
    arena_init(&a, &memory, sizeof memory);
    a.used = used;
    return a;
}

static void gives_or_refuses(void **state) {
    static const struct {
        size_t used, size;
        bool given;
        size_t used_after;
    } rows[] = {
        {0, 0, true, 0},
        {0, 1, true, 1},
        {0, 64, true, 64},
        {1, 8, true, 16},
        {8, 56, true, 64},
        {57, 0, true, 64},
        {64, 0, true, 64},
        {0, 65, false, 0},
        {1, 57, false, 1},
        {8, 57, false, 8},
        {57, 1, false, 57},
        {63, 1, false, 63},
        {64, 1, false, 64},
        {0, SIZE_MAX, false, 0},
        {8, SIZE_MAX, false, 8},
        {8, SIZE_MAX - 7, false, 8},
        {64, SIZE_MAX - 63, false, 64},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena a = dirty_arena(rows[i].used);
        uint8_t *block = arena_get(&a, rows[i].size);
        if ((block != NULL) != rows[i].given || a.used != rows[i].used_after)
            fail_msg("row %zu: used %zu", i, a.used);
        for (size_t at = 0; block && at < rows[i].size; at++)
            assert_int_equal(block[at], 0);
        if (block)
            assert_int_equal((uintptr_t)block % 8, 0);
    }
}

static void refused_memory_stays_untouched(void **state) {
    (void)state;
    struct arena a = dirty_arena(8);
    assert_null(arena_get(&a, 57));
    assert_null(arena_copy(&a, "x", SIZE_MAX));
    for (size_t at = 0; at < sizeof memory; at++)
        assert_int_equal(memory.bytes[at], 0xee);
}

static void copies_are_their_own(void **state) {
    char source[] = "latarnik";
    (void)state;
    struct arena a = dirty_arena(0);
    char *first = arena_copy(&a, source, sizeof source);
    char *second = arena_copy(&a, source, sizeof source);
    source[0] = 'X';
    assert_string_equal(first, "latarnik");
    assert_string_equal(second, "latarnik");
    assert_true(second - first >= (ptrdiff_t)sizeof source);
    assert_non_null(arena_copy(&a, NULL, 0));
    assert_null(arena_copy(&a, source, sizeof memory));
}

static void reset_gives_the_memory_again(void **state) {
    (void)state;
    struct arena a = dirty_arena(0);
    void *whole = arena_get(&a, sizeof memory);
    assert_null(arena_get(&a, 1));
    arena_reset(&a);
    assert_ptr_equal(arena_get(&a, sizeof memory), whole);
    arena_init(&a, NULL, 0);
    assert_null(arena_get(&a, 1));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_or_refuses),
        cmocka_unit_test(refused_memory_stays_untouched),
        cmocka_unit_test(copies_are_their_own),
        cmocka_unit_test(reset_gives_the_memory_again),
    };
    return cmocka_run_group_tests_name("base.arena", tests, NULL, NULL);
}
