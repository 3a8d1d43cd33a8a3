#include "tests/kill/audit.h"

#include <stdio.h>
#include <stdlib.h>

enum { CALM_MS = 2500, SETTLE_MS = 120000, ASK_MS = 60000, PAGE_MEMORY = 8 << 20, REPEATS = 400 };

void audit_open(struct audit *a) {
    *a = (struct audit){.memory = malloc(AUDIT_MEMORY)};
    must(a->memory != NULL, "out of memory");
    tally_open(&a->seen);
}

void audit_free(struct audit *a) {
    for (uint64_t i = 0; i < a->count; i++)
        free(a->records[i].bytes);
    free(a->records);
    free(a->memory);
    tally_free(&a->seen);
}

/* ---- coming to rest ---- */

static bool has_folded(struct town *t, enum process p, int64_t size) {
    struct Status s;
    return town_status(t, p, &s, 2000) && s.ready && s.folded == size;
}

static bool all_have_folded(struct town *t, int64_t size) {
    for (int p = INTAKE; p < PROCESSES; p++)
        if (!has_folded(t, (enum process)p, size))
            return false;
    return true;
}

void audit_settle(struct town *t) {
    int64_t until = wall_ms() + SETTLE_MS, calm_since = wall_ms(), size = -1;
    while (wall_ms() - calm_since < CALM_MS) {
        struct Status s = {0};
        must(wall_ms() < until, "the town does not come to rest in %d ms", SETTLE_MS);
        town_watch(t);
        pause_ms(100);
        bool calm =
            town_status(t, EVENTLOG, &s, 2000) && s.size == size && all_have_folded(t, size);
        if (!calm)
            calm_since = wall_ms();
        size = s.size;
    }
}

/* ---- reading ---- */

static void keep(struct audit *a, struct bytes bytes) {
    if (a->count == a->capacity) {
        a->capacity = a->capacity ? a->capacity * 2 : 4096;
        a->records = realloc(a->records, a->capacity * sizeof *a->records);
        must(a->records != NULL, "out of memory");
    }
    uint8_t *copy = malloc(bytes.size);
    must(copy != NULL, "out of memory");
    memcpy(copy, bytes.data, bytes.size);
    a->records[a->count++] = (struct kept){copy, bytes.size};
}

static bool read_page(struct audit *a, struct bus_client *log, struct arena *arena) {
    struct ReadFeed ask = {.from = (int64_t)a->count + 1};
    struct bus_answer answer;
    arena_reset(arena);
    int r = bus_call(log, ReadFeed_schema(), &ask, ASK_MS, arena, &answer);
    must(r == 0 && answer.schema == FeedPage_schema(), "no page of the feed: condition %d", r);
    const struct FeedPage *page = answer.message;
    for (uint32_t i = 0; i < page->records.count; i++)
        keep(a, page->records.items[i].data);
    must((uint64_t)page->next == a->count + 1, "a page of the feed with gaps before %lld",
         (long long)page->next);
    return page->records.count > 0;
}

void audit_read(struct audit *a, struct town *t) {
    struct bus_client *log = town_client(t, EVENTLOG);
    struct arena arena;
    uint8_t *memory = malloc(PAGE_MEMORY);
    must(memory != NULL, "out of memory");
    arena_init(&arena, memory, PAGE_MEMORY);
    while (read_page(a, log, &arena)) {
    }
    free(memory);
    bus_client_close(log);
}

void audit_record(const struct audit *a, uint64_t position, struct arena *arena,
                  struct record *out) {
    must(position > 0 && position <= a->count, "position %llu is not in the log",
         (unsigned long long)position);
    const struct kept *k = &a->records[position - 1];
    must(record_decode((struct bytes){k->bytes, k->size}, arena, out) == RECORD_OK,
         "position %llu cannot be read", (unsigned long long)position);
}

/* ---- asking the processes ---- */

static void check_repeats(struct town *t, const struct acks *acks) {
    struct voice v;
    size_t step = acks->count / REPEATS + 1;
    voice_open(&v, t, NULL, 1);
    for (size_t i = 0; i < acks->count; i += step)
        voice_repeat(&v, &acks->items[i]);
    voice_close(&v);
}

/* The rows that were folded through all the kills, and those of one fold from the beginning. */
static void check_views(struct town *t) {
    static uint8_t memory[4 << 20];
    struct arena arena;
    struct bus_answer answer;
    struct RebuildViews ask = {0};
    struct bus_client *projector = town_client(t, PROJECTOR);
    arena_init(&arena, memory, sizeof memory);
    int r = bus_call(projector, RebuildViews_schema(), &ask, ASK_MS, &arena, &answer);
    must(r == 0 && answer.schema == ViewsRebuilt_schema(), "the views are not rebuilt (%d)", r);
    const struct ViewsRebuilt *done = answer.message;
    must(done->different == 0, "%lld rows of the views differ from a fresh fold: %.*s",
         (long long)done->different, (int)done->first_difference.size, done->first_difference.data);
    bus_client_close(projector);
}

static void check_verify(struct town *t) {
    int code = town_run(t, "latarnia", "log", "verify", NULL);
    must(code == 0, "log verify ended with %d", code);
}

/* ---- the whole ---- */

static void check_log(struct audit *a, struct town *t, const struct acks *acks, bool is_whole) {
    audit_open(a);
    audit_read(a, t);
    audit_walk(a);
    audit_acks(a, acks, is_whole);
}

uint64_t audit_log(struct town *t, const struct acks *acks) {
    struct audit a;
    check_log(&a, t, acks, false);
    uint64_t fullest = a.fullest;
    audit_free(&a);
    return fullest;
}

void audit_town(struct town *t, const struct acks *acks) {
    struct audit a;
    audit_settle(t);
    check_log(&a, t, acks, true);
    audit_cores(&a);
    audit_streams(&a, t);
    check_repeats(t, acks);
    check_views(t);
    check_verify(t);
    printf("  %llu records, %zu acknowledged commands found where they were told, %llu refused, "
           "%llu sendings without answer, %llu repeated; %llu reactions and %llu terms once; "
           "fullest guide %llu\n",
           (unsigned long long)a.count, acks->count, (unsigned long long)acks->rejected,
           (unsigned long long)acks->retries, (unsigned long long)acks->repeated,
           (unsigned long long)a.reactions, (unsigned long long)a.timers,
           (unsigned long long)a.fullest);
    audit_free(&a);
}
