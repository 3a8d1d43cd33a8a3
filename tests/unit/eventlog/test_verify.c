/* One changed byte anywhere in a stored log is found, and where it can be known, with its position.
 * A file that makes LMDB itself crash is reported as damaged, by a caller that lives on. */
#include "tests/unit/eventlog/fixture.h"

#include "common/eventlog/verify.h"

#include <unistd.h>

enum { SIZE = 400, LONG = 1200 }; /* LONG: more than one of the reader's transactions */

static struct note_key key;

static void make_log_of(struct place *p, uint64_t size) {
    struct log_options o = small_options();
    char note[CHECKPOINT_TEXT_MAX];
    struct log *l = NULL;
    unlinkat(p->fd, "key", 0);
    assert_int_equal(note_key_create(p->fd, "key", "log.example", &key), 0);
    o.key = &key;
    o.origin = "example.org/log";
    o.head_ms = 1;
    o.map_bytes *= size / SIZE;
    assert_int_equal(log_open(&l, p->path, &o), 0);
    log_fill(l, size, 9);
    log_wait_applied(l, size);
    struct checkpoint head = {.size = 0};
    while (head.size < size)
        if (log_checkpoint(l, note) == 0)
            checkpoint_parse(text_of(note), &head);
    log_close(l);
}

static void make_log(struct place *p) {
    make_log_of(p, SIZE);
}

static int check_record(void *context, uint64_t position, struct bytes record) {
    const uint64_t *refused = context;
    if (position == *refused)
        return 55;
    return record_is(position, record) ? 0 : 66;
}

static struct verify_report verify(struct place *p, uint64_t refused) {
    struct verify_options o = {.path = p->path, .key = &key, .check = check_record,
                               .context = &refused};
    struct verify_report report;
    assert_int_equal(verify_log(&o, &report), 0);
    assert_non_null(verify_text(report.outcome));
    return report;
}

static void a_sound_log(void **state) {
    struct place *p = *state;
    make_log(p);
    struct verify_report r = verify(p, 0);
    assert_int_equal(r.outcome, VERIFY_SOUND);
    assert_int_equal(r.size, SIZE);
    assert_true(r.has_checkpoint && !r.leaves_stale && !r.owned);
    assert_int_equal(r.checkpoint_size, SIZE);
    r = verify(p, 123);
    assert_int_equal(r.outcome, VERIFY_CHECK);
    assert_int_equal(r.position, 123);
    assert_int_equal(r.detail, 55);
}

static void nothing_there(void **state) {
    struct place *p = *state;
    struct verify_options o = {.path = "no-such-directory"};
    struct verify_report r;
    assert_int_equal(verify(p, 0).outcome, VERIFY_EMPTY);
    assert_int_equal(verify_log(&o, &r), 0);
    assert_int_equal(r.outcome, VERIFY_EMPTY);
}

static void a_flipped_byte_has_its_position(void **state) {
    struct place *p = *state;
    uint8_t record[RECORD_MOST];
    make_log(p);
    for (uint64_t position = 1; position <= SIZE; position += 23) {
        size_t size = record_make(position, record);
        file_flip_bytes(p->fd, "data.mdb", record, size, size / 2, 0x20);
        struct verify_report r = verify(p, 0);
        assert_int_equal(r.outcome, VERIFY_RECORD);
        assert_int_equal(r.position, position);
        record[size / 2] ^= 0x20;
        file_flip_bytes(p->fd, "data.mdb", record, size, size / 2, 0x20);
    }
    assert_int_equal(verify(p, 0).outcome, VERIFY_SOUND);
}

static void a_long_log_to_its_end(void **state) {
    struct place *p = *state;
    uint8_t record[RECORD_MOST];
    make_log_of(p, LONG);
    struct verify_report r = verify(p, 0);
    assert_int_equal(r.outcome, VERIFY_SOUND);
    assert_int_equal(r.size, LONG);
    size_t size = record_make(LONG - 1, record);
    file_flip_bytes(p->fd, "data.mdb", record, size, 0, 1);
    r = verify(p, 0);
    assert_int_equal(r.outcome, VERIFY_RECORD);
    assert_int_equal(r.position, LONG - 1);
    assert_int_equal(verify(p, LONG).outcome, VERIFY_RECORD); /* the graver finding */
}

