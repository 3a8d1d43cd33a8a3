/*
 * Proves the durable side: what was folded is there after a restart, also after one without a
 * goodbye; tables that are ahead of the log, of another log, torn or damaged are set aside and
 * built again; a rebuild equals the live views, finds a row that differs, and switches.
 */
#include "daemons/projector/tables.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "daemons/projector/state.h"
#include "tests/unit/projector/answers.h"
#include "tests/unit/projector/city.h"

static const char dir[] = "test-tables";
static int notes;

static void note(const char *what) {
    (void)what;
    notes++;
}

static void make_log(struct memory_log *log, struct city *city, uint64_t seed, size_t entries) {
    memory_log_init(log);
    city_init(city, log, seed, 20);
    city->mistakes = 500;
    city_until(city, entries);
}

static struct projector *open_again(struct memory_log *log) {
    struct source source = memory_log_source(log);
    struct projector *p;
    notes = 0;
    assert_int_equal(projector_open(dir, &source, note, &p), PROJECTOR_OK);
    return p;
}

static struct answer ask_plans(struct projector *p, civil_day day) {
    struct Query query = {.view = text_of("plans")};
    struct answer a;
    assert_int_equal(ask_projector(p, &query, day, &a), QUERY_OK);
    return a;
}

static void a_restart_goes_on(void **state) {
    struct memory_log log;
    struct city city;
    (void)state;
    make_log(&log, &city, 1, 800);
    struct projector *p = open_fresh(dir, &log);
    catch_up(p, &log);
    struct answer before = ask_plans(p, city.day);
    projector_close(p);
    p = open_again(&log);
    assert_int_equal(notes, 0);
    assert_int_equal(projector_position(p), log.count);
    struct answer after = ask_plans(p, city.day);
    assert_true(answers_equal(&before, &after));
    assert_true(after.has_root && memcmp(after.root, before.root, 32) == 0);
    city_until(&city, 1200);
    catch_up(p, &log);
    projector_close(p);
    p = open_again(&log);
    assert_int_equal(projector_position(p), log.count);
    answer_free(&before);
    answer_free(&after);
    projector_close(p);
    memory_log_free(&log);
}

/* A child folds and flushes and goes on, then dies at once: what was flushed is there. */
static void a_killed_one_is_resumed(void **state) {
    struct memory_log log;
    struct city city;
    (void)state;
    make_log(&log, &city, 2, 900);
    assert_int_equal(tables_remove(dir), 0);
    pid_t child = fork();
    if (child == 0) {
        struct source source = memory_log_source(&log);
        struct projector *p;
        bool bad = projector_open(dir, &source, NULL, &p) != PROJECTOR_OK;
        catch_up(p, &log);
        bad |= projector_flush(p) != PROJECTOR_OK;
        city_until(&city, 1100);
        catch_up(p, &log);
        _exit(bad);
    }
    int status;
    uint64_t flushed = log.count;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    struct projector *p = open_again(&log);
    assert_int_equal(notes, 0);
    assert_int_equal(projector_position(p), flushed);
    projector_close(p);
    memory_log_free(&log);
}

static void tables_of_another_log_are_set_aside(void **state) {
    struct memory_log log, other;
    struct city city;
    uint8_t root[32];
    (void)state;
    make_log(&log, &city, 3, 800);
    make_log(&other, &city, 4, 500);
    struct projector *p = open_fresh(dir, &log);
    catch_up(p, &log);
    projector_close(p);
    p = open_again(&log);
    memory_log_root(&log, log.count, root);
    assert_false(projector_meet(p, log.count, root));
    assert_true(projector_meet(p, other.count, NULL)); /* ahead of a shorter log */
    assert_int_equal(projector_position(p), 0);
    projector_close(p);
    p = open_again(&log);
    catch_up(p, &log);
    root[0] ^= 1;
    assert_true(projector_meet(p, log.count, root)); /* as long, with another root */
    assert_int_equal(projector_position(p), 0);
    catch_up(p, &log);
    assert_int_equal(projector_position(p), log.count);
    projector_close(p);
    memory_log_free(&log);
    memory_log_free(&other);
}

static void flip(const char *path, long at) {
    FILE *f = fopen(path, "r+b");
    assert_non_null(f);
    assert_int_equal(fseek(f, at, SEEK_SET), 0);
    int byte = fgetc(f);
    assert_int_equal(fseek(f, at, SEEK_SET), 0);
    fputc(byte ^ 0x10, f);
    fclose(f);
}

/* Where a household's own facts lie in the file: a byte that LMDB itself never looks at. */
static long find_bytes(const char *path, const void *bytes, size_t size) {
    static uint8_t file[1 << 22];
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    size_t read = fread(file, 1, sizeof file, f);
    fclose(f);
    for (size_t i = 0; i + size <= read; i++)
        if (memcmp(file + i, bytes, size) == 0)
            return (long)i;
    return -1;
}

