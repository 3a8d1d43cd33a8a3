/*
 * A rebuild: the whole log folded into fresh facts beside the live ones, every row of every view
 * compared, a digest over all of them, then the fresh tables take the place of the live ones in one
 * rename. The live facts answer until then; after a failure they go on as if nothing had been.
 */
#include <stdio.h>
#include <sys/stat.h>

#include "common/eventlog/sha256.h"
#include "daemons/projector/state.h"

struct fresh {
    struct store *store;
    struct fold fold;
    struct checkpoint checkpoint;
    uint8_t root[32];
    bool has_root;
};

static enum projector_result fold_fresh(struct projector *p, struct fresh *f) {
    struct history_limit limit = HISTORY_NOW;
    limit.at = p->fold.position; /* both sides speak of the same log */
    f->store = store_new();
    if (!f->store || fold_init(&f->fold, f->store, &p->source, limit))
        return PROJECTOR_E_MEMORY;
    f->fold.tracks_dirty = true;
    enum fold_result bad = fold_log(&f->fold, f->root, &f->has_root);
    if (bad || f->fold.known_position != p->fold.position)
        return bad == FOLD_E_MEMORY ? PROJECTOR_E_MEMORY : PROJECTOR_E_SOURCE;
    f->fold.limit = HISTORY_NOW;
    f->fold.is_deferring = false;
    f->fold.position = p->fold.position;
    return PROJECTOR_OK;
}

static int compare(struct bytes a, struct bytes b) {
    size_t common = a.size < b.size ? a.size : b.size;
    int order = memcmp(a.data, b.data, common);
    return order ? order : (a.size > b.size) - (a.size < b.size);
}

static void tell_first(struct projector *p, const struct view *view, size_t index,
                       const char *side) {
    if (p->text[0] == 0)
        snprintf(p->text, sizeof p->text, "%s: row %zu differs, %s", view->name, index + 1, side);
}

/* Two sorted lists of rows: how many stand on one side only. Neighbours out of key order are still
 * found, since both sides sort alike. */
static int64_t differences(struct projector *p, const struct view *view, const struct rows *live,
                           const struct rows *fresh) {
    int64_t different = 0;
    size_t i = 0, k = 0;
    while (i < live->count || k < fresh->count) {
        int order = i == live->count    ? 1
                    : k == fresh->count ? -1
                                        : compare(rows_at(live, i), rows_at(fresh, k));
        if (order == 0) {
            i++;
            k++;
            continue;
        }
        bool both = i < live->count && k < fresh->count;
        tell_first(p, view, i, both ? "in content" : order < 0 ? "only live" : "only rebuilt");
        different++;
        i += i < live->count && (both || order < 0);
        k += k < fresh->count && (both || order > 0);
    }
    return different;
}

static enum query_result compare_view(struct projector *p, const struct knowledge *live,
                                      const struct knowledge *fresh, const struct view *view,
                                      int64_t *different) {
    struct Query query = {.view = text_of(view->name)};
    struct rows before = {0}, after = {0};
    enum query_result bad = query_rows(live, view, &query, &before);
    if (!bad)
        bad = query_rows(fresh, view, &query, &after);
    if (!bad)
        *different += differences(p, view, &before, &after);
    rows_deinit(&before);
    rows_deinit(&after);
    return bad;
}

/* The digest of all views: SHA-256 over the views' digests in their order. */
static enum projector_result compare_all(struct projector *p, struct fresh *f,
                                         struct ViewsRebuilt *out) {
    struct knowledge live = projector_knows(p, projector_newest_day(&p->fold)), fresh = live;
    struct sha256 h;
    uint8_t digest[32];
    uint64_t rows;
    enum query_result bad = QUERY_OK;
    fresh.store = f->store;
    sha256_init(&h);
    sha256_begin(&h);
    for (size_t i = 0; !bad && i < views_count(); i++) {
        const struct view *view = views_at(i);
        if (view->needs_key)
            continue;
        bad = compare_view(p, &live, &fresh, view, &out->different);
        if (!bad)
            bad = query_digest(&fresh, view, digest, &rows);
        if (!bad)
            sha256_add(&h, digest, sizeof digest);
    }
    sha256_end(&h, p->digest);
    sha256_deinit(&h);
    return bad ? PROJECTOR_E_MEMORY : PROJECTOR_OK;
}

static enum projector_result write_fresh(struct projector *p, struct fresh *f) {
    struct tables *tables;
    if (tables_remove(p->fresh) || mkdir(p->fresh, 0750) || tables_open(p->fresh, &tables))
        return PROJECTOR_E_SYSTEM;
    f->checkpoint = (struct checkpoint){
        .position = f->fold.position,
        .known_us = f->fold.known_us,
        .newest_day = f->fold.newest_day,
        .has_root = p->has_root,
    };
    memcpy(f->checkpoint.root, p->root, sizeof f->checkpoint.root);
    bool is_written = tables_write(tables, f->store, &f->checkpoint) == TABLES_OK;
    tables_close(tables);
    return is_written ? PROJECTOR_OK : PROJECTOR_E_FULL;
}

static enum projector_result switch_over(struct projector *p, struct fresh *f) {
    tables_close(p->tables);
    p->tables = NULL;
    p->is_broken = true; /* until there are tables to write into again */
    if (tables_switch(p->fresh, p->dir) || tables_open(p->dir, &p->tables))
        return PROJECTOR_E_SYSTEM;
    struct store *old = p->store;
    kept_forget(&p->kept);
    fold_deinit(&p->fold);
    p->store = f->store;
    p->fold = f->fold;
    p->checkpoint = f->checkpoint;
    p->unwritten = 0;
    p->is_broken = false;
    store_free(old);
    f->store = NULL;
    return PROJECTOR_OK;
}

enum projector_result projector_rebuild(struct projector *p, int64_t (*now_us)(void),
                                        struct ViewsRebuilt *out) {
    struct fresh f = {.store = NULL};
    int64_t started = now_us ? now_us() : 0;
    *out = (struct ViewsRebuilt){.position = (int64_t)p->fold.position};
    p->text[0] = 0;
    enum projector_result bad = fold_fresh(p, &f);
    if (!bad)
        bad = compare_all(p, &f, out);
    if (!bad)
        bad = write_fresh(p, &f);
    out->events = (int64_t)f.fold.position;
    if (!bad)
        bad = switch_over(p, &f);
    if (f.store) {
        fold_deinit(&f.fold);
        store_free(f.store);
    }
    out->first_difference = text_of(p->text);
    out->digest = bytes_of(p->digest, sizeof p->digest);
    out->micros = now_us ? now_us() - started : 0;
    return bad;
}
