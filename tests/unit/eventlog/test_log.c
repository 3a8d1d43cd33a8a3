/* The composition: what was acknowledged is there after every kind of end, positions are
 * contiguous, a second owner is refused, a full log goes on being read. */
#include "tests/unit/eventlog/fixture.h"

#include "common/eventlog/tree.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static struct log *open_small(const struct place *p) {
    struct log_options o = small_options();
    struct log *l = NULL;
    assert_int_equal(log_open(&l, p->path, &o), 0);
    return l;
}

static void check_pages(struct log *l, uint64_t size) {
    static uint8_t memory[100 * 1024];
    struct batch page;
    struct bytes record;
    uint64_t position = 1;
    batch_init(&page, memory, sizeof memory);
    for (;;) {
        batch_clear(&page);
        assert_int_equal(log_page(l, position, 37, &page), 0);
        if (page.count == 0)
            break;
        struct batch_cursor c = batch_walk(page.bytes, page.size);
        while (batch_next(&c, &record) == 0)
            assert_true(record_is(position++, record));
    }
    assert_int_equal(position, size + 1);
}

static void check_root(struct log *l) {
    struct log_state s;
    struct sha256 h;
    struct tree t = {0};
    uint8_t record[RECORD_MOST], hash[SHA256_SIZE];
    sha256_init(&h);
    log_state(l, &s);
    for (uint64_t i = 1; i <= s.applied.size; i++) {
        tree_leaf(&h, record, record_make(i, record), hash);
        tree_append(&h, &t, hash);
    }
    tree_root(&h, &t, hash);
    assert_memory_equal(hash, s.applied.root, sizeof hash);
    sha256_deinit(&h);
}

static void grows_over_many_opens(void **state) {
    struct place *p = *state;
    uint64_t size = 0;
    for (unsigned round = 1; round <= 12; round++) {
        struct log *l = open_small(p);
        assert_int_equal(log_epoch(l), round);
        assert_int_equal(log_next_position(l), size + 1);
        assert_int_equal(log_applied_size(l), size);
        log_fill(l, 10 * round, round);
        size += 10 * round;
        log_wait_applied(l, size);
        check_pages(l, size);
        check_root(l);
        log_close(l);
    }
}

/* The process ends without any goodbye right after its last acknowledgement. */
static void acknowledged_is_kept_when_killed(void **state) {
    struct place *p = *state;
    uint64_t size = 0;
    for (unsigned round = 0; round < 8; round++) {
        pid_t child = fork();
        if (child == 0) {
            struct log *l = open_small(p);
            log_fill(l, 40 + round, 3);
            _exit(log_durable_size(l) == size + 40 + round ? 0 : 1);
        }
        int status = 1;
        waitpid(child, &status, 0);
        assert_int_equal(status, 0);
        size += 40 + round;
    }
    struct log *l = open_small(p);
    assert_int_equal(log_applied_size(l), size);
    check_pages(l, size);
    check_root(l);
    log_close(l);
}

static void one_commit_in_flight(void **state) {
    struct place *p = *state;
    static uint8_t memory[16 * 1024];
    struct log *l = open_small(p);
    struct batch b;
    struct log_done done;
    struct pollfd fd = {.fd = log_fd(l), .events = POLLIN};
    batch_init(&b, memory, sizeof memory);
    assert_int_equal(log_poll(l, &done), LOG_NOTHING);
    batch_fill(&b, 1, 1);
    assert_int_equal(log_submit(l, &b), 0);
    assert_int_equal(log_next_position(l), 2);
    assert_int_equal(log_submit(l, &b), LOG_BUSY);
    assert_int_equal(log_durable_size(l), 0);
    while (log_poll(l, &done) == LOG_NOTHING)
        poll(&fd, 1, 1000);
    assert_int_equal(done.first, 1);
    assert_int_equal(done.count, 1);
    assert_int_equal(log_durable_size(l), 1);
    batch_clear(&b);
    batch_fill(&b, 2, 1);
    assert_int_equal(log_submit(l, &b), 0);
    log_close(l); /* waits for it */
    l = open_small(p);
    check_pages(l, 2);
    log_close(l);
}

static void one_owner(void **state) {
    struct place *p = *state;
    struct log_options o = small_options();
    struct log *l = open_small(p), *second = NULL;
    assert_int_equal(log_open(&second, p->path, &o), LOG_LOCKED);
    assert_null(second);
    log_close(l);
}

/* Queued bytes count double until LMDB has them: full means full when nothing is queued. */
static void fill_up(struct log *l) {
    static uint8_t memory[BATCH_BYTES_MAX];
    struct batch b;
    int r = 0;
    batch_init(&b, memory, log_bytes_max(l));
    for (unsigned refused = 0; refused < 2; refused += r == LOG_FULL) {
        batch_clear(&b);
        batch_fill(&b, log_next_position(l), 10);
        r = log_submit_wait(l, &b);
        assert_true(r == 0 || r == LOG_FULL);
        refused = r ? refused : 0;
        if (r)
            log_wait_applied(l, log_durable_size(l));
    }
}

