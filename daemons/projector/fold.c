#include "daemons/projector/fold.h"

#include <stdlib.h>

#include "daemons/projector/lean.h"
#include "daemons/projector/refold.h"

/* The largest record decodes to lists of at most SCAN_ELEMENTS structs. */
enum { ARENA_BYTES = 1 << 20 };

int fold_init(struct fold *f, struct store *store, const struct source *source,
              struct history_limit limit) {
    *f = (struct fold){.store = store, .source = source, .limit = limit};
    f->memory = malloc(ARENA_BYTES);
    if (!f->memory)
        return 1;
    arena_init(&f->arena, f->memory, ARENA_BYTES);
    return 0;
}

void fold_deinit(struct fold *f) {
    free(f->memory);
    free(f->amended);
    f->memory = NULL;
    f->amended = NULL;
}

static bool is_amendment(uint16_t type) {
    return type == EVENT_EntryVoided || type == EVENT_EntryCorrected;
}

static int put_off(struct fold *f, struct dossier *dossier) {
    if (dossier->is_amended)
        return 0;
    if (f->amended_count == f->amended_capacity) {
        size_t capacity = f->amended_capacity ? f->amended_capacity * 2 : 64;
        struct dossier **amended = realloc(f->amended, capacity * sizeof *amended);
        if (!amended)
            return 1;
        f->amended = amended;
        f->amended_capacity = capacity;
    }
    f->amended[f->amended_count++] = dossier;
    dossier->is_amended = true;
    return 0;
}

static enum fold_result fold_stream_again(struct fold *f, struct dossier *dossier, uint64_t upto) {
    return refold(f->source, f->limit, upto, dossier, &f->newest_day);
}

static enum fold_result amend(struct fold *f, struct dossier *dossier, const struct record *r) {
    if (f->is_deferring)
        return put_off(f, dossier) ? FOLD_E_MEMORY : FOLD_OK;
    return fold_stream_again(f, dossier, (uint64_t)r->log.position);
}

/* An entry beyond the limit counts as a version, as in history_fold. */
static void fold_entry(struct fold *f, struct dossier *dossier, struct record *r) {
    struct history_entry entry = {
        .event = {.position = (uint64_t)r->log.position,
                  .known_at_us = r->log.known_at,
                  .said = &r->said,
                  .schema = r->schema,
                  .type = (uint16_t)r->said.type,
                  .payload = r->payload},
        .is_void = r->said.occurred_on > f->limit.as_of,
    };
    dossier_fold(dossier, &entry);
    f->events++;
}

static enum fold_result fold_known(struct fold *f, struct record *r) {
    struct stream stream = {(uint16_t)r->said.category, r->said.stream};
    if (shelves_of(stream.category) == NO_SHELF)
        return FOLD_OK;
    struct dossier *dossier = store_get(f->store, stream);
    if (!dossier)
        return FOLD_E_MEMORY;
    if (f->tracks_dirty)
        store_touch(f->store, dossier);
    if (is_amendment((uint16_t)r->said.type))
        return amend(f, dossier, r);
    if (dossier->is_amended && f->is_deferring)
        return FOLD_OK;
    if (lean_payload(&f->arena, r))
        return FOLD_E_RECORD;
    fold_entry(f, dossier, r);
    return FOLD_OK;
}

static bool is_within(const struct fold *f, const struct record *r) {
    return (uint64_t)r->log.position <= f->limit.at && r->log.known_at <= f->limit.known_at_us;
}

/* A record that could not be folded moves nothing, so that it can be tried again. */
static enum fold_result fold_record(struct fold *f, struct bytes bytes) {
    struct record r;
    arena_reset(&f->arena);
    if (lean_open(bytes, &f->arena, &r))
        return FOLD_E_RECORD;
    if ((uint64_t)r.log.position != f->position + 1)
        return FOLD_E_GAP;
    bool is_known = is_within(f, &r);
    enum fold_result bad = is_known ? fold_known(f, &r) : FOLD_OK;
    if (bad)
        return bad;
    f->position++;
    if (!is_known)
        return FOLD_OK;
    f->known_position = f->position;
    f->known_us = r.log.known_at;
    if (r.said.occurred_on > f->newest_day && r.said.occurred_on <= f->limit.as_of)
        f->newest_day = r.said.occurred_on;
    return FOLD_OK;
}

enum fold_result fold_records(struct fold *f, const struct bytes *records, size_t count) {
    for (size_t i = 0; i < count; i++) {
        enum fold_result bad = fold_record(f, records[i]);
        if (bad)
            return bad;
    }
    return FOLD_OK;
}

enum fold_result fold_finish(struct fold *f) {
    for (size_t i = 0; i < f->amended_count; i++) {
        enum fold_result bad = fold_stream_again(f, f->amended[i], f->position);
        if (bad)
            return bad;
    }
    f->amended_count = 0;
    return FOLD_OK;
}

enum fold_result fold_log(struct fold *f, uint8_t root[32], bool *has_root) {
    *has_root = false;
    f->is_deferring = true;
    while (f->position < f->limit.at) {
        struct source_page page = {0};
        if (f->source->page(f->source->context, f->position + 1, &page))
            return FOLD_E_SOURCE;
        if (page.count == 0)
            break;
        enum fold_result bad = fold_records(f, page.records, page.count);
        if (bad)
            return bad;
        *has_root = page.has_root && f->known_position == page.next - 1;
        memcpy(root, page.root, sizeof page.root);
    }
    return fold_finish(f);
}

const char *fold_result_text(enum fold_result result) {
    static const char *const text[] = {
        [FOLD_OK] = "ok",
        [FOLD_E_GAP] = "a position was skipped or told twice",
        [FOLD_E_RECORD] = "bytes that are no record of a known event",
        [FOLD_E_MEMORY] = "out of memory",
        [FOLD_E_SOURCE] = "the log could not be read",
    };
    return text[result];
}
