#include "tests/unit/projector/answers.h"

#include <jansson.h>
#include <stdlib.h>

#include "common/base/ensure.h"
#include "common/codec/codec.h"
#include "common/codec/render.h"
#include "daemons/projector/tables.h"

enum { DECODED_BYTES = 1 << 22 };

static void keep(struct answer *a, struct bytes row) {
    a->bytes = realloc(a->bytes, a->size + row.size + 1);
    a->ends = realloc(a->ends, (a->count + 1) * sizeof *a->ends);
    ensure(a->bytes && a->ends);
    memcpy(a->bytes + a->size, row.data, row.size);
    a->size += row.size;
    a->ends[a->count++] = a->size;
}

static void part(void *context, const struct schema *schema, const void *message) {
    struct answer *a = context;
    const struct QueryAnswer *head = message;
    bool is_head = schema == QueryAnswer_schema();
    struct bin_list rows = is_head ? head->rows : ((const struct QueryRows *)message)->rows;
    if (is_head) {
        a->head = *head;
        a->has_root = head->root.size > 0;
        if (a->has_root)
            memcpy(a->root, head->root.data, sizeof a->root);
        a->row = views_named(head->view)->row();
        ensure(text_is(head->row, a->row->about->name));
    }
    a->parts++;
    for (uint32_t i = 0; i < rows.count; i++)
        keep(a, rows.items[i].data);
}

enum query_result ask_projector(struct projector *p, const struct Query *query, civil_day today,
                                struct answer *out) {
    *out = (struct answer){.memory = NULL};
    enum query_result result = projector_query(p, query, today, part, out);
    ensure(result || out->head.n == (int64_t)out->count);
    return result;
}

enum query_result ask_anew(struct memory_log *log, struct history_limit limit,
                           const struct Query *query, civil_day on, struct answer *out) {
    struct source source = memory_log_source(log);
    struct knowledge known = {.source = &source, .limit = limit, .on = on};
    struct store *store = store_new();
    struct fold fold;
    uint8_t root[32];
    bool has_root;
    *out = (struct answer){.memory = NULL};
    ensure(store && fold_init(&fold, store, &source, limit) == 0);
    ensure(fold_log(&fold, root, &has_root) == FOLD_OK);
    known.store = store;
    known.position = fold.known_position;
    known.known_us = fold.known_us;
    enum query_result result = query_answer(&known, query, part, out);
    fold_deinit(&fold);
    store_free(store);
    return result;
}

void answer_free(struct answer *a) {
    free(a->bytes);
    free(a->ends);
    free(a->memory);
    *a = (struct answer){0};
}

const void *answer_row(struct answer *a, size_t index) {
    size_t start = index ? a->ends[index - 1] : 0;
    if (!a->memory) {
        a->memory = malloc(DECODED_BYTES);
        ensure(a->memory != NULL);
        arena_init(&a->arena, a->memory, DECODED_BYTES);
    }
    void *row = arena_get(&a->arena, a->row->size);
    ensure(index < a->count && row != NULL);
    struct bytes bytes = bytes_of(a->bytes + start, a->ends[index] - start);
    ensure(codec_decode(a->row, bytes, &a->arena, row).result == CODEC_OK);
    return row;
}

bool answers_equal(const struct answer *a, const struct answer *b) {
    return a->count == b->count && a->size == b->size &&
           (a->size == 0 || memcmp(a->bytes, b->bytes, a->size) == 0);
}

static void print_row(const char *side, struct answer *a, size_t index) {
    char *text = NULL;
    json_t *json = NULL;
    if (index < a->count)
        json = render_json(a->row, answer_row(a, index), RENDER_NAMES, CLASS_P3);
    if (json)
        text = json_dumps(json, JSON_COMPACT);
    fprintf(stderr, "  %s row %zu of %zu: %s\n", side, index, a->count, text ? text : "none");
    free(text);
    json_decref(json);
}

static bool is_same_row(const struct answer *a, const struct answer *b, size_t index) {
    if (index >= a->count || index >= b->count)
        return false;
    size_t start = index ? a->ends[index - 1] : 0; /* the same in both: what stands before is */
    return a->ends[index] == b->ends[index] &&
           memcmp(a->bytes + start, b->bytes + start, a->ends[index] - start) == 0;
}

void answers_show(struct answer *a, struct answer *b) {
    size_t index = 0;
    while (index < a->count && is_same_row(a, b, index))
        index++;
    print_row("one", a, index);
    print_row("other", b, index);
}

void catch_up(struct projector *p, struct memory_log *log) {
    struct source source = memory_log_source(log);
    for (;;) {
        struct source_page page = {0};
        ensure(source.page(log, projector_position(p) + 1, &page) == 0);
        if (page.count == 0)
            return;
        ensure(projector_fold(p, page.records, page.count, page.root) == PROJECTOR_OK);
    }
}

struct projector *open_fresh(const char *dir, struct memory_log *log) {
    struct source source = memory_log_source(log);
    struct projector *p;
    ensure(tables_remove(dir) == 0);
    ensure(projector_open(dir, &source, NULL, &p) == PROJECTOR_OK);
    return p;
}
