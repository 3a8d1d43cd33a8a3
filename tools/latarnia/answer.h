#ifndef TOOLS_LATARNIA_ANSWER_H
#define TOOLS_LATARNIA_ANSWER_H

/* A view's answer: asked, collected from its parts, printed as table, JSON object or CSV. */
#include <jansson.h>

#include "common/codec/render.h"
#include "tools/latarnia/link.h"

struct answer {
    json_t *head; /* view, definition, position, root, as_of, known_at, n */
    json_t *rows; /* array of objects, in the projector's order */
    const struct schema *row;
};

/* 0, or an exit code after a sentence. */
int answer_ask(struct link *l, const struct Query *query, enum render_words words,
               struct answer *out);
void answer_free(struct answer *a);

/* For people: codes in words, labels in their language. Ask with answer_words(). */
enum render_words answer_words(void);
void answer_print_table(const struct answer *a, FILE *out);
void answer_print_summary(const struct answer *a, FILE *out); /* by state and by area */
void answer_print_title(const struct answer *a, FILE *out);

/* For programs: ask with RENDER_NAMES. */
int answer_print_json(const struct answer *a, FILE *out);
void answer_print_csv(const struct answer *a, FILE *out);

/* A cell as text: "" when absent. `buffer` serves numbers. */
enum { CELL_BYTES = 64 };
const char *answer_cell(const json_t *row, const struct field *f, char buffer[CELL_BYTES]);

#endif
