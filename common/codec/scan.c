#include "common/codec/scan.h"

#include "common/codec/pack.h"

static unsigned sequence_size(uint8_t lead) {
    if (lead < 0x80)
        return 1;
    if (lead >= 0xc2 && lead < 0xe0)
        return 2;
    if (lead >= 0xe0 && lead < 0xf0)
        return 3;
    return lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
}

/* The second byte closes the holes of UTF-8: overlong forms, surrogates, beyond U+10FFFF. */
static bool second_fits(uint8_t lead, uint8_t second) {
    switch (lead) {
    case 0xe0:
        return second >= 0xa0;
    case 0xed:
        return second < 0xa0;
    case 0xf0:
        return second >= 0x90;
    case 0xf4:
        return second < 0x90;
    default:
        return true;
    }
}

static bool is_control(const uint8_t *at, unsigned size) {
    if (size == 1)
        return (*at < 0x20 && *at != '\n' && *at != '\t') || *at == 0x7f;
    return size == 2 && at[0] == 0xc2 && at[1] < 0xa0;
}

bool scan_text(struct text text) {
    const uint8_t *at = (const uint8_t *)text.data, *end = at + text.size;
    while (at < end) {
        unsigned size = sequence_size(*at);
        if (size == 0 || size > (size_t)(end - at) || is_control(at, size))
            return false;
        if (size > 1 && !second_fits(at[0], at[1]))
            return false;
        for (unsigned i = 1; i < size; i++)
            if ((at[i] & 0xc0) != 0x80)
                return false;
        at += size;
    }
    return true;
}

struct level {
    int64_t left;    /* values still to come on this level, keys included */
    int64_t last_key;
    bool is_map;
};

static enum scan_result check_key(struct level *level, const struct pack_token *t) {
    if (!level->is_map || level->left % 2 != 0)
        return SCAN_OK;
    if (t->kind != PACK_INT || t->number <= level->last_key)
        return SCAN_E_KEYS;
    level->last_key = t->number;
    return SCAN_OK;
}

static enum scan_result open_level(struct level *level, int *depth, const struct pack_token *t) {
    if (t->kind != PACK_ARRAY && t->kind != PACK_MAP)
        return SCAN_OK;
    if (*depth + 1 > SCAN_DEPTH)
        return SCAN_E_DEPTH;
    level[++*depth] = (struct level){
        .left = t->kind == PACK_MAP ? t->number * 2 : t->number,
        .last_key = -1,
        .is_map = t->kind == PACK_MAP,
    };
    return SCAN_OK;
}

enum scan_result scan(struct bytes input, size_t max_bytes) {
    struct pack_reader r = {input.data, input.data + input.size};
    struct level level[SCAN_DEPTH + 1] = {{.left = 1, .last_key = -1}};
    int depth = 0;
    if (input.size > max_bytes)
        return SCAN_E_SIZE;
    for (unsigned elements = 0; depth >= 0; elements++) {
        struct pack_token t;
        enum scan_result bad;
        if (elements == SCAN_ELEMENTS)
            return SCAN_E_ELEMENTS;
        if (pack_next(&r, &t))
            return SCAN_E_CUT_OR_FORM;
        if (t.kind == PACK_TEXT && !scan_text((struct text){t.data, t.size}))
            return SCAN_E_TEXT;
        if ((bad = check_key(&level[depth], &t)) != SCAN_OK)
            return bad;
        level[depth].left--;
        if ((bad = open_level(level, &depth, &t)) != SCAN_OK)
            return bad;
        while (depth >= 0 && level[depth].left == 0)
            depth--;
    }
    return r.at == r.end ? SCAN_OK : SCAN_E_TRAILING;
}