static void without_leaves_the_root_still_tells(void **state) {
    struct place *p = *state;
    uint8_t record[RECORD_MOST];
    make_log(p);
    unlinkat(p->fd, "leaves", 0);
    struct verify_report r = verify(p, 0);
    assert_int_equal(r.outcome, VERIFY_SOUND);
    assert_true(r.leaves_stale);
    size_t size = record_make(200, record);
    file_flip_bytes(p->fd, "data.mdb", record, size, 0, 1);
    r = verify(p, 0);
    assert_int_equal(r.outcome, VERIFY_ROOT);
}

static void other_files(void **state) {
    static const struct {
        const char *file;
        uint64_t offset;
        enum verify_outcome outcome;
        bool stale;
    } rows[] = {
        {"checkpoint", 3, VERIFY_CHECKPOINT, false},  /* origin */
        {"checkpoint", 17, VERIFY_CHECKPOINT, false}, /* size */
        {"checkpoint", 25, VERIFY_CHECKPOINT, false}, /* root */
        {"leaves", 77, VERIFY_SOUND, true},
        {"segment-0", 16, VERIFY_SOUND, false}, /* everything in it is applied */
    };
    struct place *p = *state;
    make_log(p);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        file_flip(p->fd, rows[i].file, rows[i].offset, 1);
        struct verify_report r = verify(p, 0);
        if (r.outcome != rows[i].outcome && r.outcome != VERIFY_SEGMENT)
            fail_msg("row %zu: %s", i, verify_text(r.outcome));
        if (r.leaves_stale != rows[i].stale)
            fail_msg("row %zu: leaves", i);
        file_flip(p->fd, rows[i].file, rows[i].offset, 1);
    }
}

/* Damage to the pages of LMDB, byte by byte over the head of each page: every finding is allowed
 * except that all is well while a record or the tree is not, and except our own death. */
static void damaged_pages(void **state) {
    struct place *p = *state;
    unsigned found[VERIFY_CHECK + 1] = {0};
    uint64_t pages, refused = 0;
    make_log(p);
    pages = file_size(p->fd, "data.mdb") / 4096;
    struct verify_options o = {.path = p->path, .check = check_record, .context = &refused};
    for (uint64_t page = 0; page < pages; page++)
        for (uint64_t at = page % 3; at < 24; at += 3) {
            struct verify_report r;
            file_flip(p->fd, "data.mdb", page * 4096 + at, 0x81);
            assert_int_equal(verify_log(&o, &r), 0);
            if (r.outcome == VERIFY_SOUND)
                assert_int_equal(r.size, SIZE);
            found[r.outcome]++;
            file_flip(p->fd, "data.mdb", page * 4096 + at, 0x81);
        }
    print_message("sound %u, record %u, root %u, environment %u, empty %u\n", found[VERIFY_SOUND],
                  found[VERIFY_RECORD], found[VERIFY_ROOT], found[VERIFY_ENVIRONMENT],
                  found[VERIFY_EMPTY]);
    assert_true(found[VERIFY_ENVIRONMENT] > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_sound_log, place_new, place_free),
        cmocka_unit_test_setup_teardown(nothing_there, place_new, place_free),
        cmocka_unit_test_setup_teardown(a_flipped_byte_has_its_position, place_new, place_free),
        cmocka_unit_test_setup_teardown(a_long_log_to_its_end, place_new, place_free),
        cmocka_unit_test_setup_teardown(without_leaves_the_root_still_tells, place_new, place_free),
        cmocka_unit_test_setup_teardown(other_files, place_new, place_free),
        cmocka_unit_test_setup_teardown(damaged_pages, place_new, place_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
