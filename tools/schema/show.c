#include "tools/schema/schema_tool.h"

#include <inttypes.h>

#include "common/messages/envelope.h"
#include "common/messages/registry.h"

static const char *const class_words[] = {
    "public",
    "pseudonymous",
    "personal, withheld without a grant",
    "special, withheld",
};

static const char *const nature_words[] = {
    [NATURE_NONE] = "a message between processes",
    [NATURE_OWN] = "Latarnia's own decision or record: refused when it breaks a rule",
    [NATURE_FACT] = "happened outside: always recorded, with the rules it breaks",
    [NATURE_ACT] = "legal act from outside: always recorded; without effect when it breaks a rule",
    [NATURE_TIMER] = "a term has passed: written by the system alone",
};

static void kind_words(const struct field *f, char *out, size_t size) {
    static const char *const plain[] = {
        [KIND_ID] = "id",         [KIND_DAY] = "day",     [KIND_TIME] = "moment",
        [KIND_MONEY] = "money",   [KIND_RATIO] = "ratio", [KIND_FLAG] = "true or false",
        [KIND_SEALED] = "sealed",
    };
    switch (f->kind) {
    case KIND_INT:
        if (f->max == INT64_MAX)
            snprintf(out, size, "number from %" PRId64, f->min);
        else
            snprintf(out, size, "number %" PRId64 "..%" PRId64, f->min, f->max);
        break;
    case KIND_CODE:
        snprintf(out, size, "code %s", f->codes()->name);
        break;
    case KIND_TEXT:
        snprintf(out, size, "text, %" PRId64 " bytes", f->max);
        break;
    case KIND_BLOB:
        snprintf(out, size, "bytes, %" PRId64, f->max);
        break;
    case KIND_LIST:
        snprintf(out, size, "list of %" PRId64 " %s", f->max, f->record()->about->name);
        break;
    default:
        snprintf(out, size, "%s", plain[f->kind]);
    }
}

static void show_roles(FILE *out, const char *title, uint32_t roles, const char *nobody) {
    const struct code_list *list = ROLE_codes();
    fprintf(out, "  %-12s", title);
    if (roles == 0 || roles == ROLES_ANYBODY) {
        fprintf(out, "%s\n", roles ? "anybody / każdy" : nobody);
        return;
    }
    const char *gap = "";
    for (unsigned i = 0; i < list->count; i++) {
        const struct code *c = &list->codes[i];
        if (!(roles & 1u << c->number))
            continue;
        fprintf(out, "%s%s (%s / %s)", gap, c->name, c->en, c->pl);
        gap = ",\n              ";
    }
    fputc('\n', out);
}

static void show_fields(FILE *out, const struct schema *s) {
    for (unsigned i = 0; i < s->field_count; i++) {
        const struct field *f = &s->fields[i];
        char kind[80];
        kind_words(f, kind, sizeof kind);
        fprintf(out, "  %2u  %-20s %-26s %-8s  P%d  %s / %s\n", f->number, f->name, kind,
                f->required ? "required" : "optional", f->class, f->en, f->pl);
    }
}

static void show_codes(FILE *out, const struct code_list *list) {
    fprintf(out, "\n%s\n", list->name);
    for (unsigned i = 0; i < list->count; i++)
        fprintf(out, "  %3d  %-20s %s / %s\n", list->codes[i].number, list->codes[i].name,
                list->codes[i].en, list->codes[i].pl);
}

static bool seen_before(const struct schema *s, unsigned field) {
    for (unsigned i = 0; i < field; i++)
        if (s->fields[i].codes && s->fields[i].codes == s->fields[field].codes)
            return true;
    return false;
}

/* Codes of the message and of the records inside it, each record under its own heading. */
static void show_parts(FILE *out, const struct schema *s) {
    for (unsigned i = 0; i < s->field_count; i++)
        if (s->fields[i].codes && !seen_before(s, i))
            show_codes(out, s->fields[i].codes());
    for (unsigned i = 0; i < s->field_count; i++) {
        if (!s->fields[i].record)
            continue;
        const struct schema *record = s->fields[i].record();
        fprintf(out, "\n%s: %s\n", record->about->name, record->about->en);
        show_fields(out, record);
        show_parts(out, record);
    }
}

