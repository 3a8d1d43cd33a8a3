/* Reading: JSON values and plain texts to members; every refusal says what was expected. */
#include "common/codec/render.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>

#include "common/base/money.h"
#include "common/codec/member.h"
#include "common/codec/scan.h"

struct reading {
    struct arena *arena;
    const struct render_names *names;
    struct render_fault *fault;
};

#define SHOWN(text) (int)text_cut(text, 40).size, (text).size ? (text).data : ""

__attribute__((format(printf, 3, 4))) static int
refuse(const struct reading *r, const struct field *f, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(r->fault->reason, sizeof r->fault->reason, format, arguments);
    va_end(arguments);
    r->fault->field = f;
    snprintf(r->fault->path, sizeof r->fault->path, "%s", f ? f->name : "");
    return 1;
}

static int expected(const struct reading *r, const struct field *f, const char *what,
                    struct text got) {
    return refuse(r, f, "expected %s; got '%.*s'", what, SHOWN(got));
}

static int read_object(const struct schema *schema, json_t *object, const struct reading *r,
                       void *out);

static int read_id(const struct field *f, struct text value, const struct reading *r, void *at) {
    struct id id;
    const struct render_names *n = r->names;
    if (id_parse(value, &id) && (!n || !n->id || n->id(n->context, f, value, &id)))
        return expected(r, f, n && n->id ? "an id or a known name" : "an id (UUID)", value);
    if (id_is_zero(id))
        return expected(r, f, "an id that is not zero", value);
    memcpy(at, &id, sizeof id);
    return 0;
}

static int read_day(const struct field *f, struct text value, const struct reading *r, void *at) {
    civil_day day;
    if (civil_parse(value, &day))
        return expected(r, f, "a day as 2017-03-15", value);
    set_number(f, at, day);
    return 0;
}

static int read_time(const struct field *f, struct text value, const struct reading *r, void *at) {
    int64_t us;
    if (moment_parse(value, &us))
        return expected(r, f, "a moment as 2017-03-15T09:00:00Z", value);
    set_number(f, at, us);
    return 0;
}

static int read_money(const struct field *f, struct text value, const struct reading *r, void *at) {
    int64_t grosz;
    if (money_parse(value, &grosz))
        return expected(r, f, "an amount as 1234.50", value);
    set_number(f, at, grosz);
    return 0;
}

static int unknown_code(const struct field *f, struct text value, const struct reading *r) {
    const struct code_list *list = f->codes();
    char names[128];
    size_t used = 0;
    names[0] = 0;
    for (unsigned i = 0; i < list->count && used < sizeof names - 1; i++) {
        int n =
            snprintf(names + used, sizeof names - used, "%s%s", i ? ", " : "", list->codes[i].name);
        used += n > 0 ? (size_t)n : 0;
    }
    return refuse(r, f, "expected one of %s%s; got '%.*s'", names,
                  used < sizeof names ? "" : " ...", SHOWN(value));
}

static int read_code(const struct field *f, struct text value, const struct reading *r, void *at) {
    const struct code_list *list = f->codes();
    for (unsigned i = 0; i < list->count; i++) {
        if (!text_is(value, list->codes[i].name))
            continue;
        set_number(f, at, list->codes[i].number);
        return 0;
    }
    return unknown_code(f, value, r);
}

static int read_text(const struct field *f, struct text value, const struct reading *r, void *at) {
    struct text kept = {NULL, value.size};
    if ((int64_t)value.size > f->max)
        return refuse(r, f, "expected at most %" PRId64 " bytes of text; got %zu", f->max,
                      value.size);
    if (!scan_text(value))
        return refuse(r, f, "expected plain UTF-8 text without control characters");
    if (value.size && !(kept.data = arena_copy(r->arena, value.data, value.size)))
        return refuse(r, f, "expected a smaller message; there is no room for this text");
    memcpy(at, &kept, sizeof kept);
    return 0;
}

static int keep_blob(const struct field *f, struct bytes blob, const struct reading *r, void *at) {
    if ((int64_t)blob.size > f->max)
        return refuse(r, f, "expected at most %" PRId64 " bytes; got %zu", f->max, blob.size);
    memcpy(at, &blob, sizeof blob);
    return 0;
}

static int read_blob_object(const struct field *f, json_t *value, const struct reading *r,
                            void *at) {
    const struct render_names *n = r->names;
    struct bytes blob = {NULL, 0};
    if (!n || !n->blob)
        return refuse(r, f, "expected base64; got an object");
    if (n->blob(n->context, f, value, r->arena, &blob, r->fault))
        return 1;
    return keep_blob(f, blob, r, at);
}

static int read_blob_text(const struct field *f, struct text value, const struct reading *r,
                          void *at) {
    json_t *object = json_loadb(value.data, value.size, JSON_REJECT_DUPLICATES, NULL);
    int bad = object ? read_blob_object(f, object, r, at) : expected(r, f, "a JSON object", value);
    json_decref(object);
    return bad;
}

