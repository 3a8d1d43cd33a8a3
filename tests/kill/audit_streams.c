#include <stdlib.h>

#include "tests/kill/audit.h"

enum { STREAMS = 20, ASK_MS = 60000, PAGE_MEMORY = 8 << 20 };

static uint64_t newest_below(struct audit *a, const struct said *of, uint64_t before) {
    uint64_t newest = 0;
    for (uint64_t p = 1; p < before; p++) {
        struct arena arena;
        struct record r;
        arena_init(&arena, a->memory, AUDIT_MEMORY);
        audit_record(a, p, &arena, &r);
        if (r.said.category == of->category && id_equal(r.said.stream, of->stream))
            newest = p;
    }
    return newest;
}

/* A stream can be asked for from any position on, its own or not: the answer begins with its newest
 * entry below. */
static void check_stream(struct audit *a, struct bus_client *log, struct rng *rng,
                         struct arena *arena) {
    struct record chosen, newest;
    struct bus_answer answer;
    uint64_t before = rng_below(rng, a->count) + 2;
    arena_reset(arena);
    audit_record(a, rng_below(rng, a->count) + 1, arena, &chosen);
    uint64_t expected = newest_below(a, &chosen.said, before);
    struct ReadStream ask = {
        .category = chosen.said.category, .stream = chosen.said.stream, .before = (int64_t)before};
    int r = bus_call(log, ReadStream_schema(), &ask, ASK_MS, arena, &answer);
    must(r == 0 && answer.schema == StreamPage_schema(), "no page of a stream: condition %d", r);
    const struct StreamPage *page = answer.message;
    must((page->records.count > 0) == (expected > 0), "a stream below %llu: %u entries",
         (unsigned long long)before, page->records.count);
    if (!expected)
        return;
    must(record_decode(page->records.items[0].data, arena, &newest) == RECORD_OK &&
             (uint64_t)newest.log.position == expected,
         "a stream below %llu begins elsewhere than at %llu", (unsigned long long)before,
         (unsigned long long)expected);
}

void audit_streams(struct audit *a, struct town *t) {
    struct rng rng;
    struct arena arena;
    struct bus_client *log = town_client(t, EVENTLOG);
    uint8_t *memory = malloc(PAGE_MEMORY);
    must(memory != NULL, "out of memory");
    arena_init(&arena, memory, PAGE_MEMORY);
    rng_init(&rng, a->count);
    for (int i = 0; i < STREAMS; i++)
        check_stream(a, log, &rng, &arena);
    free(memory);
    bus_client_close(log);
}
