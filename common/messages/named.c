#include "common/messages/named.h"

#include <msgpack.h>

#include "common/base/ensure.h"
#include "common/codec/pack.h"
#include "common/codec/word.h"
#include "common/messages/attributes.h"

static int append(void *data, const char *bytes, size_t size) {
    struct pack_writer *w = data;
    pack_raw(w, bytes_of(bytes, size));
    return w->full ? -1 : 0;
}

static void put_text(msgpack_packer *p, struct text value) {
    msgpack_pack_str(p, value.size);
    msgpack_pack_str_body(p, value.data, value.size);
}

static void put_ratio(msgpack_packer *p, int64_t millionths) {
    if (millionths % 1000000 == 0)
        msgpack_pack_int64(p, millionths / 1000000);
    else
        msgpack_pack_double(p, (double)millionths / 1e6);
}

/* A number that the list does not know comes from a newer schema: told as it is. */
static void put_code(msgpack_packer *p, const struct field *f, int64_t number) {
    const struct code *c = code_of(f->codes(), number);
    if (c)
        put_text(p, text_of(c->name));
    else
        msgpack_pack_int64(p, number);
}

static void put_fields(msgpack_packer *p, const struct schema *schema, const void *message);

static void put_list(msgpack_packer *p, const struct field *f, const void *at) {
    const struct schema *record = f->record();
    struct any_list list;
    memcpy(&list, at, sizeof list);
    msgpack_pack_array(p, list.count);
    for (uint32_t i = 0; i < list.count; i++)
        put_fields(p, record, (const uint8_t *)list.items + (size_t)i * record->size);
}

static void put_view(msgpack_packer *p, const struct field *f, const void *at) {
    struct bytes view;
    memcpy(&view, at, sizeof view);
    if (f->kind == KIND_TEXT) {
        put_text(p, (struct text){(const char *)view.data, view.size});
        return;
    }
    msgpack_pack_bin(p, view.size);
    msgpack_pack_bin_body(p, view.data, view.size);
}

static void put_value(msgpack_packer *p, const struct field *f, const void *at) {
    char text[WORD_SIZE];
    const char *word = word_of(f, at, text);
    if (word)
        put_text(p, text_of(word));
    else if (f->kind == KIND_TEXT || f->kind == KIND_BLOB)
        put_view(p, f, at);
    else if (f->kind == KIND_LIST)
        put_list(p, f, at);
    else if (f->kind == KIND_CODE)
        put_code(p, f, number_of(f, at));
    else if (f->kind == KIND_RATIO)
        put_ratio(p, number_of(f, at));
    else if (f->kind == KIND_FLAG)
        number_of(f, at) ? msgpack_pack_true(p) : msgpack_pack_false(p);
    else
        msgpack_pack_int64(p, number_of(f, at));
}

static void put_fields(msgpack_packer *p, const struct schema *schema, const void *message) {
    size_t told = 0;
    for (unsigned i = 0; i < schema->field_count; i++)
        told +=
            word_is_told(&schema->fields[i], const_member(message, &schema->fields[i]), CLASS_P3);
    msgpack_pack_map(p, told);
    for (unsigned i = 0; i < schema->field_count; i++) {
        const struct field *f = &schema->fields[i];
        const void *at = const_member(message, f);
        if (!word_is_told(f, at, CLASS_P3))
            continue;
        put_text(p, text_of(f->name));
        put_value(p, f, at);
    }
}

int named_encode(const struct record *r, struct pack_writer *out) {
    size_t start = out->size;
    struct attributes a;
    msgpack_packer p;
    ensure(r->payload != NULL);
    msgpack_packer_init(&p, out, append);
    attributes_of(r, &a);
    msgpack_pack_map(&p, a.count + 2);
    for (size_t i = 0; i < a.count; i++) {
        put_text(&p, text_of(a.items[i].name));
        put_text(&p, a.items[i].value);
    }
    put_text(&p, text_of("datacontenttype"));
    put_text(&p, text_of("application/vnd.msgpack"));
    put_text(&p, text_of("data"));
    put_fields(&p, r->schema, r->payload);
    if (!out->full)
        return 0;
    out->size = start;
    out->full = false;
    return 1;
}
