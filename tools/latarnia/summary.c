/*
 * A long view in a few lines: its rows counted, and their amounts added up, by state and by area. A
 * view without states is short enough as it is.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/ensure.h"
#include "common/base/money.h"
#include "tools/latarnia/answer.h"
#include "tools/latarnia/cli.h"
#include "tools/latarnia/sheet.h"

enum { GROUPS_MAX = 64, AMOUNTS_MAX = 16, AMOUNT_BYTES = 32 };

struct group {
    char name[CELL_BYTES];
    int64_t count, amounts[AMOUNTS_MAX];
};

struct summary {
    const struct answer *answer;
    const struct field *by;
    const struct field *amounts[AMOUNTS_MAX];
    unsigned amount_count;
    struct group groups[GROUPS_MAX];
    unsigned group_count;
    struct group total;
};

static const struct field *field_named(const struct answer *a, const char *name) {
    for (unsigned i = 0; i < a->row->field_count; i++)
        if (strcmp(a->row->fields[i].name, name) == 0)
            return &a->row->fields[i];
    return NULL;
}

/* Days and areas are numbers that do not add up. */
static bool adds_up(const struct field *f) {
    return f->kind == KIND_MONEY ||
           (f->kind == KIND_INT && strcmp(f->name, "area") != 0 && strcmp(f->name, "days") != 0 &&
            strcmp(f->name, "version") != 0 && strcmp(f->name, "deadline") != 0);
}

static void choose_amounts(struct summary *s) {
    const struct schema *row = s->answer->row;
    for (unsigned i = 0; i < row->field_count && s->amount_count < AMOUNTS_MAX; i++)
        if (adds_up(&row->fields[i]))
            s->amounts[s->amount_count++] = &row->fields[i];
}

/* With too many groups the last one takes the rest. */
static struct group *group_of(struct summary *s, const json_t *row) {
    char buffer[CELL_BYTES];
    const char *name = answer_cell(row, s->by, buffer);
    for (unsigned i = 0; i < s->group_count; i++)
        if (strcmp(s->groups[i].name, name) == 0)
            return &s->groups[i];
    if (s->group_count == GROUPS_MAX)
        return &s->groups[GROUPS_MAX - 1];
    struct group *g = &s->groups[s->group_count++];
    snprintf(g->name, sizeof g->name, "%s", name);
    return g;
}

static int64_t amount_of(const json_t *row, const struct field *f) {
    char buffer[CELL_BYTES];
    int64_t amount = 0;
    if (f->kind == KIND_INT)
        return json_integer_value(json_object_get(row, f->name));
    return money_parse(text_of(answer_cell(row, f, buffer)), &amount) ? 0 : amount;
}

static void add_row(struct summary *s, const json_t *row) {
    struct group *g = group_of(s, row);
    g->count++;
    s->total.count++;
    for (unsigned i = 0; i < s->amount_count; i++) {
        g->amounts[i] += amount_of(row, s->amounts[i]);
        s->total.amounts[i] += amount_of(row, s->amounts[i]);
    }
}

static int by_name(const void *a, const void *b) {
    return strcmp(((const struct group *)a)->name, ((const struct group *)b)->name);
}

static void amount_text(const struct field *f, int64_t amount, char out[AMOUNT_BYTES]) {
    if (f->kind == KIND_MONEY)
        money_format(amount, out);
    else
        snprintf(out, AMOUNT_BYTES, "%" PRId64, amount);
}

static void add_group(struct sheet *sheet, const struct summary *s, const struct group *g) {
    char texts[AMOUNTS_MAX + 1][AMOUNT_BYTES];
    const char *cells[AMOUNTS_MAX + 2] = {g->name, texts[AMOUNTS_MAX]};
    snprintf(texts[AMOUNTS_MAX], AMOUNT_BYTES, "%" PRId64, g->count);
    for (unsigned i = 0; i < s->amount_count; i++) {
        amount_text(s->amounts[i], g->amounts[i], texts[i]);
        cells[i + 2] = texts[i];
    }
    sheet_add(sheet, cells);
}

static void print_groups(struct summary *s, FILE *out) {
    struct sheet_column columns[AMOUNTS_MAX + 2] = {
        {cli_say(s->by->en, s->by->pl), false, false}, {"n", true, false}};
    for (unsigned i = 0; i < s->amount_count; i++)
        columns[i + 2] = (struct sheet_column){
            cli_say(s->amounts[i]->en, s->amounts[i]->pl), true, false};
    struct sheet *sheet = sheet_new(columns, s->amount_count + 2);
    qsort(s->groups, s->group_count, sizeof *s->groups, by_name);
    for (unsigned i = 0; i < s->group_count; i++)
        add_group(sheet, s, &s->groups[i]);
    add_group(sheet, s, &s->total);
    sheet_print(sheet, out);
}

static void print_by(const struct answer *a, const struct field *by, FILE *out) {
    struct summary *s = calloc(1, sizeof *s);
    size_t i;
    json_t *row;
    ensure(s != NULL);
    s->answer = a;
    s->by = by;
    snprintf(s->total.name, sizeof s->total.name, "%s", cli_say("all", "razem"));
    choose_amounts(s);
    json_array_foreach (a->rows, i, row)
        add_row(s, row);
    print_groups(s, out);
    free(s);
}

void answer_print_summary(const struct answer *a, FILE *out) {
    const struct field *state = field_named(a, "state"), *area = field_named(a, "area");
    if (!state) {
        answer_print_table(a, out);
        return;
    }
    answer_print_title(a, out);
    print_by(a, state, out);
    if (!area)
        return;
    fputc('\n', out);
    print_by(a, area, out);
}
