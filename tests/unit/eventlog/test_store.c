/* Whole commits or nothing enter LMDB, in one order, and a full map refuses without harm. The
 * follower applies what is pushed, soon and without being waited for. */
#include "tests/unit/eventlog/fixture.h"

#include "common/eventlog/follower.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

enum { PER_COMMIT = 5 };

/* Commits that follow each other from the empty log, with their hashes and roots. */
struct author {
    struct sha256 hasher;
    struct tree tree;
    struct order_point point;
    uint8_t memory[BATCH_BYTES_MAX];
    uint8_t leaves[BATCH_COUNT_MAX][SHA256_SIZE];
    struct batch batch;
};

static struct author author;

static void author_begin(struct author *a) {
    a->tree = (struct tree){0};
    a->point = (struct order_point){0};
    tree_root(&a->hasher, &a->tree, a->point.root);
    batch_init(&a->batch, a->memory, sizeof a->memory);
}

/* The next commit; valid until the next call. */
static struct store_commit author_next(struct author *a, uint32_t count) {
    struct store_commit c = {.commit = {.number = a->point.number + 1,
                                        .epoch = 1,
                                        .first = a->point.size + 1,
                                        .count = count}};
    struct bytes record;
    memcpy(c.commit.prev, a->point.root, ORDER_ROOT_SIZE);
    batch_clear(&a->batch);
    batch_fill(&a->batch, c.commit.first, count);
    struct batch_cursor walk = batch_walk(a->batch.bytes, a->batch.size);
    for (uint32_t i = 0; batch_next(&walk, &record) == 0; i++) {
        tree_leaf(&a->hasher, record.data, record.size, a->leaves[i]);
        tree_append(&a->hasher, &a->tree, a->leaves[i]);
    }
    a->point.number++;
    a->point.epoch = 1;
    a->point.size += count;
    tree_root(&a->hasher, &a->tree, a->point.root);
    c.commit.bytes = a->batch.bytes;
    c.commit.size = a->batch.size;
    c.leaves = a->leaves[0];
    return c;
}

static void store_new(struct store *s, const struct place *p, uint64_t map_bytes) {
    struct store_options o = {.map_bytes = map_bytes, .extend_bytes = 64 * 1024};
    assert_int_equal(store_open(s, p->path, p->fd, &o), 0);
}

static void check_all(const struct store *s, uint64_t size) {
    struct reader r;
    struct bytes record;
    assert_int_equal(reader_open(&r, s), 0);
    assert_int_equal(reader_begin(&r), 0);
    for (uint64_t i = 1; i <= size; i++) {
        assert_int_equal(reader_get(&r, i, &record), 0);
        assert_true(record_is(i, record));
    }
    assert_int_equal(reader_get(&r, 0, &record), READER_NONE);
    assert_int_equal(reader_get(&r, size + 1, &record), READER_NONE);
    reader_end(&r);
    reader_close(&r);
}

static void commits_survive_reopen(void **state) {
    struct place *p = *state;
    struct store s;
    author_begin(&author);
    for (unsigned round = 0; round < 10; round++) {
        store_new(&s, p, 1 << 22);
        assert_memory_equal(&s.point, &author.point, sizeof s.point);
        for (unsigned i = 0; i < 7; i++) {
            struct store_commit c = author_next(&author, i == 3 ? 0 : PER_COMMIT);
            assert_int_equal(store_apply(&s, &c, 1), 0);
        }
        assert_memory_equal(&s.point, &author.point, sizeof s.point);
        check_all(&s, author.point.size);
        store_close(&s);
    }
}

