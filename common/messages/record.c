#include "common/messages/record.h"

#include "common/codec/codec.h"
#include "common/codec/pack.h"
#include "common/codec/scan.h"
#include "common/messages/registry.h"

/* Skips one value that is known to be well formed or not at all. */
static int skip(struct pack_reader *r) {
    for (int64_t open = 1; open > 0; open--) {
        struct pack_token t;
        if (pack_next(r, &t))
            return 1;
        if (t.kind == PACK_ARRAY)
            open += t.number;
        if (t.kind == PACK_MAP)
            open += t.number * 2;
    }
    return 0;
}

static int split(struct bytes in, int count, struct bytes parts[]) {
    struct pack_reader r = {in.data, in.data + in.size};
    struct pack_token t;
    if (pack_next(&r, &t) || t.kind != PACK_ARRAY || t.number != count)
        return 1;
    for (int i = 0; i < count; i++) {
        const uint8_t *start = r.at;
        if (skip(&r))
            return 1;
        parts[i] = bytes_of(start, (size_t)(r.at - start));
    }
    return r.at != r.end;
}

static enum record_result open_said(struct bytes said, struct bytes payload, struct arena *arena,
                                    struct record *out) {
    if (codec_decode(said_schema(), said, arena, &out->said).result)
        return RECORD_E_FORM;
    out->payload_bytes = payload;
    out->payload = NULL;
    out->schema = registry_by_type((uint16_t)out->said.type);
    return out->schema && out->schema->about->nature != NATURE_NONE ? RECORD_OK : RECORD_E_TYPE;
}

static enum record_result open_payload(struct arena *arena, struct record *out) {
    void *payload = arena_get(arena, out->schema->size);
    if (!payload || codec_decode(out->schema, out->payload_bytes, arena, payload).result)
        return RECORD_E_PAYLOAD;
    out->payload = payload;
    return RECORD_OK;
}

enum record_result record_peek(struct bytes in, struct arena *arena, struct record *out) {
    struct bytes parts[3];
    if (split(in, 3, parts) || codec_decode(log_part_schema(), parts[0], arena, &out->log).result)
        return RECORD_E_FORM;
    return open_said(parts[1], parts[2], arena, out);
}

enum record_result record_decode(struct bytes in, struct arena *arena, struct record *out) {
    enum record_result bad = record_peek(in, arena, out);
    return bad ? bad : open_payload(arena, out);
}

int record_encode_half(const struct said *said, const struct schema *schema, const void *payload,
                       struct pack_writer *w) {
    size_t start = w->size;
    pack_array(w, 2);
    if (codec_encode(said_schema(), said, w).result || codec_encode(schema, payload, w).result ||
        w->full) {
        w->size = start;
        return 1;
    }
    return 0;
}

enum record_result record_open_half(struct bytes in, struct arena *arena, struct record *out,
                                    struct bytes *said_bytes) {
    struct bytes parts[2];
    if (scan(in, SCAN_RECORD_BYTES) != SCAN_OK || split(in, 2, parts))
        return RECORD_E_FORM;
    enum record_result bad = open_said(parts[0], parts[1], arena, out);
    if (bad)
        return bad;
    *said_bytes = parts[0];
    return open_payload(arena, out);
}

int record_join(const struct log_part *log, struct bytes said_bytes, struct bytes payload_bytes,
                struct pack_writer *w) {
    pack_array(w, 3);
    if (codec_encode(log_part_schema(), log, w).result)
        return 1;
    pack_raw(w, said_bytes);
    pack_raw(w, payload_bytes);
    return w->full;
}
