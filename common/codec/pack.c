#include "common/codec/pack.h"

static int take(struct pack_reader *r, size_t size, uint64_t *out) {
    if ((size_t)(r->end - r->at) < size)
        return 1;
    *out = 0;
    for (size_t i = 0; i < size; i++)
        *out = *out << 8 | *r->at++;
    return 0;
}

static int body(struct pack_reader *r, struct pack_token *t, enum pack_kind kind, uint64_t size) {
    if (size > (uint64_t)(r->end - r->at))
        return 1;
    t->kind = kind;
    t->data = r->at;
    t->size = (size_t)size;
    r->at += size;
    return 0;
}

static int counted(struct pack_reader *r, struct pack_token *t, enum pack_kind kind, uint64_t n) {
    uint64_t least = kind == PACK_MAP ? n * 2 : n;
    if (least > (uint64_t)(r->end - r->at))
        return 1;
    t->kind = kind;
    t->number = (int64_t)n;
    return 0;
}

static int number(struct pack_token *t, int64_t value) {
    t->kind = PACK_INT;
    t->number = value;
    return 0;
}

/* The wide forms: a value that fits a narrower one is not canonical. */
static int wide(struct pack_reader *r, uint8_t head, struct pack_token *t) {
    enum { FIRST = 0xc4, LAST = 0xdf };
    static const struct {
        uint8_t size, kind; /* size 0: not used by us */
        uint64_t least;
    } forms[LAST - FIRST + 1] = {
        [0xc4 - FIRST] = {1, PACK_BIN, 0},       [0xc5 - FIRST] = {2, PACK_BIN, 256},
        [0xc6 - FIRST] = {4, PACK_BIN, 65536},   [0xcc - FIRST] = {1, PACK_INT, 128},
        [0xcd - FIRST] = {2, PACK_INT, 256},     [0xce - FIRST] = {4, PACK_INT, 65536},
        [0xcf - FIRST] = {8, PACK_INT, 1ull << 32},
        [0xd9 - FIRST] = {1, PACK_TEXT, 32},     [0xda - FIRST] = {2, PACK_TEXT, 256},
        [0xdb - FIRST] = {4, PACK_TEXT, 65536},  [0xdc - FIRST] = {2, PACK_ARRAY, 16},
        [0xdd - FIRST] = {4, PACK_ARRAY, 65536}, [0xde - FIRST] = {2, PACK_MAP, 16},
        [0xdf - FIRST] = {4, PACK_MAP, 65536},
    };
    uint64_t n;
    if (head < FIRST || head > LAST || forms[head - FIRST].size == 0)
        return 1;
    enum pack_kind kind = (enum pack_kind)forms[head - FIRST].kind;
    if (take(r, forms[head - FIRST].size, &n) || n < forms[head - FIRST].least)
        return 1;
    if (kind == PACK_INT)
        return n > INT64_MAX ? 1 : number(t, (int64_t)n);
    return kind == PACK_BIN || kind == PACK_TEXT ? body(r, t, kind, n) : counted(r, t, kind, n);
}

static int negative(struct pack_reader *r, uint8_t head, struct pack_token *t) {
    static const int64_t narrowest[] = {-32, INT8_MIN, INT16_MIN, INT32_MIN};
    unsigned form = head - 0xd0u;
    unsigned bits = 8u << form;
    uint64_t raw;
    if (take(r, 1u << form, &raw))
        return 1;
    if (bits < 64 && (raw & 1ull << (bits - 1)))
        raw |= UINT64_MAX << bits;
    int64_t value;
    memcpy(&value, &raw, sizeof value);
    return value >= narrowest[form] ? 1 : number(t, value);
}

