/* Backups grow by what is new, hold what the log holds, and say no rather than mix two histories.
 */
#include "tests/unit/eventlog/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/eventlog/backup.h"
#include "common/eventlog/place.h"
#include "common/eventlog/verify.h"

enum { SIZE = 2300 };

static char source[80], target[80];
static struct note_key key;

static void name_places(const struct place *p) {
    snprintf(source, sizeof source, "%s/log", p->path);
    snprintf(target, sizeof target, "%s/copy", p->path);
}

/* Opens the log, adds records up to the size and closes it again. */
static void fill(const char *path, uint64_t size) {
    struct log_options o = small_options();
    struct log *l = NULL;
    o.key = &key;
    o.origin = "example.org/log";
    assert_int_equal(log_open(&l, path, &o), 0);
    if (log_next_position(l) <= size)
        log_fill(l, size + 1 - log_next_position(l), 29);
    log_close(l);
}

static int set_up(void **state) {
    int r = place_new(state);
    const struct place *p = *state;
    name_places(p);
    assert_int_equal(note_key_create(p->fd, "key", "log.example", &key), 0);
    fill(source, SIZE);
    return r;
}

static int back_up(struct backup_report *out) {
    struct backup_options o = {.from = source, .to = target};
    return backup_append(&o, out);
}

static int check_record(void *context, uint64_t position, struct bytes record) {
    (void)context;
    return record_is(position, record) ? 0 : 66;
}

static struct verify_report verify(const char *path) {
    struct verify_options o = {.path = path, .key = &key, .check = check_record};
    struct verify_report report;
    assert_int_equal(verify_log(&o, &report), 0);
    return report;
}

static void is_whole(uint64_t size) {
    struct verify_report v = verify(target), of_log = verify(source);
    assert_int_equal(v.outcome, VERIFY_SOUND);
    assert_int_equal(v.size, size);
    assert_int_equal(v.checkpoint_size, size);
    assert_false(v.leaves_stale);
    assert_memory_equal(v.root, of_log.root, sizeof v.root);
    assert_int_equal(v.epoch, of_log.epoch);
}

static int open_dir(const char *path) {
    int fd = place_open(path, false);
    assert_true(fd >= 0);
    return fd;
}

static void grows_by_what_is_new(void **state) {
    struct backup_report done;
    (void)state;
    assert_int_equal(back_up(&done), 0);
    assert_int_equal(done.before, 0);
    assert_int_equal(done.point.size, SIZE);
    is_whole(SIZE);
    assert_int_equal(back_up(&done), 0);
    assert_int_equal(done.before, SIZE);
    fill(source, SIZE + 1500);
    assert_int_equal(back_up(&done), 0);
    assert_int_equal(done.before, SIZE);
    assert_int_equal(done.point.size, SIZE + 1500);
    is_whole(SIZE + 1500);
}

/* Positions go on where the backup ends, in a later epoch than any of its records had. */
static void goes_on_as_a_log(void **state) {
    struct backup_report done;
    struct log_options o = small_options();
    struct log *l = NULL;
    (void)state;
    fill(source, SIZE); /* once more: the third epoch */
    assert_int_equal(back_up(&done), 0);
    uint64_t epoch = done.point.epoch;
    assert_true(epoch >= 2);
    assert_int_equal(log_open(&l, target, &o), 0);
    assert_int_equal(log_next_position(l), SIZE + 1);
    assert_true(log_epoch(l) > epoch);
    log_fill(l, 50, 7);
    log_close(l);
    struct verify_report v = verify(target);
    assert_int_equal(v.outcome, VERIFY_SOUND);
    assert_int_equal(v.size, SIZE + 50);
}

static void what_is_not_a_backup_is_not_touched(void **state) {
    struct place *p = *state;
    struct backup_report done;
    struct stat st;
    assert_int_equal(mkdir(target, 0700), 0);
    int fd = open_dir(target);
    assert_int_equal(place_put(fd, "photo.jpg", "x", 1, true), 0);
    assert_int_equal(back_up(&done), BACKUP_FOREIGN);
    assert_int_not_equal(fstatat(fd, "data.mdb", &st, 0), 0);
    close(fd);
    snprintf(target, sizeof target, "%s/second", p->path);
    fill(target, 10); /* a log of its own: it has a segment */
    assert_int_equal(back_up(&done), BACKUP_FOREIGN);
    snprintf(target, sizeof target, "%s/key", p->path);
    assert_int_equal(back_up(&done), BACKUP_FOREIGN);
    snprintf(target, sizeof target, "%s/fresh", p->path);
    snprintf(source, sizeof source, "%s/nowhere", p->path);
    assert_int_equal(back_up(&done), BACKUP_EMPTY);
    assert_int_not_equal(access(target, F_OK), 0);
}