static int read_blob(const struct field *f, struct text value, const struct reading *r, void *at) {
    size_t size = 0, room = value.size / 4 * 3 + 3;
    if (value.size && value.data[0] == '{')
        return read_blob_text(f, value, r, at);
    uint8_t *data = arena_get(r->arena, room);
    if (!data)
        return refuse(r, f, "expected a smaller message; there is no room for these bytes");
    if (!text_is_ascii(value) || sodium_base642bin(data, room, value.data, value.size, NULL, &size,
                                                   NULL, sodium_base64_VARIANT_ORIGINAL))
        return expected(r, f, "base64", value);
    return keep_blob(f, bytes_of(data, size), r, at);
}

static int keep_int(const struct field *f, int64_t n, const struct reading *r, void *at) {
    if (n < f->min || n > f->max)
        return refuse(r, f, "expected a number from %" PRId64 " to %" PRId64 "; got %" PRId64,
                      f->min, f->max, n);
    set_number(f, at, n);
    return 0;
}

/* A decimal scaled by 10^places, without floats: 0, or 1. */
static int parse_decimal(struct text value, int places, int64_t *out) {
    bool negative = value.size && value.data[0] == '-', point = false;
    int64_t n = 0;
    size_t digits = 0;
    for (size_t i = negative; i < value.size; i++) {
        char c = value.data[i];
        if (c == '.' && !point && digits && places)
            point = true;
        else if (c < '0' || c > '9' || (point && places == 0) ||
                 __builtin_mul_overflow(n, 10, &n) || __builtin_sub_overflow(n, c - '0', &n))
            return 1;
        else
            digits++, places -= point;
    }
    if (!digits || value.data[value.size - 1] == '.')
        return 1;
    for (; places > 0; places--)
        if (__builtin_mul_overflow(n, 10, &n))
            return 1;
    return !negative && __builtin_mul_overflow(n, -1, &n) ? 1 : (*out = n, 0);
}

static int read_int(const struct field *f, struct text value, const struct reading *r, void *at) {
    int64_t n;
    if (parse_decimal(value, 0, &n))
        return expected(r, f, "a whole number", value);
    return keep_int(f, n, r, at);
}

static int read_ratio(const struct field *f, struct text value, const struct reading *r, void *at) {
    int64_t n;
    if (parse_decimal(value, 6, &n))
        return expected(r, f, "a number with at most six decimals", value);
    set_number(f, at, n);
    return 0;
}

static int read_flag(const struct field *f, struct text value, const struct reading *r, void *at) {
    if (!text_is(value, "true") && !text_is(value, "false"))
        return expected(r, f, "true or false", value);
    set_number(f, at, text_is(value, "true"));
    return 0;
}

static int read_sealed(const struct field *f, struct text value, const struct reading *r,
                       void *at) {
    (void)value, (void)at;
    return refuse(r, f, "expected nothing; a sealed field takes no value while there is no vault");
}

/* "domain" inside item 2 of "goals" is at fault as "goals[2].domain". */
static int inside(const struct field *f, size_t index, const struct reading *r) {
    char inner[sizeof r->fault->path];
    memcpy(inner, r->fault->path, sizeof inner);
    snprintf(r->fault->path, sizeof r->fault->path, "%.30s[%zu]%s%.40s", f->name, index,
             inner[0] ? "." : "", inner);
    return 1;
}

static int read_list(const struct field *f, json_t *array, const struct reading *r, void *at) {
    const struct schema *record = f->record();
    size_t count = json_array_size(array);
    struct any_list list = {NULL, (uint32_t)count};
    if (!json_is_array(array))
        return refuse(r, f, "expected an array of objects");
    if ((int64_t)count > f->max)
        return refuse(r, f, "expected at most %" PRId64 " items; got %zu", f->max, count);
    uint8_t *items = arena_get(r->arena, count * record->size);
    if (!items)
        return refuse(r, f, "expected a smaller message; there is no room for this list");
    for (size_t i = 0; i < count; i++)
        if (read_object(record, json_array_get(array, i), r, items + i * record->size))
            return inside(f, i, r);
    list.items = items;
    memcpy(at, &list, sizeof list);
    return 0;
}

static int read_list_text(const struct field *f, struct text value, const struct reading *r,
                          void *at) {
    json_error_t error;
    json_t *array = json_loadb(value.data, value.size, JSON_REJECT_DUPLICATES, &error);
    int bad = array ? read_list(f, array, r, at) : expected(r, f, "a JSON array", value);
    json_decref(array);
    return bad;
}

static int (*const read_as[])(const struct field *, struct text, const struct reading *, void *) = {
    [KIND_ID] = read_id,       [KIND_DAY] = read_day,       [KIND_TIME] = read_time,
    [KIND_MONEY] = read_money, [KIND_INT] = read_int,       [KIND_RATIO] = read_ratio,
    [KIND_FLAG] = read_flag,   [KIND_CODE] = read_code,     [KIND_TEXT] = read_text,
    [KIND_BLOB] = read_blob,   [KIND_SEALED] = read_sealed, [KIND_LIST] = read_list_text,
};

