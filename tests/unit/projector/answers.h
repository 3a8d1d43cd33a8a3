#ifndef TESTS_UNIT_PROJECTOR_ANSWERS_H
#define TESTS_UNIT_PROJECTOR_ANSWERS_H

/* Answers of a projector, put together again and decoded, for tests. */
#include "daemons/projector/projector.h"
#include "tests/unit/projector/memory_log.h"

struct answer {
    struct QueryAnswer head; /* without texts, root and rows */
    bool has_root;
    uint8_t root[32];
    const struct schema *row;
    uint8_t *bytes; /* of all rows, one behind the other */
    size_t size;
    size_t *ends;
    size_t count, parts;
    uint8_t *memory; /* of decoded rows */
    struct arena arena;
};

enum query_result ask_projector(struct projector *p, const struct Query *query, civil_day today,
                                struct answer *out);
/* The same question, answered from the whole log once more, without any tables: `on` is its day. */
enum query_result ask_anew(struct memory_log *log, struct history_limit limit,
                           const struct Query *query, civil_day on, struct answer *out);
void answer_free(struct answer *answer);

/* The row as a struct of its schema. */
const void *answer_row(struct answer *answer, size_t index);
bool answers_equal(const struct answer *a, const struct answer *b);
/* Prints the first row that differs, on both sides. */
void answers_show(struct answer *a, struct answer *b);

/* Folds everything that the log has and the projector has not. */
void catch_up(struct projector *p, struct memory_log *log);

/* An empty directory of this test, and a projector in it. */
struct projector *open_fresh(const char *dir, struct memory_log *log);

#endif
