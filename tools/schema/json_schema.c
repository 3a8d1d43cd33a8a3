#include "tools/schema/json_schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/ensure.h"
#include "common/messages/envelope.h"
#include "common/messages/registry.h"
#include "tools/schema/schema_tool.h"

#define UUID "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
#define DATE "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
#define CLOCK "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,6})?Z"

/* ---- one field ---- */

static json_t *text_like(const char *pattern) {
    return json_pack("{s:s, s:s}", "type", "string", "pattern", pattern);
}

/* A required id or day is never zero, an optional one would be absent. */
static json_t *text_but(const char *pattern, const char *format, const char *never) {
    return json_pack("{s:s, s:s, s:s, s:{s:s}}", "type", "string", "pattern", pattern, "format",
                     format, "not", "const", never);
}

static json_t *reference(const char *refs, const char *name) {
    char text[128];
    snprintf(text, sizeof text, "%s%s", refs, name);
    return json_pack("{s:s}", "$ref", text);
}

/* Our bound is in bytes of UTF-8, theirs in characters, which are never more. */
static json_t *text_schema(int64_t bytes) {
    return json_pack("{s:s, s:i, s:I, s:I}", "type", "string", "minLength", 1, "maxLength",
                     (json_int_t)bytes, "x-max-bytes", (json_int_t)bytes);
}

static json_t *blob_schema(int64_t bytes) {
    return json_pack("{s:s, s:s, s:s, s:i, s:I}", "type", "string", "contentEncoding", "base64",
                     "pattern", "^[A-Za-z0-9+/]+={0,2}$", "minLength", 4, "maxLength",
                     (json_int_t)((bytes + 2) / 3 * 4));
}

static json_t *list_schema(const struct field *f, const char *refs) {
    return json_pack("{s:s, s:i, s:I, s:o}", "type", "array", "minItems", 1, "maxItems",
                     (json_int_t)f->max, "items", reference(refs, f->record()->about->name));
}

static json_t *value_schema(const struct field *f, const char *refs) {
    switch (f->kind) {
    case KIND_ID:
        return text_but(UUID, "uuid", "00000000-0000-0000-0000-000000000000");
    case KIND_DAY:
        return text_but("^" DATE "$", "date", "1970-01-01");
    case KIND_TIME:
        return text_like("^" DATE "T" CLOCK "$");
    case KIND_MONEY:
        return text_like("^-?[0-9]{1,17}(\\.[0-9]{1,2})?$");
    case KIND_INT:
        return json_pack("{s:s, s:I, s:I}", "type", "integer", "minimum", (json_int_t)f->min,
                         "maximum", (json_int_t)f->max);
    case KIND_RATIO:
        return json_pack("{s:s}", "type", "number");
    case KIND_FLAG:
        return json_pack("{s:s}", "type", "boolean");
    case KIND_CODE:
        return reference(refs, f->codes()->name);
    case KIND_TEXT:
        return text_schema(f->max);
    case KIND_BLOB:
        return blob_schema(f->max);
    case KIND_LIST:
        return list_schema(f, refs);
    default: /* sealed: never in JSON */
        return json_pack("{s:{}}", "not");
    }
}

/* The words stand beside a reference, too: since 2019-09 that is allowed. */
static json_t *field_schema(const struct field *f, const char *refs) {
    json_t *out = value_schema(f, refs);
    json_object_set_new(out, "description", json_string(f->en));
    json_object_set_new(out, "x-description-pl", json_string(f->pl));
    json_object_set_new(out, "x-number", json_integer(f->number));
    json_object_set_new(out, "x-class", json_integer(f->class));
    return out;
}

/* ---- messages, records, codes ---- */

static json_t *schema_of(const struct schema *s, const char *refs) {
    json_t *required = json_array(), *properties = json_object();
    for (unsigned i = 0; i < s->field_count; i++) {
        const struct field *f = &s->fields[i];
        json_object_set_new(properties, f->name, field_schema(f, refs));
        if (f->required)
            json_array_append_new(required, json_string(f->name));
    }
    json_t *out =
        json_pack("{s:s, s:s, s:o, s:o, s:b}", "type", "object", "description", s->about->en,
                  "properties", properties, "required", required, "additionalProperties", 0);
    if (s->about->type)
        json_object_set_new(out, "x-type", json_integer(s->about->type));
    if (s->about->category)
        json_object_set_new(out, "x-category", json_integer(s->about->category));
    return out;
}

