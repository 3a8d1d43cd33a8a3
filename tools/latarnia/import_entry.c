/*
 * Corrections in a file name the mistaken entry by the command that made it, for nobody knows the
 * position before it is sent: "entry_of": "<command id>" beside "fields". The position comes from the
 * answer to that command.
 */
#include <string.h>

#include "common/base/ensure.h"
#include "common/codec/codec.h"
#include "common/codec/pack.h"
#include "common/codec/scan.h"
#include "common/messages/envelope.h"
#include "tools/latarnia/command.h"
#include "tools/latarnia/import.h"

/* Takes "entry_of" out of the object and puts a position in its place for the schema's sake. */
struct id import_entry_of(json_t *command) {
    struct id id = {{0}};
    json_t *of = json_object_get(command, "entry_of"), *fields = json_object_get(command, "fields");
    struct text text = {json_string_value(of), json_string_length(of)};
    if (!of || !json_is_object(fields) || command_read_id(text, &id))
        return (struct id){{0}};
    json_object_set_new(fields, "entry", json_integer(1));
    json_object_del(command, "entry_of");
    return id;
}

static int64_t position_of(const struct import *im, size_t before, struct id command) {
    for (size_t i = before; i-- > 0;)
        if (id_equal(im->rows[i].command->id, command))
            return im->rows[i].position;
    return 0;
}

static void encode(struct Command *c, const struct schema *schema, const void *payload,
                   uint8_t *memory, size_t size) {
    struct pack_writer w = {memory, 0, size, false};
    ensure(!codec_encode(schema, payload, &w).result);
    c->payload = bytes_of(w.data, w.size);
}

bool import_resolve(const struct import *im, size_t index, struct Command *c) {
    static uint8_t memory[1 << 17], encoded[SCAN_RECORD_BYTES];
    const struct import_row *row = &im->rows[index];
    struct EntryVoided voided;
    struct EntryCorrected corrected;
    struct arena arena;
    if (id_is_zero(row->entry_of))
        return true;
    int64_t position = position_of(im, index, row->entry_of);
    arena_init(&arena, memory, sizeof memory);
    if (!position)
        return false;
    if (c->type == EVENT_EntryVoided) {
        ensure(!codec_decode(EntryVoided_schema(), c->payload, &arena, &voided).result);
        voided.entry = position;
        encode(c, EntryVoided_schema(), &voided, encoded, sizeof encoded);
    } else if (c->type == EVENT_EntryCorrected) {
        ensure(!codec_decode(EntryCorrected_schema(), c->payload, &arena, &corrected).result);
        corrected.entry = position;
        encode(c, EntryCorrected_schema(), &corrected, encoded, sizeof encoded);
    }
    return true;
}
