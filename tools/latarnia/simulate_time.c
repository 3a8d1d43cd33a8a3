/* Days, chance, ids and the queue of what happens next. */
#include <stdlib.h>
#include <string.h>

#include "common/base/ensure.h"
#include "tools/latarnia/simulate.h"

void sim_open(struct sim *s, uint64_t seed, FILE *commands) {
    memset(s, 0, sizeof *s);
    s->seed = seed;
    s->out = commands;
    rng_init(&s->rng, seed);
    s->first = civil_from_ymd(2015, 1, 2);
    s->last = civil_from_ymd(2020, 6, 30);
    s->today = s->first;
}

void sim_close(struct sim *s) {
    for (size_t i = 0; i < s->owned_count; i++)
        free(s->owned[i]);
    for (int i = 0; i < SIM_DEPARTMENTS; i++)
        free(s->said[i].data);
    free(s->owned);
    free(s->tasks);
    free(s->homes);
    free(s->buildings);
}

void *owned(struct sim *s, size_t size) {
    if (s->owned_count == s->owned_capacity) {
        s->owned_capacity = s->owned_capacity ? s->owned_capacity * 2 : 256;
        s->owned = realloc(s->owned, s->owned_capacity * sizeof *s->owned);
        ensure(s->owned != NULL);
    }
    void *memory = calloc(1, size);
    ensure(memory != NULL);
    s->owned[s->owned_count++] = memory;
    return memory;
}

/* ---- chance ---- */

int between(struct sim *s, int least, int most) {
    ensure(least <= most);
    return (int)rng_between(&s->rng, least, most);
}

bool chance(struct sim *s, int permille) {
    return rng_chance(&s->rng, (unsigned)permille);
}

const char *one_of(struct sim *s, const char *const *words, size_t count) {
    return words[rng_below(&s->rng, count)];
}

/* An id of version 8 that only this seed and this number have. */
static struct id id_of(uint64_t seed, uint64_t space, uint64_t number) {
    uint64_t state = seed ^ rng_rotate(space * 0x9e3779b97f4a7c15u, 29) ^ number;
    struct id id;
    rng_split(&state);
    for (size_t i = 0; i < sizeof id.bytes; i += 8) {
        uint64_t part = rng_split(&state);
        memcpy(id.bytes + i, &part, sizeof part);
    }
    id.bytes[6] = (uint8_t)((id.bytes[6] & 0x0f) | 0x80);
    id.bytes[8] = (uint8_t)((id.bytes[8] & 0x3f) | 0x80);
    return id;
}

enum { SPACE_THINGS = 1, SPACE_COMMANDS };

struct id new_id(struct sim *s) {
    return id_of(s->seed, SPACE_THINGS, ++s->ids);
}

struct id new_command_id(struct sim *s) {
    return id_of(s->seed, SPACE_COMMANDS, ++s->commands);
}

/* ---- the queue: the earliest day first, then in the order of planning ---- */

static bool comes_before(const struct task *a, const struct task *b) {
    return a->day < b->day || (a->day == b->day && a->order < b->order);
}

static void swap(struct task *a, struct task *b) {
    struct task other = *a;
    *a = *b;
    *b = other;
}

static void rise(struct sim *s, size_t i) {
    while (i > 0 && comes_before(&s->tasks[i], &s->tasks[(i - 1) / 2])) {
        swap(&s->tasks[i], &s->tasks[(i - 1) / 2]);
        i = (i - 1) / 2;
    }
}

static void sink(struct sim *s, size_t i) {
    for (;;) {
        size_t first = i;
        for (size_t child = 2 * i + 1; child <= 2 * i + 2; child++)
            if (child < s->task_count && comes_before(&s->tasks[child], &s->tasks[first]))
                first = child;
        if (first == i)
            return;
        swap(&s->tasks[i], &s->tasks[first]);
        i = first;
    }
}

void plan_on(struct sim *s, civil_day day, step_fn *run, void *subject) {
    if (day > s->last)
        return;
    if (s->task_count == s->task_capacity) {
        s->task_capacity = s->task_capacity ? s->task_capacity * 2 : 1024;
        s->tasks = realloc(s->tasks, s->task_capacity * sizeof *s->tasks);
        ensure(s->tasks != NULL);
    }
    s->tasks[s->task_count] = (struct task){day < s->today ? s->today : day, s->task_order++, run,
                                            subject};
    rise(s, s->task_count++);
}

civil_day workday_in(struct sim *s, int least, int most) {
    return civil_next_working(s->today + between(s, least, most));
}

void plan_in(struct sim *s, int least, int most, step_fn *run, void *subject) {
    plan_on(s, workday_in(s, least, most), run, subject);
}

void sim_run(struct sim *s) {
    while (s->task_count) {
        struct task next = s->tasks[0];
        if (next.day != s->today)
            say_flush(s);
        s->today = next.day;
        s->tasks[0] = s->tasks[--s->task_count];
        sink(s, 0);
        next.run(s, next.subject);
    }
    say_flush(s);
}
