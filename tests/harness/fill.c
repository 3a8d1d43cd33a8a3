#include "tests/harness/fill.h"

#include "common/base/ensure.h"
#include "common/codec/member.h"

static struct id fill_id(const struct field *f, enum fill how) {
    struct id id = {{0x01, 0x90, 0, 0, 0, 0, 0x70, 0, 0x80}};
    id.bytes[15] = how == FILL_LEAST ? 1 : f->number;
    return id;
}

static int64_t fill_int(const struct field *f, enum fill how) {
    int64_t value = f->min > 0 ? f->min : 0;
    if (how == FILL_LEAST)
        return f->min;
    if (f->max - 1 - f->number >= f->min)
        value = f->min + f->number;
    return value != 0 ? value : f->max;
}

static int64_t fill_number(const struct field *f, enum fill how) {
    bool least = how == FILL_LEAST;
    switch (f->kind) {
    case KIND_DAY:
        return least ? 1 : 17240 + f->number;
    case KIND_TIME:
        return least ? 1 : 1520000000000000 + f->number;
    case KIND_MONEY:
        return least ? 0 : 123450 + f->number;
    case KIND_RATIO:
        return least ? 0 : 375000 + f->number;
    case KIND_FLAG:
        return !least;
    case KIND_CODE:
        return f->codes()->codes[least ? 0 : f->codes()->count - 1].number;
    default:
        return fill_int(f, how);
    }
}

static struct bytes fill_view(const struct field *f, enum fill how) {
    static const char letters[] = "Zażółć gęślą jaźń";
    static const uint8_t octets[32] = {0xff, 0, 0x80, 1};
    size_t size = f->max < 10 ? 1 : 10; /* ten bytes end behind a whole letter */
    if (f->kind == KIND_BLOB)
        return bytes_of(octets, f->max == 32 ? 32 : how == FILL_LEAST || f->max < 4 ? 1 : 4);
    return bytes_of(letters, how == FILL_LEAST ? 1 : size);
}

static struct any_list fill_list(const struct field *f, enum fill how, struct arena *arena) {
    const struct schema *record = f->record();
    struct any_list list = {NULL, how == FILL_ALL && f->max > 1 ? 2 : 1};
    uint8_t *items = arena_get(arena, list.count * record->size);
    ensure(items != NULL);
    for (uint32_t i = 0; i < list.count; i++)
        fill_message(record, i ? FILL_LEAST : how, arena, items + i * record->size);
    list.items = items;
    return list;
}

void fill_message(const struct schema *schema, enum fill how, struct arena *arena, void *out) {
    memset(out, 0, schema->size);
    for (unsigned i = 0; i < schema->field_count; i++) {
        const struct field *f = &schema->fields[i];
        void *at = member(out, f);
        if (f->kind == KIND_SEALED || (how == FILL_LEAST && !f->required))
            continue;
        if (f->kind == KIND_ID) {
            *(struct id *)at = fill_id(f, how);
        } else if (f->kind == KIND_TEXT || f->kind == KIND_BLOB) {
            struct bytes view = fill_view(f, how);
            memcpy(at, &view, sizeof view);
        } else if (f->kind == KIND_LIST) {
            struct any_list list = fill_list(f, how, arena);
            memcpy(at, &list, sizeof list);
        } else {
            set_number(f, at, fill_number(f, how));
        }
    }
}
