/* The local order: what was told comes back after a reopen, what is torn or recycled never does,
 * and a disk that fails stops everything. Small files, so that each test wraps round many times. */
#include "tests/unit/eventlog/fixture.h"

#include "common/eventlog/place.h"
#include "common/eventlog/segment.h"

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

enum { SMALL = 16 * SEGMENT_BLOCK, ENTRY = 2 * SEGMENT_BLOCK, PAYLOAD = 700 };
enum { PER_FILE = (SMALL - SEGMENT_BLOCK) / ENTRY };

/* The kernel's answers, ordered by a test: 0 = the real one. */
static atomic_int write_error, sync_error;
static atomic_bool sync_blocked;

ssize_t __real_pwrite(int fd, const void *data, size_t size, off_t offset);
int __real_fdatasync(int fd);
ssize_t __wrap_pwrite(int fd, const void *data, size_t size, off_t offset);
int __wrap_fdatasync(int fd);

ssize_t __wrap_pwrite(int fd, const void *data, size_t size, off_t offset) {
    if (!write_error)
        return __real_pwrite(fd, data, size, offset);
    errno = write_error;
    return -1;
}

int __wrap_fdatasync(int fd) {
    while (sync_blocked)
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    if (!sync_error)
        return __real_fdatasync(fd);
    errno = sync_error;
    return -1;
}

static struct order_point start;
static struct segment_options small = {.file_bytes = SMALL};

/* The order does not look into records: all of these claim to begin an empty log. */
static void commit_make(struct order_commit *c, uint64_t number, uint64_t epoch) {
    static uint8_t bytes[PAYLOAD];
    memset(bytes, (int)(number & 0xff), sizeof bytes);
    *c = (struct order_commit){.number = number, .epoch = epoch, .first = 1, .count = 1,
                               .bytes = bytes, .size = sizeof bytes};
}

static void commit_is(const struct order_commit *c, uint64_t number) {
    assert_int_equal(c->number, number);
    if (c->count == 0)
        return;
    assert_int_equal(c->size, PAYLOAD);
    for (size_t i = 0; i < c->size; i++)
        assert_int_equal(((const uint8_t *)c->bytes)[i], number & 0xff);
}

static int next_wait(struct order *o, struct order_commit *c) {
    struct pollfd fd = {.fd = order_fd(o), .events = POLLIN};
    int r;
    while ((r = order_next(o, c)) == ORDER_NOTHING)
        if (poll(&fd, 1, 2000) == 0)
            return ORDER_NOTHING;
    return r;
}

static struct order *open_at(const struct place *p, const struct order_point *held) {
    struct order *o = NULL;
    assert_int_equal(segment_open(&o, p->fd, &small, held), 0);
    return o;
}

/* Reads all that is recovered, leads; returns the last number, the mark included. */
static uint64_t lead(struct order *o, struct order_point own) {
    struct order_commit c;
    while (order_next(o, &c) == 0) {
        commit_is(&c, own.number + 1);
        own.number = c.number;
    }
    assert_int_equal(order_lead(o, &own), 0);
    assert_int_equal(next_wait(o, &c), 0);
    assert_int_equal(c.count, 0);
    commit_is(&c, own.number + 1);
    return c.number;
}

/* Appends up to `last`, settling `behind` commits behind. */
static void append(struct order *o, uint64_t from, uint64_t last, uint64_t behind) {
    struct order_state state;
    struct order_commit c;
    order_state(o, &state);
    for (uint64_t n = from; n <= last; n++) {
        commit_make(&c, n, state.epoch);
        assert_int_equal(order_submit(o, &c), 0);
        assert_int_equal(next_wait(o, &c), 0);
        commit_is(&c, n);
        assert_int_equal(c.epoch, state.epoch);
        if (n > behind)
            order_settle(o, &(struct order_point){.number = n - behind});
    }
}