static void only_what_follows_is_applied(void **state) {
    enum { NUMBER, EPOCH, FIRST, PREV, ROWS };
    struct place *p = *state;
    struct store s;
    author_begin(&author);
    store_new(&s, p, 1 << 22);
    struct store_commit c = author_next(&author, PER_COMMIT);
    assert_int_equal(store_apply(&s, &c, 1), 0);
    assert_int_equal(store_apply(&s, &c, 1), STORE_FORK); /* stored twice */
    c = author_next(&author, PER_COMMIT);
    for (int row = 0; row < ROWS; row++) {
        for (int delta = -1; delta <= 1; delta += 2) {
            struct store_commit wrong = c;
            wrong.commit.number += row == NUMBER ? (uint64_t)delta : 0;
            wrong.commit.epoch -= row == EPOCH ? 1 : 0;
            wrong.commit.first += row == FIRST ? (uint64_t)delta : 0;
            wrong.commit.prev[7] ^= row == PREV ? 1 : 0;
            assert_int_equal(store_apply(&s, &wrong, 1), STORE_FORK);
        }
    }
    struct store_commit both[2] = {c, c}; /* the second does not fit: neither is applied */
    assert_int_equal(store_apply(&s, both, 2), STORE_FORK);
    assert_int_equal(s.point.size, PER_COMMIT);
    check_all(&s, PER_COMMIT);
    assert_int_equal(store_apply(&s, &c, 1), 0);
    store_close(&s);
}

static void a_full_map_refuses(void **state) {
    struct place *p = *state;
    struct store s;
    int r;
    author_begin(&author);
    store_new(&s, p, 256 * 1024);
    struct store_commit c;
    do {
        c = author_next(&author, 50);
        r = store_apply(&s, &c, 1);
    } while (r == 0);
    assert_int_equal(r, STORE_FULL);
    assert_int_equal(store_apply(&s, &c, 1), STORE_FULL);
    uint64_t size = s.point.size;
    assert_int_equal(size, c.commit.first - 1);
    check_all(&s, size);
    store_close(&s);
    store_new(&s, p, 1 << 22); /* a larger map takes it */
    assert_int_equal(store_apply(&s, &c, 1), 0);
    check_all(&s, size + 50);
    store_close(&s);
}

static void no_room_for_leaves_holds_nothing_up(void **state) {
    struct place *p = *state;
    struct store s;
    int leaves, full = open("/dev/full", O_RDWR | O_CLOEXEC);
    assert_true(full >= 0);
    author_begin(&author);
    store_new(&s, p, 0);
    leaves = s.leaves.fd;
    s.leaves.fd = full;
    struct store_commit c = author_next(&author, PER_COMMIT);
    assert_int_equal(store_apply(&s, &c, 1), 0);
    check_all(&s, PER_COMMIT);
    s.leaves.fd = leaves;
    store_close(&s);
    close(full);
}

static void read_only_needs_a_log(void **state) {
    struct place *p = *state;
    struct store_options o = {.read_only = true};
    struct store s;
    assert_int_equal(store_open(&s, p->path, p->fd, &o), STORE_EMPTY);
    store_close(&s);
    store_new(&s, p, 1 << 20);
    store_close(&s);
    assert_int_equal(store_open(&s, p->path, p->fd, &o), 0);
    store_close(&s);
}

