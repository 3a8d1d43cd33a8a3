#include "tests/faults/scenario.h"
#include "tests/faults/town_views.h"

#include "common/base/ensure.h"
#include "common/domain/machine.h"
#include "daemons/eventlog/index.h"
#include "daemons/intake/domain.h"

#include <stdio.h>
#include <stdlib.h>

enum { HALF = 200, ARENA_BYTES = 1 << 20 };

static struct town_views town;

void view_scenarios_init(void) {
    town_views_make(&town);
}

static void stage_half(struct stage *out) {
    town_views_take(&town, HALF, out);
}

static void stage_all(struct stage *out) {
    town_views_take(&town, 0, out);
}

static int open_views(const char *dir, struct projector **p) {
    struct source source = memory_log_source(&town.log);
    char path[128];
    snprintf(path, sizeof path, "%s/views", dir);
    return -(int)projector_open(path, &source, NULL, p);
}

static int compare(struct projector *p, struct told *told) {
    int r = town_views_compare(&town, p);
    told->wrong |= r > 0;
    return r > 0 ? 0 : r;
}

/* Whatever could not be written: what is answered is right. */
static int fold(struct projector *p, struct told *told, uint64_t end) {
    int r = -(int)town_views_fold(&town, p, end);
    if (!r)
        r = -(int)projector_flush(p);
    if (r == -PROJECTOR_E_FULL)
        r = 0;
    return r || end ? r : compare(p, told);
}

static int run_fold(const char *dir, struct told *told) {
    struct projector *p = NULL;
    int r = open_views(dir, &p);
    if (!r)
        r = fold(p, told, HALF);
    if (!r)
        r = fold(p, told, 0);
    projector_close(p);
    return r;
}

static int run_more(const char *dir, struct told *told) {
    struct projector *p = NULL;
    int r = open_views(dir, &p);
    if (!r)
        r = fold(p, told, 0);
    projector_close(p);
    return r;
}

static int run_rebuild(const char *dir, struct told *told) {
    struct projector *p = NULL;
    struct ViewsRebuilt rebuilt;
    int r = open_views(dir, &p);
    if (!r)
        r = fold(p, told, 0);
    if (!r)
        r = -(int)projector_rebuild(p, NULL, &rebuilt);
    told->wrong |= r == 0 && rebuilt.different != 0;
    if (!r)
        r = compare(p, told);
    projector_close(p);
    return r;
}

static const char *check_views(const char *dir, struct told *told) {
    char path[128];
    (void)told;
    snprintf(path, sizeof path, "%s/views", dir);
    return town_views_serve(&town, path) ? NULL : "a view answers something else";
}

static int no_history(void *context, struct stream stream, uint64_t at, struct arena *arena,
                      struct record **records, size_t *count) {
    (void)context, (void)stream, (void)at, (void)arena, (void)records;
    *count = 0;
    return 0;
}

static void decode(uint64_t position, struct arena *arena, struct record *out) {
    arena_reset(arena);
    ensure(record_decode(memory_log_at(&town.log, position), arena, out) == RECORD_OK);
}

/* A department folds the log and proposes what is due; memory is all it has. */
static int run_machine(const char *dir, struct told *told) {
    struct arena arena;
    struct record record;
    struct proposal *proposal = malloc(sizeof *proposal);
    void *memory = malloc(ARENA_BYTES);
    (void)dir, (void)told;
    if (!proposal || !memory)
        return -1;
    arena_init(&arena, memory, ARENA_BYTES);
    struct machine *m = machine_new(&intake_domain, no_history, NULL);
    for (uint64_t i = 1; i <= HALF; i++) {
        decode(i, &arena, &record);
        machine_fold(m, &record);
    }
    struct clock clock = {record.log.known_at, civil_in_warsaw(record.log.known_at), false};
    arena_reset(&arena);
    machine_propose_reaction(m, &clock, &arena, proposal);
    machine_propose_timer(m, &clock, &arena, proposal);
    machine_propose_mark(m, 1, &clock, &arena, proposal);
    machine_settle(m);
    machine_free(m);
    free(memory);
    free(proposal);
    return 0;
}

static int run_index(const char *dir, struct told *told) {
    struct arena arena;
    struct record record;
    void *memory = malloc(ARENA_BYTES);
    (void)dir, (void)told;
    if (!memory)
        return -1;
    arena_init(&arena, memory, ARENA_BYTES);
    struct index *x = index_new();
    for (uint64_t i = 1; i <= HALF; i++) {
        decode(i, &arena, &record);
        index_take(x, &record);
    }
    index_free(x);
    free(memory);
    return 0;
}

const struct scenario view_scenarios[] = {
    {"fold and flush the views", "views", NULL, run_fold, check_views},
    {"fold on top of older tables", "views", stage_half, run_more, check_views},
    {"rebuild the views", "views", stage_all, run_rebuild, check_views},
    {"a department's machine", "", NULL, run_machine, NULL},
    {"heads and command ids", "", NULL, run_index, NULL},
};
const size_t view_scenario_count = sizeof view_scenarios / sizeof *view_scenarios;