static void damage_is_found(void **state) {
    struct memory_log log;
    struct city city;
    (void)state;
    make_log(&log, &city, 5, 800);
    struct projector *p = open_fresh(dir, &log);
    catch_up(p, &log);
    struct answer before = ask_plans(p, city.day);
    assert_true(store_count(p->store, shelves_of(CATEGORY_Case)) > 0);
    struct dossier *d = store_at(p->store, shelves_of(CATEGORY_Case), 0);
    size_t size = shelf_size(d->shelf);
    uint8_t bytes[1 << 13];
    assert_true(size <= sizeof bytes);
    memcpy(bytes, dossier_bytes(d), size);
    projector_close(p);
    /* Pages that were freed hold older copies: change every one. */
    long at = find_bytes("test-tables/data.mdb", bytes, size);
    assert_true(at > 0);
    for (; at > 0; at = find_bytes("test-tables/data.mdb", bytes, size))
        flip("test-tables/data.mdb", at + 20);
    p = open_again(&log);
    assert_int_equal(notes, 1);
    assert_int_equal(projector_position(p), 0);
    catch_up(p, &log);
    struct answer after = ask_plans(p, city.day);
    assert_true(answers_equal(&before, &after));
    answer_free(&before);
    answer_free(&after);
    projector_close(p);
    memory_log_free(&log);
}

static void tables_of_a_boot_that_failed_are_not_trusted(void **state) {
    struct memory_log log;
    struct city city;
    (void)state;
    make_log(&log, &city, 6, 500);
    struct projector *p = open_fresh(dir, &log);
    catch_up(p, &log);
    projector_close(p);
    int fd = open("test-tables/state", O_WRONLY | O_TRUNC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "another-boot", 12), 12);
    close(fd);
    p = open_again(&log);
    assert_int_equal(notes, 1);
    assert_int_equal(projector_position(p), 0);
    projector_close(p);
    memory_log_free(&log);
}

static void a_rebuild_equals_the_live_views(void **state) {
    struct memory_log log;
    struct city city;
    struct ViewsRebuilt first, second;
    uint8_t digest[32];
    (void)state;
    make_log(&log, &city, 7, 1500);
    struct projector *p = open_fresh(dir, &log);
    catch_up(p, &log);
    assert_int_equal(projector_rebuild(p, NULL, &first), PROJECTOR_OK);
    assert_int_equal(first.different, 0);
    assert_int_equal(first.position, (int64_t)log.count);
    memcpy(digest, first.digest.data, sizeof digest);
    city_until(&city, 2000);
    catch_up(p, &log); /* the switched store goes on */
    assert_int_equal(projector_rebuild(p, NULL, &second), PROJECTOR_OK);
    assert_int_equal(second.different, 0);
    assert_memory_not_equal(digest, second.digest.data, sizeof digest);
    projector_close(p);
    p = open_again(&log);
    assert_int_equal(notes, 0);
    assert_int_equal(projector_position(p), log.count);
    projector_close(p);
    memory_log_free(&log);
}

/* An auditor who folds the same log elsewhere gets the same digest. */
static void digests_are_the_logs(void **state) {
    struct memory_log log;
    struct city city;
    struct ViewsRebuilt a, b;
    uint8_t digest[32];
    (void)state;
    make_log(&log, &city, 8, 1200);
    struct projector *p = open_fresh(dir, &log);
    for (uint64_t i = 1; i <= log.count; i++) { /* one by one, and flushed now and then */
        struct bytes record = memory_log_at(&log, i);
        uint8_t root[32];
        memory_log_root(&log, i, root);
        assert_int_equal(projector_fold(p, &record, 1, root), PROJECTOR_OK);
        if (i % 100 == 0)
            assert_int_equal(projector_flush(p), PROJECTOR_OK);
    }
    assert_int_equal(projector_rebuild(p, NULL, &a), PROJECTOR_OK);
    memcpy(digest, a.digest.data, sizeof digest);
    projector_close(p);
    p = open_fresh("test-tables-auditor", &log);
    catch_up(p, &log);
    assert_int_equal(projector_rebuild(p, NULL, &b), PROJECTOR_OK);
    assert_memory_equal(digest, b.digest.data, sizeof digest);
    projector_close(p);
    memory_log_free(&log);
}

static void a_rebuild_finds_what_differs(void **state) {
    struct memory_log log;
    struct city city;
    struct ViewsRebuilt rebuilt;
    (void)state;
    make_log(&log, &city, 9, 1500);
    struct projector *p = open_fresh(dir, &log);
    catch_up(p, &log);
    struct dossier *d = store_find(p->store, CATEGORY_Relocation, city_id("relocation", 2));
    assert_non_null(d);
    dossier_clear(d);
    assert_int_equal(projector_rebuild(p, NULL, &rebuilt), PROJECTOR_OK);
    assert_true(rebuilt.different > 0);
    assert_true(rebuilt.first_difference.size > 0);
    assert_int_equal(projector_rebuild(p, NULL, &rebuilt), PROJECTOR_OK);
    assert_int_equal(rebuilt.different, 0);
    projector_close(p);
    memory_log_free(&log);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_restart_goes_on),
        cmocka_unit_test(a_killed_one_is_resumed),
        cmocka_unit_test(tables_of_another_log_are_set_aside),
        cmocka_unit_test(damage_is_found),
        cmocka_unit_test(tables_of_a_boot_that_failed_are_not_trusted),
        cmocka_unit_test(a_rebuild_equals_the_live_views),
        cmocka_unit_test(digests_are_the_logs),
        cmocka_unit_test(a_rebuild_finds_what_differs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
