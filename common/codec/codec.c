#include "common/codec/codec.h"

#include "common/codec/member.h"
#include "common/codec/pack.h"
#include "common/codec/scan.h"

#define FAULT(result, field) ((struct codec_fault){result, field})
#define NO_FAULT ((struct codec_fault){CODEC_OK, NULL})

static struct codec_fault decode_map(const struct schema *s, struct pack_reader *r,
                                     struct arena *arena, void *out, int depth);

static struct codec_fault decode_list(const struct field *f, struct pack_reader *r, int64_t count,
                                      struct arena *arena, void *out, int depth) {
    const struct schema *record = f->record();
    struct any_list list = {NULL, (uint32_t)count};
    if (count == 0 || count > f->max || depth > SCAN_DEPTH)
        return FAULT(CODEC_E_RANGE, f);
    uint8_t *items = arena_get(arena, (size_t)count * record->size);
    if (!items)
        return FAULT(CODEC_E_FULL, f);
    for (int64_t i = 0; i < count; i++) {
        struct codec_fault bad =
            decode_map(record, r, arena, items + (size_t)i * record->size, depth + 1);
        if (bad.result)
            return bad;
    }
    list.items = items;
    memcpy(out, &list, sizeof list);
    return NO_FAULT;
}

static struct codec_fault decode_number(const struct field *f, int64_t n, void *out) {
    int32_t narrow = (int32_t)n;
    bool required_zero = f->required && n == 0;
    switch (f->kind) {
    case KIND_DAY:
        if (n < INT32_MIN || n > INT32_MAX || required_zero)
            return FAULT(CODEC_E_RANGE, f);
        memcpy(out, &narrow, sizeof narrow);
        break;
    case KIND_CODE:
        if (!code_of(f->codes(), n))
            return FAULT(CODEC_E_RANGE, f);
        memcpy(out, &narrow, sizeof narrow);
        break;
    default:
        if (f->kind == KIND_INT && (n < f->min || n > f->max))
            return FAULT(CODEC_E_RANGE, f);
        memcpy(out, &n, sizeof n);
    }
    return !f->required && n == 0 ? FAULT(CODEC_E_FORM, f) : NO_FAULT;
}

static struct codec_fault decode_bytes(const struct field *f, const struct pack_token *t,
                                       void *out) {
    struct bytes value = {t->data, t->size};
    if (f->kind == KIND_SEALED)
        return FAULT(CODEC_E_SEALED, f);
    if (t->size == 0 || (f->kind != KIND_ID && (int64_t)t->size > f->max))
        return FAULT(CODEC_E_RANGE, f);
    if (f->kind == KIND_TEXT && !scan_text((struct text){t->data, t->size}))
        return FAULT(CODEC_E_TEXT, f);
    if (f->kind != KIND_ID) {
        memcpy(out, &value, sizeof value);
        return NO_FAULT;
    }
    if (t->size != sizeof(struct id))
        return FAULT(CODEC_E_FORM, f);
    memcpy(out, t->data, t->size);
    return id_is_zero(*(const struct id *)out) ? FAULT(CODEC_E_MISSING, f) : NO_FAULT;
}

static enum pack_kind wire_kind(const struct field *f) {
    switch (f->kind) {
    case KIND_ID:
    case KIND_BLOB:
    case KIND_SEALED:
        return PACK_BIN;
    case KIND_TEXT:
        return PACK_TEXT;
    case KIND_FLAG:
        return PACK_BOOL;
    case KIND_LIST:
        return PACK_ARRAY;
    default:
        return PACK_INT;
    }
}

static struct codec_fault decode_field(const struct field *f, struct pack_reader *r,
                                       struct arena *arena, void *message, int depth) {
    struct pack_token t;
    void *out = member(message, f);
    if (pack_next(r, &t) || t.kind != wire_kind(f))
        return FAULT(CODEC_E_FORM, f);
    switch (f->kind) {
    case KIND_LIST:
        return decode_list(f, r, t.number, arena, out, depth + 1);
    case KIND_FLAG:
        *(bool *)out = t.number != 0;
        return !f->required && !t.number ? FAULT(CODEC_E_FORM, f) : NO_FAULT;
    case KIND_ID:
    case KIND_TEXT:
    case KIND_BLOB:
    case KIND_SEALED:
        return decode_bytes(f, &t, out);
    default:
        return decode_number(f, t.number, out);
    }
}

static struct codec_fault decode_map(const struct schema *s, struct pack_reader *r,
                                     struct arena *arena, void *out, int depth) {
    struct pack_token t;
    unsigned at = 0;
    if (depth > SCAN_DEPTH || pack_next(r, &t) || t.kind != PACK_MAP)
        return FAULT(CODEC_E_FORM, NULL);
    memset(out, 0, s->size);
    for (int64_t left = t.number; left > 0; left--) {
        struct pack_token key;
        if (pack_next(r, &key) || key.kind != PACK_INT)
            return FAULT(CODEC_E_FORM, NULL);
        for (; at < s->field_count && s->fields[at].number < key.number; at++)
            if (s->fields[at].required)
                return FAULT(CODEC_E_MISSING, &s->fields[at]);
        if (at == s->field_count || s->fields[at].number != key.number)
            return FAULT(CODEC_E_UNKNOWN, NULL);
        struct codec_fault bad = decode_field(&s->fields[at], r, arena, out, depth);
        if (bad.result)
            return bad;
        at++;
    }
    for (; at < s->field_count; at++)
        if (s->fields[at].required)
            return FAULT(CODEC_E_MISSING, &s->fields[at]);
    return NO_FAULT;
}