static void two_at_once_are_kept_apart(void **state) {
    struct backup_report done;
    (void)state;
    assert_int_equal(back_up(&done), 0);
    int fd = open_dir(target), lock = place_lock(fd);
    assert_true(lock >= 0);
    assert_int_equal(back_up(&done), BACKUP_LOCKED);
    close(lock);
    close(fd);
    assert_int_equal(back_up(&done), 0);
}

/* The same positions with other content, and a backup that is ahead of its log. */
static void another_history_is_refused(void **state) {
    struct place *p = *state;
    struct backup_report done;
    char longer[80];
    assert_int_equal(back_up(&done), 0);
    snprintf(longer, sizeof longer, "%s", target);
    snprintf(target, sizeof target, "%s/short", p->path);
    fill(source, SIZE + 10);
    assert_int_equal(back_up(&done), 0);
    snprintf(source, sizeof source, "%s", longer); /* shorter than what was just copied */
    assert_int_equal(back_up(&done), BACKUP_OTHER);
    assert_int_equal(verify(target).size, SIZE + 10);

    snprintf(source, sizeof source, "%s/other", p->path);
    struct log_options o = small_options();
    struct log *l = NULL;
    uint8_t memory[4096];
    struct batch b;
    assert_int_equal(log_open(&l, source, &o), 0);
    batch_init(&b, memory, sizeof memory);
    batch_add(&b, "other", 5);
    assert_int_equal(log_submit_wait(l, &b), 0);
    log_fill(l, SIZE + 100, 29);
    log_close(l);
    fill(source, SIZE); /* so that its epoch is not what gives it away */
    assert_int_equal(back_up(&done), BACKUP_OTHER);
    assert_int_equal(verify(target).size, SIZE + 10);
}

/* What was damaged in the log never reaches the backup, which keeps what lies before. */
static void damage_is_not_copied(void **state) {
    struct backup_report done;
    uint8_t record[RECORD_MOST];
    (void)state;
    int fd = open_dir(source);
    size_t size = record_make(1777, record);
    file_flip_bytes(fd, "data.mdb", record, size, size / 2, 4);
    assert_int_equal(back_up(&done), BACKUP_DAMAGED);
    assert_int_equal(done.position, 1777);
    assert_int_equal(done.point.size, 1000); /* whole pages */
    assert_int_equal(verify(target).outcome, VERIFY_SOUND);
    record[size / 2] ^= 4;
    file_flip_bytes(fd, "data.mdb", record, size, size / 2, 4);
    assert_int_equal(back_up(&done), 0);
    is_whole(SIZE);
    close(fd);
}

static void stale_leaves_are_renewed(void **state) {
    struct backup_options o = {.from = source, .to = target, .renew_leaves = true};
    struct backup_report done;
    (void)state;
    assert_int_equal(back_up(&done), 0);
    int fd = open_dir(target);
    file_flip(fd, "leaves", 32 * 7, 1);
    close(fd);
    assert_true(verify(target).leaves_stale);
    assert_int_equal(backup_append(&o, &done), 0);
    is_whole(SIZE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(grows_by_what_is_new, set_up, place_free),
        cmocka_unit_test_setup_teardown(goes_on_as_a_log, set_up, place_free),
        cmocka_unit_test_setup_teardown(what_is_not_a_backup_is_not_touched, set_up, place_free),
        cmocka_unit_test_setup_teardown(two_at_once_are_kept_apart, set_up, place_free),
        cmocka_unit_test_setup_teardown(another_history_is_refused, set_up, place_free),
        cmocka_unit_test_setup_teardown(damage_is_not_copied, set_up, place_free),
        cmocka_unit_test_setup_teardown(stale_leaves_are_renewed, set_up, place_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
