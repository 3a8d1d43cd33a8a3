/*
 * msgpack-c as a second opinion: it accepts what we write of every message of every schema, finds
 * the same values in it, and writes the same bytes. And every one-byte change of every message is
 * either refused by us or means exactly what its bytes say.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <msgpack.h>

#include "common/codec/codec.h"
#include "common/codec/pack.h"
#include "common/codec/scan.h"
#include "common/messages/registry.h"
#include "tests/harness/fill.h"

static uint8_t memory[1 << 20], packed[SCAN_RECORD_BYTES], again[SCAN_RECORD_BYTES];

static struct bytes encode(const struct schema *schema, enum fill how) {
    struct arena arena;
    struct pack_writer w = {packed, 0, sizeof packed, false};
    arena_init(&arena, memory, sizeof memory);
    void *message = arena_get(&arena, schema->size);
    fill_message(schema, how, &arena, message);
    struct codec_fault bad = codec_encode(schema, message, &w);
    if (bad.result)
        fail_msg("%s.%s: %s", schema->about->name, bad.field ? bad.field->name : "",
                 codec_result_text(bad.result));
    return bytes_of(packed, w.size);
}

static int64_t number_in(const msgpack_object *o) {
    return o->type == MSGPACK_OBJECT_NEGATIVE_INTEGER ? o->via.i64 : (int64_t)o->via.u64;
}

/* Walks our tokens and the oracle's object side by side. */
static bool same(struct pack_reader *r, const msgpack_object *o) {
    struct pack_token t;
    if (pack_next(r, &t))
        return false;
    switch (t.kind) {
    case PACK_INT:
        return (o->type == MSGPACK_OBJECT_POSITIVE_INTEGER ||
                o->type == MSGPACK_OBJECT_NEGATIVE_INTEGER) &&
               number_in(o) == t.number;
    case PACK_BOOL:
        return o->type == MSGPACK_OBJECT_BOOLEAN && o->via.boolean == (t.number != 0);
    case PACK_TEXT:
        return o->type == MSGPACK_OBJECT_STR && o->via.str.size == t.size &&
               memcmp(o->via.str.ptr, t.data, t.size) == 0;
    case PACK_BIN:
        return o->type == MSGPACK_OBJECT_BIN && o->via.bin.size == t.size &&
               memcmp(o->via.bin.ptr, t.data, t.size) == 0;
    case PACK_ARRAY:
        if (o->type != MSGPACK_OBJECT_ARRAY || o->via.array.size != t.number)
            return false;
        for (uint32_t i = 0; i < o->via.array.size; i++)
            if (!same(r, &o->via.array.ptr[i]))
                return false;
        return true;
    case PACK_MAP:
        if (o->type != MSGPACK_OBJECT_MAP || o->via.map.size != t.number)
            return false;
        for (uint32_t i = 0; i < o->via.map.size; i++)
            if (!same(r, &o->via.map.ptr[i].key) || !same(r, &o->via.map.ptr[i].val))
                return false;
        return true;
    default:
        return o->type == MSGPACK_OBJECT_NIL;
    }
}

static void agree(const struct schema *schema, struct bytes in) {
    msgpack_unpacked oracle;
    msgpack_sbuffer buffer;
    msgpack_packer packer;
    size_t at = 0;
    struct pack_reader r = {in.data, in.data + in.size};
    msgpack_unpacked_init(&oracle);
    msgpack_sbuffer_init(&buffer);
    msgpack_packer_init(&packer, &buffer, msgpack_sbuffer_write);
    int result = msgpack_unpack_next(&oracle, (const char *)in.data, in.size, &at);
    if (result != MSGPACK_UNPACK_SUCCESS || at != in.size || !same(&r, &oracle.data))
        fail_msg("%s: the oracle reads something else", schema->about->name);
    assert_int_equal(msgpack_pack_object(&packer, oracle.data), 0);
    assert_int_equal(buffer.size, in.size);
    assert_memory_equal(buffer.data, in.data, in.size);
    msgpack_sbuffer_destroy(&buffer);
    msgpack_unpacked_destroy(&oracle);
}

static void oracle_agrees(void **state) {
    (void)state;
    for (size_t i = 0; i < registry_count(); i++)
        for (int how = FILL_LEAST; how <= FILL_ALL; how++) {
            struct bytes in = encode(registry_at(i), (enum fill)how);
            assert_int_equal(scan(in, SCAN_RECORD_BYTES), SCAN_OK);
            agree(registry_at(i), in);
        }
}

/* Refused, or re-encoded to the identical bytes. */
static bool survives(const struct schema *schema, struct bytes in) {
    struct arena arena;
    struct pack_writer w = {again, 0, sizeof again, false};
    arena_init(&arena, memory, sizeof memory);
    void *message = arena_get(&arena, schema->size);
    if (codec_decode(schema, in, &arena, message).result)
        return false;
    assert_int_equal(scan(in, SCAN_RECORD_BYTES), SCAN_OK);
    assert_int_equal(codec_encode(schema, message, &w).result, CODEC_OK);
    assert_int_equal(w.size, in.size);
    assert_memory_equal(again, in.data, in.size);
    return true;
}

static void every_one_byte_change(void **state) {
    size_t refused = 0, kept = 0;
    (void)state;
    for (size_t i = 0; i < registry_count(); i++) {
        const struct schema *schema = registry_at(i);
        struct bytes in = encode(schema, FILL_ALL);
        assert_true(survives(schema, in));
        for (size_t at = 0; at < in.size; at++) {
            uint8_t before = packed[at];
            for (unsigned step = 1; step < 256; step += at < 256 ? 1 : 17) {
                packed[at] = (uint8_t)(before + step);
                if (survives(schema, in))
                    kept++;
                else
                    refused++;
            }
            packed[at] = before;
        }
    }
    print_message("%zu changes refused, %zu mean what they say\n", refused, kept);
    assert_true(refused > 0 && kept > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(oracle_agrees),
        cmocka_unit_test(every_one_byte_change),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
