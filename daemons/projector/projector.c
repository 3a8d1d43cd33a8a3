#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "daemons/projector/state.h"

void projector_say(const struct projector *p, const char *what) {
    if (p->note)
        p->note(what);
}

static enum projector_result result_of(enum fold_result result) {
    static const enum projector_result to[] = {
        [FOLD_OK] = PROJECTOR_OK,
        [FOLD_E_GAP] = PROJECTOR_E_GAP,
        [FOLD_E_RECORD] = PROJECTOR_E_RECORD,
        [FOLD_E_MEMORY] = PROJECTOR_E_MEMORY,
        [FOLD_E_SOURCE] = PROJECTOR_E_SOURCE,
    };
    return to[result];
}

static int make_dir(const char *dir) {
    return mkdir(dir, 0750) != 0 && errno != EEXIST;
}

/* Empty facts at position 0. */
static enum projector_result start_over(struct projector *p) {
    fold_deinit(&p->fold);
    store_free(p->store);
    p->store = store_new();
    if (!p->store || fold_init(&p->fold, p->store, &p->source, HISTORY_NOW))
        return PROJECTOR_E_MEMORY;
    p->fold.tracks_dirty = true;
    p->checkpoint = (struct checkpoint){0};
    p->unwritten = 0;
    p->has_root = false;
    return PROJECTOR_OK;
}

static void take_up(struct projector *p) {
    const struct checkpoint *c = &p->checkpoint;
    p->fold.position = p->fold.known_position = c->position;
    p->fold.known_us = c->known_us;
    p->fold.newest_day = c->newest_day;
    p->has_root = c->has_root != 0;
    memcpy(p->root, c->root, sizeof p->root);
}

static enum projector_result renew_tables(struct projector *p) {
    tables_close(p->tables);
    p->tables = NULL;
    if (tables_set_aside(p->dir) || make_dir(p->dir))
        return PROJECTOR_E_SYSTEM;
    projector_say(p, "views set aside; they are built again from the log");
    if (tables_open(p->dir, &p->tables))
        return PROJECTOR_E_SYSTEM;
    return start_over(p);
}

static enum projector_result load(struct projector *p) {
    enum tables_result result = tables_open(p->dir, &p->tables);
    if (result == TABLES_E_DAMAGED)
        return renew_tables(p);
    if (result)
        return PROJECTOR_E_SYSTEM;
    result = tables_load(p->tables, p->store, &p->checkpoint);
    if (result == TABLES_EMPTY)
        return start_over(p);
    if (result)
        return renew_tables(p);
    take_up(p);
    return PROJECTOR_OK;
}

enum projector_result projector_open(const char *dir, const struct source *source,
                                     void (*note)(const char *what), struct projector **out) {
    struct projector *p = calloc(1, sizeof *p);
    if (!p)
        return PROJECTOR_E_MEMORY;
    p->source = *source;
    p->note = note;
    int size = snprintf(p->dir, sizeof p->dir, "%s", dir);
    int fresh = snprintf(p->fresh, sizeof p->fresh, "%s.fresh", p->dir);
    bool is_long = size < 0 || (size_t)size >= sizeof p->dir || fresh < 0;
    enum projector_result bad = is_long || make_dir(dir) ? PROJECTOR_E_SYSTEM : start_over(p);
    if (!bad)
        bad = load(p);
    if (bad) {
        projector_close(p);
        return bad;
    }
    *out = p;
    return PROJECTOR_OK;
}

static void forget_past(struct projector *p) {
    if (!p->past.store)
        return;
    fold_deinit(&p->past.fold);
    store_free(p->past.store);
    p->past = (struct past){0};
}

void projector_close(struct projector *p) {
    if (!p)
        return;
    if (p->tables && p->unwritten)
        projector_flush(p);
    forget_past(p);
    kept_forget(&p->kept);
    tables_close(p->tables);
    fold_deinit(&p->fold);
    store_free(p->store);
    free(p);
}

uint64_t projector_position(const struct projector *p) {
    return p->fold.position;
}

