#ifndef TOOLS_LATARNIA_NEAREST_H
#define TOOLS_LATARNIA_NEAREST_H

/* "Did you mean ...?": the known word that takes the fewest edits. */
#include <stddef.h>

struct nearest {
    const char *wanted, *best;
    size_t distance;
};

struct nearest nearest_to(const char *wanted);
void nearest_try(struct nearest *n, const char *word);
/* NULL when nothing is close enough to be worth saying. */
const char *nearest_word(const struct nearest *n);

#endif
