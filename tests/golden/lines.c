#include "tests/golden/lines.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/ensure.h"
#include "common/messages/registry.h"

void lines_free(struct lines *l) {
    free(l->items);
}

/* A field and a code are named by owner and number, everything else by one word. */
static size_t size_of_name(const char *text) {
    bool is_part = !strncmp(text, "field ", 6) || !strncmp(text, "code ", 5);
    size_t words = is_part ? 3 : 2, at = 0;
    while (text[at] && words) {
        at += strcspn(text + at, " ");
        if (--words)
            at += text[at] == ' ';
    }
    return at;
}

void lines_set(struct lines *l, size_t index, const char *text) {
    ensure(strlen(text) < LINE_BYTES);
    strcpy(l->items[index].text, text);
    l->items[index].name_size = size_of_name(text);
}

void lines_add(struct lines *l, const char *text) {
    if (l->count == l->capacity) {
        l->capacity = l->capacity ? l->capacity * 2 : 1024;
        l->items = realloc(l->items, l->capacity * sizeof *l->items);
        ensure(l->items != NULL);
    }
    lines_set(l, l->count++, text);
}

const struct line *lines_same_thing(const struct lines *l, const char *text) {
    size_t size = size_of_name(text);
    for (size_t i = 0; i < l->count; i++)
        if (l->items[i].name_size == size && !memcmp(l->items[i].text, text, size))
            return &l->items[i];
    return NULL;
}

/* ---- from the tables ---- */

static void add_record(struct lines *l, const struct schema *record);

static void add_codes(struct lines *l, const struct code_list *list) {
    char text[LINE_BYTES];
    for (unsigned i = 0; i < list->count; i++) {
        snprintf(text, sizeof text, "code %s %" PRId32 " %s", list->name, list->codes[i].number,
                 list->codes[i].name);
        if (!lines_same_thing(l, text))
            lines_add(l, text);
    }
}

static void name_kind(const struct field *f, char out[80]) {
    static const char *const names[] = {"id",   "day",  "time", "money", "int",    "ratio",
                                        "flag", "code", "text", "blob",  "sealed", "list"};
    switch (f->kind) {
    case KIND_INT:
        snprintf(out, 80, "int(%" PRId64 "..%" PRId64 ")", f->min, f->max);
        break;
    case KIND_TEXT:
    case KIND_BLOB:
        snprintf(out, 80, "%s(..%" PRId64 ")", names[f->kind], f->max);
        break;
    case KIND_CODE:
        snprintf(out, 80, "code(%s)", f->codes()->name);
        break;
    case KIND_LIST:
        snprintf(out, 80, "list(%s..%" PRId64 ")", f->record()->about->name, f->max);
        break;
    default:
        snprintf(out, 80, "%s", names[f->kind]);
    }
}

static void add_field(struct lines *l, const char *owner, const struct field *f) {
    char text[LINE_BYTES], kind[80];
    name_kind(f, kind);
    snprintf(text, sizeof text, "field %s %u %s %s %s P%u", owner, f->number, f->name, kind,
             f->required ? "required" : "optional", f->class);
    lines_add(l, text);
    if (f->codes)
        add_codes(l, f->codes());
    if (f->record)
        add_record(l, f->record());
}

static void add_fields(struct lines *l, const struct schema *s) {
    for (unsigned i = 0; i < s->field_count; i++)
        add_field(l, s->about->name, &s->fields[i]);
}

static void add_record(struct lines *l, const struct schema *record) {
    char text[LINE_BYTES];
    snprintf(text, sizeof text, "record %s", record->about->name);
    if (lines_same_thing(l, text))
        return;
    lines_add(l, text);
    add_fields(l, record);
}

static void add_message(struct lines *l, const struct schema *s) {
    static const char *const natures[] = {"", "own", "fact", "act", "timer"};
    char text[LINE_BYTES];
    const struct about *a = s->about;
    if (a->nature == NATURE_NONE)
        snprintf(text, sizeof text, "message 0x%04x %s", a->type, a->name);
    else
        snprintf(text, sizeof text, "event 0x%04x %s 0x%04x %s P%u", a->type, a->name, a->category,
                 natures[a->nature], a->class);
    lines_add(l, text);
    add_fields(l, s);
}

void lines_of_schemas(struct lines *l) {
    for (size_t i = 0; i < registry_category_count(); i++) {
        char text[LINE_BYTES];
        const struct category *c = registry_category_at(i);
        snprintf(text, sizeof text, "category 0x%04x %s %s", c->number, c->name, c->daemon);
        lines_add(l, text);
    }
    for (size_t i = 0; i < registry_count(); i++)
        add_message(l, registry_at(i));
}

/* ---- files ---- */

int lines_read(struct lines *l, const char *path) {
    char text[LINE_BYTES];
    FILE *in = fopen(path, "r");
    if (!in)
        return -errno;
    while (fgets(text, sizeof text, in)) {
        text[strcspn(text, "\n")] = 0;
        if (text[0] && text[0] != '#')
            lines_add(l, text);
    }
    fclose(in);
    return 0;
}

int lines_write(const struct lines *l, const char *path) {
    FILE *out = fopen(path, "w");
    if (!out)
        return -errno;
    fputs("# What has been published: schemas/README.md, \"How messages may change\".\n", out);
    for (size_t i = 0; i < l->count; i++)
        fprintf(out, "%s\n", l->items[i].text);
    return fclose(out) ? -errno : 0;
}
