#include "daemons/projector/refold.h"

#include <stdlib.h>

#include "common/codec/codec.h"

/* All entries of a stream while it is folded: bytes newest first, then records oldest first. */
struct gathered {
    uint8_t *bytes;
    size_t size, capacity;
    size_t *ends; /* of each entry in `bytes` */
    size_t count, ends_capacity;
};

/* Decoded, a record takes at most this many times its bytes, and never less than this at once. */
enum { DECODED_TIMES = 24, DECODED_LEAST = 1 << 20 };

static void gathered_free(struct gathered *g) {
    free(g->bytes);
    free(g->ends);
}

static void *grown(void *memory, size_t *capacity, size_t needed, size_t each) {
    if (needed <= *capacity)
        return memory;
    size_t more = *capacity ? *capacity * 2 : 256;
    while (more < needed)
        more *= 2;
    void *larger = realloc(memory, more * each);
    if (larger)
        *capacity = more;
    return larger;
}

static int gather_one(struct gathered *g, struct bytes record) {
    uint8_t *bytes = grown(g->bytes, &g->capacity, g->size + record.size, 1);
    if (!bytes)
        return 1;
    g->bytes = bytes;
    size_t *ends = grown(g->ends, &g->ends_capacity, g->count + 1, sizeof *ends);
    if (!ends)
        return 1;
    g->ends = ends;
    memcpy(g->bytes + g->size, record.data, record.size);
    g->size += record.size;
    g->ends[g->count++] = g->size;
    return 0;
}

static enum fold_result gather(const struct source *source, struct stream stream, uint64_t upto,
                               struct gathered *g) {
    uint64_t before = upto + 1;
    while (before > 0) {
        struct source_page page = {0};
        if (!source || !source->stream || source->stream(source->context, stream, before, &page))
            return FOLD_E_SOURCE;
        for (size_t i = 0; i < page.count; i++)
            if (gather_one(g, page.records[i]))
                return FOLD_E_MEMORY;
        before = page.next < before ? page.next : 0;
    }
    return FOLD_OK;
}

static bool follows(const struct record *r, struct stream stream, size_t version) {
    return r->said.category == stream.category && id_equal(r->said.stream, stream.id) &&
           r->log.version == (int64_t)version;
}

/* Every record is decoded with the strict codec here: a stream is folded again rarely, and a
 * correction's payload is checked by the same code. */
static enum fold_result decode(const struct gathered *g, struct stream stream, struct arena *arena,
                               struct record *records) {
    for (size_t i = 0; i < g->count; i++) {
        size_t newest_first = g->count - 1 - i;
        size_t start = newest_first ? g->ends[newest_first - 1] : 0;
        struct bytes bytes = bytes_of(g->bytes + start, g->ends[newest_first] - start);
        if (record_decode(bytes, arena, &records[i]))
            return FOLD_E_RECORD;
        if (!follows(&records[i], stream, i + 1))
            return FOLD_E_SOURCE;
    }
    return FOLD_OK;
}

static enum fold_result tell_entries(const struct gathered *g, struct stream stream,
                                     struct history_limit limit, struct arena *arena,
                                     history_fn *tell, void *context) {
    struct record *records = calloc(g->count ? g->count : 1, sizeof *records);
    struct history_entry *entries = calloc(g->count ? g->count : 1, sizeof *entries);
    enum fold_result bad = FOLD_E_MEMORY;
    if (records && entries)
        bad = decode(g, stream, arena, records);
    if (!bad && history_apply(records, g->count, limit, 0, arena, entries))
        bad = FOLD_E_MEMORY;
    if (!bad)
        tell(context, records, entries, g->count);
    free(records);
    free(entries);
    return bad;
}

enum fold_result read_history(const struct source *source, struct stream stream,
                              struct history_limit limit, uint64_t upto, history_fn *tell,
                              void *context) {
    struct gathered g = {0};
    struct arena arena;
    enum fold_result bad = gather(source, stream, upto, &g);
    size_t size = g.size * DECODED_TIMES + DECODED_LEAST;
    void *memory = bad ? NULL : malloc(size);
    if (!bad && !memory)
        bad = FOLD_E_MEMORY;
    if (!bad) {
        arena_init(&arena, memory, size);
        bad = tell_entries(&g, stream, limit, &arena, tell, context);
    }
    free(memory);
    gathered_free(&g);
    return bad;
}

bool is_known_entry(const struct record *r, struct history_limit limit) {
    return (uint64_t)r->log.position <= limit.at && r->log.known_at <= limit.known_at_us;
}

struct folding {
    struct dossier *dossier;
    struct history_limit limit;
    civil_day newest_day;
};

static void fold_one(struct folding *f, const struct history_entry *entry) {
    dossier_fold(f->dossier, entry);
    if (!entry->is_void && entry->said.occurred_on > f->newest_day)
        f->newest_day = entry->said.occurred_on;
}

static void fold_entries(void *context, const struct record *records,
                         const struct history_entry *entries, size_t count) {
    struct folding *f = context;
    dossier_clear(f->dossier);
    for (size_t i = 0; i < count; i++)
        if (is_known_entry(&records[i], f->limit))
            fold_one(f, &entries[i]);
}

enum fold_result refold(const struct source *source, struct history_limit limit, uint64_t upto,
                        struct dossier *dossier, civil_day *newest_day) {
    struct folding folding = {dossier, limit, *newest_day};
    enum fold_result bad =
        read_history(source, dossier->stream, limit, upto, fold_entries, &folding);
    if (!bad)
        *newest_day = folding.newest_day;
    return bad;
}