static json_t *codes_of(const struct code_list *list) {
    json_t *names = json_array();
    for (unsigned i = 0; i < list->count; i++)
        json_array_append_new(names, json_string(list->codes[i].name));
    return json_pack("{s:o, s:o}", "enum", names, "x-codes", schema_codes_as_json(list));
}

json_t *json_schema_all(const struct catalogue *c, const char *refs) {
    json_t *out = json_object();
    for (size_t i = 0; i < c->code_count; i++)
        json_object_set_new(out, c->codes[i]->name, codes_of(c->codes[i]));
    for (size_t i = 0; i < c->schema_count; i++)
        json_object_set_new(out, c->schemas[i]->about->name, schema_of(c->schemas[i], refs));
    ensure(json_object_size(out) == c->code_count + c->schema_count); /* names are unique */
    return out;
}

/* ---- CloudEvents (common/messages/attributes.h) ---- */

static const struct {
    const char *name, *pattern;
    bool required;
} attributes[] = {
    {"specversion", "^1\\.0$", true},
    {"id", UUID, true},
    {"source", "^/latarnia/[a-z]+$", true},
    {"type", "^pl\\.lodz\\.latarnia\\.[A-Za-z]+\\.v[0-9]+$", true},
    {"subject", "^[A-Za-z]+:[0-9a-f-]{36}$", true},
    {"time", "^" DATE "T" CLOCK "$", true},
    {"sequence", "^[1-9][0-9]*$", true},
    {"datacontenttype", "^application/(json|vnd\\.msgpack)$", true},
    {"occurredon", "^" DATE "$", true},
    {"recordedat", "^" DATE "T" CLOCK "$", true},
    {"knownat", "^" DATE "T" CLOCK "$", true},
    {"streamversion", "^[1-9][0-9]*$", true},
    {"actor", UUID, true},
    {"role", "^[A-Z]+$", true},
    {"decider", "^[A-Z]+$", false},
    {"caseref", UUID, false},
    {"command", UUID, true},
    {"cause", "^[1-9][0-9]*$", false},
    {"policyversion", "^[1-9][0-9]*$", false},
    {"breach", "^[A-Z0-9_]+(,[A-Z0-9_]+)*$", false},
    {"traceparent", "^[!-~]+$", false},
};

json_t *json_schema_attributes(void) {
    json_t *properties = json_object(), *required = json_array();
    for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++) {
        json_object_set_new(properties, attributes[i].name, text_like(attributes[i].pattern));
        if (attributes[i].required)
            json_array_append_new(required, json_string(attributes[i].name));
    }
    return json_pack("{s:s, s:o, s:o, s:b}", "type", "object", "properties", properties, "required",
                     required, "additionalProperties", 0);
}

json_t *json_schema_type(const struct schema *event) {
    char text[128];
    snprintf(text, sizeof text, "pl.lodz.latarnia.%s.v1", event->about->name);
    return json_string(text);
}

/* If the type says so, the data are of that schema. */
static json_t *choice(const struct schema *event) {
    return json_pack("{s:{s:{s:{s:o}}}, s:{s:{s:o}}}", "if", "properties", "type", "const",
                     json_schema_type(event), "then", "properties", "data",
                     reference("#/$defs/", event->about->name));
}

json_t *json_schema_document(void) {
    struct catalogue *c = malloc(sizeof *c);
    json_t *out = json_schema_attributes(), *types = json_array(), *choices = json_array();
    ensure(c != NULL);
    catalogue_fill(c);
    for (size_t i = 0; i < c->schema_count; i++) {
        if (c->schemas[i]->about->nature == NATURE_NONE)
            continue;
        json_array_append_new(types, json_schema_type(c->schemas[i]));
        json_array_append_new(choices, choice(c->schemas[i]));
    }
    json_t *properties = json_object_get(out, "properties");
    json_object_set_new(properties, "type", json_pack("{s:o}", "enum", types));
    json_object_set_new(properties, "data", json_pack("{s:s}", "type", "object"));
    json_array_append_new(json_object_get(out, "required"), json_string("data"));
    json_object_set_new(out, "$schema",
                        json_string("https://json-schema.org/draft/2020-12/schema"));
    json_object_set_new(out, "$id", json_string("urn:latarnia:schemas"));
    json_object_set_new(out, "title", json_string("An event of Latarnia as a CloudEvent"));
    json_object_set_new(out, "allOf", choices);
    json_object_set_new(out, "$defs", json_schema_all(c, "#/$defs/"));
    free(c);
    return out;
}