struct codec_fault codec_decode(const struct schema *schema, struct bytes in, struct arena *arena,
                                void *out) {
    struct pack_reader r = {in.data, in.data + in.size};
    struct codec_fault bad = decode_map(schema, &r, arena, out, 0);
    if (bad.result)
        return bad;
    return r.at == r.end ? NO_FAULT : FAULT(CODEC_E_TRAILING, NULL);
}

struct codec_fault codec_decode_next(const struct schema *schema, struct pack_reader *in,
                                     struct arena *arena, void *out) {
    return decode_map(schema, in, arena, out, 0);
}

static struct codec_fault encode_map(const struct schema *s, const void *message,
                                     struct pack_writer *w, int depth);

static struct codec_fault encode_list(const struct field *f, const void *at, struct pack_writer *w,
                                      int depth) {
    const struct schema *record = f->record();
    struct any_list list;
    memcpy(&list, at, sizeof list);
    if (list.count > f->max || depth > SCAN_DEPTH)
        return FAULT(CODEC_E_RANGE, f);
    pack_array(w, list.count);
    for (uint32_t i = 0; i < list.count; i++) {
        const uint8_t *item = (const uint8_t *)list.items + (size_t)i * record->size;
        struct codec_fault bad = encode_map(record, item, w, depth + 1);
        if (bad.result)
            return bad;
    }
    return NO_FAULT;
}

static struct codec_fault encode_view(const struct field *f, const void *at,
                                      struct pack_writer *w) {
    struct bytes view;
    memcpy(&view, at, sizeof view);
    if (f->kind == KIND_SEALED)
        return FAULT(CODEC_E_SEALED, f);
    if ((int64_t)view.size > f->max)
        return FAULT(CODEC_E_RANGE, f);
    if (f->kind == KIND_BLOB) {
        pack_bin(w, view);
        return NO_FAULT;
    }
    struct text text = {(const char *)view.data, view.size};
    if (!scan_text(text))
        return FAULT(CODEC_E_TEXT, f);
    pack_text(w, text);
    return NO_FAULT;
}

static struct codec_fault encode_number(const struct field *f, int64_t n, struct pack_writer *w) {
    if (f->kind == KIND_INT && (n < f->min || n > f->max))
        return FAULT(CODEC_E_RANGE, f);
    if (f->kind == KIND_CODE && !code_of(f->codes(), n))
        return FAULT(CODEC_E_RANGE, f);
    if (f->kind == KIND_FLAG)
        pack_bool(w, n != 0);
    else
        pack_int(w, n);
    return NO_FAULT;
}

static struct codec_fault encode_field(const struct field *f, const void *at, struct pack_writer *w,
                                       int depth) {
    switch (f->kind) {
    case KIND_ID:
        pack_bin(w, bytes_of(at, sizeof(struct id)));
        return NO_FAULT;
    case KIND_TEXT:
    case KIND_BLOB:
    case KIND_SEALED:
        return encode_view(f, at, w);
    case KIND_LIST:
        return encode_list(f, at, w, depth + 1);
    default:
        return encode_number(f, number_of(f, at), w);
    }
}

static struct codec_fault encode_map(const struct schema *s, const void *message,
                                     struct pack_writer *w, int depth) {
    uint32_t count = 0;
    for (unsigned i = 0; i < s->field_count; i++) {
        const struct field *f = &s->fields[i];
        bool absent = is_absent(f, const_member(message, f));
        if (absent && f->required && !may_be_zero(f))
            return FAULT(CODEC_E_MISSING, f);
        count += f->required || !absent;
    }
    pack_map(w, count);
    for (unsigned i = 0; i < s->field_count; i++) {
        const struct field *f = &s->fields[i];
        const void *at = const_member(message, f);
        if (!f->required && is_absent(f, at))
            continue;
        pack_int(w, f->number);
        struct codec_fault bad = encode_field(f, at, w, depth);
        if (bad.result)
            return bad;
    }
    return NO_FAULT;
}

struct codec_fault codec_encode(const struct schema *schema, const void *message,
                                struct pack_writer *w) {
    size_t start = w->size;
    struct codec_fault bad = encode_map(schema, message, w, 0);
    if (!bad.result && w->full)
        bad = FAULT(CODEC_E_FULL, NULL);
    if (bad.result) {
        w->size = start;
        w->full = false;
    }
    return bad;
}

struct codec_fault codec_encode_framed(const struct schema *schema, const void *message,
                                       struct pack_writer *w) {
    size_t start = w->size;
    pack_array(w, 2);
    pack_int(w, schema->about->type);
    struct codec_fault bad = codec_encode(schema, message, w);
    if (bad.result)
        w->size = start;
    return bad;
}

int codec_open_frame(struct bytes in, uint16_t *type, struct bytes *body) {
    struct pack_reader r = {in.data, in.data + in.size};
    struct pack_token t;
    if (pack_next(&r, &t) || t.kind != PACK_ARRAY || t.number != 2)
        return 1;
    if (pack_next(&r, &t) || t.kind != PACK_INT || t.number < 1 || t.number > UINT16_MAX)
        return 1;
    *type = (uint16_t)t.number;
    *body = bytes_of(r.at, (size_t)(r.end - r.at));
    return 0;
}

const char *codec_result_text(enum codec_result result) {
    static const char *const text[] = {
        [CODEC_OK] = "ok",
        [CODEC_E_FORM] = "not canonical msgpack of the expected kind",
        [CODEC_E_UNKNOWN] = "a field that the schema does not have",
        [CODEC_E_MISSING] = "a required field is missing",
        [CODEC_E_RANGE] = "outside its bounds",
        [CODEC_E_TEXT] = "not plain UTF-8 text",
        [CODEC_E_SEALED] = "a sealed field cannot be stored while there is no vault",
        [CODEC_E_FULL] = "too large",
        [CODEC_E_TRAILING] = "bytes behind the message",
    };
    return text[result];
}