static void full_refuses_and_reads_on(void **state) {
    struct place *p = *state;
    struct log_options o = small_options();
    struct log_state s;
    o.map_bytes = 512 * 1024;
    struct log *l = NULL;
    assert_int_equal(log_open(&l, p->path, &o), 0);
    fill_up(l);
    uint64_t size = log_durable_size(l);
    assert_true(size > 500);
    log_state(l, &s);
    assert_true(s.map_used <= s.map_bytes * 8 / 10 && s.map_used >= s.map_bytes * 6 / 10);
    check_pages(l, size);
    log_close(l);
    assert_int_equal(log_open(&l, p->path, &o), 0); /* still opens, still full */
    check_pages(l, size);
    fill_up(l);
    assert_true(log_durable_size(l) < size + 50);
    assert_int_equal(log_durable_size(l), log_applied_size(l));
    log_close(l);
    o.map_bytes = 4 * 1024 * 1024; /* the operator gives it more room */
    assert_int_equal(log_open(&l, p->path, &o), 0);
    log_fill(l, 100, 10);
    log_close(l);
}

static void contradictions_are_refused(void **state) {
    static const struct {
        const char *gone, *gone_too;
        int opens;
    } rows[] = {
        {"leaves", NULL, 0},
        {"lock.mdb", NULL, 0},
        {"segment-0", "segment-1", 0}, /* as after a restore from a backup */
        {"segment-0", "data.mdb", LOG_BEHIND},
    };
    struct place *p = *state;
    struct log_options o = small_options();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct log *l = open_small(p);
        log_fill(l, 300, 5);
        log_close(l);
        assert_int_equal(unlinkat(p->fd, rows[i].gone, 0), 0);
        if (rows[i].gone_too)
            assert_int_equal(unlinkat(p->fd, rows[i].gone_too, 0), 0);
        int r = log_open(&l, p->path, &o);
        if (r != rows[i].opens)
            fail_msg("row %zu opens with %d", i, r);
        if (!r)
            log_close(l);
    }
}

static void heads_follow_the_log(void **state) {
    struct place *p = *state;
    struct log_options o = small_options();
    struct checkpoint head = {.size = 0};
    char shown[CHECKPOINT_TEXT_MAX], stored[CHECKPOINT_TEXT_MAX];
    struct note_key key;
    struct text note;
    struct log *l = NULL;
    assert_int_equal(note_key_create(p->fd, "key", "log.example", &key), 0);
    o.key = &key;
    o.origin = "example.org/log";
    o.head_ms = 30;
    assert_int_equal(log_open(&l, p->path, &o), 0);
    log_fill(l, 50, 5);
    for (int i = 0; head.size < 50 && i < 200; i++) {
        poll(NULL, 0, 10);
        if (log_checkpoint(l, shown) != 0)
            continue;
        assert_int_equal(checkpoint_verify(text_of(shown), &key, &head), 0);
        assert_true(head.size <= log_applied_size(l));
    }
    assert_int_equal(head.size, 50);
    log_close(l);
    assert_int_equal(checkpoint_get(p->fd, stored, &note), 0);
    assert_true(text_is(note, shown));
}

static void the_last_head_covers_everything(void **state) {
    struct place *p = *state;
    struct log_options o = small_options();
    struct checkpoint head;
    struct note_key key;
    struct text note;
    struct log *l = NULL;
    char stored[CHECKPOINT_TEXT_MAX];
    assert_int_equal(note_key_create(p->fd, "key", "log.example", &key), 0);
    o.key = &key;
    o.origin = "example.org/log";
    o.head_ms = 60000; /* the first head is signed at once, the next one not before the end */
    assert_int_equal(log_open(&l, p->path, &o), 0);
    log_fill(l, 40, 7);
    log_close(l);
    assert_int_equal(checkpoint_get(p->fd, stored, &note), 0);
    assert_int_equal(checkpoint_verify(note, &key, &head), 0);
    assert_int_equal(head.size, 40);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(grows_over_many_opens, place_new, place_free),
        cmocka_unit_test_setup_teardown(acknowledged_is_kept_when_killed, place_new, place_free),
        cmocka_unit_test_setup_teardown(one_commit_in_flight, place_new, place_free),
        cmocka_unit_test_setup_teardown(one_owner, place_new, place_free),
        cmocka_unit_test_setup_teardown(full_refuses_and_reads_on, place_new, place_free),
        cmocka_unit_test_setup_teardown(contradictions_are_refused, place_new, place_free),
        cmocka_unit_test_setup_teardown(heads_follow_the_log, place_new, place_free),
        cmocka_unit_test_setup_teardown(the_last_head_covers_everything, place_new, place_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
