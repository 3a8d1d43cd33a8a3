/*
 * Proves that an answer about any past day is what its definition says (DESIGN.md 6), spelt out
 * here on its own: of the entries known by then, those that were not voided, with the content of
 * their corrections, if their day had come. Written as a log of their own, in which nothing was
 * ever amended, they give the same views.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "common/base/ensure.h"
#include "common/codec/codec.h"
#include "common/messages/intake.h"
#include "tests/unit/projector/answers.h"
#include "tests/unit/projector/city.h"
#include "tests/unit/projector/wild.h"

enum { MEMORY = 64 << 20 };

struct plain {
    struct record *entries; /* by position - 1, changed to what is right */
    bool *is_out;
    size_t count;
    struct arena arena;
};

static bool is_known(const struct record *r, struct history_limit limit) {
    return (uint64_t)r->log.position <= limit.at && r->log.known_at <= limit.known_at_us;
}

static void read_entries(struct plain *p, const struct memory_log *log) {
    p->count = log->count;
    p->entries = calloc(log->count, sizeof *p->entries);
    p->is_out = calloc(log->count, sizeof *p->is_out);
    ensure(p->entries && p->is_out);
    for (uint64_t at = 1; at <= log->count; at++)
        ensure(record_decode(memory_log_at(log, at), &p->arena, &p->entries[at - 1]) == RECORD_OK);
}

static bool is_same_stream(const struct record *a, const struct record *b) {
    return a->said.category == b->said.category && id_equal(a->said.stream, b->said.stream);
}

static void put_right(struct plain *p, struct record *entry, const struct record *by) {
    const struct EntryCorrected *c = by->payload;
    void *payload = arena_get(&p->arena, entry->schema->size);
    ensure(payload != NULL);
    ensure(!codec_decode(entry->schema, c->payload, &p->arena, payload).result);
    entry->payload = payload;
    entry->said.occurred_on = c->occurred_on;
    entry->said.breach = by->said.breach;
}

/* The last word about an entry counts; a word that was taken back is none. Later words first. */
static void amend(struct plain *p, struct history_limit limit) {
    bool *is_right = calloc(p->count, sizeof *is_right);
    ensure(is_right != NULL);
    for (size_t i = p->count; i-- > 0;) {
        const struct record *by = &p->entries[i];
        bool is_void = by->schema == EntryVoided_schema();
        if ((!is_void && by->schema != EntryCorrected_schema()) || p->is_out[i] ||
            !is_known(by, limit))
            continue;
        int64_t position = is_void ? ((const struct EntryVoided *)by->payload)->entry
                                   : ((const struct EntryCorrected *)by->payload)->entry;
        if (position > (int64_t)i || !is_same_stream(by, &p->entries[position - 1]))
            continue;
        if (is_void)
            p->is_out[position - 1] = true;
        else if (!is_right[position - 1])
            put_right(p, &p->entries[position - 1], by);
        is_right[position - 1] |= !is_void;
    }
    free(is_right);
}

static bool counts(const struct plain *p, size_t i, struct history_limit limit) {
    const struct record *r = &p->entries[i];
    return !p->is_out[i] && is_known(r, limit) && r->said.occurred_on <= limit.as_of &&
           r->schema != EntryVoided_schema() && r->schema != EntryCorrected_schema();
}

/* Positions are part of rows: what does not count leaves a word in a stream that no view looks at.
 */
static void write_plain(struct plain *p, struct history_limit limit, struct memory_log *out) {
    for (size_t i = 0; i < p->count; i++) {
        const struct record *r = &p->entries[i];
        struct EntryVoided nothing = {.entry = 1, .reason = MISTAKE_duplicate};
        struct said said = r->said;
        if (counts(p, i, limit)) {
            memory_log_put(out, &said, r->schema, r->payload, r->log.known_at);
            continue;
        }
        said.category = CATEGORY_Consent;
        said.type = EntryVoided_schema()->about->type;
        memory_log_put(out, &said, EntryVoided_schema(), &nothing, r->log.known_at);
    }
}

static void make_plain(const struct memory_log *log, struct history_limit limit,
                       struct memory_log *out) {
    static uint8_t memory[MEMORY];
    struct plain p = {.count = 0};
    memory_log_init(out);
    arena_init(&p.arena, memory, sizeof memory);
    read_entries(&p, log);
    amend(&p, limit);
    write_plain(&p, limit, out);
    free(p.entries);
    free(p.is_out);
}

static void check(struct memory_log *log, struct history_limit limit, civil_day on, uint64_t seed) {
    struct memory_log plain;
    make_plain(log, limit, &plain);
    for (size_t i = 0; i < views_count(); i++) {
        struct Query query = {.view = text_of(views_at(i)->name)};
        struct answer is, should;
        if (views_at(i)->needs_key)
            continue; /* the timeline shows mistakes, which a plain log has not */
        if (text_is(query.view, "effects"))
            query.text = text_of("all");
        ensure(ask_anew(log, limit, &query, on, &is) == QUERY_OK);
        ensure(ask_anew(&plain, HISTORY_NOW, &query, on, &should) == QUERY_OK);
        if (!answers_equal(&is, &should)) {
            fprintf(stderr, "seed %llu, at %llu, as of %d: %s\n", (unsigned long long)seed,
                    (unsigned long long)limit.at, limit.as_of, views_at(i)->name);
            answers_show(&is, &should);
            fail();
        }
        answer_free(&is);
        answer_free(&should);
    }
    memory_log_free(&plain);
}

static void check_at_random(struct memory_log *log, uint64_t seed, civil_day first) {
    struct rng rng;
    civil_day last = civil_in_warsaw(log->records[log->count - 1].known_us);
    rng_init(&rng, seed);
    check(log, HISTORY_NOW, last, seed);
    for (unsigned i = 0; i < 8; i++) {
        struct history_limit limit = HISTORY_NOW;
        if (i % 4 != 1)
            limit.as_of = (civil_day)rng_between(&rng, first, last);
        if (i % 4 == 1 || i % 4 == 2)
            limit.at = rng_below(&rng, log->count) + 1;
        if (i % 4 == 3)
            limit.known_at_us = log->records[rng_below(&rng, log->count)].known_us;
        check(log, limit, limit.as_of < last ? limit.as_of : last, seed);
    }
}

struct seeds {
    uint64_t first, count;
};

static void anything_said(void **state) {
    const struct seeds *seeds = *state;
    for (uint64_t seed = seeds->first; seed < seeds->first + seeds->count; seed++) {
        struct memory_log log;
        struct wild wild;
        memory_log_init(&log);
        wild_init(&wild, &log, seed);
        civil_day first = wild.day;
        wild_until(&wild, 1000);
        check_at_random(&log, seed, first);
        wild_free(&wild);
        memory_log_free(&log);
    }
}

static void a_city(void **state) {
    const struct seeds *seeds = *state;
    for (uint64_t seed = seeds->first; seed < seeds->first + (seeds->count + 2) / 3; seed++) {
        struct memory_log log;
        struct city city;
        memory_log_init(&log);
        city_init(&city, &log, seed, 20);
        city.mistakes = 1000;
        civil_day first = city.day;
        city_until(&city, 1500);
        check_at_random(&log, seed, first);
        memory_log_free(&log);
    }
}

/* test_projector_definition [FIRST SEED [HOW MANY]] */
int main(int argc, char **argv) {
    struct seeds seeds = {argc > 1 ? strtoull(argv[1], NULL, 10) : 100,
                          argc > 2 ? strtoull(argv[2], NULL, 10) : 6};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(anything_said, &seeds),
        cmocka_unit_test_prestate(a_city, &seeds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
