#ifndef COMMON_CODEC_MEMBER_H
#define COMMON_CODEC_MEMBER_H

/* Reading and writing the members of a message struct through its schema. */
#include "common/codec/schema.h"

/* Every list struct starts alike: items, count (schema_structs.h END). */
struct any_list {
    const void *items;
    uint32_t count;
};

static inline void *member(void *message, const struct field *f) {
    return (uint8_t *)message + f->offset;
}

static inline const void *const_member(const void *message, const struct field *f) {
    return (const uint8_t *)message + f->offset;
}

static inline const struct code *code_of(const struct code_list *list, int64_t number) {
    for (unsigned i = 0; i < list->count; i++)
        if (list->codes[i].number == number)
            return &list->codes[i];
    return NULL;
}

/* Of a member that holds a number, a day, a code or a flag. */
static inline int64_t number_of(const struct field *f, const void *at) {
    int32_t narrow;
    int64_t n;
    if (f->kind == KIND_FLAG)
        return *(const bool *)at;
    if (f->kind == KIND_DAY || f->kind == KIND_CODE) {
        memcpy(&narrow, at, sizeof narrow);
        return narrow;
    }
    memcpy(&n, at, sizeof n);
    return n;
}

static inline void set_number(const struct field *f, void *at, int64_t n) {
    int32_t narrow = (int32_t)n;
    if (f->kind == KIND_FLAG)
        *(bool *)at = n != 0;
    else if (f->kind == KIND_DAY || f->kind == KIND_CODE)
        memcpy(at, &narrow, sizeof narrow);
    else
        memcpy(at, &n, sizeof n);
}

/* A zero value: what an optional field has when it is absent. */
static inline bool is_absent(const struct field *f, const void *at) {
    struct any_list list;
    struct bytes view;
    switch (f->kind) {
    case KIND_ID:
        return id_is_zero(*(const struct id *)at);
    case KIND_TEXT:
    case KIND_BLOB:
    case KIND_SEALED:
        memcpy(&view, at, sizeof view);
        return view.size == 0;
    case KIND_LIST:
        memcpy(&list, at, sizeof list);
        return list.count == 0;
    default:
        return number_of(f, at) == 0;
    }
}

/* Numbers, moments and flags may be zero in a required field; nothing else may. */
static inline bool may_be_zero(const struct field *f) {
    return f->kind == KIND_INT || f->kind == KIND_MONEY || f->kind == KIND_FLAG ||
           f->kind == KIND_RATIO || f->kind == KIND_TIME;
}

#endif
