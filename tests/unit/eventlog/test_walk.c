/*
 * Proves that a stream's pages hold that stream and nothing else, complete and newest first, from
 * whatever position of the log one asks downwards; and how a stream longer than a page goes on.
 */
#include "daemons/eventlog/walk.h"

#include <stdlib.h>

#include "tests/unit/eventlog/fixture.h"
#include "common/messages/intake.h"
#include "common/messages/networking.h"
#include "tests/unit/projector/city.h"

static void store_records(struct log *l, const struct memory_log *from) {
    static uint8_t memory[1 << 16];
    struct batch batch;
    batch_init(&batch, memory, sizeof memory);
    for (uint64_t at = 1; at <= from->count; at++) {
        struct bytes record = memory_log_at(from, at);
        assert_int_equal(batch_add(&batch, record.data, record.size), 0);
        if (batch.count < 20 && at < from->count)
            continue;
        assert_int_equal(log_submit_wait(l, &batch), 0);
        batch_clear(&batch);
    }
    log_wait_applied(l, from->count);
}

/* The definition, without following anything: every entry that names the stream. */
static size_t expected_below(const struct memory_log *log, struct stream stream, uint64_t before,
                             uint64_t *positions) {
    size_t count = 0;
    for (uint64_t at = before ? before - 1 : log->count; at > 0; at--) {
        const struct kept *k = &log->records[at - 1];
        if (k->stream.category == stream.category && id_equal(k->stream.id, stream.id))
            positions[count++] = at;
    }
    return count;
}

static uint64_t newest_of(const struct memory_log *log, struct stream stream) {
    uint64_t *positions = calloc(log->count, sizeof *positions);
    assert_non_null(positions);
    uint64_t newest = expected_below(log, stream, 0, positions) ? positions[0] : 0;
    free(positions);
    return newest;
}

struct asked {
    struct log *stored;
    const struct memory_log *log;
    struct walk_page page;
    uint8_t memory[1 << 21];
};

static void check_below(struct asked *a, struct stream stream, uint64_t before) {
    uint64_t *positions = calloc(a->log->count, sizeof *positions);
    assert_non_null(positions);
    size_t count = expected_below(a->log, stream, before, positions), seen = 0;
    uint64_t newest = newest_of(a->log, stream);
    do {
        struct arena arena;
        arena_init(&arena, a->memory, sizeof a->memory);
        assert_int_equal(walk_stream(log_reader(a->stored), stream.category, stream.id, newest,
                                     before, &arena, &a->page),
                         0);
        for (uint32_t i = 0; i < a->page.count; i++, seen++) {
            assert_true(seen < count);
            struct bytes is = a->page.records[i].data;
            struct bytes should = memory_log_at(a->log, positions[seen]);
            assert_int_equal(is.size, should.size);
            assert_memory_equal(is.data, should.data, is.size);
        }
        before = a->page.before;
    } while (before);
    assert_int_equal(seen, count);
    free(positions);
}

static struct asked *begin(struct place *p, struct memory_log *log) {
    struct log_options options = small_options();
    struct asked *a = calloc(1, sizeof *a);
    assert_non_null(a);
    a->log = log;
    assert_int_equal(log_open(&a->stored, p->path, &options), 0);
    store_records(a->stored, log);
    return a;
}

static void finish(struct asked *a, struct memory_log *log) {
    log_close(a->stored);
    free(a);
    memory_log_free(log);
}

static void every_stream_from_every_position(void **state) {
    struct memory_log log;
    struct city city;
    memory_log_init(&log);
    city_init(&city, &log, 3, 6);
    city_until(&city, 220);
    struct asked *a = begin(*state, &log);
    for (uint64_t at = 1; at <= log.count; at++)
        for (uint64_t before = 0; before <= log.count + 2; before += 3)
            check_below(a, log.records[at - 1].stream, before);
    check_below(a, (struct stream){CATEGORY_Case, city_id("nobody", 1)}, 0);
    check_below(a, (struct stream){CATEGORY_Case, city_id("nobody", 1)}, 50);
    finish(a, &log);
}

static void a_stream_longer_than_a_page_goes_on(void **state) {
    struct memory_log log;
    struct stream long_one = {CATEGORY_Partner, city_id("partner", 1)};
    struct stream other = {CATEGORY_Partner, city_id("partner", 2)};
    struct PartnerContacted contacted = {.level = CONTACT_LEVEL_front};
    memory_log_init(&log);
    for (unsigned i = 0; i < 3 * WALK_RECORDS; i++)
        memory_log_add(&log, &(struct entry){.stream = i % 4 ? long_one : other,
                                             .schema = PartnerContacted_schema(),
                                             .payload = &contacted,
                                             .day = 17000});
    struct asked *a = begin(*state, &log);
    for (uint64_t before = 0; before <= log.count + 1; before += 37)
        check_below(a, long_one, before);
    finish(a, &log);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_stream_from_every_position, place_new, place_free),
        cmocka_unit_test_setup_teardown(a_stream_longer_than_a_page_goes_on, place_new, place_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