static void comes_back_after_reopen(void **state) {
    struct place *p = *state;
    struct order_commit c;
    /* From any number that LMDB may hold: everything later, nothing else. */
    uint64_t last = 0, epochs[400] = {0};
    for (uint64_t round = 0; round < 40; round++) {
        struct order_point held = {.number = last > 3 ? last - round % 4 : last};
        held.epoch = epochs[held.number];
        struct order *o = open_at(p, &held);
        uint64_t mark = lead(o, held);
        assert_int_equal(mark, last + 1);
        last = mark + round % 9;
        append(o, mark + 1, last, 4);
        for (uint64_t n = mark; n <= last; n++)
            epochs[n] = round + 1;
        order_close(o);
    }
    struct order *o = open_at(p, &(struct order_point){.number = last, .epoch = epochs[last]});
    assert_int_equal(order_next(o, &c), ORDER_NOTHING);
    order_close(o);
}

static void epoch_rises_with_each_open(void **state) {
    struct place *p = *state;
    struct order_state s;
    struct order_point held = start;
    for (uint64_t i = 1; i <= 5; i++) {
        struct order *o = open_at(p, &held);
        held.number = lead(o, held);
        order_state(o, &s);
        assert_int_equal(s.epoch, i);
        held.epoch = s.epoch;
        assert_int_equal(s.role, ORDER_ROLE_LEADER);
        order_close(o);
    }
    held.epoch = 90; /* LMDB knows a later one: a segment that was lost */
    unlinkat(p->fd, "segment-0", 0);
    unlinkat(p->fd, "segment-1", 0);
    struct order *o = open_at(p, &held);
    lead(o, held);
    order_state(o, &s);
    assert_int_equal(s.epoch, 91);
    order_close(o);
}

static void only_the_next_commit_is_taken(void **state) {
    static const struct {
        uint64_t number, epoch;
        size_t size;
        int result;
    } rows[] = {
        {2, 1, PAYLOAD, 0},       {2, 1, PAYLOAD, ORDER_FORK}, {4, 1, PAYLOAD, ORDER_FORK},
        {3, 0, PAYLOAD, ORDER_FORK}, {3, 2, PAYLOAD, ORDER_FORK}, {3, 1, SMALL, -EMSGSIZE},
        {3, 1, PAYLOAD, 0},
    };
    struct place *p = *state;
    struct order *o = open_at(p, &start);
    static uint8_t bytes[SMALL];
    struct order_commit c = {.number = 1, .epoch = 1};
    assert_int_equal(order_submit(o, &c), ORDER_FOLLOWER);
    lead(o, start);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        c = (struct order_commit){.number = rows[i].number, .epoch = rows[i].epoch, .count = 1,
                                  .bytes = bytes, .size = rows[i].size};
        if (order_submit(o, &c) != rows[i].result)
            fail_msg("row %zu", i);
    }
    order_close(o);
}

