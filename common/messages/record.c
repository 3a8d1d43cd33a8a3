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

static int open_array(struct pack_reader *r, int64_t count) {
    struct pack_token t;
    return pack_next(r, &t) || t.kind != PACK_ARRAY || t.number != count;
}

/* Each part is walked once: `said` by its schema, the payload here or by its own. */
static enum record_result open_said(struct pack_reader *r, struct arena *arena,
                                    struct record *out) {
    if (codec_decode_next(said_schema(), r, arena, &out->said).result)
        return RECORD_E_FORM;
    out->payload_bytes = bytes_of(r->at, (size_t)(r->end - r->at));
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

static enum record_result open_record(struct pack_reader *r, struct arena *arena,
                                      struct record *out) {
    if (open_array(r, 3) || codec_decode_next(log_part_schema(), r, arena, &out->log).result)
        return RECORD_E_FORM;
    return open_said(r, arena, out);
}

enum record_result record_peek(struct bytes in, struct arena *arena, struct record *out) {
    struct pack_reader r = {in.data, in.data + in.size};
    enum record_result bad = open_record(&r, arena, out);
    if (bad)
        return bad;
    return skip(&r) || r.at != r.end ? RECORD_E_FORM : RECORD_OK;
}

int record_peek_log(struct bytes in, struct arena *arena, struct log_part *out) {
    struct pack_reader r = {in.data, in.data + in.size};
    return open_array(&r, 3) || codec_decode_next(log_part_schema(), &r, arena, out).result;
}

enum record_result record_decode(struct bytes in, struct arena *arena, struct record *out) {
    struct pack_reader r = {in.data, in.data + in.size};
    enum record_result bad = open_record(&r, arena, out);
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

/* What decodes by a schema would also pass the scan (tests/unit/codec/test_strict.c), but for the
 * number of elements; and that many take at least as many bytes. */
static bool is_bounded(struct bytes in) {
    return in.size <= SCAN_ELEMENTS || scan(in, SCAN_RECORD_BYTES) == SCAN_OK;
}

enum record_result record_open_half(struct bytes in, struct arena *arena, struct record *out,
                                    struct bytes *said_bytes) {
    struct pack_reader r = {in.data, in.data + in.size};
    if (!is_bounded(in) || open_array(&r, 2))
        return RECORD_E_FORM;
    const uint8_t *said = r.at;
    enum record_result bad = open_said(&r, arena, out);
    if (bad)
        return bad;
    *said_bytes = bytes_of(said, (size_t)(r.at - said));
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