int pack_next(struct pack_reader *r, struct pack_token *t) {
    if (r->at >= r->end)
        return 1;
    *t = (struct pack_token){0};
    uint8_t head = *r->at++;
    if (head < 0x80)
        return number(t, head);
    if (head >= 0xe0)
        return number(t, (int64_t)head - 256);
    if (head < 0x90)
        return counted(r, t, PACK_MAP, head & 15u);
    if (head < 0xa0)
        return counted(r, t, PACK_ARRAY, head & 15u);
    if (head < 0xc0)
        return body(r, t, PACK_TEXT, head & 31u);
    if (head == 0xc0)
        return t->kind = PACK_NIL, 0;
    if (head == 0xc2 || head == 0xc3)
        return t->kind = PACK_BOOL, t->number = head & 1, 0;
    if (head >= 0xd0 && head <= 0xd3)
        return negative(r, head, t);
    return wide(r, head, t);
}

void pack_raw(struct pack_writer *w, struct bytes encoded) {
    if (w->full || encoded.size > w->capacity - w->size) {
        w->full = true;
        return;
    }
    if (encoded.size)
        memcpy(w->data + w->size, encoded.data, encoded.size);
    w->size += encoded.size;
}

static void put(struct pack_writer *w, uint8_t head, uint64_t value, unsigned size) {
    uint8_t out[9] = {head};
    for (unsigned i = 0; i < size; i++)
        out[1 + i] = (uint8_t)(value >> (8 * (size - 1 - i)));
    pack_raw(w, bytes_of(out, 1 + size));
}

/* Heads of a length: the fixed form up to `fix`, then 1 (if any), 2 and 4 bytes. */
static void length(struct pack_writer *w, uint64_t n, uint8_t fixed, unsigned fix, uint8_t one,
                   uint8_t two) {
    if (n <= fix)
        put(w, (uint8_t)(fixed | n), 0, 0);
    else if (one && n < 256)
        put(w, one, n, 1);
    else if (n < 65536)
        put(w, two, n, 2);
    else
        put(w, (uint8_t)(two + 1), n, 4);
}

void pack_nil(struct pack_writer *w) {
    put(w, 0xc0, 0, 0);
}

void pack_bool(struct pack_writer *w, bool value) {
    put(w, value ? 0xc3 : 0xc2, 0, 0);
}

static void pack_below_zero(struct pack_writer *w, int64_t value) {
    if (value >= -32)
        put(w, (uint8_t)value, 0, 0);
    else if (value >= INT8_MIN)
        put(w, 0xd0, (uint64_t)value, 1);
    else if (value >= INT16_MIN)
        put(w, 0xd1, (uint64_t)value, 2);
    else if (value >= INT32_MIN)
        put(w, 0xd2, (uint64_t)value, 4);
    else
        put(w, 0xd3, (uint64_t)value, 8);
}

void pack_int(struct pack_writer *w, int64_t value) {
    if (value < 0)
        pack_below_zero(w, value);
    else if (value < 128)
        put(w, (uint8_t)value, 0, 0);
    else if (value < 256)
        put(w, 0xcc, (uint64_t)value, 1);
    else if (value < 65536)
        put(w, 0xcd, (uint64_t)value, 2);
    else if (value < 1ll << 32)
        put(w, 0xce, (uint64_t)value, 4);
    else
        put(w, 0xcf, (uint64_t)value, 8);
}

void pack_text(struct pack_writer *w, struct text value) {
    length(w, value.size, 0xa0, 31, 0xd9, 0xda);
    pack_raw(w, bytes_of(value.data, value.size));
}

void pack_bin(struct pack_writer *w, struct bytes value) {
    if (value.size < 256)
        put(w, 0xc4, value.size, 1);
    else
        put(w, value.size < 65536 ? 0xc5 : 0xc6, value.size, value.size < 65536 ? 2 : 4);
    pack_raw(w, value);
}

void pack_array(struct pack_writer *w, uint32_t count) {
    length(w, count, 0x90, 15, 0, 0xdc);
}

void pack_map(struct pack_writer *w, uint32_t count) {
    length(w, count, 0x80, 15, 0, 0xde);
}