static void set_checkpoint(struct projector *p) {
    struct checkpoint *c = &p->checkpoint;
    c->position = p->fold.position;
    c->known_us = p->fold.known_us;
    c->newest_day = p->fold.newest_day;
    c->has_root = p->has_root;
    memcpy(c->root, p->root, sizeof c->root);
}

/* After a failed write the table keeps its older checkpoint; the log fills the gap at a restart. */
enum projector_result projector_flush(struct projector *p) {
    if (p->unwritten == 0 || p->is_broken)
        return p->is_broken ? PROJECTOR_E_FULL : PROJECTOR_OK;
    set_checkpoint(p);
    if (tables_write(p->tables, p->store, &p->checkpoint)) {
        p->is_broken = true;
        projector_say(p, "the tables of the views cannot be written; answers stay right");
        return PROJECTOR_E_FULL;
    }
    p->unwritten = 0;
    return PROJECTOR_OK;
}

enum projector_result projector_fold(struct projector *p, const struct bytes *records, size_t count,
                                     const uint8_t root[32]) {
    if (count == 0)
        return PROJECTOR_OK;
    uint64_t before = p->fold.position;
    enum fold_result bad = fold_records(&p->fold, records, count);
    p->unwritten += p->fold.position - before;
    p->has_root = !bad && root != NULL;
    if (p->has_root)
        memcpy(p->root, root, sizeof p->root);
    if (p->fold.position != before)
        forget_past(p);
    /* A record that was folded by half must not become durable: the next start folds it again. A gap
     * and a log that does not answer have changed nothing. */
    p->is_broken |= bad && bad != FOLD_E_GAP && bad != FOLD_E_SOURCE;
    if (bad)
        return result_of(bad);
    if (p->unwritten < PROJECTOR_BATCH || p->is_broken)
        return PROJECTOR_OK;
    return projector_flush(p);
}

bool projector_meet(struct projector *p, uint64_t log_size, const uint8_t root[32]) {
    bool is_other = p->has_root && root && memcmp(root, p->root, sizeof p->root) != 0;
    if (p->fold.position == 0 || (p->fold.position <= log_size && !is_other))
        return false;
    forget_past(p);
    kept_forget(&p->kept);
    projector_say(p, "the log is not the one these views were made of");
    renew_tables(p);
    return true;
}

/* ---- questions ---- */

civil_day projector_newest_day(const struct fold *fold) {
    return fold->known_position ? civil_in_warsaw(fold->known_us) : 0;
}

struct knowledge projector_knows(const struct projector *p, civil_day on) {
    return (struct knowledge){
        .store = p->store,
        .source = &p->source,
        .limit = HISTORY_NOW,
        .position = p->fold.position,
        .known_us = p->fold.known_us,
        .root = p->has_root ? p->root : NULL,
        .on = on,
    };
}

static struct history_limit limit_of(const struct Query *query) {
    struct history_limit limit = HISTORY_NOW;
    if (query->at)
        limit.at = (uint64_t)query->at;
    if (query->known_at)
        limit.known_at_us = query->known_at;
    if (query->as_of)
        limit.as_of = query->as_of;
    return limit;
}

/* Nothing that the live facts hold lies beyond the limit. */
static bool is_now(const struct projector *p, struct history_limit limit) {
    return limit.at >= p->fold.position && limit.known_at_us >= p->fold.known_us &&
           limit.as_of >= p->fold.newest_day;
}

static bool is_same(struct history_limit a, struct history_limit b) {
    return a.at == b.at && a.known_at_us == b.known_at_us && a.as_of == b.as_of;
}

