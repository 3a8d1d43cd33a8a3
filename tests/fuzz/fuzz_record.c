/*
 * A stored record or a daemon's half of one: refused, or put together again to the same bytes; and
 * the projector's reader in place reads what the strict one reads.
 */
#include "common/base/ensure.h"
#include "common/codec/codec.h"
#include "common/codec/pack.h"
#include "common/codec/scan.h"
#include "common/messages/record.h"
#include "daemons/projector/lean.h"
#include "tests/fuzz/fuzz.h"

enum { MEMORY = 4 << 20 };

static uint8_t memory[MEMORY], half[2 * SCAN_RECORD_BYTES], whole[2 * SCAN_RECORD_BYTES];

static struct bytes half_of(const struct record *r) {
    struct pack_writer w = {half, 0, sizeof half, false};
    ensure(record_encode_half(&r->said, r->schema, r->payload, &w) == 0);
    return bytes_of(w.data, w.size);
}

static void is_same(struct bytes a, struct bytes b) {
    ensure(a.size == b.size && memcmp(a.data, b.data, a.size) == 0);
}

static void is_encoded_alike(const struct schema *schema, const void *a, const void *b) {
    struct pack_writer x = {half, 0, sizeof half, false}, y = {whole, 0, sizeof whole, false};
    ensure(!codec_encode(schema, a, &x).result && !codec_encode(schema, b, &y).result);
    is_same(bytes_of(x.data, x.size), bytes_of(y.data, y.size));
}

/* Read in place for safety's sake, whatever the bytes; compared where the strict reader agrees. */
static void read_in_place(struct bytes in, struct arena *arena, const struct record *strict) {
    struct record r;
    bool is_read = lean_open(in, arena, &r) == 0 && lean_payload(arena, &r) == 0;
    if (!strict)
        return;
    ensure(is_read && r.schema == strict->schema);
    is_encoded_alike(log_part_schema(), &r.log, &strict->log);
    is_encoded_alike(said_schema(), &r.said, &strict->said);
    is_encoded_alike(r.schema, r.payload, strict->payload);
}

static void join_again(struct bytes in, const struct record *r, struct arena *arena) {
    struct record peeked, opened;
    struct bytes said;
    struct pack_writer w = {whole, 0, sizeof whole, false};
    ensure(record_peek(in, arena, &peeked) == RECORD_OK && peeked.schema == r->schema);
    is_same(peeked.payload_bytes, r->payload_bytes);
    struct bytes own = half_of(r);
    if (scan(own, SCAN_RECORD_BYTES)) /* a record may have more elements than a daemon may send */
        return;
    ensure(record_open_half(own, arena, &opened, &said) == RECORD_OK);
    ensure(record_join(&r->log, said, opened.payload_bytes, &w) == 0);
    is_same(bytes_of(w.data, w.size), in);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct bytes in = bytes_of(data, size), said;
    struct arena arena;
    struct record r;
    if (size > SCAN_RECORD_BYTES)
        return 0;
    arena_init(&arena, memory, sizeof memory);
    bool is_record = record_decode(in, &arena, &r) == RECORD_OK;
    read_in_place(in, &arena, is_record ? &r : NULL);
    if (is_record)
        join_again(in, &r, &arena);
    arena_reset(&arena);
    if (record_open_half(in, &arena, &r, &said) == RECORD_OK)
        is_same(half_of(&r), in);
    return 0;
}
