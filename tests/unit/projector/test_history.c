/*
 * Proves on random logs full of voids and corrections, also of each other, that there is one
 * history (DESIGN.md 6): the live views, folded in pages of any size through restarts, failed reads
 * and rebuilds, equal the log folded once more; what was live at a moment is what `--at` and
 * `--known-at` tell of it later; and every past day is what its definition says, entry by entry.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "common/base/ensure.h"
#include "common/messages/intake.h"
#include "daemons/projector/state.h"
#include "tests/sim/world.h"
#include "tests/unit/projector/answers.h"
#include "tests/unit/projector/city.h"
#include "tests/unit/projector/wild.h"

enum { KEYS = 4, QUESTIONS_MAX = 32, MOMENTS_MAX = 64, STEP = 45 };

/* ---- logs ---- */

/* Whoever tells the log: makes it at least so long. */
typedef void grow_fn(void *teller, struct memory_log *log, size_t entries);

static void grow_wild(void *teller, struct memory_log *log, size_t entries) {
    (void)log;
    wild_until(teller, entries);
}

static void grow_city(void *teller, struct memory_log *log, size_t entries) {
    (void)log;
    city_until(teller, entries);
}

/* The real departments' log, with what their rules write beside a void. */
static void grow_world(void *teller, struct memory_log *log, size_t entries) {
    static uint8_t memory[1 << 18];
    struct world *w = teller;
    while (log->count < entries) {
        world_step(w);
        while (log->count < w->log.count) {
            struct arena arena;
            struct record r;
            arena_init(&arena, memory, sizeof memory);
            ensure(sim_log_read(&w->log, log->count + 1, &arena, &r) == 0);
            memory_log_put(log, &r.said, r.schema, r.payload, r.log.known_at);
        }
    }
}

/* ---- a projector with an uneasy life ---- */

struct moment {
    uint64_t position;
    int64_t known_us;
    civil_day day;
    struct answer answers[QUESTIONS_MAX];
};

struct run {
    uint64_t seed;
    struct memory_log log;
    grow_fn *grow;
    void *teller;
    struct rng rng;
    struct projector *p;
    bool is_flaky;
    struct id keys[KEYS];
    struct Query questions[QUESTIONS_MAX];
    size_t question_count;
    struct moment *moments;
    size_t moment_count;
};

static int flaky_page(void *context, uint64_t from, struct source_page *out) {
    struct run *r = context;
    return memory_log_source(&r->log).page(&r->log, from, out);
}

static int flaky_stream(void *context, struct stream stream, uint64_t before,
                        struct source_page *out) {
    struct run *r = context;
    if (r->is_flaky && rng_chance(&r->rng, 150))
        return 1;
    return memory_log_source(&r->log).stream(&r->log, stream, before, out);
}

static void open_projector(struct run *r) {
    struct source source = {r, flaky_page, flaky_stream};
    ensure(projector_open("test-history", &source, NULL, &r->p) == PROJECTOR_OK);
}

/* A goodbye, or none: then what was not flushed is lost and folded again. */
static void restart(struct run *r) {
    r->p->is_broken = rng_chance(&r->rng, 500);
    projector_close(r->p);
    open_projector(r);
}

static void follow(struct run *r) {
    r->is_flaky = true;
    while (projector_position(r->p) < r->log.count) {
        struct source_page page = {0};
        r->log.page = rng_below(&r->rng, 60) + 1;
        ensure(flaky_page(r, projector_position(r->p) + 1, &page) == 0);
        enum projector_result result = projector_fold(r->p, page.records, page.count, page.root);
        ensure(result == PROJECTOR_OK || result == PROJECTOR_E_SOURCE);
        if (rng_chance(&r->rng, 150))
            ensure(projector_flush(r->p) == PROJECTOR_OK);
        if (rng_chance(&r->rng, 60))
            restart(r);
    }
    r->is_flaky = false;
    r->log.page = 1000;
}

/* ---- what is compared ---- */

