/* What the eventlog takes and what it refuses: versions, command ids, terms, whole appends, times;
 * and that nothing is answered before its flush. */
#include "tests/unit/keeper/house.h"

#include <stdatomic.h>
#include <time.h>

#include "common/messages/intake.h"
#include "common/messages/record.h"
#include "common/messages/relocation.h"

static atomic_bool sync_blocked;

int __real_fdatasync(int fd);
int __wrap_fdatasync(int fd);

int __wrap_fdatasync(int fd) {
    while (sync_blocked)
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    return __real_fdatasync(fd);
}

static int32_t send_one(struct house *h, const struct said_append *a) {
    return house_send(h, a, 1)->outcome;
}

/* Position 1 is LogOpened; each row is a frame of its own on the log that the rows before it left.
 */
static void one_append_at_a_time(void **state) {
    static const struct {
        const char *name;
        struct said_append append;
        int32_t outcome;
        int64_t position;
    } rows[] = {
        {"a new stream", {1, 1, 1, 0, 2, .known_at = 0}, OUTCOME_accepted, 2},
        {"the same again", {1, 1, 1, 0, 2, .known_at = 0}, OUTCOME_repeated, 2},
        {"the same, decided on a newer version",
         {1, 1, 1, 2, 2, .known_at = 0},
         OUTCOME_repeated,
         2},
        {"the same id, other content", {1, 2, 1, 2, 1, .known_at = 0}, OUTCOME_other, 2},
        {"a version that has passed", {2, 1, 1, 0, 1, .known_at = 0}, OUTCOME_conflict, 0},
        {"a version between", {2, 1, 1, 1, 1, .known_at = 0}, OUTCOME_conflict, 0},
        {"a version to come", {2, 1, 1, 3, 1, .known_at = 0}, OUTCOME_conflict, 0},
        {"a stream that is not there", {2, 1, 7, 1, 1, .known_at = 0}, OUTCOME_conflict, 0},
        {"another department's stream",
         {2, 1, 1, 2, 1, .category = CATEGORY_Relocation},
         OUTCOME_malformed,
         0},
        {"a category of nobody", {2, 1, 1, 2, 1, .category = 0x0fff}, OUTCOME_malformed, 0},
        {"events of another command", {2, 1, 1, 2, 1, .half_command = 9}, OUTCOME_malformed, 0},
        {"events with another digest", {2, 1, 1, 2, 1, .half_digest = 9}, OUTCOME_malformed, 0},
        {"a byte too many", {2, 1, 1, 2, 1, .trailing = true}, OUTCOME_malformed, 0},
        {"the right version", {2, 1, 1, 2, 1, .known_at = 0}, OUTCOME_accepted, 4},
        {"another new stream", {3, 1, 2, 0, 1, .known_at = 0}, OUTCOME_accepted, 5},
    };
    struct house *h = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct appended *a = house_send(h, &rows[i].append, 1);
        if (a->outcome != rows[i].outcome || a->position != rows[i].position)
            fail_msg("%s: outcome %d at %d", rows[i].name, (int)a->outcome, (int)a->position);
    }
}

