#include "daemons/projector/lean.h"

#include "common/codec/scan.h"
#include "common/messages/registry.h"

struct reader {
    const uint8_t *at, *end;
};

static inline bool has(const struct reader *r, size_t size) {
    return (size_t)(r->end - r->at) >= size;
}

static inline uint64_t big_endian(const uint8_t *at, size_t size) {
    uint64_t n = 0;
    for (size_t i = 0; i < size; i++)
        n = n << 8 | at[i];
    return n;
}

static int take(struct reader *r, size_t size, uint64_t *out) {
    if (!has(r, size))
        return 1;
    *out = big_endian(r->at, size);
    r->at += size;
    return 0;
}

static int wide_int(struct reader *r, uint8_t head, int64_t *out) {
    uint64_t n;
    if (head >= 0xe0) {
        *out = (int64_t)head - 256;
        return 0;
    }
    if (head < 0xcc || head > 0xd3 || take(r, 1u << (head & 3u), &n))
        return 1;
    unsigned bits = 8u << (head & 3u);
    if (head >= 0xd0 && bits < 64 && n >> (bits - 1))
        n |= UINT64_MAX << bits;
    memcpy(out, &n, sizeof n);
    return 0;
}

static inline int read_int(struct reader *r, int64_t *out) {
    if (!has(r, 1))
        return 1;
    uint8_t head = *r->at++;
    if (head >= 0x80)
        return wide_int(r, head, out);
    *out = head;
    return 0;
}

static inline int read_bytes(struct reader *r, struct bytes *out) {
    uint64_t size;
    if (!has(r, 1))
        return 1;
    uint8_t head = *r->at++;
    if ((head & 0xe0) == 0xa0) {
        size = head & 31u;
    } else {
        unsigned form = head >= 0xd9 ? head - 0xd9u : head - 0xc4u;
        if (head < 0xc4 || form > 2 || take(r, 1u << form, &size))
            return 1;
    }
    if (!has(r, (size_t)size))
        return 1;
    *out = bytes_of(r->at, (size_t)size);
    r->at += size;
    return 0;
}

/* `fixed` is the head of the short form: 0x80 of a map, 0x90 of an array. */
static inline int read_count(struct reader *r, uint8_t fixed, uint64_t *out) {
    if (!has(r, 1))
        return 1;
    uint8_t head = *r->at++;
    if ((head & 0xf0) == fixed) {
        *out = head & 15u;
        return 0;
    }
    uint8_t form = fixed == 0x80 ? 0xde : 0xdc;
    if (head != form && head != form + 1)
        return 1;
    return take(r, head == form ? 2 : 4, out) || *out > (uint64_t)(r->end - r->at);
}

static int read_map(const struct schema *s, struct reader *r, struct arena *arena, void *out,
                    int depth);

static int read_list(const struct field *f, struct reader *r, struct arena *arena, void *out,
                     int depth) {
    struct {
        const void *items;
        uint32_t count;
    } list;
    const struct schema *record = f->record();
    uint64_t count;
    if (depth > SCAN_DEPTH || read_count(r, 0x90, &count))
        return 1;
    uint8_t *items = arena_get(arena, (size_t)count * record->size);
    if (!items)
        return 1;
    for (uint64_t i = 0; i < count; i++)
        if (read_map(record, r, arena, items + i * record->size, depth + 1))
            return 1;
    list.items = items;
    list.count = (uint32_t)count;
    memcpy(out, &list, sizeof(struct text)); /* a list struct: a pointer and a count */
    return 0;
}

static int read_flag(struct reader *r, void *out) {
    if (!has(r, 1) || (*r->at & 0xfe) != 0xc2)
        return 1;
    *(bool *)out = *r->at++ & 1;
    return 0;
}

static inline int read_field(const struct field *f, struct reader *r, struct arena *arena,
                             void *out, int depth) {
    struct bytes view;
    int64_t n;
    int32_t narrow;
    switch (f->kind) {
    case KIND_ID:
        if (read_bytes(r, &view) || view.size != sizeof(struct id))
            return 1;
        memcpy(out, view.data, sizeof(struct id));
        return 0;
    case KIND_TEXT:
    case KIND_BLOB:
    case KIND_SEALED:
        if (read_bytes(r, &view))
            return 1;
        memcpy(out, &view, sizeof view);
        return 0;
    case KIND_LIST:
        return read_list(f, r, arena, out, depth);
    case KIND_FLAG:
        return read_flag(r, out);
    default:
        if (read_int(r, &n))
            return 1;
        narrow = (int32_t)n;
        if (f->kind == KIND_DAY || f->kind == KIND_CODE)
            memcpy(out, &narrow, sizeof narrow);
        else
            memcpy(out, &n, sizeof n);
        return 0;
    }
}

static int read_map(const struct schema *s, struct reader *r, struct arena *arena, void *out,
                    int depth) {
    uint64_t count;
    int64_t key;
    unsigned at = 0;
    if (read_count(r, 0x80, &count))
        return 1;
    memset(out, 0, s->size);
    for (; count > 0; count--, at++) {
        if (read_int(r, &key))
            return 1;
        while (at < s->field_count && s->fields[at].number != key)
            at++;
        if (at == s->field_count ||
            read_field(&s->fields[at], r, arena, (uint8_t *)out + s->fields[at].offset, depth))
            return 1;
    }
    return 0;
}

int lean_open(struct bytes in, struct arena *arena, struct record *out) {
    struct reader r = {in.data, in.data + in.size};
    uint64_t parts;
    if (read_count(&r, 0x90, &parts) || parts != 3 ||
        read_map(log_part_schema(), &r, arena, &out->log, 0) ||
        read_map(said_schema(), &r, arena, &out->said, 0))
        return 1;
    out->payload_bytes = bytes_of(r.at, (size_t)(r.end - r.at));
    out->payload = NULL;
    out->schema = registry_by_type((uint16_t)out->said.type);
    return !out->schema || out->schema->about->nature == NATURE_NONE;
}

int lean_payload(struct arena *arena, struct record *record) {
    struct reader r = {record->payload_bytes.data,
                       record->payload_bytes.data + record->payload_bytes.size};
    void *payload = arena_get(arena, record->schema->size);
    if (!payload || read_map(record->schema, &r, arena, payload, 0))
        return 1;
    record->payload = payload;
    return 0;
}
