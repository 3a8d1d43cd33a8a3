/* A framed message of any type: refused, or encoded again to the same bytes. */
#include <stdlib.h>

#include "common/base/ensure.h"
#include "common/codec/codec.h"
#include "common/codec/pack.h"
#include "common/codec/scan.h"
#include "common/messages/registry.h"
#include "tests/fuzz/fuzz.h"

enum { MEMORY = 4 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static uint8_t memory[MEMORY], out[SCAN_RECORD_BYTES];
    struct pack_writer w = {out, 0, sizeof out, false};
    struct arena arena;
    struct bytes body;
    uint16_t type;
    if (size > SCAN_RECORD_BYTES || codec_open_frame(bytes_of(data, size), &type, &body))
        return 0;
    const struct schema *schema = registry_by_type(type);
    if (!schema)
        return 0;
    arena_init(&arena, memory, sizeof memory);
    void *message = arena_get(&arena, schema->size);
    ensure(message != NULL);
    if (codec_decode(schema, body, &arena, message).result != CODEC_OK)
        return 0;
    ensure(codec_encode(schema, message, &w).result == CODEC_OK);
    ensure(w.size == body.size && memcmp(out, body.data, body.size) == 0);
    return 0;
}