static void ask_for(struct run *r, const char *view, const char *text, struct id key) {
    r->questions[r->question_count++] =
        (struct Query){.view = text_of(view), .text = text_of(text), .key = key};
    ensure(r->question_count < QUESTIONS_MAX);
}

static void prepare_questions(struct run *r) {
    for (size_t i = 0; i < views_count(); i++)
        if (!views_at(i)->needs_key)
            ask_for(r, views_at(i)->name, "", (struct id){{0}});
    ask_for(r, "effects", "all", (struct id){{0}});
    for (size_t i = 0; i < KEYS; i++) {
        ask_for(r, "timeline", "", r->keys[i]);
        ask_for(r, "effects", "all", r->keys[i]);
    }
}

static void assert_same(const struct run *r, const char *what, uint64_t position, size_t question,
                        struct answer *a, struct answer *b) {
    if (answers_equal(a, b))
        return;
    fprintf(stderr, "seed %llu, position %llu: %s, %.*s differs\n", (unsigned long long)r->seed,
            (unsigned long long)position, what, (int)r->questions[question].view.size,
            r->questions[question].view.data);
    answers_show(a, b);
    fail();
}

static void check_now(struct run *r, struct moment *m) {
    for (size_t i = 0; i < r->question_count; i++) {
        struct answer anew;
        ensure(ask_projector(r->p, &r->questions[i], m->day, &m->answers[i]) == QUERY_OK);
        ensure(ask_anew(&r->log, HISTORY_NOW, &r->questions[i], m->day, &anew) == QUERY_OK);
        assert_same(r, "live and folded once more", m->position, i, &m->answers[i], &anew);
        answer_free(&anew);
    }
}

/* A day near the newest one, on either side of what the live views may answer themselves. */
static void check_as_of(struct run *r, const struct moment *m) {
    size_t i = rng_below(&r->rng, r->question_count);
    struct Query query = r->questions[i];
    struct history_limit limit = HISTORY_NOW;
    struct answer live, anew;
    query.as_of = limit.as_of = m->day + (civil_day)rng_between(&r->rng, -12, 3);
    ensure(ask_projector(r->p, &query, m->day, &live) == QUERY_OK);
    ensure(ask_anew(&r->log, limit, &query, limit.as_of, &anew) == QUERY_OK);
    assert_same(r, "as of a day and folded once more", m->position, i, &live, &anew);
    answer_free(&live);
    answer_free(&anew);
}

static void check_rebuild(struct run *r) {
    struct ViewsRebuilt rebuilt;
    ensure(projector_rebuild(r->p, NULL, &rebuilt) == PROJECTOR_OK);
    if (rebuilt.different)
        fprintf(stderr, "seed %llu, position %llu: rebuild, %.*s\n", (unsigned long long)r->seed,
                (unsigned long long)rebuilt.position, (int)rebuilt.first_difference.size,
                rebuilt.first_difference.data);
    assert_int_equal(rebuilt.different, 0);
}

static void check_then(struct run *r, struct moment *m) {
    for (size_t i = 0; i < r->question_count; i++) {
        struct Query at = r->questions[i], known = r->questions[i];
        struct answer by_position, by_time;
        at.at = (int64_t)m->position;
        known.known_at = m->known_us;
        civil_day today = m->day + 1000; /* the past does not depend on when one asks */
        ensure(ask_projector(r->p, &at, today, &by_position) == QUERY_OK);
        assert_same(r, "live then and --at", m->position, i, &m->answers[i], &by_position);
        answer_free(&by_position);
        if (m->position < r->log.count && r->log.records[m->position].known_us == m->known_us)
            continue; /* the next entry became known in the same microsecond */
        ensure(ask_projector(r->p, &known, today, &by_time) == QUERY_OK);
        assert_same(r, "live then and --known-at", m->position, i, &m->answers[i], &by_time);
        answer_free(&by_time);
    }
}

static struct moment *next_moment(struct run *r) {
    struct moment *m = &r->moments[r->moment_count++];
    ensure(r->moment_count <= MOMENTS_MAX);
    m->position = r->log.count;
    m->known_us = r->log.records[r->log.count - 1].known_us;
    m->day = civil_in_warsaw(m->known_us);
    return m;
}

