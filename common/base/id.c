/*
 * Byte layouts. Numbers are big endian, so that ids compare in the order of time or of the log.
 *
 *              0..5                 6               7        8                 9..10     11..15
 *   version 7  milliseconds         0x70 + 4 rnd    random   0x80 + 6 random   random    random
 *   version 8  cause position       0x80            daemon   0x80              ordinal   zero
 *   named      FNV-1a 128 of space, zero byte, name; version 8 and the variant laid over bytes 6, 8
 */
#include "common/base/id.h"

#include "common/base/ensure.h"

static const char digits[] = "0123456789abcdef";

/* FNV-1a 128 in two halves: ISO C has no 128-bit integer, and 32-bit targets have none at all. */
struct wide {
    uint64_t high, low;
};

static const struct wide fnv_basis = {0x6c62272e07bb0142u, 0x62b821756295c58du};

static void put_big_endian(uint8_t *out, uint64_t value, unsigned size) {
    while (size-- > 0) {
        out[size] = (uint8_t)value;
        value >>= 8;
    }
}

static void stamp(struct id *id, uint8_t version) {
    id->bytes[6] = (uint8_t)((id->bytes[6] & 0x0f) | version << 4);
    id->bytes[8] = (uint8_t)((id->bytes[8] & 0x3f) | 0x80);
}

struct id id_v7(uint64_t unix_ms, const uint8_t random[10]) {
    struct id id;
    ensure(random != NULL);
    put_big_endian(id.bytes, unix_ms, 6);
    memcpy(id.bytes + 6, random, 10);
    stamp(&id, 7);
    return id;
}

struct id id_v8(uint64_t cause_position, uint8_t daemon, uint16_t ordinal) {
    struct id id = {{0}};
    put_big_endian(id.bytes, cause_position, 6);
    id.bytes[7] = daemon;
    put_big_endian(id.bytes + 9, ordinal, 2);
    stamp(&id, 8);
    return id;
}

/* The prime is 2^88 + 0x13b: the first summand is a shift, the second fits 32-bit halves. */
static struct wide times_prime(struct wide x) {
    uint64_t bottom = (x.low & 0xffffffff) * 0x13b;
    uint64_t middle = (x.low >> 32) * 0x13b + (bottom >> 32);
    return (struct wide){
        .high = x.high * 0x13b + (middle >> 32) + (x.low << 24),
        .low = middle << 32 | (bottom & 0xffffffff),
    };
}

static struct wide fnv_add(struct wide hash, const char *data, size_t size) {
    for (size_t i = 0; i < size; i++) {
        hash.low ^= (uint8_t)data[i];
        hash = times_prime(hash);
    }
    return hash;
}

struct id id_named(const char *space, struct text name) {
    struct id id;
    ensure(space != NULL);
    ensure(name.data != NULL || name.size == 0);
    /* The zero after the space keeps ("ab", "c") and ("a", "bc") apart. */
    struct wide hash = fnv_add(fnv_basis, space, strlen(space) + 1);
    hash = fnv_add(hash, name.data, name.size);
    put_big_endian(id.bytes, hash.high, 8);
    put_big_endian(id.bytes + 8, hash.low, 8);
    stamp(&id, 8);
    return id;
}

static bool is_dash_place(size_t place) {
    return place == 8 || place == 13 || place == 18 || place == 23;
}

void id_format(struct id id, char out[ID_TEXT_SIZE]) {
    size_t place = 0;
    for (size_t i = 0; i < sizeof id.bytes; i++) {
        if (is_dash_place(place))
            out[place++] = '-';
        out[place++] = digits[id.bytes[i] >> 4];
        out[place++] = digits[id.bytes[i] & 0x0f];
    }
    ensure(place == ID_TEXT_SIZE - 1);
    out[place] = '\0';
}

static int digit_value(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int id_parse(struct text text, struct id *out) {
    struct id id = {{0}};
    size_t nibble = 0;
    if (text.size != ID_TEXT_SIZE - 1)
        return 1;
    for (size_t place = 0; place < text.size; place++) {
        int value = digit_value(text.data[place]);
        if (is_dash_place(place) ? text.data[place] != '-' : value < 0)
            return 1;
        if (is_dash_place(place))
            continue;
        uint8_t *byte = &id.bytes[nibble++ / 2];
        *byte = (uint8_t)(*byte << 4 | value);
    }
    ensure(nibble == 2 * sizeof id.bytes);
    *out = id;
    return 0;
}
