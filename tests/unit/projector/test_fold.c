/*
 * Proves that there is one history: facts folded live, entry by entry, with voids and corrections
 * applied as they come, equal facts folded at once from the whole log, at every cut; and that a
 * question about the past gets what a projector would have answered then.
 */
#include "daemons/projector/fold.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "common/domain/history.h"
#include "daemons/projector/refold.h"
#include "tests/unit/projector/answers.h"
#include "tests/unit/projector/city.h"

struct told {
    struct store *store;
    struct fold fold;
};

static void told_init(struct told *t, struct source *source, struct history_limit limit) {
    t->store = store_new();
    assert_non_null(t->store);
    assert_int_equal(fold_init(&t->fold, t->store, source, limit), 0);
}

static void told_free(struct told *t) {
    fold_deinit(&t->fold);
    store_free(t->store);
}

static void assert_same_facts(const struct store *a, const struct store *b) {
    for (uint8_t shelf = 0; shelf < shelves_count(); shelf++) {
        assert_int_equal(store_count(a, shelf), store_count(b, shelf));
        for (size_t i = 0; i < store_count(a, shelf); i++) {
            struct dossier *x = store_at(a, shelf, i);
            struct dossier *y = store_find(b, x->stream.category, x->stream.id);
            assert_non_null(y);
            assert_memory_equal(dossier_bytes(x), dossier_bytes(y), shelf_size(shelf));
        }
    }
}

static void fold_all(struct told *t, struct memory_log *log) {
    for (uint64_t i = 1; i <= log->count; i++) {
        struct bytes record = memory_log_at(log, i);
        assert_int_equal(fold_records(&t->fold, &record, 1), FOLD_OK);
    }
}

static void live_equals_fresh_at_every_cut(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 12; seed++) {
        struct memory_log log;
        struct city city;
        struct told live;
        memory_log_init(&log);
        struct source source = memory_log_source(&log);
        city_init(&city, &log, seed, 25);
        city.mistakes = 900;
        told_init(&live, &source, HISTORY_NOW);
        for (size_t cut = 300; cut <= 2100; cut += 300) {
            struct told fresh;
            uint8_t root[32];
            bool has_root;
            city_until(&city, cut);
            while (live.fold.position < log.count) {
                struct bytes record = memory_log_at(&log, live.fold.position + 1);
                assert_int_equal(fold_records(&live.fold, &record, 1), FOLD_OK);
            }
            told_init(&fresh, &source, HISTORY_NOW);
            assert_int_equal(fold_log(&fresh.fold, root, &has_root), FOLD_OK);
            assert_true(has_root);
            assert_same_facts(live.store, fresh.store);
            told_free(&fresh);
        }
        told_free(&live);
        memory_log_free(&log);
    }
}

/* The state on a shelf is what history_fold makes of the stream. */
struct expected {
    const struct dossier *dossier;
    bool is_checked;
};

static void check_state(void *context, const struct record *records,
                        const struct history_entry *entries, size_t count) {
    static _Alignas(8) uint8_t state[1 << 14];
    struct expected *e = context;
    const struct aggregate *a = shelves_at(e->dossier->shelf)->aggregate;
    (void)records;
    assert_true(a->state_size <= sizeof state);
    history_fold(a, entries, count, state);
    assert_memory_equal(state, dossier_state(e->dossier), a->state_size);
    e->is_checked = true;
}

static void states_are_the_departments_own(void **state) {
    struct memory_log log;
    struct city city;
    struct told live;
    (void)state;
    memory_log_init(&log);
    struct source source = memory_log_source(&log);
    city_init(&city, &log, 77, 30);
    city.mistakes = 900;
    city_until(&city, 3000);
    told_init(&live, &source, HISTORY_NOW);
    fold_all(&live, &log);
    for (uint8_t shelf = 0; shelf < shelves_count(); shelf++)
        for (size_t i = 0; i < store_count(live.store, shelf); i++) {
            struct expected e = {store_at(live.store, shelf, i), false};
            if (!shelves_at(shelf)->aggregate)
                continue;
            assert_int_equal(
                read_history(&source, e.dossier->stream, HISTORY_NOW, log.count, check_state, &e),
                FOLD_OK);
            assert_true(e.is_checked);
        }
    told_free(&live);
    memory_log_free(&log);
}

static void a_gap_is_noticed(void **state) {
    struct memory_log log;
    struct city city;
    struct told t;
    (void)state;
    memory_log_init(&log);
    struct source source = memory_log_source(&log);
    city_init(&city, &log, 1, 5);
    told_init(&t, &source, HISTORY_NOW);
    struct bytes first = memory_log_at(&log, 1), third = memory_log_at(&log, 3);
    assert_int_equal(fold_records(&t.fold, &first, 1), FOLD_OK);
    assert_int_equal(fold_records(&t.fold, &third, 1), FOLD_E_GAP);
    assert_int_equal(fold_records(&t.fold, &first, 1), FOLD_E_GAP);
    struct bytes torn = memory_log_at(&log, 2);
    torn.size /= 2;
    assert_int_equal(fold_records(&t.fold, &torn, 1), FOLD_E_RECORD);
    told_free(&t);
    memory_log_free(&log);
}

/* A source that answers for one stream with another, or with less than there is, or not at all. */
struct bad_source {
    struct memory_log *log;
    struct stream stranger;
    size_t left_out;
    bool is_silent;
};

static int tell_badly(void *context, struct stream stream, uint64_t before,
                      struct source_page *out) {
    const struct bad_source *b = context;
    struct stream asked = b->stranger.category ? b->stranger : stream;
    if (b->is_silent)
        return 1;
    int r = memory_log_source(b->log).stream(b->log, asked, before, out);
    out->count -= b->left_out < out->count ? b->left_out : out->count;
    return r;
}

