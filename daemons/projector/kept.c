#include "daemons/projector/kept.h"

#include <string.h>

#include "common/base/ensure.h"
#include "common/codec/codec.h"
#include "common/codec/pack.h"
#include "daemons/projector/rows.h"

void kept_forget(struct kept_answers *k) {
    for (size_t i = 0; i < k->count; i++)
        rows_deinit(&k->answers[i].rows);
    *k = (struct kept_answers){0};
}

static void name(const struct knowledge *known, const struct Query *query,
                 struct kept_answer *out) {
    struct Query asked = *query;
    struct pack_writer w = {out->query, 0, sizeof out->query, false};
    asked.after = 0;
    ensure(!codec_encode(Query_schema(), &asked, &w).result);
    out->query_size = w.size;
    out->on = known->on;
}

static struct kept_answer *find(struct kept_answers *k, const struct kept_answer *wanted) {
    for (size_t i = 0; i < k->count; i++) {
        struct kept_answer *a = &k->answers[i];
        if (a->on == wanted->on && a->query_size == wanted->query_size &&
            memcmp(a->query, wanted->query, a->query_size) == 0)
            return a;
    }
    return NULL;
}

static struct kept_answer *take_place(struct kept_answers *k) {
    if (k->count < KEPT_ANSWERS)
        return &k->answers[k->count++];
    struct kept_answer *a = &k->answers[k->oldest];
    k->oldest = (k->oldest + 1) % KEPT_ANSWERS;
    rows_deinit(&a->rows);
    return a;
}

const struct rows *kept_rows(struct kept_answers *k, const struct knowledge *known,
                             const struct view *view, const struct Query *query,
                             enum query_result *bad) {
    struct kept_answer wanted = {.query_size = 0};
    if (k->position != known->position)
        kept_forget(k);
    k->position = known->position;
    name(known, query, &wanted);
    struct kept_answer *a = find(k, &wanted);
    if (a)
        return &a->rows;
    *bad = query_rows(known, view, query, &wanted.rows);
    if (*bad) {
        rows_deinit(&wanted.rows);
        return NULL;
    }
    a = take_place(k);
    *a = wanted;
    return &a->rows;
}
