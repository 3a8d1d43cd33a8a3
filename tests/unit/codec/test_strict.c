/*
 * Decoding by a schema asks no less than the scan: of every message of the registry, with every
 * byte changed in several ways, whatever still decodes also scans. So bytes that are too few to
 * break the bound on elements need only one of the two walks (common/messages/record.c).
 */
#include "common/codec/codec.h"
#include "common/codec/pack.h"
#include "common/codec/scan.h"
#include "common/messages/registry.h"
#include "tests/harness/fill.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

enum { ROOM = 1 << 16 };

static uint8_t memory[1 << 20], encoded[ROOM], message[ROOM];

static size_t encode(const struct schema *s, enum fill how) {
    struct arena arena;
    struct pack_writer w = {encoded, 0, sizeof encoded, false};
    arena_init(&arena, memory, sizeof memory);
    assert_true(s->size <= sizeof message);
    fill_message(s, how, &arena, message);
    assert_int_equal(codec_encode(s, message, &w).result, CODEC_OK);
    return w.size;
}

static unsigned check(const struct schema *s, size_t size) {
    struct arena arena;
    arena_init(&arena, memory, sizeof memory);
    if (codec_decode(s, bytes_of(encoded, size), &arena, message).result)
        return 0;
    if (scan(bytes_of(encoded, size), SCAN_RECORD_BYTES) != SCAN_OK)
        fail_msg("%s: decodes and does not scan", s->about->name);
    return 1;
}

static void what_decodes_scans(void **state) {
    static const uint8_t masks[] = {0x01, 0x02, 0x10, 0x40, 0x80, 0xff};
    unsigned decoded = 0, refused = 0;
    (void)state;
    for (size_t i = 0; i < registry_count(); i++) {
        const struct schema *s = registry_at(i);
        size_t size = encode(s, FILL_ALL);
        assert_int_equal(check(s, size), 1);
        for (size_t at = 0; at < size; at++)
            for (size_t m = 0; m < sizeof masks; m++) {
                encoded[at] ^= masks[m];
                unsigned fits = check(s, size);
                decoded += fits;
                refused += !fits;
                encoded[at] ^= masks[m];
            }
    }
    assert_true(decoded > 10000 && refused > 10000);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_decodes_scans)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