/* One change to a segment that holds commits 1 (mark) to 6 in its first file. */
static void damage_is_told_from_the_end(void **state) {
    enum { AT_6 = SEGMENT_BLOCK + SEGMENT_BLOCK + 4 * ENTRY, AT_4 = AT_6 - 2 * ENTRY };
    static const struct {
        uint64_t held, offset, size; /* size 0: one bit */
        int opens;
        uint64_t last;
    } rows[] = {
        {0, SMALL - 1, 0, 0, 6},                   /* behind the end */
        {0, AT_6 + 0, 0, 0, 5},                    /* magic of the last entry */
        {0, AT_6 + 8, 0, 0, 5},                    /* number */
        {0, AT_6 + 16, 0, 0, 5},                   /* epoch */
        {0, AT_6 + 36, 0, 0, 5},                   /* size */
        {0, AT_6 + 40, 0, 0, 5},                   /* prev */
        {0, AT_6 + 72 + 300, 0, 0, 5},             /* a byte of a record */
        {0, AT_6 + 72 + PAYLOAD, 0, 0, 5},         /* hash */
        {0, AT_6, SEGMENT_BLOCK, 0, 5},            /* first sector never written */
        {0, AT_6 + SEGMENT_BLOCK, SEGMENT_BLOCK, 0, 5}, /* second sector never written */
        {0, AT_6 + ENTRY - 1, 0, 0, 6},            /* padding */
        {0, AT_4 + 80, 0, ORDER_DAMAGED, 0},       /* in the middle: acknowledged */
        {0, AT_4, ENTRY, ORDER_DAMAGED, 0},
        {3, AT_4 + 80, 0, ORDER_DAMAGED, 0},
        {5, AT_4 + 80, 0, 0, 6},                   /* held elsewhere already */
        {5, AT_4, ENTRY, ORDER_DAMAGED, 0},        /* its head leads to the later ones */
        {6, AT_6 + 8, 0, ORDER_BEHIND, 0},
        {0, 20, 0, ORDER_DAMAGED, 0},              /* salt: the head of a round with several */
        {5, 20, 0, ORDER_DAMAGED, 0},
        {9, 0, 0, 0, 9},                           /* the same below a held log: lost segment */
    };
    struct place *p = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct order_point held = {.number = rows[i].held, .epoch = rows[i].held > 0};
        struct order_commit c;
        struct order *o = open_at(p, &start);
        append(o, lead(o, start) + 1, 6, 1000);
        order_close(o);
        if (rows[i].size)
            file_fill(p->fd, "segment-0", rows[i].offset, rows[i].size, 0);
        else
            file_flip(p->fd, "segment-0", rows[i].offset, 0x10);
        int r = segment_open(&o, p->fd, &small, &held);
        if (r != rows[i].opens)
            fail_msg("row %zu opens with %d", i, r);
        if (!r) {
            while (order_next(o, &c) == 0)
                commit_is(&c, ++held.number);
            if (held.number != rows[i].last)
                fail_msg("row %zu ends at %d", i, (int)held.number);
            order_close(o);
        }
        unlinkat(p->fd, "segment-0", 0);
        unlinkat(p->fd, "segment-1", 0);
    }
}

/* LMDB's point and the segment must belong together. */
static void foreign_segments_are_refused(void **state) {
    static const struct {
        struct order_point held;
        int opens;
    } rows[] = {
        {{.number = 60, .epoch = 1}, 0},
        {{.number = 60, .epoch = 1, .size = 1}, ORDER_FORK},
        {{.number = 60, .epoch = 1, .root = {1}}, ORDER_FORK},
        {{.number = 60, .epoch = 7}, ORDER_FORK},
        {{.number = 60}, ORDER_FORK},
        {{.number = 61, .epoch = 1}, 0},
        {{.number = 61, .epoch = 2}, ORDER_FORK},
        {{.number = 62}, ORDER_BEHIND},
        {{.number = 20}, ORDER_BEHIND},
        {{.number = 0}, ORDER_BEHIND},
    };
    struct place *p = *state;
    struct order *o = open_at(p, &start);
    append(o, lead(o, start) + 1, 61, 1);
    order_close(o);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int r = segment_open(&o, p->fd, &small, &rows[i].held);
        if (r != rows[i].opens)
            fail_msg("row %zu opens with %d", i, r);
        if (!r)
            order_close(o);
    }
}

static void files_wait_until_settled(void **state) {
    struct place *p = *state;
    struct order_commit c;
    struct order *o = open_at(p, &start);
    uint64_t number = lead(o, start), taken = 0;
    for (;;) { /* nothing is settled: the order takes what two files and the ring can hold */
        commit_make(&c, number + 1, 1);
        int r = order_submit(o, &c);
        if (r == ORDER_BUSY)
            break;
        assert_int_equal(r, 0);
        number++;
        if (taken < 2 * PER_FILE - 1) {
            assert_int_equal(next_wait(o, &c), 0);
            taken++;
        }
    }
    struct pollfd fd = {.fd = order_fd(o), .events = POLLIN};
    do {
        while (order_next(o, &c) == 0)
            taken++;
    } while (poll(&fd, 1, 50) > 0);
    uint64_t stuck = taken;
    assert_true(stuck <= 2 * PER_FILE);
    order_settle(o, &(struct order_point){.number = stuck});
    for (; taken + 1 < number; taken++) {
        assert_int_equal(next_wait(o, &c), 0);
        order_settle(o, &(struct order_point){.number = c.number});
    }
    order_close(o);
}