static void lmdb_codes_have_one_meaning(void **state) {
    static const struct {
        int lmdb, ours;
    } rows[] = {
        {0, 0},           {MDB_MAP_FULL, STORE_FULL}, {ENOSPC, STORE_FULL}, {EDQUOT, STORE_FULL},
        {EIO, -EIO},      {ENOMEM, -ENOMEM},          {MDB_PANIC, -EIO},
        {MDB_CORRUPTED, -EBADMSG}, {MDB_KEYEXIST, -EBADMSG},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(store_error(rows[i].lmdb), rows[i].ours);
}

static int count_visit(void *context, uint64_t position, struct bytes record) {
    uint64_t *seen = context;
    assert_int_equal(position, *seen + 1);
    assert_true(record_is(position, record));
    return ++*seen == 3777 ? 42 : 0;
}

static void walks_cross_snapshots(void **state) {
    struct place *p = *state;
    struct reader r;
    struct store s;
    uint64_t seen = 0, next = 0;
    author_begin(&author);
    store_new(&s, p, 1 << 23);
    for (unsigned i = 0; i < 8; i++) {
        struct store_commit c = author_next(&author, 500);
        assert_int_equal(store_apply(&s, &c, 1), 0);
    }
    assert_int_equal(reader_open(&r, &s), 0);
    assert_int_equal(reader_visit(&r, 1, 2500, count_visit, &seen, &next), 0);
    assert_int_equal(next, 2501);
    assert_int_equal(reader_visit(&r, next, UINT64_MAX, count_visit, &seen, &next), 42);
    assert_int_equal(next, 3777);
    assert_int_equal(reader_visit(&r, 4001, 10, count_visit, &seen, &next), 0);
    assert_int_equal(next, 4001);
    reader_close(&r);
    store_close(&s);
}

static void follower_applies_what_is_pushed(void **state) {
    struct place *p = *state;
    struct follower_options o = {0};
    struct follower *f;
    struct order_point point;
    struct store s;
    author_begin(&author);
    store_new(&s, p, 1 << 24);
    assert_int_equal(follower_start(&f, &s, &o), 0);
    for (unsigned i = 0; i < 600; i++) {
        struct store_commit c = author_next(&author, 1 + i % 20);
        int r = follower_push(f, &c);
        if (r == FOLLOWER_BUSY) {
            assert_int_equal(follower_wait(f, c.commit.number - 1), 0);
            r = follower_push(f, &c);
        }
        assert_int_equal(r, 0);
    }
    for (int i = 0; follower_size(f) < author.point.size && i < 500; i++)
        poll(NULL, 0, 10);
    struct pollfd fd = {.fd = follower_fd(f), .events = POLLIN};
    assert_int_equal(poll(&fd, 1, 0), 1);
    follower_point(f, &point);
    assert_memory_equal(&point, &author.point, sizeof point);
    assert_int_equal(follower_queued(f), 0);
    check_all(&s, author.point.size);
    struct store_commit c = author_next(&author, 2);
    assert_int_equal(follower_push(f, &c), 0);
    follower_stop(f); /* takes what is queued along */
    assert_memory_equal(&s.point, &author.point, sizeof point);
    store_close(&s);
}

static void follower_stops_at_a_fork(void **state) {
    struct place *p = *state;
    struct follower_options o = {0};
    struct follower *f;
    struct store s;
    author_begin(&author);
    store_new(&s, p, 1 << 20);
    assert_int_equal(follower_start(&f, &s, &o), 0);
    struct store_commit c = author_next(&author, 2);
    c.commit.prev[0] ^= 1;
    assert_int_equal(follower_push(f, &c), 0);
    assert_int_equal(follower_wait(f, 1), STORE_FORK);
    assert_int_equal(follower_fault(f), STORE_FORK);
    follower_stop(f);
    assert_int_equal(s.point.size, 0);
    store_close(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(commits_survive_reopen, place_new, place_free),
        cmocka_unit_test_setup_teardown(only_what_follows_is_applied, place_new, place_free),
        cmocka_unit_test_setup_teardown(a_full_map_refuses, place_new, place_free),
        cmocka_unit_test_setup_teardown(no_room_for_leaves_holds_nothing_up, place_new, place_free),
        cmocka_unit_test_setup_teardown(read_only_needs_a_log, place_new, place_free),
        cmocka_unit_test(lmdb_codes_have_one_meaning),
        cmocka_unit_test_setup_teardown(walks_cross_snapshots, place_new, place_free),
        cmocka_unit_test_setup_teardown(follower_applies_what_is_pushed, place_new, place_free),
        cmocka_unit_test_setup_teardown(follower_stops_at_a_fork, place_new, place_free),
    };
    sha256_init(&author.hasher);
    int r = cmocka_run_group_tests(tests, NULL, NULL);
    sha256_deinit(&author.hasher);
    return r;
}