static void show(FILE *out, const struct schema *s) {
    const struct about *a = s->about;
    const struct category *c = registry_category(a->category);
    fprintf(out, "%s  0x%04x\n  %s\n  %s\n", a->name, a->type, a->en, a->pl);
    if (a->nature != NATURE_NONE) {
        const char *daemon = registry_daemon(s);
        fprintf(out, "\n  %-12s%s 0x%04x (%s)\n", "stream", c ? c->name : "any", a->category,
                daemon ? daemon : "any");
        fprintf(out, "  %-12s%s\n", "command", a->command ? a->command : "none");
        fprintf(out, "  %-12s%s\n", "nature", nature_words[a->nature]);
        fprintf(out, "  %-12sP%d %s\n", "class", a->class, class_words[a->class]);
        show_roles(out, "recorded by", a->recorders, "nobody / nikt");
        show_roles(out, "decided by", a->deciders, "needs no decision / nie wymaga decyzji");
    }
    fputc('\n', out);
    show_fields(out, s);
    show_parts(out, s);
}

static json_t *roles_json(uint32_t roles) {
    const struct code_list *list = ROLE_codes();
    json_t *out = json_array();
    for (unsigned i = 0; i < list->count; i++)
        if (roles & 1u << list->codes[i].number)
            json_array_append_new(out, json_string(list->codes[i].name));
    return out;
}

json_t *schema_codes_as_json(const struct code_list *list) {
    json_t *out = json_array();
    for (unsigned i = 0; i < list->count; i++)
        json_array_append_new(out, json_pack("{s:s, s:i, s:s, s:s}", "name", list->codes[i].name,
                                             "number", (int)list->codes[i].number, "en",
                                             list->codes[i].en, "pl", list->codes[i].pl));
    return out;
}

static json_t *fields_json(const struct schema *s);

static json_t *field_json(const struct field *f) {
    static const char *const kind[] = {
        [KIND_ID] = "id",       [KIND_DAY] = "day",       [KIND_TIME] = "time",
        [KIND_MONEY] = "money", [KIND_INT] = "int",       [KIND_RATIO] = "ratio",
        [KIND_FLAG] = "flag",   [KIND_CODE] = "code",     [KIND_TEXT] = "text",
        [KIND_BLOB] = "blob",   [KIND_SEALED] = "sealed", [KIND_LIST] = "list",
    };
    json_t *out = json_pack("{s:i, s:s, s:s, s:b, s:i, s:s, s:s}", "number", (int)f->number, "name",
                            f->name, "kind", kind[f->kind], "required", (int)f->required, "class",
                            (int)f->class, "en", f->en, "pl", f->pl);
    if (f->kind == KIND_INT)
        json_object_set_new(out, "min", json_integer(f->min));
    if (f->max)
        json_object_set_new(out, "max", json_integer(f->max));
    if (f->codes)
        json_object_set_new(out, "codes", schema_codes_as_json(f->codes()));
    if (f->record)
        json_object_set_new(out, "fields", fields_json(f->record()));
    return out;
}

static json_t *fields_json(const struct schema *s) {
    json_t *out = json_array();
    for (unsigned i = 0; i < s->field_count; i++)
        json_array_append_new(out, field_json(&s->fields[i]));
    return out;
}

json_t *schema_as_json(const struct schema *s) {
    const struct about *a = s->about;
    const struct category *c = registry_category(a->category);
    return json_pack("{s:i, s:s, s:s?, s:s?, s:i, s:s, s:s?, s:i, s:o, s:o, s:s, s:s, s:o}", "type",
                     (int)a->type, "name", a->name, "daemon", registry_daemon(s), "category",
                     c ? c->name : NULL, "category_number", (int)a->category, "nature",
                     schema_nature(s), "command", a->command, "class", (int)a->class, "recorders", roles_json(a->recorders), "deciders",
                     roles_json(a->deciders), "en", a->en, "pl", a->pl, "fields", fields_json(s));
}

static int show_one(FILE *out, const struct schema *s, bool json) {
    if (!json) {
        show(out, s);
        return 0;
    }
    json_t *object = schema_as_json(s);
    int bad = !object || json_dumpf(object, out, JSON_COMPACT);
    fputc('\n', out);
    json_decref(object);
    return bad;
}

int schema_show(FILE *out, struct text name, bool json) {
    const struct schema *s = registry_by_name(name);
    size_t count = registry_count(), shown = 0;
    if (s)
        return show_one(out, s, json);
    for (size_t i = 0; i < count; i++) {
        s = registry_at(i);
        if (!s->about->command || !text_is(name, s->about->command))
            continue;
        if (shown++ && !json)
            fputc('\n', out);
        if (show_one(out, s, json))
            return 1;
    }
    return shown == 0;
}
