/*
 * A frame as a socket gives it: refused, or one message of the bus, read in memory that its size
 * bounds and sent again as the same bytes. The appends inside an AppendBatch are opened as well.
 */
#include <stdlib.h>

#include "common/base/ensure.h"
#include "common/bus/socket.h"
#include "common/codec/codec.h"
#include "common/codec/pack.h"
#include "tests/fuzz/fuzz.h"

/* The frame's copy and its structs: no list of the bus holds more than 1,200 of 24 bytes. */
enum { MEMORY = 2 << 20, STRUCTS = 64 << 10 };

static void send_again(const struct schema *schema, const void *message, struct bytes in) {
    struct framed back;
    ensure(socket_frame(0, schema, message, &back) == 0);
    ensure(back.size == in.size && memcmp(back.data, in.data, in.size) == 0);
    free(back.data);
}

static void open_appends(const struct AppendBatch *batch, struct arena *arena) {
    static uint8_t out[SOCKET_FRAME_BYTES];
    for (uint32_t i = 0; i < batch->appends.count; i++) {
        struct bytes in = batch->appends.items[i].data;
        struct pack_writer w = {out, 0, sizeof out, false};
        struct append append;
        size_t mark = arena->used;
        if (!codec_decode(append_schema(), in, arena, &append).result) {
            ensure(!codec_encode(append_schema(), &append, &w).result);
            ensure(w.size == in.size && memcmp(out, in.data, in.size) == 0);
        }
        arena->used = mark;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static uint8_t memory[MEMORY];
    const struct schema *schema;
    const void *message;
    struct arena arena;
    arena_init(&arena, memory, sizeof memory);
    if (size > SOCKET_FRAME_BYTES || socket_open(data, size, &arena, &schema, &message))
        return 0;
    ensure(schema->about->nature == NATURE_NONE);
    ensure(arena.used <= size + STRUCTS);
    send_again(schema, message, bytes_of(data, size));
    if (schema == AppendBatch_schema())
        open_appends(message, &arena);
    return 0;
}
