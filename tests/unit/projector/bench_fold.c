/*
 * How fast views are folded: a synthetic city log in memory, folded without tables, into durable
 * tables, once more from the tables, rebuilt, and asked. Prints one line a figure; nothing passes
 * or fails here. Times are of the processor, one core, so that a busy machine tells the same.
 *
 *   bench_fold [ENTRIES [HOUSEHOLDS [DIR]]]
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "common/base/ensure.h"
#include "daemons/projector/projector.h"
#include "daemons/projector/lean.h"
#include "daemons/projector/tables.h"
#include "tests/unit/projector/city.h"

static int64_t now_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void tell(const char *what, size_t events, int64_t us) {
    printf("%-34s %9zu events %9.1f ms %8.2f M/s\n", what, events, (double)us / 1000,
           us ? (double)events / (double)us : 0);
}

static long anonymous_kib(void) {
    char line[128];
    long kib = 0;
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "RssAnon: %ld", &kib) == 1)
            break;
    if (f)
        fclose(f);
    return kib;
}

static void decode_only(struct memory_log *log) {
    static uint8_t memory[1 << 20];
    struct arena arena;
    struct record r;
    int64_t start = now_us();
    arena_init(&arena, memory, sizeof memory);
    for (uint64_t i = 1; i <= log->count; i++) {
        arena_reset(&arena);
        ensure(lean_open(memory_log_at(log, i), &arena, &r) == 0 && lean_payload(&arena, &r) == 0);
    }
    tell("read in place", log->count, now_us() - start);
    start = now_us();
    for (uint64_t i = 1; i <= log->count; i++) {
        arena_reset(&arena);
        ensure(record_decode(memory_log_at(log, i), &arena, &r) == RECORD_OK);
    }
    tell("strict codec, for comparison", log->count, now_us() - start);
}

static void pure_fold(const struct source *source, size_t events) {
    struct fold fold;
    uint8_t root[32];
    bool has_root;
    long before = anonymous_kib();
    struct store *store = store_new();
    ensure(fold_init(&fold, store, source, HISTORY_NOW) == 0);
    int64_t start = now_us();
    ensure(fold_log(&fold, root, &has_root) == FOLD_OK);
    tell("fold of all views, in memory", events, now_us() - start);
    printf("%-34s %9ld KiB anonymous\n", "facts of the city", anonymous_kib() - before);
    fold_deinit(&fold);
    store_free(store);
}

static void fold_live(struct projector *p, const struct source *source, size_t events) {
    int64_t start = now_us();
    while (projector_position(p) < events) {
        struct source_page page = {0};
        ensure(source->page(source->context, projector_position(p) + 1, &page) == 0);
        enum projector_result bad = projector_fold(p, page.records, page.count, page.root);
        if (bad)
            fprintf(stderr, "%s at %" PRIu64 "\n", projector_result_text(bad),
                    projector_position(p));
        ensure(!bad);
    }
    ensure(projector_flush(p) == PROJECTOR_OK);
    tell("fold into durable tables", events, now_us() - start);
}

static void count_rows(void *context, const struct schema *schema, const void *message) {
    if (schema == QueryAnswer_schema())
        *(int64_t *)context = ((const struct QueryAnswer *)message)->n;
}

static int by_time(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

enum { ROUNDS = 200 };

static void time_views(struct projector *p, civil_day today) {
    int64_t took[ROUNDS];
    int64_t rows = 0;
    for (size_t v = 0; v < views_count(); v++) {
        struct Query query = {.view = text_of(views_at(v)->name), .key = city_id("household", 7)};
        if (!views_at(v)->needs_key)
            query.key = (struct id){{0}};
        for (size_t i = 0; i < ROUNDS; i++) {
            int64_t start = now_us();
            ensure(projector_query(p, &query, today, count_rows, &rows) == QUERY_OK);
            took[i] = now_us() - start;
        }
        qsort(took, ROUNDS, sizeof *took, by_time);
        printf("query %-28s %6" PRId64 " rows   p50 %6" PRId64 " us   p99 %6" PRId64 " us\n",
               views_at(v)->name, rows, took[ROUNDS / 2], took[ROUNDS * 99 / 100]);
    }
}

static void time_past(struct projector *p, civil_day day) {
    int64_t rows = 0;
    struct Query query = {.view = text_of("effects"), .as_of = day};
    int64_t start = now_us();
    ensure(projector_query(p, &query, day, count_rows, &rows) == QUERY_OK);
    printf("%-34s %9.1f ms\n", "effects of a past day", (double)(now_us() - start) / 1000);
}

int main(int argc, char **argv) {
    size_t entries = argc > 1 ? strtoul(argv[1], NULL, 10) : 500000;
    size_t households = argc > 2 ? strtoul(argv[2], NULL, 10) : 1200;
    const char *dir = argc > 3 ? argv[3] : "bench-views";
    struct memory_log log;
    struct city *city = malloc(sizeof *city);
    struct projector *p;
    struct ViewsRebuilt rebuilt;
    ensure(city != NULL && households <= CITY_HOUSEHOLDS_MAX);
    memory_log_init(&log);
    city_init(city, &log, 1, households);
    city->mistakes = 500;
    city_until(city, entries);
    struct source source = memory_log_source(&log);
    printf("log: %zu entries, %.1f MiB, %zu bytes each\n", log.count, (double)log.size / (1 << 20),
           log.size / log.count);
    decode_only(&log);
    pure_fold(&source, log.count);
    ensure(tables_remove(dir) == 0);
    ensure(projector_open(dir, &source, NULL, &p) == PROJECTOR_OK);
    fold_live(p, &source, log.count);
    projector_close(p);
    int64_t start = now_us();
    ensure(projector_open(dir, &source, NULL, &p) == PROJECTOR_OK);
    tell("start from the tables", log.count, now_us() - start);
    ensure(projector_rebuild(p, now_us, &rebuilt) == PROJECTOR_OK);
    tell("rebuild, compare, switch", log.count, rebuilt.micros);
    printf("%-34s %9" PRId64 " rows %.*s\n", "different after the rebuild", rebuilt.different,
           (int)rebuilt.first_difference.size, rebuilt.first_difference.data);
    time_views(p, city->day);
    time_past(p, city->day - 365);
    projector_close(p);
    tables_remove(dir);
    memory_log_free(&log);
    free(city);
    return 0;
}
