/* The codec's memory is an arena. Every message with all its fields is decoded into every arena
 * that is too small for it, to the byte; each time that is said, and no byte behind the arena is
 * written. */
#include "tests/harness/fill.h"

#include "common/base/ensure.h"
#include "common/codec/codec.h"
#include "common/codec/pack.h"
#include "common/messages/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

enum { ROOM = 1 << 20, PACKED = 8000, GUARD = 64, FILLING = 0xa5 };

static size_t pack(const struct schema *schema, uint8_t packed[PACKED]) {
    static uint8_t memory[ROOM];
    struct arena arena;
    struct pack_writer w = {packed, 0, PACKED, false};
    arena_init(&arena, memory, sizeof memory);
    void *message = arena_get(&arena, schema->size);
    fill_message(schema, FILL_ALL, &arena, message);
    ensure(codec_encode(schema, message, &w).result == CODEC_OK);
    return w.size;
}

static int decode(const struct schema *schema, struct bytes in, uint8_t *memory, size_t size,
                  size_t *used) {
    uint8_t *message = calloc(1, schema->size);
    struct arena arena;
    assert_non_null(message);
    arena_init(&arena, memory, size);
    int r = (int)codec_decode(schema, in, &arena, message).result;
    *used = arena.used;
    free(message);
    return r;
}

static unsigned try_sizes(const struct schema *schema, uint8_t *memory) {
    uint8_t packed[PACKED];
    size_t needed, used;
    struct bytes in = bytes_of(packed, pack(schema, packed));
    assert_int_equal(decode(schema, in, memory, ROOM, &needed), CODEC_OK);
    for (size_t size = 0; size < needed; size++) {
        memset(memory, FILLING, needed + GUARD);
        if (decode(schema, in, memory, size, &used) != CODEC_E_FULL)
            fail_msg("%s in %zu of %zu bytes", schema->about->name, size, needed);
        for (size_t i = size; i < needed + GUARD; i++)
            assert_int_equal(memory[i], FILLING);
    }
    assert_int_equal(decode(schema, in, memory, needed, &used), CODEC_OK);
    return (unsigned)needed;
}

static void every_arena_that_is_too_small(void **state) {
    uint8_t *memory = malloc(ROOM);
    unsigned tried = 0;
    (void)state;
    assert_non_null(memory);
    for (size_t i = 0; i < registry_count(); i++)
        tried += try_sizes(registry_at(i), memory);
    print_message("%zu messages, %u arenas\n", registry_count(), tried);
    assert_true(tried > 1000);
    free(memory);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_arena_that_is_too_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