static void a_failing_disk_is_fatal(void **state) {
    static const struct {
        int write, sync;
    } rows[] = {{EIO, 0}, {0, EIO}, {ENOSPC, 0}, {0, ENOSPC}};
    struct place *p = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct order_commit c;
        struct order *o = open_at(p, &start);
        append(o, lead(o, start) + 1, 4, 1000);
        commit_make(&c, 5, 1);
        write_error = rows[i].write;
        sync_error = rows[i].sync;
        assert_int_equal(order_submit(o, &c), 0);
        int r = next_wait(o, &c);
        write_error = sync_error = 0;
        assert_int_equal(r, -(rows[i].write + rows[i].sync));
        commit_make(&c, 6, 1);
        assert_true(order_submit(o, &c) < 0);
        order_close(o);
        /* Unknown outcome: there or not, but nothing before it is touched. */
        o = open_at(p, &start);
        uint64_t last = lead(o, start) - 1;
        assert_int_equal(last, rows[i].write ? 4 : 5);
        order_close(o);
        unlinkat(p->fd, "segment-0", 0);
        unlinkat(p->fd, "segment-1", 0);
    }
}

static void no_space_to_prewrite(void **state) {
    struct place *p = *state;
    struct order *o = NULL;
    write_error = ENOSPC;
    int r = segment_open(&o, p->fd, &small, &start);
    write_error = EIO;
    int r2 = segment_open(&o, p->fd, &small, &start);
    write_error = 0;
    assert_int_equal(r, ORDER_FULL);
    assert_int_equal(r2, -EIO);
    o = open_at(p, &start);
    lead(o, start);
    order_close(o);
}

static void the_ring_is_bounded(void **state) {
    struct place *p = *state;
    struct order_commit c;
    small.quick_us = 1; /* a submit must not wait for this disk */
    struct order *o = open_at(p, &start);
    uint64_t number = lead(o, start), n;
    sync_blocked = true;
    int r = 0;
    for (n = number + 1; r == 0; n++) {
        commit_make(&c, n, 1);
        r = order_submit(o, &c);
    }
    assert_int_equal(r, ORDER_BUSY);
    assert_true(n - number <= 66);
    assert_int_equal(order_next(o, &c), ORDER_NOTHING);
    sync_blocked = false;
    assert_int_equal(next_wait(o, &c), 0);
    commit_is(&c, number + 1);
    order_close(o);
}

static int by_thread(void **state) {
    (void)state;
    small.quick_us = 1; /* the mark apart, which comes before any flush was measured */
    return 0;
}

static int by_caller(void **state) {
    (void)state;
    small.quick_us = UINT64_MAX;
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(comes_back_after_reopen, place_new, place_free),
        cmocka_unit_test_setup_teardown(epoch_rises_with_each_open, place_new, place_free),
        cmocka_unit_test_setup_teardown(only_the_next_commit_is_taken, place_new, place_free),
        cmocka_unit_test_setup_teardown(damage_is_told_from_the_end, place_new, place_free),
        cmocka_unit_test_setup_teardown(foreign_segments_are_refused, place_new, place_free),
        cmocka_unit_test_setup_teardown(files_wait_until_settled, place_new, place_free),
        cmocka_unit_test_setup_teardown(a_failing_disk_is_fatal, place_new, place_free),
        cmocka_unit_test_setup_teardown(no_space_to_prewrite, place_new, place_free),
        cmocka_unit_test_setup_teardown(the_ring_is_bounded, place_new, place_free),
    };
    int failed = cmocka_run_group_tests_name("written by the thread", tests, by_thread, NULL);
    return failed + cmocka_run_group_tests_name("written by the caller", tests, by_caller, NULL);
}