/* Views that were folded from it would differ from the log without anybody noticing. */
static void a_stream_that_is_not_whole_is_refused(void **state) {
    struct memory_log log;
    struct city city;
    struct told live, fresh;
    struct bad_source bad = {.log = &log};
    struct source from_memory;
    uint8_t root[32];
    bool has_root;
    (void)state;
    memory_log_init(&log);
    from_memory = memory_log_source(&log);
    city_init(&city, &log, 5, 5);
    struct stream stream = log.records[log.count - 1].stream;
    struct EntryVoided v = {.entry = (int64_t)log.count, .reason = MISTAKE_duplicate};
    memory_log_add(&log, &(struct entry){.stream = stream,
                                         .schema = EntryVoided_schema(),
                                         .payload = &v,
                                         .day = city.day});
    struct source source = {&bad, NULL, tell_badly};
    told_init(&live, &source, HISTORY_NOW);
    while (live.fold.position < log.count - 1) {
        struct bytes record = memory_log_at(&log, live.fold.position + 1);
        assert_int_equal(fold_records(&live.fold, &record, 1), FOLD_OK);
    }
    struct bytes amendment = memory_log_at(&log, log.count);
    bad.is_silent = true;
    assert_int_equal(fold_records(&live.fold, &amendment, 1), FOLD_E_SOURCE);
    bad = (struct bad_source){.log = &log, .stranger = log.records[0].stream};
    assert_int_equal(fold_records(&live.fold, &amendment, 1), FOLD_E_SOURCE);
    bad = (struct bad_source){.log = &log, .left_out = 1};
    assert_int_equal(fold_records(&live.fold, &amendment, 1), FOLD_E_SOURCE);
    assert_int_equal(live.fold.position, log.count - 1);
    bad.left_out = 0; /* and what was refused can be tried again */
    assert_int_equal(fold_records(&live.fold, &amendment, 1), FOLD_OK);
    told_init(&fresh, &from_memory, HISTORY_NOW);
    assert_int_equal(fold_log(&fresh.fold, root, &has_root), FOLD_OK);
    assert_same_facts(live.store, fresh.store);
    told_free(&live);
    told_free(&fresh);
    memory_log_free(&log);
}

/* ---- the past ---- */

static void assert_same_views(struct projector *now, const struct Query *past,
                              struct projector *then, civil_day on) {
    for (size_t i = 0; i < views_count(); i++) {
        struct Query query = *past, plain = {.view = text_of(views_at(i)->name)};
        struct answer a, b;
        query.view = plain.view;
        if (views_at(i)->needs_key)
            query.key = plain.key = city_id("household", 3);
        assert_int_equal(ask_projector(now, &query, on, &a), QUERY_OK);
        assert_int_equal(ask_projector(then, &plain, on, &b), QUERY_OK);
        assert_true(answers_equal(&a, &b));
        assert_true(a.count > 0 || i > 0);
        assert_int_equal(a.head.position, b.head.position);
        answer_free(&a);
        answer_free(&b);
    }
}

static void the_past_is_answered_as_it_was_known(void **state) {
    (void)state;
    for (uint64_t seed = 30; seed < 34; seed++) {
        struct memory_log log, cut;
        struct city city;
        memory_log_init(&log);
        city_init(&city, &log, seed, 25);
        city.mistakes = 900;
        city_until(&city, 1500);
        struct projector *now = open_fresh("test-fold-now", &log);
        catch_up(now, &log);
        cut = log;
        cut.end = log.count / 2 + seed;
        struct projector *then = open_fresh("test-fold-then", &cut);
        catch_up(then, &cut);
        int64_t known = log.records[cut.end - 1].known_us;
        civil_day on = civil_in_warsaw(known);
        struct Query at = {.at = (int64_t)cut.end, .as_of = on};
        at.as_of = 0;
        /* by position; and by moment, when the cut lies between two of them */
        struct Query by_time = {.known_at = known};
        assert_same_views(now, &at, then, on);
        if (log.records[cut.end].known_us != known)
            assert_same_views(now, &by_time, then, on);
        projector_close(now);
        projector_close(then);
        memory_log_free(&log);
    }
}

/* A day of which nothing that happened later is true, whenever it became known. */
static void a_day_holds_what_was_true(void **state) {
    struct memory_log log;
    struct city city;
    struct answer a, b;
    (void)state;
    memory_log_init(&log);
    city_init(&city, &log, 9, 20);
    city_until(&city, 900);
    civil_day day = city.day;
    struct projector *p = open_fresh("test-fold-now", &log);
    catch_up(p, &log);
    struct Query query = {.view = text_of("relocations"), .as_of = day};
    assert_int_equal(ask_projector(p, &query, day, &a), QUERY_OK);
    city_until(&city, 1800);
    catch_up(p, &log);
    assert_int_equal(ask_projector(p, &query, city.day, &b), QUERY_OK);
    assert_true(answers_equal(&a, &b));
    assert_int_equal(b.head.position, (int64_t)log.count);
    answer_free(&a);
    answer_free(&b);
    projector_close(p);
    memory_log_free(&log);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(live_equals_fresh_at_every_cut),
        cmocka_unit_test(states_are_the_departments_own),
        cmocka_unit_test(a_gap_is_noticed),
        cmocka_unit_test(a_stream_that_is_not_whole_is_refused),
        cmocka_unit_test(the_past_is_answered_as_it_was_known),
        cmocka_unit_test(a_day_holds_what_was_true),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
