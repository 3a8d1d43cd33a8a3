#ifndef TOOLS_LATARNIA_SHEET_H
#define TOOLS_LATARNIA_SHEET_H

/* Columns that line up, Polish letters included (libsmartcols). Nothing is cut off unless a
 * terminal is too narrow, and then only in columns marked `cuts`. */
#include <stdbool.h>
#include <stdio.h>

enum { SHEET_COLUMNS_MAX = 64 };

struct sheet_column {
    const char *label;
    bool right, cuts;
};

struct sheet;

struct sheet *sheet_new(const struct sheet_column *columns, unsigned count);
void sheet_add(struct sheet *s, const char *const *cells);
void sheet_print(struct sheet *s, FILE *out); /* and frees it */

#endif