static enum query_result make_past(struct projector *p, struct history_limit limit) {
    struct past *past = &p->past;
    if (limit.at > p->fold.position)
        limit.at = p->fold.position; /* what the live facts do not know yet is not told */
    if (past->store && past->made_at == p->fold.position && is_same(past->fold.limit, limit))
        return QUERY_OK;
    forget_past(p);
    past->store = store_new();
    if (!past->store)
        return QUERY_E_MEMORY;
    if (fold_init(&past->fold, past->store, &p->source, limit)) {
        forget_past(p);
        return QUERY_E_MEMORY;
    }
    past->made_at = p->fold.position;
    enum fold_result bad = fold_log(&past->fold, past->root, &past->has_root);
    if (bad)
        forget_past(p);
    return !bad ? QUERY_OK : bad == FOLD_E_MEMORY ? QUERY_E_MEMORY : QUERY_E_SOURCE;
}

/* The day of a question: as_of; else, where it says when something was known, that day, so that the
 * answer is the one that was given then, whether or not the log has moved on. */
static civil_day day_of(const struct Query *query, const struct fold *fold, civil_day today) {
    if (query->as_of)
        return query->as_of;
    if (query->at)
        return projector_newest_day(fold);
    civil_day known = query->known_at ? civil_in_warsaw(query->known_at) : today;
    return known < today ? known : today;
}

static enum query_result answer_past(struct projector *p, const struct Query *query,
                                     civil_day today, emit_fn *emit_part, void *context) {
    enum query_result bad = make_past(p, limit_of(query));
    if (bad)
        return bad;
    const struct past *past = &p->past;
    struct knowledge known = {
        .store = past->store,
        .source = &p->source,
        .limit = past->fold.limit,
        .position = past->fold.known_position,
        .known_us = past->fold.known_us,
        .root = past->has_root ? past->root : NULL,
        .on = day_of(query, &past->fold, today),
    };
    if (known.position == p->fold.position && p->has_root)
        known.root = p->root;
    return query_answer(&known, query, emit_part, context);
}

enum query_result projector_query(struct projector *p, const struct Query *query, civil_day today,
                                  emit_fn *emit_part, void *context) {
    const struct view *view = views_named(query->view);
    if (!view)
        return QUERY_E_VIEW;
    if (view->needs_key && id_is_zero(query->key))
        return QUERY_E_KEY;
    if (!is_now(p, limit_of(query)))
        return answer_past(p, query, today, emit_part, context);
    struct knowledge known = projector_knows(p, day_of(query, &p->fold, today));
    enum query_result bad = QUERY_OK;
    const struct rows *rows = kept_rows(&p->kept, &known, view, query, &bad);
    return rows ? query_tell(&known, view, rows, emit_part, context) : bad;
}

enum query_result projector_views(struct projector *p, emit_fn *emit_part, void *context) {
    struct view_state states[16] = {{.name = {NULL, 0}}};
    uint8_t digests[16][32];
    struct knowledge known = projector_knows(p, projector_newest_day(&p->fold));
    uint32_t count = 0;
    for (size_t i = 0; i < views_count(); i++) {
        const struct view *view = views_at(i);
        struct view_state *state = &states[count];
        uint64_t rows = 0;
        *state = (struct view_state){.name = text_of(view->name),
                                     .definition = view->definition,
                                     .position = (int64_t)known.position};
        if (!view->needs_key) {
            enum query_result bad = query_digest(&known, view, digests[count], &rows);
            if (bad)
                return bad;
            state->rows = (int64_t)rows;
            state->digest = bytes_of(digests[count], sizeof digests[count]);
        }
        count++;
    }
    struct Views views = {.views = {states, count}, .root = {known.root, known.root ? 32 : 0}};
    emit_part(context, Views_schema(), &views);
    return QUERY_OK;
}

const char *projector_result_text(enum projector_result result) {
    static const char *const text[] = {
        [PROJECTOR_OK] = "ok",
        [PROJECTOR_E_GAP] = "the page does not follow what is folded",
        [PROJECTOR_E_RECORD] = "a record of the log cannot be read",
        [PROJECTOR_E_SOURCE] = "the log could not be asked",
        [PROJECTOR_E_FULL] = "the tables of the views could not be written",
        [PROJECTOR_E_MEMORY] = "out of memory",
        [PROJECTOR_E_SYSTEM] = "the directory of the views cannot be used",
    };
    return text[result];
}
