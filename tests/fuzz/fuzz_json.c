/* "Name {json}": what the reader takes the codec takes, and it comes back as the same JSON. */
#include <stdlib.h>

#include "common/base/ensure.h"
#include "common/codec/codec.h"
#include "common/codec/pack.h"
#include "common/codec/render.h"
#include "common/codec/scan.h"
#include "common/messages/registry.h"
#include "tests/fuzz/fuzz.h"

enum { MEMORY = 4 << 20 };

static uint8_t memory[MEMORY], first[SCAN_RECORD_BYTES], second[SCAN_RECORD_BYTES];

static size_t read_and_encode(const struct schema *schema, json_t *object, uint8_t *out,
                              json_t **back) {
    struct pack_writer w = {out, 0, SCAN_RECORD_BYTES, false};
    struct render_fault fault = {0};
    struct arena arena;
    arena_init(&arena, memory, sizeof memory);
    void *message = arena_get(&arena, schema->size);
    if (render_from_json(schema, object, &arena, NULL, message, &fault)) {
        char text[RENDER_FAULT_SIZE];
        render_fault_text(&fault, text);
        ensure(text[0] != 0);
        return 0;
    }
    enum codec_result bad = codec_encode(schema, message, &w).result;
    ensure(bad == CODEC_OK || bad == CODEC_E_FULL);
    if (back)
        *back = render_json(schema, message, RENDER_NAMES, CLASS_P3);
    return w.size;
}

static void round_trip(const struct schema *schema, json_t *object) {
    json_t *back = NULL;
    size_t size = read_and_encode(schema, object, first, &back);
    if (size > 0) {
        ensure(back && read_and_encode(schema, back, second, NULL) == size);
        ensure(memcmp(first, second, size) == 0);
    }
    json_decref(back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct text name = {(const char *)data, 0};
    while (name.size < size && data[name.size] != ' ')
        name.size++;
    const struct schema *schema = registry_by_name(name);
    if (!schema || size > SCAN_RECORD_BYTES)
        return 0;
    json_t *object = json_loadb((const char *)data + name.size, size - name.size, 0, NULL);
    if (object)
        round_trip(schema, object);
    json_decref(object);
    return 0;
}
