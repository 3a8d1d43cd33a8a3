/* SIGKILL at random moments while several voices speak: of one process, or of all at once. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/kill/audit.h"
#include "tests/kill/load.h"
#include "tests/kill/suites.h"

enum {
    GUIDES = 4,
    VOICES = 6,
    SINGLE_KILLS = 500,
    SYSTEM_KILLS = 100,
    KILLS_MAX = 100000,
    GAP_MS = 120, /* most time between a recovery and the next kill */
    READY_MS = 60000,
    RECOVERY_MS =
        8000, /* p99: four times what is promised, for machines that do other things too */
};

struct times {
    int *ms;
    unsigned count;
};

static int by_size(const void *a, const void *b) {
    const int *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void tell_times(const char *what, struct times *t) {
    if (t->count == 0)
        return;
    qsort(t->ms, t->count, sizeof *t->ms, by_size);
    printf("  %s: %u times, p50 %d ms, p99 %d ms, max %d ms\n", what, t->count, t->ms[t->count / 2],
           t->ms[t->count * 99 / 100], t->ms[t->count - 1]);
    must(t->ms[t->count * 99 / 100] <= RECOVERY_MS, "%s: p99 is %d ms", what,
         t->ms[t->count * 99 / 100]);
}

static void note_time(struct times *t, int ms) {
    must(ms >= 0, "not ready after %d ms", READY_MS);
    t->ms[t->count++] = ms;
}

static void open_times(struct times *t, unsigned most) {
    *t = (struct times){malloc(most * sizeof *t->ms), 0};
    must(t->ms != NULL, "out of memory");
}

/* The eventlog most of all: everybody depends on it. */
static enum process pick(struct rng *rng, const char *only) {
    for (int p = 0; only && p < PROCESSES; p++)
        if (strcmp(process_names[p], only) == 0)
            return (enum process)p;
    return rng_below(rng, 3) == 0 ? EVENTLOG : (enum process)rng_below(rng, PROCESSES);
}

/* Now and then the next one is hit before this one is back. */
static void kill_one(struct town *t, struct rng *rng, enum process p, struct times *all,
                     struct times *eventlog) {
    int64_t begin = wall_ms();
    town_kill(t, p);
    if (rng_below(rng, 4) == 0)
        pause_ms((int)rng_below(rng, GAP_MS));
    town_start(t, p);
    if (rng_below(rng, 4) == 0)
        return;
    int ms = town_await(t, p, READY_MS) < 0 ? -1 : (int)(wall_ms() - begin);
    note_time(all, ms);
    if (p == EVENTLOG)
        note_time(eventlog, ms);
}

/* How long the town as a whole stood still: until every department decides again. */
static void await_town(struct town *t, struct times *town, int64_t begin) {
    town_await_all(t, READY_MS);
    note_time(town, (int)(wall_ms() - begin));
}

static void end(struct town *t, struct load *load, int64_t begin) {
    load_stop(load);
    printf("  %lu stories under %lld s of kills; slowest answer %lld ms; %u ends of their own\n",
           atomic_load(&load->rounds), (long long)(wall_ms() - begin) / 1000,
           (long long)load->acks.slowest_ms, t->surprises);
    audit_town(t, &load->acks);
    must(t->surprises == 0, "%u processes ended by themselves", t->surprises);
    town_close(t);
    load_free(load);
}

static void begin(struct town *t, struct city *city, struct load *load, const struct wish *w) {
    struct voice founder;
    town_open(t, w->bin);
    *load = (struct load){.town = t, .city = city, .round = load_families};
    acks_open(&load->acks);
    voice_open(&founder, t, &load->acks, w->seed);
    city_found(city, &founder, GUIDES);
    voice_close(&founder);
    load_start(load, w->voices ? w->voices : VOICES, w->seed);
}

void suite_single(const struct wish *w) {
    static struct town t;
    static struct city city;
    static struct load load;
    struct rng rng;
    struct times all, eventlog, town;
    unsigned kills = w->kills ? w->kills : SINGLE_KILLS;
    open_times(&all, kills);
    open_times(&eventlog, kills);
    open_times(&town, kills);
    rng_init(&rng, w->seed);
    begin(&t, &city, &load, w);
    int64_t start = wall_ms();
    for (unsigned i = 0; i < kills; i++) {
        int64_t killed = wall_ms();
        kill_one(&t, &rng, pick(&rng, w->only), &all, &eventlog);
        if (i % 10 == 9)
            await_town(&t, &town, killed);
        pause_ms((int)rng_below(&rng, GAP_MS));
    }
    printf("single: %u kills of one process\n", kills);
    tell_times("killed process ready again", &all);
    tell_times("killed eventlog ready again", &eventlog);
    tell_times("every department decides again", &town);
    end(&t, &load, start);
}

void suite_system(const struct wish *w) {
    static struct town t;
    static struct city city;
    static struct load load;
    struct rng rng;
    struct times town;
    unsigned kills = w->kills ? w->kills : SYSTEM_KILLS;
    open_times(&town, kills);
    rng_init(&rng, w->seed);
    begin(&t, &city, &load, w);
    int64_t start = wall_ms();
    for (unsigned i = 0; i < kills; i++) {
        int64_t killed = wall_ms();
        town_kill_all(&t);
        town_start_all(&t);
        await_town(&t, &town, killed);
        pause_ms((int)rng_below(&rng, 3 * GAP_MS));
    }
    printf("system: %u kills of all seven processes at once\n", kills);
    tell_times("every department decides again", &town);
    end(&t, &load, start);
}
