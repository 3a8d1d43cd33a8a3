#include "tools/latarnia/answer.h"

#include <inttypes.h>
#include <string.h>

#include "common/codec/codec.h"
#include "tools/latarnia/cli.h"
#include "tools/latarnia/rows.h"

enum { ANSWER_TIMEOUT_MS = 60000 };

static int unreadable(const char *what) {
    return cli_fail(CLI_LATER, "the projector's answer cannot be read (%s): another version?",
                    "nie można odczytać odpowiedzi projektora (%s): inna wersja?", what);
}

/* One row: bytes, struct, JSON. The arena is left as it was. */
static int add_row(struct answer *a, struct arena *arena, struct bytes bytes,
                   enum render_words words) {
    size_t mark = arena->used;
    void *message = arena_get(arena, a->row->size);
    if (!message || codec_decode(a->row, bytes, arena, message).result)
        return unreadable(a->row->about->name);
    json_t *row = render_json(a->row, message, words, CLASS_P3);
    arena->used = mark;
    return json_array_append_new(a->rows, row) ? unreadable(a->row->about->name) : 0;
}

static int add_rows(struct answer *a, struct arena *arena, struct bin_list rows,
                    enum render_words words) {
    for (uint32_t i = 0; i < rows.count; i++) {
        int r = add_row(a, arena, rows.items[i].data, words);
        if (r)
            return r;
    }
    return 0;
}

static int take_head(const struct QueryAnswer *q, struct answer *out) {
    out->row = row_schema(q->row);
    if (!out->row)
        return unreadable("row");
    out->head = render_json(QueryAnswer_schema(), q, RENDER_NAMES, CLASS_P1);
    json_object_del(out->head, "row");
    return out->head ? 0 : unreadable("head");
}

static int take_more(struct link *l, struct answer *a, enum render_words words) {
    struct bus_answer part = {.more = true};
    while (part.more) {
        arena_reset(&l->arena);
        int r = bus_client_receive(l->client, LINK_TIMEOUT_MS, &l->arena, &part);
        if (r)
            return link_fault(l, r);
        if (part.schema != QueryRows_schema())
            return link_unexpected(l, &part);
        r = add_rows(a, &l->arena, ((const struct QueryRows *)part.message)->rows, words);
        if (r)
            return r;
    }
    return 0;
}

static int collect(struct link *l, const struct Query *query, enum render_words words,
                   struct answer *out) {
    struct bus_answer first;
    int r = link_try(l, Query_schema(), query, ANSWER_TIMEOUT_MS, &first);
    if (r)
        return link_fault(l, r);
    if (first.schema != QueryAnswer_schema())
        return link_unexpected(l, &first);
    const struct QueryAnswer *q = first.message;
    r = take_head(q, out);
    if (!r)
        r = add_rows(out, &l->arena, q->rows, words);
    return r || !first.more ? r : take_more(l, out, words);
}

int answer_ask(struct link *l, const struct Query *query, enum render_words words,
               struct answer *out) {
    *out = (struct answer){.rows = json_array()};
    int r = collect(l, query, words, out);
    if (r)
        answer_free(out);
    return r;
}

void answer_free(struct answer *a) {
    json_decref(a->head);
    json_decref(a->rows);
    *a = (struct answer){0};
}

enum render_words answer_words(void) {
    return cli_polish() ? RENDER_PL : RENDER_EN;
}

/* What the head leaves out when it is not set is null for a program, so that the keys are always
 * the same. */
int answer_print_json(const struct answer *a, FILE *out) {
    static const char *const keys[] = {"view", "definition", "position", "root",
                                       "as_of", "known_at", "n"};
    json_t *object = json_object();
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        json_t *value = json_object_get(a->head, keys[i]);
        json_object_set_new(object, keys[i], value ? json_incref(value) : json_null());
    }
    json_object_set(object, "rows", a->rows);
    int bad = json_dumpf(object, out, RENDER_DUMP);
    fputc('\n', out);
    json_decref(object);
    return bad;
}

static const char *number_cell(const json_t *value, char buffer[CELL_BYTES]) {
    if (json_is_integer(value))
        snprintf(buffer, CELL_BYTES, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else
        snprintf(buffer, CELL_BYTES, "%.6g", json_real_value(value));
    return buffer;
}

const char *answer_cell(const json_t *row, const struct field *f, char buffer[CELL_BYTES]) {
    const json_t *value = json_object_get(row, f->name);
    if (json_is_string(value))
        return json_string_value(value);
    if (json_is_number(value))
        return number_cell(value, buffer);
    if (json_is_boolean(value))
        return json_is_true(value) ? "true" : "false";
    return "";
}

/* RFC 4180. A text that a spreadsheet would take for a formula is made harmless by an apostrophe;
 * numbers keep their minus. */
static void print_csv_cell(const char *cell, bool is_text, FILE *out) {
    bool formula = is_text && *cell && strchr("=+-@\t\r", *cell);
    bool quoted = formula || strpbrk(cell, ",\"\r\n") || *cell == ' ';
    if (quoted)
        fputc('"', out);
    if (formula)
        fputc('\'', out);
    for (; *cell; cell++) {
        if (*cell == '"')
            fputc('"', out);
        fputc(*cell, out);
    }
    if (quoted)
        fputc('"', out);
}

static void print_csv_row(const struct answer *a, const json_t *row, FILE *out) {
    char buffer[CELL_BYTES];
    for (unsigned i = 0; i < a->row->field_count; i++) {
        const struct field *f = &a->row->fields[i];
        if (i)
            fputc(',', out);
        print_csv_cell(row ? answer_cell(row, f, buffer) : f->name, f->kind == KIND_TEXT, out);
    }
    fputs("\r\n", out);
}

void answer_print_csv(const struct answer *a, FILE *out) {
    size_t i;
    json_t *row;
    print_csv_row(a, NULL, out);
    json_array_foreach (a->rows, i, row)
        print_csv_row(a, row, out);
}
