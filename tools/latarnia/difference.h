#ifndef TOOLS_LATARNIA_DIFFERENCE_H
#define TOOLS_LATARNIA_DIFFERENCE_H

/* What differs between two lists of rows: JSON objects, told apart by some of their columns. */
#include <jansson.h>

struct difference {
    json_t *added, *removed; /* arrays of rows */
    json_t *changed;         /* array of {key, before, after} */
};

/* `key` is an array of column names; of several rows with the same key the nth belong together. */
void difference_find(const json_t *before, const json_t *after, const json_t *key,
                     struct difference *out);
void difference_free(struct difference *d);
size_t difference_rows(const struct difference *d);

#endif
