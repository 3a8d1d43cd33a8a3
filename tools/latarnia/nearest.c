#include "tools/latarnia/nearest.h"

#include <ctype.h>
#include <string.h>

enum { WORD_MAX = 48 };

struct nearest nearest_to(const char *wanted) {
    return (struct nearest){wanted, NULL, WORD_MAX};
}

static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

/* Levenshtein with one row; case does not count. */
static size_t edits(const char *a, const char *b, size_t na, size_t nb) {
    size_t row[WORD_MAX + 1];
    for (size_t k = 0; k <= nb; k++)
        row[k] = k;
    for (size_t i = 1; i <= na; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t k = 1; k <= nb; k++) {
            size_t same = diagonal + (tolower((unsigned char)a[i - 1]) !=
                                      tolower((unsigned char)b[k - 1]));
            diagonal = row[k];
            row[k] = smaller(same, smaller(row[k], row[k - 1]) + 1);
        }
    }
    return row[nb];
}

void nearest_try(struct nearest *n, const char *word) {
    size_t na = strlen(n->wanted), nb = strlen(word);
    if (na > WORD_MAX || nb > WORD_MAX)
        return;
    size_t distance = edits(n->wanted, word, na, nb);
    if (distance >= n->distance)
        return;
    n->distance = distance;
    n->best = word;
}

const char *nearest_word(const struct nearest *n) {
    size_t limit = strlen(n->wanted) / 3 + 1;
    return n->distance <= limit ? n->best : NULL;
}
