/*
 * The one function that defines history, over a stream told in words. The stream adds numbers up;
 * the expectation is the sum. Each word is one entry at the next position:
 *
 *   e5      an entry of 5          v2      position 2 is void
 *   c1=9    position 1 was of 9    k2=1:9  the correction at 2 should have said: position 1 was of
 * 9 x1      position 1 corrected with a payload that does not decode
 *   @N      behind a word: the day it is true (the right day, of a correction); 100 + its position
 *           unless said         !WRONG_STATE  the rule it missed
 */
#include "common/domain/history.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "common/codec/codec.h"
#include "common/codec/pack.h"

enum { WORDS_MAX = 16, MEMORY = 1 << 16 };

struct total {
    struct life life;
    int64_t sum, last_day;
};

static void add(void *state, const struct event *event) {
    struct total *t = state;
    if (event->type != EVENT_MigrationClosed)
        return;
    t->sum += ((const struct MigrationClosed *)event->payload)->rows;
    t->last_day = event->said->occurred_on;
}

static const struct transition transitions[] = {
    {ANYWHERE, EVENT_MigrationClosed, IN(1), NULL, NULL}};
static const struct aggregate total = {
    .category = 1,
    .name = "total",
    .state_size = sizeof(struct total),
    .state_count = 2,
    .transitions = transitions,
    .transition_count = 1,
    .evolve = add,
};

struct story {
    struct record records[WORDS_MAX];
    struct breach breaches[WORDS_MAX];
    size_t count;
    struct arena arena;
    uint8_t memory[MEMORY];
};

static struct bytes encoded(struct story *s, const struct schema *schema, const void *message) {
    struct pack_writer w = {arena_get(&s->arena, 128), 0, 128, false};
    assert_int_equal(codec_encode(schema, message, &w).result, CODEC_OK);
    return bytes_of(w.data, w.size);
}

static const void *correction(struct story *s, int64_t entry, struct bytes payload, civil_day day) {
    struct EntryCorrected *c = arena_get(&s->arena, sizeof *c);
    *c = (struct EntryCorrected){
        .entry = entry, .reason = MISTAKE_wrong_content, .occurred_on = day, .payload = payload};
    return c;
}

static struct bytes of(struct story *s, int64_t rows) {
    struct MigrationClosed m = {.rows = rows};
    return encoded(s, MigrationClosed_schema(), &m);
}

static void tell(struct record *r, const struct schema *schema, const void *payload) {
    r->schema = schema;
    r->said.type = schema->about->type;
    r->payload = payload;
}

static void read_word(struct story *s, const char *words, struct record *r) {
    char *word = arena_get(&s->arena, strcspn(words, " ") + 1);
    memcpy(word, words, strcspn(words, " "));
    static const uint8_t broken[] = {0xff};
    long a = 0, b = 0, c = 0;
    const char *day = strchr(word, '@'), *rule = strchr(word, '!');
    int64_t position = (int64_t)s->count + 1;
    civil_day on = day ? (civil_day)atoi(day + 1) : (civil_day)(100 + position);
    r->log = (struct log_part){.position = position, .known_at = position * 10};
    r->said.occurred_on = on;
    if (rule) {
        s->breaches[s->count].rule = (struct text){rule + 1, strcspn(rule + 1, "@")};
        r->said.breach = (struct breach_list){&s->breaches[s->count], 1};
    }
    int n = sscanf(word + 1, "%ld=%ld:%ld", &a, &b, &c);
    assert_true(n >= 1);
    if (*word == 'e') {
        struct MigrationClosed *m = arena_get(&s->arena, sizeof *m);
        m->rows = a;
        tell(r, MigrationClosed_schema(), m);
    } else if (*word == 'v') {
        struct EntryVoided *v = arena_get(&s->arena, sizeof *v);
        *v = (struct EntryVoided){.entry = a, .reason = MISTAKE_duplicate};
        tell(r, EntryVoided_schema(), v);
    } else if (*word == 'x') {
        tell(r, EntryCorrected_schema(), correction(s, a, bytes_of(broken, 1), on));
    } else if (*word == 'c') {
        tell(r, EntryCorrected_schema(), correction(s, a, of(s, b), on));
    } else {
        const void *right = correction(s, b, of(s, c), on);
        struct bytes payload = encoded(s, EntryCorrected_schema(), right);
        tell(r, EntryCorrected_schema(), correction(s, a, payload, on));
    }
}

static void read_story(struct story *s, const char *words) {
    memset(s->records, 0, sizeof s->records);
    s->count = 0;
    arena_init(&s->arena, s->memory, sizeof s->memory);
    for (const char *at = words; *at; at += strspn(at, " ")) {
        assert_true(s->count < WORDS_MAX);
        read_word(s, at, &s->records[s->count]);
        s->count++;
        at += strcspn(at, " ");
    }
}

struct row {
    const char *words;
    int64_t sum;
    struct history_limit limit;
    uint64_t skip;
};

#define ALL \
    { UINT64_MAX, INT64_MAX, CIVIL_NEVER }
#define AT(n) \
    { n, INT64_MAX, CIVIL_NEVER }
#define KNOWN(us) \
    { UINT64_MAX, us, CIVIL_NEVER }
#define DAY(d) \
    { UINT64_MAX, INT64_MAX, d }

