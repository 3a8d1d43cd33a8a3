/*
 * Answers as tables for people, as a sheet. Columns and labels come from the row's schema; a
 * column without any value is left out, and of a pair name / name_pl the one in the other language.
 */
#include <string.h>

#include "common/base/ensure.h"
#include "tools/latarnia/answer.h"
#include "tools/latarnia/cli.h"
#include "tools/latarnia/sheet.h"

static bool is_number(const struct field *f) {
    return f->kind == KIND_INT || f->kind == KIND_MONEY || f->kind == KIND_RATIO;
}

static bool has_values(const struct answer *a, const struct field *f) {
    size_t i;
    json_t *row;
    if (f->required || json_array_size(a->rows) == 0)
        return true;
    json_array_foreach (a->rows, i, row)
        if (json_object_get(row, f->name))
            return true;
    return false;
}

static bool is_polish_name(const struct field *f) {
    size_t size = strlen(f->name);
    return size > 3 && strcmp(f->name + size - 3, "_pl") == 0;
}

/* Is there a field of the same name in Polish? */
static bool has_polish_twin(const struct schema *row, const struct field *f) {
    size_t size = strlen(f->name);
    for (unsigned i = 0; i < row->field_count; i++) {
        const struct field *other = &row->fields[i];
        if (is_polish_name(other) && strncmp(other->name, f->name, size) == 0 &&
            strlen(other->name) == size + 3)
            return true;
    }
    return false;
}

static bool is_shown(const struct answer *a, const struct field *f) {
    if (cli_polish() ? has_polish_twin(a->row, f) : is_polish_name(f))
        return false;
    return has_values(a, f);
}

static unsigned choose(const struct answer *a, const struct field *shown[SHEET_COLUMNS_MAX],
                       struct sheet_column columns[SHEET_COLUMNS_MAX]) {
    unsigned count = 0;
    for (unsigned i = 0; i < a->row->field_count; i++) {
        const struct field *f = &a->row->fields[i];
        if (!is_shown(a, f))
            continue;
        columns[count] = (struct sheet_column){cli_say(f->en, f->pl), is_number(f),
                                               f->kind == KIND_TEXT};
        shown[count++] = f;
    }
    return count;
}

static const char *flag_words(const char *cell) {
    return *cell == 't' ? cli_say("yes", "tak") : cli_say("no", "nie");
}

static void add_line(struct sheet *sheet, const json_t *row, const struct field *const shown[],
                     unsigned count) {
    char buffers[SHEET_COLUMNS_MAX][CELL_BYTES];
    const char *cells[SHEET_COLUMNS_MAX];
    for (unsigned i = 0; i < count; i++) {
        cells[i] = answer_cell(row, shown[i], buffers[i]);
        if (shown[i]->kind == KIND_FLAG && *cells[i])
            cells[i] = flag_words(cells[i]);
    }
    sheet_add(sheet, cells);
}

static const char *head_text(const struct answer *a, const char *key) {
    const char *text = json_string_value(json_object_get(a->head, key));
    return text ? text : "";
}

static json_int_t head_number(const struct answer *a, const char *key) {
    return json_integer_value(json_object_get(a->head, key));
}

void answer_print_title(const struct answer *a, FILE *out) {
    const char *as_of = head_text(a, "as_of"), *known_at = head_text(a, "known_at");
    fprintf(out, "%s: n=%" JSON_INTEGER_FORMAT ", %s %" JSON_INTEGER_FORMAT
            ", %s %" JSON_INTEGER_FORMAT, head_text(a, "view"), head_number(a, "n"),
            cli_say("position", "pozycja"), head_number(a, "position"),
            cli_say("definition", "definicja"), head_number(a, "definition"));
    if (*as_of)
        fprintf(out, ", %s %s", cli_say("as of", "stan na dzień"), as_of);
    if (*known_at)
        fprintf(out, ", %s %s", cli_say("known at", "znane na"), known_at);
    fputc('\n', out);
}

void answer_print_table(const struct answer *a, FILE *out) {
    const struct field *shown[SHEET_COLUMNS_MAX];
    struct sheet_column columns[SHEET_COLUMNS_MAX];
    size_t i;
    json_t *row;
    ensure(a->row->field_count <= SHEET_COLUMNS_MAX);
    answer_print_title(a, out);
    unsigned count = choose(a, shown, columns);
    struct sheet *sheet = sheet_new(columns, count);
    json_array_foreach (a->rows, i, row)
        add_line(sheet, row, shown, count);
    sheet_print(sheet, out);
}