static void nothing_behind_a_refusal(void **state) {
    static const struct said_append frame[] = {
        {1, 1, 1, 0, 1, .known_at = 0},
        {2, 1, 1, 0, 1, .known_at = 0}, /* decided before the first: conflict */
        {3, 1, 3, 0, 1, .known_at = 0}, /* fits by itself */
    };
    static const int32_t outcomes[] = {OUTCOME_accepted, OUTCOME_conflict, OUTCOME_conflict};
    struct house *h = *state;
    const struct appended *a = house_send(h, frame, 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(a[i].outcome, outcomes[i]);
    assert_int_equal(send_one(h, &frame[2]), OUTCOME_accepted);
}

static int32_t look_up(struct house *h, uint8_t command, uint8_t digest, int64_t *position) {
    uint8_t bytes[32];
    memset(bytes, digest, sizeof bytes);
    struct wanted wanted = {.command = house_id(1, command), .digest = bytes_of(bytes, 32)};
    struct LookUp ask = {.commands = {&wanted, 1}};
    arena_reset(&h->arena);
    const struct LookedUp *found = house_ask(h, LookUp_schema(), &ask, LookedUp_schema());
    *position = found->answers.items[0].position;
    return found->answers.items[0].outcome;
}

static void ids_and_versions_outlive_a_restart(void **state) {
    static const struct said_append first = {1, 1, 1, 0, 3, .known_at = 0},
                                    stale = {2, 1, 1, 0, 1, .known_at = 0},
                                    next = {2, 1, 1, 3, 1, .known_at = 0};
    struct house *h = *state;
    int64_t at, term = h->term;
    assert_int_equal(send_one(h, &first), OUTCOME_accepted);
    house_stop(h);
    house_start(h);
    assert_true(h->term > term);
    assert_int_equal(look_up(h, 1, 1, &at), OUTCOME_repeated);
    assert_int_equal(at, 2);
    assert_int_equal(look_up(h, 1, 2, &at), OUTCOME_other);
    assert_int_equal(look_up(h, 5, 1, &at), 0);
    assert_int_equal(send_one(h, &first), OUTCOME_repeated);
    assert_int_equal(send_one(h, &stale), OUTCOME_conflict);
    assert_int_equal(send_one(h, &next), OUTCOME_accepted);
}

static void only_the_newest_term_writes(void **state) {
    static const struct said_append a = {1, 1, 1, 0, 1, .known_at = 0};
    struct house *h = *state;
    int64_t older = h->term, newer = house_open_term(h);
    struct {
        const char *daemon;
        int64_t term;
        int32_t fault;
    } rows[] = {
        {"intake", older, OUTCOME_stale},
        {"intake", newer + 1, OUTCOME_stale},
        {"intake", 1, OUTCOME_later}, /* of an earlier life of the log */
        {"debt", newer, OUTCOME_later},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        arena_reset(&h->arena);
        struct bin append = house_append(h, &a);
        struct AppendBatch batch = {
            .daemon = text_of(rows[i].daemon), .term = rows[i].term, .appends = {&append, 1}};
        if (house_fault(h, AppendBatch_schema(), &batch) != rows[i].fault)
            fail_msg("row %zu", i);
    }
    h->term = newer;
    assert_int_equal(send_one(h, &a), OUTCOME_accepted);
}

static void expect_answer_after_flush(struct house *h, const struct said_append *a) {
    struct bus_answer answer;
    arena_reset(&h->arena);
    struct bin append = house_append(h, a);
    struct AppendBatch batch = {
        .daemon = text_of("intake"), .term = h->term, .appends = {&append, 1}};
    sync_blocked = true;
    int sent = bus_client_send(h->client, 77, AppendBatch_schema(), &batch);
    int early = bus_client_receive(h->client, 400, &h->arena, &answer);
    sync_blocked = false;
    assert_int_equal(sent, 0);
    assert_int_equal(early, BUS_TIMEOUT);
    assert_int_equal(bus_client_receive(h->client, 20000, &h->arena, &answer), 0);
    assert_int_equal(answer.correlation, 77);
    assert_ptr_equal(answer.schema, Appended_schema());
    const struct Appended *told = answer.message;
    assert_int_equal(told->answers.items[0].outcome, OUTCOME_accepted);
}

/* After a flush as slow as the first one the segment's thread does the next: only then could the
 * eventlog answer while it goes on. */
static void answered_after_the_flush(void **state) {
    static const struct said_append first = {1, 1, 1, 0, 1, .known_at = 0},
                                    second = {2, 1, 1, 1, 1, .known_at = 0};
    expect_answer_after_flush(*state, &first);
    expect_answer_after_flush(*state, &second);
}

/* A page from any position on, of any length: positions without a gap, whole appends. */
static const struct FeedPage *read_page(struct house *h, const struct ReadFeed *ask) {
    arena_reset(&h->arena);
    const struct FeedPage *page = house_ask(h, ReadFeed_schema(), ask, FeedPage_schema());
    for (uint32_t i = 0; i < page->records.count; i++) {
        struct record r;
        assert_int_equal(record_decode(page->records.items[i].data, &h->arena, &r), RECORD_OK);
        assert_int_equal(r.log.position, ask->from + i);
        if (i + 1 == page->records.count) {
            assert_int_equal(r.log.position, r.log.first + r.log.count - 1);
            assert_int_equal(page->next, r.log.position + 1);
        }
    }
    return page;
}

static void pages_hold_whole_appends(void **state) {
    enum { APPENDS = 6, EACH = 5, LAST = 1 + APPENDS * EACH };
    struct house *h = *state;
    for (uint8_t i = 1; i <= APPENDS; i++) {
        struct said_append a = {i, 1, i, 0, EACH, .known_at = 0};
        assert_int_equal(send_one(h, &a), OUTCOME_accepted);
    }
    struct ReadFeed wait = {.from = LAST, .wait_ms = 10000};
    assert_int_equal(read_page(h, &wait)->next, LAST + 1);
    for (int64_t most = 1; most <= 12; most++)
        for (struct ReadFeed ask = {.from = 1, .most = most}; ask.from <= LAST;) {
            const struct FeedPage *page = read_page(h, &ask);
            assert_true(page->next > ask.from);
            ask.from = page->next;
        }
    struct ReadFeed other = {.from = 1, .category = CATEGORY_Visit};
    const struct FeedPage *none = house_ask(h, ReadFeed_schema(), &other, FeedPage_schema());
    assert_int_equal(none->records.count, 0);
    assert_int_equal(none->next, LAST + 1);
}

static void known_times_never_fall(void **state) {
    static const struct {
        int64_t asked, kept;
    } rows[] = {{2000, 2000}, {1999, 2000}, {1, 2000}, {3000, 3000}, {3000, 3000}};
    struct house *h = *state;
    for (uint8_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct said_append a = {(uint8_t)(i + 1), 1, 1, i, 1, .known_at = rows[i].asked};
        const struct appended *got = house_send(h, &a, 1);
        assert_int_equal(got->outcome, OUTCOME_accepted);
        assert_int_equal(got->known_at, rows[i].kept);
    }
}

static void foreign_times_need_a_migration(void **state) {
    static const struct said_append a = {1, 1, 1, 0, 1, .known_at = 2000};
    struct house *h = *state;
    const struct appended *got = house_send(h, &a, 1);
    assert_int_equal(got->outcome, OUTCOME_accepted);
    assert_true(got->known_at > 1500000000000000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_append_at_a_time, house_new, house_free),
        cmocka_unit_test_setup_teardown(nothing_behind_a_refusal, house_new, house_free),
        cmocka_unit_test_setup_teardown(ids_and_versions_outlive_a_restart, house_new, house_free),
        cmocka_unit_test_setup_teardown(only_the_newest_term_writes, house_new, house_free),
        cmocka_unit_test_setup_teardown(answered_after_the_flush, house_new, house_free),
        cmocka_unit_test_setup_teardown(pages_hold_whole_appends, house_new, house_free),
        cmocka_unit_test_setup_teardown(known_times_never_fall, house_new_migrating, house_free),
        cmocka_unit_test_setup_teardown(foreign_times_need_a_migration, house_new, house_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