static const struct row rows[] = {
    {"", 0, ALL, 0},
    {"e1 e2 e4", 7, ALL, 0},
    /* voids */
    {"e1 e2 v2", 1, ALL, 0},
    {"e1 v1 v1", 0, ALL, 0},
    {"e1 e2 v2 v3", 3, ALL, 0},    /* a void of a void: the entry is back */
    {"e1 e2 v2 v3 v4", 1, ALL, 0}, /* and away again */
    {"e1 e2 v2 v3 v2", 1, ALL, 0},
    /* corrections */
    {"e1 e2 c2=5", 6, ALL, 0},
    {"e1 c1=5 c1=9", 9, ALL, 0},      /* the later one counts */
    {"e1 c1=5 k2=1:7", 7, ALL, 0},    /* a correction of a correction */
    {"e1 e2 c1=5 k3=2:7", 8, ALL, 0}, /* it was meant for another entry */
    {"e1 c1=5 v2", 1, ALL, 0},        /* a void of a correction */
    {"e1 c1=5 v2 v3", 5, ALL, 0},
    {"e1 c1=5 c1=9 v3", 5, ALL, 0},
    {"e1 c1=5 v1", 0, ALL, 0},
    {"e1 v1 c1=5", 0, ALL, 0}, /* void stays void */
    {"e1 v1 c1=5 v2", 5, ALL, 0},
    {"e1 x1", 1, ALL, 0}, /* not readable: as it was */
    {"e1 x1 c1=5", 5, ALL, 0},
    {"e1 c1=5 x2", 5, ALL, 0},
    /* what they cannot reach */
    {"e1 v9", 1, ALL, 0},
    {"e1 v2", 1, ALL, 0}, /* itself */
    {"v2 e1", 1, ALL, 0}, /* the future */
    {"c2=7 e1", 1, ALL, 0},
    {"e1 v0", 1, ALL, 0},
    /* the rules that the right content misses come with it */
    {"e1!WRONG_STATE e2", 2, ALL, 0},
    {"e1!WRONG_STATE e2 c1=5", 7, ALL, 0},
    {"e1 e2 c1=5!WRONG_STATE", 2, ALL, 0},
    {"e1!OTHER e2", 3, ALL, 0},
    /* known at a position or a moment */
    {"e1 e2 v1 c2=5", 3, AT(2), 0},
    {"e1 e2 v1 c2=5", 2, AT(3), 0},
    {"e1 e2 v1 c2=5", 5, AT(4), 0},
    {"e1 e2 v1 c2=5", 0, AT(0), 0},
    {"e1 e2 v1 c2=5", 1, KNOWN(19), 0},
    {"e1 e2 v1 c2=5", 3, KNOWN(20), 0},
    {"e1 e2 v1 v3", 2, AT(3), 0},
    {"e1 e2 v1 v3", 3, AT(4), 0},
    /* true on a day */
    {"e1@50 e2@60", 1, DAY(50), 0},
    {"e1@50 e2@60", 0, DAY(49), 0},
    {"e1@50 e2@60 c1=5@60", 0, DAY(59), 0}, /* it was another day */
    {"e1@50 e2@60 c1=5@60", 7, DAY(60), 0},
    {"e1@50 e2@60 v1@999", 2, DAY(60), 0}, /* when the mistake was seen is no matter */
    /* one entry left out */
    {"e1 e2 e4", 5, ALL, 2},
    {"e1 e2 v1", 3, ALL, 3},
    {"e1 e2 c1=5", 3, ALL, 3},
    {"e1 e2 v1 v3", 2, ALL, 4},
    {"e1 e2", 3, ALL, 9},
};

static void the_sum_of_what_counts(void **state) {
    static struct story s;
    static struct history_entry entries[WORDS_MAX];
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct total t;
        read_story(&s, rows[i].words);
        assert_int_equal(
            history_apply(s.records, s.count, rows[i].limit, rows[i].skip, &s.arena, entries), 0);
        history_fold(&total, entries, s.count, &t);
        if (t.sum != rows[i].sum)
            fail_msg("row %zu '%s': %d", i, rows[i].words, (int)t.sum);
        assert_int_equal(t.life.version, s.count); /* whatever counts: the stream's version */
        assert_int_equal(t.life.last_position, s.count);
    }
}

static void the_records_stay_as_they_are(void **state) {
    static struct story s;
    static struct record before[WORDS_MAX];
    static struct history_entry entries[WORDS_MAX];
    (void)state;
    read_story(&s, "e1 c1=5@40 v2 e3");
    memcpy(before, s.records, sizeof before);
    assert_int_equal(history_apply(s.records, s.count, HISTORY_NOW, 0, &s.arena, entries), 0);
    assert_memory_equal(before, s.records, sizeof before);
}

static void a_correction_changes_its_day(void **state) {
    static struct story s;
    static struct history_entry entries[WORDS_MAX];
    struct total t;
    (void)state;
    read_story(&s, "e1@50 c1=5@40");
    assert_int_equal(history_apply(s.records, s.count, HISTORY_NOW, 0, &s.arena, entries), 0);
    history_fold(&total, entries, s.count, &t);
    assert_int_equal(t.last_day, 40);
    assert_true(entries[0].is_corrected);
    assert_false(entries[0].is_void);
}

static void a_full_arena_is_told(void **state) {
    static struct story s;
    static struct history_entry entries[WORDS_MAX];
    (void)state;
    read_story(&s, "e1 c1=5");
    s.arena.size = s.arena.used;
    assert_int_equal(history_apply(s.records, s.count, HISTORY_NOW, 0, &s.arena, entries), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sum_of_what_counts),
        cmocka_unit_test(the_records_stay_as_they_are),
        cmocka_unit_test(a_correction_changes_its_day),
        cmocka_unit_test(a_full_arena_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
