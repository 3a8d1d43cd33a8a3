#include "daemons/projector/log_source.h"

#include <stdlib.h>

#include "common/base/ensure.h"

enum { PAGE_ARENA = 4 << 20, STREAM_ARENA = 4 << 20, RECORDS_MAX = 1200, ASK_MS = 10000 };

static void lend(struct bytes *records, struct bin_list items, struct source_page *out) {
    ensure(items.count <= RECORDS_MAX);
    for (uint32_t i = 0; i < items.count; i++)
        records[i] = items.items[i].data;
    out->records = records;
    out->count = items.count;
}

static int ask_page(void *context, uint64_t from, struct source_page *out) {
    struct log_source *s = context;
    struct ReadFeed ask = {.from = (int64_t)from, .most = 1000};
    struct bus_answer answer;
    arena_reset(&s->pages);
    int r = bus_call(s->log, ReadFeed_schema(), &ask, ASK_MS, &s->pages, &answer);
    if (r || answer.schema != FeedPage_schema())
        return 1;
    const struct FeedPage *page = answer.message;
    *out = (struct source_page){.next = (uint64_t)page->next, .size = (uint64_t)page->size};
    lend(s->page_records, page->records, out);
    out->has_root = page->root_at_next.size == sizeof out->root;
    if (out->has_root)
        memcpy(out->root, page->root_at_next.data, sizeof out->root);
    s->size = out->size;
    return 0;
}

static int ask_stream(void *context, struct stream stream, uint64_t before,
                      struct source_page *out) {
    struct log_source *s = context;
    struct ReadStream ask = {
        .category = stream.category, .stream = stream.id, .before = (int64_t)before};
    struct bus_answer answer;
    arena_reset(&s->streams);
    int r = bus_call(s->log, ReadStream_schema(), &ask, ASK_MS, &s->streams, &answer);
    if (r || answer.schema != StreamPage_schema())
        return 1;
    const struct StreamPage *page = answer.message;
    *out = (struct source_page){.next = (uint64_t)page->before};
    lend(s->stream_records, page->records, out);
    return 0;
}

int log_source_open(struct log_source *s, struct bus *bus, const char *data_dir) {
    char endpoint[BUS_ENDPOINT_SIZE];
    void *pages = malloc(PAGE_ARENA), *streams = malloc(STREAM_ARENA);
    *s = (struct log_source){.page_records = calloc(RECORDS_MAX, sizeof *s->page_records),
                             .stream_records = calloc(RECORDS_MAX, sizeof *s->stream_records)};
    ensure(pages && streams && s->page_records && s->stream_records);
    arena_init(&s->pages, pages, PAGE_ARENA);
    arena_init(&s->streams, streams, STREAM_ARENA);
    int r = bus_endpoint(data_dir, "eventlog", endpoint);
    return r ? r : bus_client_open(bus, endpoint, &s->log);
}

void log_source_close(struct log_source *s) {
    bus_client_close(s->log);
    free(s->pages.memory);
    free(s->streams.memory);
    free(s->page_records);
    free(s->stream_records);
}

struct source log_source_of(struct log_source *s) {
    return (struct source){s, ask_page, ask_stream};
}
