/* Files are written whole or not at all, the lock admits one owner, and small files come back. */
#include "tests/unit/eventlog/fixture.h"

#include "common/eventlog/place.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static void one_owner(void **state) {
    struct place *p = *state;
    int first = place_lock(p->fd);
    assert_true(first >= 0);
    assert_int_equal(place_lock(p->fd), -EWOULDBLOCK);
    close(first);
    int second = place_lock(p->fd);
    assert_true(second >= 0);
    close(second);
}

static void small_files(void **state) {
    struct place *p = *state;
    struct stat st;
    char got[8];
    size_t size = sizeof got;
    assert_int_equal(place_put(p->fd, "a", "one", 3, true), 0);
    assert_int_equal(place_put(p->fd, "a", "two", 3, true), -EEXIST);
    assert_int_equal(place_get(p->fd, "a", got, &size), 0);
    assert_int_equal(size, 3);
    assert_memory_equal(got, "one", 3);
    assert_int_equal(fstatat(p->fd, "a", &st, 0), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(place_put(p->fd, "a", "longer", 6, false), 0);
    size = 5;
    assert_int_equal(place_get(p->fd, "a", got, &size), PLACE_SHORT);
    size = sizeof got;
    assert_int_equal(place_get(p->fd, "a", got, &size), 0);
    assert_int_equal(size, 6);
    assert_int_equal(place_get(p->fd, "b", got, &size), -ENOENT);
    assert_int_equal(fstatat(p->fd, "a.new", &st, 0), -1);
}

static void limits_of_the_disk(void **state) {
    struct place *p = *state;
    struct rlimit old, small = {100, RLIM_INFINITY};
    int fd = openat(p->fd, "f", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    char byte;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    small.rlim_max = old.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    int r = place_write_zeros(fd, 0, 1000);
    setrlimit(RLIMIT_FSIZE, &old);
    assert_int_equal(r, -EFBIG);
    assert_int_equal(place_read(fd, &byte, 1, 5000), PLACE_SHORT);
    assert_int_equal(place_read(-1, &byte, 1, 0), -EBADF);
    close(fd);
}

static void directories(void **state) {
    struct place *p = *state;
    uint64_t all = 0, left = 0;
    int verdict = place_check(p->fd);
    assert_true(verdict == 0 || verdict == PLACE_OVERLAY);
    assert_int_equal(place_space(p->fd, &all, &left), 0);
    assert_true(all > left && left > 0);
    assert_int_equal(place_open("/nonexistent/a/b", true), -ENOENT);
    assert_int_equal(place_open("nothing-here", false), -ENOENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_owner, place_new, place_free),
        cmocka_unit_test_setup_teardown(small_files, place_new, place_free),
        cmocka_unit_test_setup_teardown(limits_of_the_disk, place_new, place_free),
        cmocka_unit_test_setup_teardown(directories, place_new, place_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
