#ifndef DAEMONS_PROJECTOR_KEPT_H
#define DAEMONS_PROJECTOR_KEPT_H

/*
 * Rows of recent answers about now, told again while the facts they were made of stand still: many
 * people ask the same few questions between two events, and making a view looks at the whole city.
 */
#include "daemons/projector/query.h"

enum { KEPT_ANSWERS = 32, KEPT_QUERY_BYTES = 160 };

struct kept_answer {
    uint8_t query[KEPT_QUERY_BYTES]; /* encoded, without `after` */
    size_t query_size;
    civil_day on;
    struct rows rows;
};

struct kept_answers {
    uint64_t position;
    struct kept_answer answers[KEPT_ANSWERS];
    size_t count, oldest;
};

void kept_forget(struct kept_answers *k);

/* The rows, made or kept, lent until the next call; NULL with *bad set. */
const struct rows *kept_rows(struct kept_answers *k, const struct knowledge *known,
                             const struct view *view, const struct Query *query,
                             enum query_result *bad);

#endif
