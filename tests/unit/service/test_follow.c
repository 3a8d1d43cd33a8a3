/* Following the log over a real socket: pages in order, damage told, one stream oldest first. */
#include "tests/unit/service/stand_in.h"

#include "common/service/follow.h"

enum { RECORDS = 5 };

struct seen {
    int64_t positions[RECORDS];
    size_t count, stop_at; /* 0: take all */
};

static int take(void *context, const struct record *r) {
    struct seen *s = context;
    s->positions[s->count++] = r->log.position;
    return s->count == s->stop_at ? 7 : 0;
}

static void a_page_in_order(void **state) {
    struct stand_in *s = *state;
    struct follow f;
    struct bin bins[RECORDS];
    struct seen seen = {.count = 0};
    uint64_t next = 0;
    for (int64_t i = 0; i < RECORDS; i++)
        bins[i] = stand_in_record(&s->arena, 11 + i, 11, RECORDS);
    const struct FeedPage page = {.records = {bins, RECORDS}, .next = 16, .size = 40};
    const struct stand_in_step steps[] = {{FeedPage_schema(), &page}, {FeedPage_schema(), &page}};
    assert_int_equal(follow_open(s->bus, s->dir, &f), 0);
    stand_in_begin(s, steps, 2);
    assert_int_equal(follow_page(&f, 11, 300, take, &seen, &next), 0);
    assert_int_equal(seen.count, RECORDS);
    for (size_t i = 0; i < RECORDS; i++)
        assert_int_equal(seen.positions[i], 11 + i);
    assert_int_equal(next, 16);
    assert_int_equal(f.size, 40);
    seen = (struct seen){.stop_at = 2};
    assert_int_equal(follow_page(&f, 11, 0, take, &seen, &next), 7); /* the reader's own end */
    assert_int_equal(seen.count, 2);
    stand_in_end(s);
    const struct ReadFeed *asked = s->requests[0];
    assert_int_equal(asked->from, 11);
    assert_int_equal(asked->wait_ms, 300);
    follow_close(&f);
}

static void what_is_no_page(void **state) {
    static const uint8_t torn[] = {0x93, 0x80};
    static const struct bin bad = {.data = {torn, sizeof torn}};
    static const struct Fault fault = {.outcome = OUTCOME_later, .en = {"e", 1}, .pl = {"p", 1}};
    static const struct FeedPage damaged = {.records = {&bad, 1}, .next = 2, .size = 1};
    static const struct Status status = {.name = {"x", 1}};
    struct stand_in *s = *state;
    const struct {
        struct stand_in_step step;
        int result;
    } rows[] = {
        {{FeedPage_schema(), &damaged}, -1},
        {{Fault_schema(), &fault}, BUS_MALFORMED},
        {{Status_schema(), &status}, BUS_MALFORMED},
    };
    struct follow f;
    assert_int_equal(follow_open(s->bus, s->dir, &f), 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct seen seen = {.count = 0};
        uint64_t next;
        stand_in_begin(s, &rows[i].step, 1);
        int r = follow_page(&f, 1, 0, take, &seen, &next);
        stand_in_end(s);
        if (r != rows[i].result)
            fail_msg("row %zu: %d", i, r);
        assert_int_equal(seen.count, 0);
    }
    follow_close(&f);
}

/* Pages come newest first; entries after `at` are not the caller's. */
static void a_stream_oldest_first(void **state) {
    struct stand_in *s = *state;
    struct follow f;
    struct arena arena;
    static uint8_t memory[1 << 16];
    struct bin newer[] = {stand_in_record(&s->arena, 9, 9, 1), stand_in_record(&s->arena, 8, 8, 1),
                          stand_in_record(&s->arena, 5, 5, 1)};
    struct bin older[] = {stand_in_record(&s->arena, 4, 4, 1), stand_in_record(&s->arena, 2, 2, 1)};
    const struct StreamPage first = {.records = {newer, 3}, .before = 5},
                            last = {.records = {older, 2}};
    const struct stand_in_step steps[] = {{StreamPage_schema(), &first},
                                          {StreamPage_schema(), &last}};
    static const int64_t expected[] = {2, 4, 5, 8};
    struct record *records;
    size_t count;
    arena_init(&arena, memory, sizeof memory);
    assert_int_equal(follow_open(s->bus, s->dir, &f), 0);
    stand_in_begin(s, steps, 2);
    assert_int_equal(follow_history(&f, 1, (struct id){{2}}, 8, &arena, &records, &count), 0);
    stand_in_end(s);
    assert_int_equal(count, 4);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(records[i].log.position, expected[i]);
    assert_int_equal(((const struct ReadStream *)s->requests[0])->before, 0);
    assert_int_equal(((const struct ReadStream *)s->requests[1])->before, 5);
    follow_close(&f);
}

static void no_history_but_a_whole_one(void **state) {
    static const struct Fault fault = {.outcome = OUTCOME_later, .en = {"e", 1}, .pl = {"p", 1}};
    struct stand_in *s = *state;
    struct bin one = stand_in_record(&s->arena, 9, 9, 1);
    const struct StreamPage first = {.records = {&one, 1}, .before = 5};
    const struct stand_in_step steps[] = {{StreamPage_schema(), &first}, {Fault_schema(), &fault}};
    static uint8_t memory[1 << 16];
    struct arena arena;
    struct follow f;
    struct record *records;
    size_t count;
    assert_int_equal(follow_open(s->bus, s->dir, &f), 0);
    for (size_t room = sizeof memory; room >= 512; room = room > 512 ? 512 : 0) {
        arena_init(&arena, memory, room); /* the second time there is no room */
        stand_in_begin(s, steps, room > 512 ? 2 : 1);
        assert_int_equal(follow_history(&f, 1, (struct id){{2}}, 9, &arena, &records, &count), -1);
        stand_in_end(s);
    }
    follow_close(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_page_in_order, stand_in_new, stand_in_free),
        cmocka_unit_test_setup_teardown(what_is_no_page, stand_in_new, stand_in_free),
        cmocka_unit_test_setup_teardown(a_stream_oldest_first, stand_in_new, stand_in_free),
        cmocka_unit_test_setup_teardown(no_history_but_a_whole_one, stand_in_new, stand_in_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
