#include "daemons/projector/query.h"

#include <stdlib.h>

#include "common/codec/pack.h"
#include "common/eventlog/sha256.h"
#include "daemons/projector/team.h"

/* A frame is at most 1 MiB; its other half is for the head and the lists' own bytes. */
enum { PART_ROWS_MAX = 1000, PART_BYTES_MAX = 1 << 19 };

enum query_result query_rows(const struct knowledge *known, const struct view *view,
                             const struct Query *query, struct rows *out) {
    struct joins joins;
    rows_init(out, view->row());
    if (joins_init(&joins, known->store))
        return QUERY_E_MEMORY;
    struct question q = {
        .store = known->store,
        .joins = &joins,
        .query = query,
        .policy = policy_in_force(known->store, known->on),
        .on = known->on,
        .position = known->position,
        .limit = known->limit,
        .source = known->source,
        .rows = out,
    };
    view->make(&q);
    joins_deinit(&joins);
    if (q.is_source_broken)
        return QUERY_E_SOURCE;
    rows_sort(out);
    return out->is_broken ? QUERY_E_MEMORY : QUERY_OK;
}

/* How many rows from `first` on fit into one part. */
static uint32_t part_size(const struct rows *rows, size_t first, struct bin *bins) {
    uint32_t count = 0;
    size_t size = 0;
    while (first + count < rows->count && count < PART_ROWS_MAX) {
        struct bytes row = rows_at(rows, first + count);
        if (count > 0 && size + row.size > PART_BYTES_MAX)
            break;
        bins[count++] = (struct bin){.data = row};
        size += row.size;
    }
    return count;
}

static void emit_parts(const struct rows *rows, struct QueryAnswer *head, struct bin *bins,
                       emit_fn *emit_part, void *context) {
    size_t at = part_size(rows, 0, bins);
    head->rows = (struct bin_list){bins, (uint32_t)at};
    emit_part(context, QueryAnswer_schema(), head);
    while (at < rows->count) {
        struct QueryRows part = {.rows = {bins, part_size(rows, at, bins)}};
        at += part.rows.count;
        emit_part(context, QueryRows_schema(), &part);
    }
}

static struct QueryAnswer head_of(const struct knowledge *known, const struct view *view,
                                  const struct rows *rows) {
    return (struct QueryAnswer){
        .view = text_of(view->name),
        .definition = view->definition,
        .row = text_of(view->row()->about->name),
        .position = (int64_t)known->position,
        .root = {known->root, known->root ? 32 : 0},
        .as_of = known->on,
        .known_at = known->known_us,
        .n = (int64_t)rows->count,
    };
}

enum query_result query_tell(const struct knowledge *known, const struct view *view,
                             const struct rows *rows, emit_fn *emit_part, void *context) {
    struct bin *bins = calloc(PART_ROWS_MAX, sizeof *bins);
    if (!bins)
        return QUERY_E_MEMORY;
    struct QueryAnswer head = head_of(known, view, rows);
    emit_parts(rows, &head, bins, emit_part, context);
    free(bins);
    return QUERY_OK;
}

enum query_result query_answer(const struct knowledge *known, const struct Query *query,
                               emit_fn *emit_part, void *context) {
    const struct view *view = views_named(query->view);
    struct rows rows;
    if (!view)
        return QUERY_E_VIEW;
    if (view->needs_key && id_is_zero(query->key))
        return QUERY_E_KEY;
    enum query_result bad = query_rows(known, view, query, &rows);
    if (!bad)
        bad = query_tell(known, view, &rows, emit_part, context);
    rows_deinit(&rows);
    return bad;
}

static void hash_rows(struct sha256 *h, const struct rows *rows) {
    for (size_t i = 0; i < rows->count; i++) {
        struct bytes row = rows_at(rows, i);
        sha256_add(h, row.data, row.size);
    }
}

enum query_result query_digest(const struct knowledge *known, const struct view *view,
                               uint8_t digest[32], uint64_t *row_count) {
    uint8_t bound[512];
    struct pack_writer w = {bound, 0, sizeof bound, false};
    struct Query query = {.view = text_of(view->name)};
    struct rows rows;
    struct sha256 h;
    enum query_result bad = query_rows(known, view, &query, &rows);
    if (!bad) {
        pack_array(&w, 7);
        pack_text(&w, query.view);
        pack_int(&w, view->definition);
        pack_int(&w, (int64_t)known->position);
        pack_bin(&w, bytes_of(known->root, known->root ? 32 : 0));
        pack_int(&w, FOLD_VERSION);
        pack_int(&w, known->on);
        pack_int(&w, (int64_t)rows.count);
        sha256_init(&h);
        sha256_begin(&h);
        sha256_add(&h, bound, w.size);
        hash_rows(&h, &rows);
        sha256_end(&h, digest);
        sha256_deinit(&h);
        *row_count = rows.count;
    }
    rows_deinit(&rows);
    return bad;
}

const char *query_result_text(enum query_result result) {
    static const char *const text[] = {
        [QUERY_OK] = "ok",
        [QUERY_E_VIEW] = "there is no such view",
        [QUERY_E_KEY] = "this view needs a key: whose history",
        [QUERY_E_SOURCE] = "the log could not be read",
        [QUERY_E_MEMORY] = "out of memory",
    };
    return text[result];
}
