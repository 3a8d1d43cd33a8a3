#ifndef DAEMONS_PROJECTOR_QUERY_H
#define DAEMONS_PROJECTOR_QUERY_H

/* A question to a view: from the facts as they are to encoded rows, in parts that fit a frame. */
#include "daemons/projector/fold.h"
#include "daemons/projector/view.h"

enum query_result {
    QUERY_OK = 0,
    QUERY_E_VIEW = 1, /* no such view */
    QUERY_E_KEY,      /* the view needs a key */
    QUERY_E_SOURCE,   /* the log could not be read */
    QUERY_E_MEMORY,
};

/* What the facts in a store are of. */
struct knowledge {
    const struct store *store;
    const struct source *source;
    struct history_limit limit;
    uint64_t position;
    int64_t known_us;
    const uint8_t *root; /* 32 bytes, or NULL */
    civil_day on;        /* the day of the question */
};

/* Makes the sorted rows; the caller deinits them. */
enum query_result query_rows(const struct knowledge *known, const struct view *view,
                             const struct Query *query, struct rows *out);

/* One part of an answer: a struct QueryAnswer first, then struct QueryRows. Lent for the call. */
typedef void emit_fn(void *context, const struct schema *schema, const void *message);

enum query_result query_answer(const struct knowledge *known, const struct Query *query,
                               emit_fn *emit_part, void *context);
/* The same with rows that are there already. */
enum query_result query_tell(const struct knowledge *known, const struct view *view,
                             const struct rows *rows, emit_fn *emit_part, void *context);

/* SHA-256 over view name, definition, position, root, fold version, day and all rows in order. */
enum query_result query_digest(const struct knowledge *known, const struct view *view,
                               uint8_t digest[32], uint64_t *row_count);

const char *query_result_text(enum query_result result);

#endif
