#include "common/service/follow.h"

#include <stdlib.h>

#include "common/base/ensure.h"
#include "common/service/diag.h"

enum { PAGE_ARENA = 8 << 20 };

int follow_open(struct bus *bus, const char *data_dir, struct follow *out) {
    char endpoint[BUS_ENDPOINT_SIZE];
    void *memory = malloc(PAGE_ARENA);
    ensure(memory != NULL);
    *out = (struct follow){0};
    arena_init(&out->pages, memory, PAGE_ARENA);
    int r = bus_endpoint(data_dir, "eventlog", endpoint);
    return r ? r : bus_client_open(bus, endpoint, &out->log);
}

void follow_close(struct follow *f) {
    bus_client_close(f->log);
    free(f->pages.memory);
}

static int take_page(struct follow *f, const struct FeedPage *page, follow_take *take,
                     void *context) {
    size_t mark = f->pages.used;
    for (uint32_t i = 0; i < page->records.count; i++) {
        struct record record;
        f->pages.used = mark;
        enum record_result bad = record_decode(page->records.items[i].data, &f->pages, &record);
        if (bad) {
            diag(DIAG_ERROR, "a record of the log cannot be read (reason %d): run latarnia log verify",
                 (int)bad);
            return -1;
        }
        int r = take(context, &record);
        if (r)
            return r;
    }
    return 0;
}

int follow_page(struct follow *f, uint64_t from, int wait_ms, follow_take *take, void *context,
                uint64_t *next) {
    struct ReadFeed ask = {.from = (int64_t)from, .most = 1000, .wait_ms = wait_ms};
    struct bus_answer answer;
    arena_reset(&f->pages);
    int r = bus_call(f->log, ReadFeed_schema(), &ask, FOLLOW_TIMEOUT_MS + wait_ms, &f->pages,
                     &answer);
    if (r)
        return r;
    if (answer.schema != FeedPage_schema())
        return BUS_MALFORMED;
    const struct FeedPage *page = answer.message;
    f->size = (uint64_t)page->size;
    *next = (uint64_t)page->next;
    return take_page(f, page, take, context);
}

/* Pages come newest first; the caller wants them oldest first. */
static void reverse(struct record *records, size_t count) {
    for (size_t i = 0; i < count / 2; i++) {
        struct record swap = records[i];
        records[i] = records[count - 1 - i];
        records[count - 1 - i] = swap;
    }
}

static int take_older(const struct StreamPage *page, uint64_t at, struct arena *arena,
                      struct record **all, size_t *count) {
    struct record *longer = arena_get(arena, (*count + page->records.count) * sizeof *longer);
    if (!longer)
        return -1;
    if (*count)
        memcpy(longer, *all, *count * sizeof *longer);
    for (uint32_t i = 0; i < page->records.count; i++) {
        if (record_decode(page->records.items[i].data, arena, &longer[*count]))
            return -1;
        if ((uint64_t)longer[*count].log.position <= at)
            (*count)++;
    }
    *all = longer;
    return 0;
}

int follow_history(struct follow *f, uint16_t category, struct id stream, uint64_t at,
                   struct arena *arena, struct record **records, size_t *count) {
    struct ReadStream ask = {.category = category, .stream = stream};
    *count = 0;
    do {
        struct bus_answer answer;
        int r = bus_call(f->log, ReadStream_schema(), &ask, FOLLOW_TIMEOUT_MS, arena, &answer);
        if (r > 0)
            return BUS_TIMEOUT; /* the eventlog is away: asked again with the same record */
        if (r || answer.schema != StreamPage_schema())
            return -1;
        const struct StreamPage *page = answer.message;
        if (take_older(page, at, arena, records, count))
            return -1;
        ask.before = page->before;
    } while (ask.before);
    reverse(*records, *count);
    return 0;
}