/* JSON has seventeen digits where we have six decimals: what lies between is refused. */
static int read_real(const struct field *f, double value, const struct reading *r, void *at) {
    double scaled = value * 1e6;
    if (!(scaled > -9e15 && scaled < 9e15))
        return refuse(r, f, "expected a number below 9 thousand million");
    int64_t n = (int64_t)(scaled + (scaled < 0 ? -0.5 : 0.5));
    double rest = scaled - (double)n;
    if (rest > 0.01 || rest < -0.01)
        return refuse(r, f, "expected a number with at most six decimals; got %.9g", value);
    set_number(f, at, n);
    return 0;
}

static const char *const json_form[] = {
    [KIND_ID] = "an id as text",
    [KIND_DAY] = "a day as text",
    [KIND_TIME] = "a moment as text",
    [KIND_MONEY] = "an amount as text",
    [KIND_INT] = "a whole number",
    [KIND_RATIO] = "a number",
    [KIND_FLAG] = "true or false",
    [KIND_CODE] = "the name of a code",
    [KIND_TEXT] = "text",
    [KIND_BLOB] = "base64",
    [KIND_SEALED] = "nothing",
    [KIND_LIST] = "an array of objects",
};

static int read_value(const struct field *f, json_t *value, const struct reading *r, void *at) {
    bool plain = f->kind != KIND_INT && f->kind != KIND_RATIO && f->kind != KIND_FLAG;
    if (f->kind == KIND_LIST)
        return read_list(f, value, r, at);
    if (f->kind == KIND_FLAG && json_is_boolean(value))
        return set_number(f, at, json_is_true(value)), 0;
    if (f->kind == KIND_INT && json_is_integer(value))
        return keep_int(f, json_integer_value(value), r, at);
    if (f->kind == KIND_RATIO && json_is_number(value))
        return read_real(f, json_number_value(value), r, at);
    if (f->kind == KIND_BLOB && json_is_object(value))
        return read_blob_object(f, value, r, at);
    if ((!plain || !json_is_string(value)) && f->kind != KIND_SEALED)
        return refuse(r, f, "expected %s", json_form[f->kind]);
    struct text text = {json_string_value(value), json_string_length(value)};
    return read_as[f->kind](f, text, r, at);
}

static const struct field *field_named(const struct schema *schema, struct text name) {
    for (unsigned i = 0; i < schema->field_count; i++)
        if (text_is(name, schema->fields[i].name))
            return &schema->fields[i];
    return NULL;
}

static int no_such_field(const struct schema *schema, struct text name, const struct reading *r) {
    return refuse(r, NULL, "%s has no field '%.*s'", schema->about->name, SHOWN(name));
}

static int complete(const struct schema *schema, const void *message, uint64_t given,
                    const struct reading *r) {
    for (unsigned i = 0; i < schema->field_count; i++) {
        const struct field *f = &schema->fields[i];
        if (!f->required || !is_absent(f, const_member(message, f)))
            continue;
        if (may_be_zero(f) && given & 1ull << (f->number - 1))
            continue;
        return refuse(r, f, "expected a value; %s needs this field", schema->about->name);
    }
    return 0;
}

static int read_object(const struct schema *schema, json_t *object, const struct reading *r,
                       void *out) {
    const char *key;
    json_t *value;
    uint64_t given = 0;
    memset(out, 0, schema->size);
    if (!json_is_object(object))
        return refuse(r, NULL, "expected a JSON object with the fields of %s", schema->about->name);
    json_object_foreach(object, key, value) {
        const struct field *f = field_named(schema, text_of(key));
        if (!f)
            return no_such_field(schema, text_of(key), r);
        if (json_is_null(value))
            continue;
        if (read_value(f, value, r, member(out, f)))
            return 1;
        given |= 1ull << (f->number - 1);
    }
    return complete(schema, out, given, r);
}

int render_from_json(const struct schema *schema, json_t *object, struct arena *arena,
                     const struct render_names *names, void *out, struct render_fault *fault) {
    struct reading r = {arena, names, fault};
    return read_object(schema, object, &r, out);
}

void render_form_init(struct render_form *form, const struct schema *schema, struct arena *arena,
                      const struct render_names *names, void *message) {
    memset(message, 0, schema->size);
    *form = (struct render_form){schema, arena, names, message, 0};
}

int render_set_field(struct render_form *form, struct text name, struct text value,
                     struct render_fault *fault) {
    struct reading r = {form->arena, form->names, fault};
    const struct field *f = field_named(form->schema, name);
    if (!f)
        return no_such_field(form->schema, name, &r);
    if (form->given & 1ull << (f->number - 1))
        return refuse(&r, f, "expected this field once; it is given twice");
    if (read_as[f->kind](f, value, &r, member(form->message, f)))
        return 1;
    form->given |= 1ull << (f->number - 1);
    return 0;
}

int render_complete(const struct render_form *form, struct render_fault *fault) {
    struct reading r = {NULL, NULL, fault};
    return complete(form->schema, form->message, form->given, &r);
}
