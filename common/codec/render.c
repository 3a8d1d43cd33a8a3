#include "common/codec/render.h"

#include <sodium.h>
#include <stdlib.h>

#include "common/codec/word.h"

static json_t *render_ratio(int64_t millionths) {
    return millionths % 1000000 == 0 ? json_integer(millionths / 1000000)
                                     : json_real((double)millionths / 1e6);
}

/* A number that the list does not know comes from a newer schema: shown as it is. */
static json_t *render_code(const struct field *f, int64_t number, enum render_words words) {
    const struct code *c = code_of(f->codes(), number);
    if (!c)
        return json_integer(number);
    return json_string(words == RENDER_PL ? c->pl : words == RENDER_EN ? c->en : c->name);
}

static json_t *render_blob(struct bytes value) {
    const int variant = sodium_base64_VARIANT_ORIGINAL;
    size_t size = sodium_base64_encoded_len(value.size, variant);
    char *text = malloc(size);
    json_t *out = NULL;
    if (text)
        out = json_string(sodium_bin2base64(text, size, value.data, value.size, variant));
    free(text);
    return out;
}

static json_t *render_list(const struct field *f, const void *at, enum render_words words,
                           enum class highest) {
    const struct schema *record = f->record();
    struct any_list list;
    json_t *out = json_array();
    memcpy(&list, at, sizeof list);
    for (uint32_t i = 0; i < list.count; i++) {
        const uint8_t *item = (const uint8_t *)list.items + (size_t)i * record->size;
        if (json_array_append_new(out, render_json(record, item, words, highest)) == 0)
            continue;
        json_decref(out);
        return NULL;
    }
    return out;
}

static json_t *render_view(const struct field *f, const void *at) {
    struct bytes view;
    memcpy(&view, at, sizeof view);
    return f->kind == KIND_BLOB ? render_blob(view)
                                : json_stringn((const char *)view.data, view.size);
}

static json_t *render_field(const struct field *f, const void *at, enum render_words words,
                            enum class highest) {
    char word[WORD_SIZE];
    switch (f->kind) {
    case KIND_ID:
    case KIND_DAY:
    case KIND_TIME:
    case KIND_MONEY:
        return json_string(word_of(f, at, word));
    case KIND_TEXT:
    case KIND_BLOB:
        return render_view(f, at);
    case KIND_LIST:
        return render_list(f, at, words, highest);
    case KIND_RATIO:
        return render_ratio(number_of(f, at));
    case KIND_CODE:
        return render_code(f, number_of(f, at), words);
    case KIND_FLAG:
        return json_boolean(number_of(f, at));
    default:
        return json_integer(number_of(f, at));
    }
}

json_t *render_json(const struct schema *schema, const void *message, enum render_words words,
                    enum class highest) {
    json_t *out = json_object();
    for (unsigned i = 0; i < schema->field_count; i++) {
        const struct field *f = &schema->fields[i];
        const void *at = const_member(message, f);
        if (!word_is_told(f, at, highest))
            continue;
        if (json_object_set_new(out, f->name, render_field(f, at, words, highest)) == 0)
            continue;
        json_decref(out);
        return NULL;
    }
    return out;
}

void render_fault_text(const struct render_fault *fault, char out[RENDER_FAULT_SIZE]) {
    snprintf(out, RENDER_FAULT_SIZE, "%s%s%s", fault->path, fault->path[0] ? ": " : "",
             fault->reason);
}
