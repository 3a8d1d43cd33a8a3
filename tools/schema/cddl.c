/*
 * The wire in CDDL (RFC 8610): what canonical msgpack carries has the same data model as CBOR. A
 * comment holds what CDDL cannot say. Optional values are never zero, so their bounds begin at 1.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>

#include "common/base/ensure.h"
#include "common/messages/envelope.h"
#include "common/messages/registry.h"
#include "tools/schema/catalogue.h"
#include "tools/schema/schema_tool.h"

static const char *const head =
    "; Latarnia on the wire. Messages travel as canonical msgpack, which has this data model:\n"
    "; shortest forms, keys ascending, no floats, nothing behind the value.\n"
    "message = any-message\n"
    "record = [log: log_part, said: said, payload: any-event]\n"
    "half = [said: said, payload: any-event]\n"
    "\n"
    "id = bstr .size 16\n"
    "day = -2147483648..2147483647 ; since 1970-01-01, never 0\n"
    "moment = int ; UTC microseconds\n"
    "money = int ; grosz\n"
    "ratio = int ; millionths\n\n";

static void print_int(FILE *out, const struct field *f) {
    int64_t min = !f->required && f->min == 0 ? 1 : f->min;
    fprintf(out, "%" PRId64 "..%" PRId64, min, f->max);
}

static void print_type(FILE *out, const struct field *f) {
    static const char *const plain[] = {
        [KIND_ID] = "id",       [KIND_DAY] = "day",     [KIND_TIME] = "moment",
        [KIND_MONEY] = "money", [KIND_RATIO] = "ratio",
    };
    switch (f->kind) {
    case KIND_INT:
        print_int(out, f);
        break;
    case KIND_FLAG:
        fputs(f->required ? "bool" : "true", out);
        break;
    case KIND_CODE:
        fputs(f->codes()->name, out);
        break;
    case KIND_TEXT:
        fprintf(out, "tstr .size (1..%" PRId64 ")", f->max);
        break;
    case KIND_BLOB:
        fprintf(out, "bstr .size (1..%" PRId64 ")", f->max);
        break;
    case KIND_LIST:
        fprintf(out, "[1*%" PRId64 " %s]", f->max, f->record()->about->name);
        break;
    default:
        fputs(plain[f->kind], out);
    }
}

static void print_field(FILE *out, const struct field *f) {
    if (f->kind == KIND_SEALED) {
        fprintf(out, "  ; %u %s is sealed: no value until there is a vault\n", f->number, f->name);
        return;
    }
    fprintf(out, "  %s%u => ", f->required ? "" : "? ", f->number);
    print_type(out, f);
    fprintf(out, ", ; %s: %s\n", f->name, f->en);
}

static void print_schema(FILE *out, const struct schema *s) {
    const struct about *a = s->about;
    const struct category *c = registry_category(a->category);
    fprintf(out, "; %s\n", a->en);
    if (c)
        fprintf(out, "; in a stream of category %u, %s\n", c->number, c->name);
    fprintf(out, "%s = {\n", a->name);
    for (unsigned i = 0; i < s->field_count; i++)
        print_field(out, &s->fields[i]);
    fputs("}\n", out);
    if (a->type)
        fprintf(out, "%s-message = [%u, %s]\n", a->name, a->type, a->name);
    fputc('\n', out);
}

static void print_codes(FILE *out, const struct code_list *list) {
    fprintf(out, "%s = &(\n", list->name);
    for (unsigned i = 0; i < list->count; i++) {
        const struct code *c = &list->codes[i];
        const char *quote = isalpha((unsigned char)c->name[0]) ? "" : "\"";
        fprintf(out, "  %s%s%s: %d, ; %s\n", quote, c->name, quote, (int)c->number, c->en);
    }
    fputs(")\n\n", out);
}

static void print_choice(FILE *out, const struct catalogue *c, const char *name, bool events) {
    const char *between = " =";
    fputs(name, out);
    for (size_t i = 0; i < c->schema_count; i++) {
        const struct about *a = c->schemas[i]->about;
        if (events ? a->nature == NATURE_NONE : a->type == 0)
            continue;
        fprintf(out, "%s\n  %s%s", between, a->name, events ? "" : "-message");
        between = " /";
    }
    fputs("\n\n", out);
}

int schema_export_cddl(FILE *out) {
    struct catalogue *c = malloc(sizeof *c);
    ensure(c != NULL);
    catalogue_fill(c);
    fputs(head, out);
    for (size_t i = 0; i < c->code_count; i++)
        print_codes(out, c->codes[i]);
    for (size_t i = 0; i < c->schema_count; i++)
        print_schema(out, c->schemas[i]);
    print_choice(out, c, "any-event", true);
    print_choice(out, c, "any-message", false);
    free(c);
    return ferror(out) != 0;
}
