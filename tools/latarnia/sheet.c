#include "tools/latarnia/sheet.h"

#include <libsmartcols.h>
#include <stdlib.h>

#include "common/base/ensure.h"

struct sheet {
    struct libscols_table *table;
    unsigned columns;
};

struct sheet *sheet_new(const struct sheet_column *columns, unsigned count) {
    struct sheet *s = calloc(1, sizeof *s);
    ensure(s != NULL && count <= SHEET_COLUMNS_MAX);
    s->table = scols_new_table();
    ensure(s->table != NULL);
    for (unsigned i = 0; i < count; i++) {
        int flags = columns[i].right ? SCOLS_FL_RIGHT : 0;
        if (columns[i].cuts)
            flags |= SCOLS_FL_TRUNC;
        ensure(scols_table_new_column(s->table, columns[i].label, 0, flags) != NULL);
    }
    s->columns = count;
    return s;
}

void sheet_add(struct sheet *s, const char *const *cells) {
    struct libscols_line *line = scols_table_new_line(s->table, NULL);
    ensure(line != NULL);
    for (unsigned i = 0; i < s->columns; i++)
        ensure(scols_line_set_data(line, i, cells[i]) == 0);
}

void sheet_print(struct sheet *s, FILE *out) {
    scols_table_set_stream(s->table, out);
    scols_print_table(s->table);
    scols_unref_table(s->table);
    free(s);
}
