#include "daemons/projector/export.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "common/codec/codec.h"
#include "common/codec/render.h"
#include "common/service/diag.h"
#include "daemons/projector/log_file.h"
#include "daemons/projector/query.h"
#include "daemons/projector/tables.h"

enum { PATH_BYTES = 4096, ROW_ARENA = 1 << 16, DONE = 0, NEGATIVE = 1, LATER = 111 };

/* ---- one view ---- */

/* What tells rows apart: the first column, and where a row is about a stream, that one too. */
static json_t *key_columns(const struct schema *row) {
    json_t *key = json_array();
    json_array_append_new(key, json_string(row->fields[0].name));
    for (unsigned i = 1; i < row->field_count; i++)
        if (strcmp(row->fields[i].name, "stream") == 0)
            json_array_append_new(key, json_string(row->fields[i].name));
    return key;
}

/* The digest is of the answer to the plain question, as latarnia view digest prints it. */
static json_t *head_of(const struct knowledge *known, const struct view *view,
                       const struct rows *rows, const uint8_t digest[32]) {
    const struct view_state state = {.name = text_of(view->name),
                                     .definition = view->definition,
                                     .position = (int64_t)known->position,
                                     .rows = (int64_t)rows->count,
                                     .digest = bytes_of(digest, 32)};
    const struct Views top = {.root = {known->root, known->root ? 32 : 0}};
    json_t *head = render_json(view_state_schema(), &state, RENDER_NAMES, CLASS_P3);
    json_t *root = render_json(Views_schema(), &top, RENDER_NAMES, CLASS_P3);
    json_object_set_new(head, "fold", json_integer(FOLD_VERSION));
    json_object_set_new(head, "day", json_integer(known->on));
    json_object_set_new(head, "key", key_columns(view->row()));
    json_object_update_missing(head, root);
    json_decref(root);
    return head;
}

static int put_line(FILE *out, json_t *object) {
    int bad = !object || json_dumpf(object, out, RENDER_DUMP) || fputc('\n', out) == EOF;
    json_decref(object);
    return bad;
}

static int put_rows(FILE *out, const struct rows *rows) {
    static uint8_t memory[ROW_ARENA];
    static _Alignas(8) uint8_t row[ROW_ARENA];
    for (size_t i = 0; i < rows->count; i++) {
        struct arena arena;
        arena_init(&arena, memory, sizeof memory);
        if (rows->schema->size > sizeof row ||
            codec_decode(rows->schema, rows_at(rows, i), &arena, row).result ||
            put_line(out, render_json(rows->schema, row, RENDER_NAMES, CLASS_P3)))
            return 1;
    }
    return 0;
}

/* Every indicator, also those that a short answer leaves out. */
static struct Query everything_of(const struct view *view) {
    bool has_parts = strcmp(view->name, "effects") == 0;
    return (struct Query){.view = text_of(view->name), .text = text_of(has_parts ? "all" : "")};
}

static int put_view(FILE *out, const struct knowledge *known, const struct view *view) {
    struct Query query = everything_of(view);
    struct rows rows = {0};
    uint8_t digest[32];
    uint64_t count;
    int bad = query_digest(known, view, digest, &count) || query_rows(known, view, &query, &rows) ||
              put_line(out, head_of(known, view, &rows, digest)) || put_rows(out, &rows);
    rows_deinit(&rows);
    return bad;
}

static int write_view(const struct knowledge *known, const struct view *view, const char *dir) {
    char path[PATH_BYTES];
    int size = snprintf(path, sizeof path, "%s/%s.ndjson", dir, view->name);
    FILE *out = size > 0 && (size_t)size < sizeof path ? fopen(path, "wx") : NULL;
    if (!out)
        return 1;
    int bad = put_view(out, known, view);
    return fclose(out) != 0 || bad;
}

static int write_views(const struct knowledge *known, const char *dir) {
    if (mkdir(dir, 0750)) {
        diag(DIAG_ERROR, "%s: %s; an export makes its own directory", dir, strerror(errno));
        return LATER;
    }
    for (size_t i = 0; i < views_count(); i++) {
        const struct view *view = views_at(i);
        if (!view->needs_key && write_view(known, view, dir)) {
            diag(DIAG_ERROR, "%s: the view %s cannot be written", dir, view->name);
            return LATER;
        }
    }
    printf("%" PRIu64 "\n", known->position);
    return DONE;
}

/* ---- where the facts come from ---- */

static int export_stored(const struct options *o, struct store *store) {
    char path[PATH_BYTES];
    struct checkpoint c;
    snprintf(path, sizeof path, "%s/views", o->data_dir);
    if (tables_read(path, store, &c)) {
        diag(DIAG_ERROR,
             "%s holds no views that this version could have stored; export them with the "
             "version that runs, or name a position to fold the log up to: --at N",
             path);
        return NEGATIVE;
    }
    struct knowledge known = {
        .store = store,
        .limit = HISTORY_NOW,
        .position = c.position,
        .known_us = c.known_us,
        .root = c.has_root ? c.root : NULL,
        .on = civil_in_warsaw(c.known_us),
    };
    return write_views(&known, o->export_dir);
}

static int fold_file(const struct options *o, struct store *store, struct source *source) {
    struct history_limit limit = HISTORY_NOW;
    struct fold fold;
    uint8_t root[32];
    bool has_root;
    limit.at = o->at;
    if (fold_init(&fold, store, source, limit))
        return LATER;
    enum fold_result bad = fold_log(&fold, root, &has_root);
    uint64_t reached = fold.known_position;
    int64_t known_us = fold.known_us;
    fold_deinit(&fold);
    if (bad || reached != o->at) {
        diag(DIAG_ERROR, "position %" PRIu64 " of %" PRIu64 ": %s", reached, o->at,
             bad ? fold_result_text(bad) : "the log ends here");
        return bad ? LATER : NEGATIVE;
    }
    struct knowledge known = {
        .store = store,
        .source = source,
        .limit = HISTORY_NOW,
        .position = reached,
        .known_us = known_us,
        .root = has_root ? root : NULL,
        .on = civil_in_warsaw(known_us),
    };
    return write_views(&known, o->export_dir);
}

static int export_folded(const struct options *o, struct store *store) {
    struct log_file file;
    int r = log_file_open(&file, o->data_dir, o->at);
    struct source source = log_file_source(&file);
    if (r)
        diag(DIAG_ERROR, "%s/log cannot be read; latarnia log verify says why", o->data_dir);
    r = r ? LATER : fold_file(o, store, &source);
    log_file_close(&file);
    return r;
}

int export_views(const struct options *o) {
    struct store *store = store_new();
    if (!store)
        return LATER;
    int r = o->at ? export_folded(o, store) : export_stored(o, store);
    store_free(store);
    return r;
}