static void live_through(struct run *r, size_t entries) {
    r->moments = calloc(MOMENTS_MAX, sizeof *r->moments);
    ensure(r->moments && tables_remove("test-history") == 0);
    rng_init(&r->rng, r->seed * 7919);
    prepare_questions(r);
    open_projector(r);
    while (r->log.count < entries) {
        r->grow(r->teller, &r->log, r->log.count + 1 + rng_below(&r->rng, 2 * STEP));
        follow(r);
        struct moment *m = next_moment(r);
        check_now(r, m);
        for (unsigned i = 0; i < 6; i++)
            check_as_of(r, m);
        if (rng_chance(&r->rng, 300))
            check_rebuild(r);
    }
    for (size_t i = 0; i < r->moment_count; i++) {
        check_then(r, &r->moments[i]);
        for (size_t k = 0; k < r->question_count; k++)
            answer_free(&r->moments[i].answers[k]);
    }
    projector_close(r->p);
    free(r->moments);
}

/* `is_crowded`: on one day and about three households, where only order tells things apart. */
static void live_wild(uint64_t seed, size_t entries, bool is_crowded) {
    struct run r = {.seed = seed, .grow = grow_wild};
    struct wild wild;
    memory_log_init(&r.log);
    wild_init(&wild, &r.log, seed);
    if (is_crowded) {
        wild.pace = 0;
        wild.subjects = 3;
    }
    r.teller = &wild;
    for (uint64_t i = 0; i < KEYS; i++)
        r.keys[i] = wild_id(i);
    live_through(&r, entries);
    wild_free(&wild);
    memory_log_free(&r.log);
}

static void live_city(uint64_t seed, size_t entries) {
    struct run r = {.seed = seed, .grow = grow_city};
    struct city city;
    memory_log_init(&r.log);
    city_init(&city, &r.log, seed, 20);
    city.mistakes = 1000;
    r.teller = &city;
    for (uint64_t i = 0; i < KEYS; i++)
        r.keys[i] = city_id(i < 2 ? "household" : "guide", i);
    live_through(&r, entries);
    memory_log_free(&r.log);
}

static void live_world(uint64_t seed, size_t entries) {
    static struct world world;
    struct run r = {.seed = seed, .grow = grow_world, .teller = &world};
    memory_log_init(&r.log);
    world_open(&world, seed);
    for (size_t i = 0; i < KEYS; i++)
        r.keys[i] = world.pool[i];
    live_through(&r, entries);
    world_close(&world);
    memory_log_free(&r.log);
}

struct seeds {
    uint64_t first, count;
};

static void anything_said(void **state) {
    const struct seeds *seeds = *state;
    for (uint64_t i = 0; i < seeds->count; i++)
        live_wild(seeds->first + i, 700, false);
}

static void everything_at_once(void **state) {
    const struct seeds *seeds = *state;
    for (uint64_t i = 0; i < seeds->count; i++)
        live_wild(seeds->first + i, 500, true);
}

static void a_city(void **state) {
    const struct seeds *seeds = *state;
    for (uint64_t i = 0; i < (seeds->count + 1) / 2; i++)
        live_city(seeds->first + i, 900);
}

static void the_departments(void **state) {
    const struct seeds *seeds = *state;
    for (uint64_t i = 0; i < (seeds->count + 1) / 2; i++)
        live_world(seeds->first + i, 500);
}

/* test_projector_history [FIRST SEED [HOW MANY]] */
int main(int argc, char **argv) {
    struct seeds seeds = {argc > 1 ? strtoull(argv[1], NULL, 10) : 1,
                          argc > 2 ? strtoull(argv[2], NULL, 10) : 4};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(anything_said, &seeds),
        cmocka_unit_test_prestate(everything_at_once, &seeds),
        cmocka_unit_test_prestate(a_city, &seeds),
        cmocka_unit_test_prestate(the_departments, &seeds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
