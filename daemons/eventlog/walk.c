#include "daemons/eventlog/walk.h"

#include "common/base/ensure.h"

#include <errno.h>

enum { SNAPSHOT_HOPS = 1000 };

struct walk {
    struct reader *reader;
    struct arena *arena;
    uint16_t category;
    struct id stream;
    uint64_t at; /* the next entry to look at, 0 behind the first */
};

static int look(struct walk *w, uint64_t position, struct bytes *bytes, struct record *record) {
    size_t mark = w->arena->used;
    int r = reader_get(w->reader, position, bytes);
    if (!r && record_peek(*bytes, w->arena, record))
        r = -EBADMSG; /* what is stored cannot be read */
    w->arena->used = mark;
    return r == READER_NONE ? -EBADMSG : r;
}

static bool is_ours(const struct walk *w, const struct record *r) {
    return r->said.category == w->category && id_equal(r->said.stream, w->stream);
}

/* The page before ended right above: only then does the walk begin there. Below any other position
 * lies an entry of some other stream. */
static int enter(struct walk *w, uint64_t before) {
    struct bytes bytes;
    struct record record;
    if (before < 2 || before > w->at)
        return 0;
    int r = look(w, before - 1, &bytes, &record);
    if (!r && is_ours(w, &record))
        w->at = before - 1;
    return r;
}

static void keep(struct walk *w, struct bytes bytes, struct walk_page *out, size_t *size) {
    uint8_t *copy = arena_copy(w->arena, bytes.data, bytes.size);
    ensure(copy != NULL);
    out->records[out->count++].data = bytes_of(copy, bytes.size);
    *size += bytes.size;
}

static int walk_snapshot(struct walk *w, uint64_t before, struct walk_page *out, size_t *size) {
    for (unsigned hop = 0;
         hop < SNAPSHOT_HOPS && w->at && out->count < WALK_RECORDS && *size < WALK_BYTES; hop++) {
        struct bytes bytes;
        struct record record;
        int r = look(w, w->at, &bytes, &record);
        if (r)
            return r;
        if (!is_ours(w, &record))
            return -EBADMSG;
        if (!before || w->at < before)
            keep(w, bytes, out, size);
        w->at = (uint64_t)record.log.previous;
    }
    return 0;
}

int walk_stream(struct reader *reader, uint16_t category, struct id stream, uint64_t newest,
                uint64_t before, struct arena *arena, struct walk_page *out) {
    struct walk w = {reader, arena, category, stream, newest};
    size_t size = 0;
    bool is_entered = false;
    out->count = 0;
    while (w.at && out->count < WALK_RECORDS && size < WALK_BYTES) {
        int r = reader_begin(reader);
        if (r)
            return r;
        if (!is_entered)
            r = enter(&w, before);
        is_entered = true;
        r = r ? r : walk_snapshot(&w, before, out, &size);
        reader_end(reader);
        if (r)
            return r;
    }
    out->before = w.at ? w.at + 1 : 0;
    return 0;
}
