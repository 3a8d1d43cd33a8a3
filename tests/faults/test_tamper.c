/*
 * Somebody who may write every file of a stopped log, who has LMDB's tools and this very code, but
 * not the signing key, changes what was said. Each attack must be named by the verifier: from the
 * files alone, or, where he puts back a state that once was true or signs nothing, against a head
 * that an auditor kept elsewhere.
 */
#include "tests/faults/stage.h"
#include "tests/faults/town_log.h"
#include "tests/unit/eventlog/fixture.h"

#include "common/base/ensure.h"
#include "common/eventlog/le.h"
#include "common/eventlog/place.h"
#include "common/eventlog/segment_file.h"
#include "common/eventlog/verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { SIZE = 90, EARLY = 40, VICTIM = 25 };

/* A genuine log at two moments, and the head of the later one, which the auditor has. */
static struct stage now, early;
static struct note_key key, other_key;
static struct checkpoint kept;

/* ---- what the attacker can do ---- */

/* Which record stands at a position of a forged log; 0: the position's own. */
typedef uint64_t forge_fn(uint64_t position);

static uint64_t edited(uint64_t position) {
    return position == VICTIM ? 1000 : position;
}

static uint64_t one_deleted(uint64_t position) {
    return position < VICTIM ? position : position + 1;
}

static uint64_t one_inserted(uint64_t position) {
    return position < VICTIM ? position : position == VICTIM ? 1000 : position - 1;
}

static uint64_t swapped(uint64_t position) {
    return position == VICTIM ? VICTIM + 1 : position == VICTIM + 1 ? VICTIM : position;
}

static uint64_t other_tail(uint64_t position) {
    return position <= EARLY ? position : position + 1000;
}

/* A whole log made anew with our own code, so that every hash, root, leaf and segment fits. */
static void forge(const struct place *p, forge_fn *which, uint64_t size,
                  const struct note_key *signer) {
    static uint8_t memory[RECORD_MOST * 4];
    struct log_options o = town_options(signer);
    struct log *l = NULL;
    struct batch b;
    assert_int_equal(log_open(&l, p->path, &o), 0);
    batch_init(&b, memory, sizeof memory);
    for (uint64_t position = 1; position <= size; position++) {
        uint8_t record[RECORD_MOST];
        batch_clear(&b);
        assert_int_equal(batch_add(&b, record, record_make(which(position), record)), 0);
        assert_int_equal(log_submit_wait(l, &b), 0);
    }
    log_wait_applied(l, size);
    log_close(l);
}

static void put_file(const struct place *p, struct stage *from, const char *name) {
    struct stage_file *f = stage_find(from, name);
    assert_int_equal(place_put(p->fd, name, f->data, f->size, false), 0);
}

static void empty(const struct place *p) {
    static const char *const all[] = {"data.mdb", "lock.mdb", "segment-0",  "segment-1",
                                      "leaves",   "lock",     "checkpoint", "log.key"};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        unlinkat(p->fd, all[i], 0);
}

static void forge_below_head(const struct place *p, forge_fn *which, uint64_t size) {
    empty(p);
    forge(p, which, size, NULL);
    put_file(p, &now, "checkpoint");
}

typedef void edit_fn(MDB_txn *txn, MDB_dbi records, MDB_dbi meta);

static void edit(const struct place *p, edit_fn *change) {
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi records, meta;
    ensure(!mdb_env_create(&env) && !mdb_env_set_maxdbs(env, 4));
    ensure(!mdb_env_open(env, p->path, 0, 0600) && !mdb_txn_begin(env, NULL, 0, &txn));
    ensure(!mdb_dbi_open(txn, "records", MDB_INTEGERKEY, &records));
    ensure(!mdb_dbi_open(txn, "meta", 0, &meta));
    change(txn, records, meta);
    ensure(!mdb_txn_commit(txn));
    mdb_env_close(env);
}

static void put_record(MDB_txn *txn, MDB_dbi records, uint64_t position, uint64_t which) {
    uint8_t record[RECORD_MOST];
    MDB_val key_value = {sizeof position, &position};
    MDB_val value = {record_make(which, record), record};
    ensure(!mdb_put(txn, records, &key_value, &value, 0));
}

static void cut_record(MDB_txn *txn, MDB_dbi records, uint64_t position) {
    MDB_val key_value = {sizeof position, &position};
    ensure(!mdb_del(txn, records, &key_value, NULL));
}

/* `at` and `size` in the applied value; each byte is changed. */
static void change_applied(MDB_txn *txn, MDB_dbi meta, size_t at, size_t size) {
    uint8_t bytes[4096];
    MDB_val key_value = {7, (void *)(uintptr_t) "applied"}, value;
    ensure(!mdb_get(txn, meta, &key_value, &value) && value.mv_size <= sizeof bytes);
    memcpy(bytes, value.mv_data, value.mv_size);
    for (size_t i = at; i < at + size && i < value.mv_size; i++)
        bytes[i] ^= 1;
    value.mv_data = bytes;
    ensure(!mdb_put(txn, meta, &key_value, &value, 0));
}

/* ---- the attacks ---- */

static void edit_one(MDB_txn *txn, MDB_dbi records, MDB_dbi meta) {
    (void)meta;
    put_record(txn, records, VICTIM, 1000);
}

static void edit_two(MDB_txn *txn, MDB_dbi records, MDB_dbi meta) {
    (void)meta;
    put_record(txn, records, VICTIM, VICTIM + 1);
    put_record(txn, records, VICTIM + 1, VICTIM);
}

static void delete_middle(MDB_txn *txn, MDB_dbi records, MDB_dbi meta) {
    (void)meta;
    cut_record(txn, records, VICTIM);
}

static void delete_last(MDB_txn *txn, MDB_dbi records, MDB_dbi meta) {
    (void)meta;
    cut_record(txn, records, SIZE);
}

static void add_one(MDB_txn *txn, MDB_dbi records, MDB_dbi meta) {
    (void)meta;
    put_record(txn, records, SIZE + 1, SIZE + 1);
}

static void repeat_one(MDB_txn *txn, MDB_dbi records, MDB_dbi meta) {
    (void)meta;
    put_record(txn, records, VICTIM, VICTIM - 1);
}

static void change_number(MDB_txn *txn, MDB_dbi records, MDB_dbi meta) {
    (void)records;
    change_applied(txn, meta, 0, 1);
}

static void change_epoch(MDB_txn *txn, MDB_dbi records, MDB_dbi meta) {
    (void)records;
    change_applied(txn, meta, 8, 1);
}

static void change_size(MDB_txn *txn, MDB_dbi records, MDB_dbi meta) {
    (void)records;
    change_applied(txn, meta, 16, 1);
}

static void change_root(MDB_txn *txn, MDB_dbi records, MDB_dbi meta) {
    (void)records;
    change_applied(txn, meta, 24, 32);
}

static void drop_format(MDB_txn *txn, MDB_dbi records, MDB_dbi meta) {
    MDB_val key_value = {6, (void *)(uintptr_t) "format"};
    (void)records;
    ensure(!mdb_del(txn, meta, &key_value, NULL));
}

static void in_lmdb(struct place *p, edit_fn *change) {
    edit(p, change);
}

static void record_in_lmdb(struct place *p) {
    in_lmdb(p, edit_one);
}

/* The leaf is changed to fit, so that no file accuses the record any more. */
static void record_and_leaf(struct place *p) {
    uint8_t record[RECORD_MOST], leaf[SHA256_SIZE];
    struct leaves leaves;
    struct sha256 h;
    in_lmdb(p, edit_one);
    sha256_init(&h);
    tree_leaf(&h, record, record_make(1000, record), leaf);
    sha256_deinit(&h);
    assert_int_equal(leaves_open(&leaves, p->fd, true), 0);
    assert_int_equal(leaves_write(&leaves, VICTIM, 1, leaf), 0);
    leaves_close(&leaves);
}

static void two_swapped(struct place *p) {
    in_lmdb(p, edit_two);
}

static void one_cut_out(struct place *p) {
    in_lmdb(p, delete_middle);
}

static void last_cut_off(struct place *p) {
    in_lmdb(p, delete_last);
}

static void one_added(struct place *p) {
    in_lmdb(p, add_one);
}

static void one_twice(struct place *p) {
    in_lmdb(p, repeat_one);
}

static void number_changed(struct place *p) {
    in_lmdb(p, change_number);
}

static void epoch_changed(struct place *p) {
    in_lmdb(p, change_epoch);
}

static void size_changed(struct place *p) {
    in_lmdb(p, change_size);
}

static void root_changed(struct place *p) {
    in_lmdb(p, change_root);
}

static void format_dropped(struct place *p) {
    in_lmdb(p, drop_format);
}

static void all_anew_edited(struct place *p) {
    forge_below_head(p, edited, SIZE);
}

static void all_anew_deleted(struct place *p) {
    forge_below_head(p, one_deleted, SIZE - 1);
}

static void all_anew_inserted(struct place *p) {
    forge_below_head(p, one_inserted, SIZE + 1);
}

static void all_anew_swapped(struct place *p) {
    forge_below_head(p, swapped, SIZE);
}

static void fork_below_old_head(struct place *p) {
    empty(p);
    forge(p, other_tail, SIZE + 5, NULL);
    put_file(p, &early, "checkpoint");
}

static void fork_below_head(struct place *p) {
    forge_below_head(p, other_tail, SIZE + 5);
}

static void signed_by_another(struct place *p) {
    empty(p);
    forge(p, edited, SIZE, &other_key);
}

static void nothing_signed(struct place *p) {
    empty(p);
    forge(p, edited, SIZE, NULL);
}

static void head_taken_away(struct place *p) {
    unlinkat(p->fd, "checkpoint", 0);
}

/* The signing key in wrong hands: two logs of one size, each with a valid head. */
static void split_view(struct place *p) {
    empty(p);
    forge(p, edited, SIZE, &key);
}

static void old_copy(struct place *p) {
    empty(p);
    stage_put(&early, p->path);
}

static void old_lmdb_and_segment(struct place *p) {
    old_copy(p);
    put_file(p, &now, "checkpoint");
}

static void old_segment(struct place *p) {
    put_file(p, &early, "segment-0");
    put_file(p, &early, "segment-1");
}

static void old_head(struct place *p) {
    put_file(p, &early, "checkpoint");
}

static void head_says_more(struct place *p) {
    file_flip(p->fd, "checkpoint", 17, 1); /* behind "example.org/town\n" */
}

static void head_of_another_log(struct place *p) {
    struct place *second;
    struct stage other;
    place_new((void **)&second);
    forge(second, edited, SIZE, &key);
    stage_take(&other, second->fd);
    put_file(p, &other, "checkpoint");
    stage_free(&other);
    place_free((void **)&second);
}

/* The state of a crash: LMDB is early, the segment holds the rest. */
static void put_crash(struct place *p) {
    old_copy(p);
    put_file(p, &now, "segment-0");
    put_file(p, &now, "segment-1");
}

/* Where the entry with that number begins, in whichever file it is. */
static uint64_t find_entry(struct place *p, uint64_t number, const char **file, uint64_t *next) {
    static const char *const names[] = {"segment-0", "segment-1"};
    struct sha256 h;
    uint64_t found = 0;
    sha256_init(&h);
    for (unsigned i = 0; i < 2; i++) {
        static uint8_t buffer[64 * 1024];
        struct segment_file f;
        struct order_commit c;
        assert_int_equal(segment_file_peek(&f, p->fd, i, &h), 0);
        for (uint64_t at = SEGMENT_BLOCK;
             f.first && !segment_file_read(&f, &h, at, false, buffer, &c);
             at += segment_entry_size(c.size))
            if (c.number == number) {
                found = at;
                *file = names[i];
                *next = at + segment_entry_size(c.size);
            }
        segment_file_close(&f);
    }
    sha256_deinit(&h);
    assert_true(found > 0);
    return found;
}

/* An entry that waits is changed and its hash made anew: with the file's own salt, or without. */
static void change_entry(struct place *p, uint64_t number, bool salted) {
    static uint8_t entry[64 * 1024];
    const char *file = NULL;
    uint64_t next = 0, at = find_entry(p, number, &file, &next);
    struct segment_file f;
    struct sha256 h;
    sha256_init(&h);
    assert_int_equal(segment_file_peek(&f, p->fd, strcmp(file, "segment-1") == 0, &h), 0);
    assert_int_equal(place_read(f.fd, entry, (size_t)(next - at), at), 0);
    size_t size = le_get32(entry + 36);
    entry[SEGMENT_ENTRY_HEAD + 10] ^= 1;
    sha256_begin(&h);
    if (salted)
        sha256_add(&h, f.salt, SEGMENT_SALT);
    sha256_add(&h, entry, SEGMENT_ENTRY_HEAD + size);
    sha256_end(&h, entry + SEGMENT_ENTRY_HEAD + size);
    segment_file_close(&f);
    sha256_deinit(&h);
    for (uint64_t i = 0; i < next - at; i++)
        file_fill(p->fd, file, at + i, 1, entry[i]);
}

enum { WAITING_ENTRY = EARLY + 1 + 1 + 3 };

static void entry_changed_unsalted(struct place *p) {
    put_crash(p);
    change_entry(p, WAITING_ENTRY, false);
}

static void entry_changed_salted(struct place *p) {
    put_crash(p);
    change_entry(p, WAITING_ENTRY, true);
}

static void file_cut_short(struct place *p) {
    char path[128];
    snprintf(path, sizeof path, "%s/data.mdb", p->path);
    assert_int_equal(truncate(path, (off_t)file_size(p->fd, "data.mdb") / 2), 0);
}

static void key_changed(struct place *p) {
    put_file(p, &now, "log.key");
    file_flip(p->fd, "log.key", 60, 1);
}

/* `alone`: what the files alone show; VERIFY_SOUND where only the kept head can tell, which then
 * says `kept`. `position`: named with it; 0: none in particular. */
static const struct attack {
    const char *name;
    void (*run)(struct place *p);
    enum verify_outcome alone, kept;
    uint64_t position;
} attacks[] = {
    {"edit a record in LMDB", record_in_lmdb, VERIFY_RECORD, 0, VICTIM},
    {"edit a record and its leaf", record_and_leaf, VERIFY_ROOT, 0, 0},
    {"swap two records in LMDB", two_swapped, VERIFY_RECORD, 0, VICTIM},
    {"put one record in two places", one_twice, VERIFY_RECORD, 0, VICTIM},
    {"cut a record out of LMDB", one_cut_out, VERIFY_ENVIRONMENT, 0, VICTIM},
    {"cut the last record off", last_cut_off, VERIFY_ENVIRONMENT, 0, 0},
    {"add a record in LMDB", one_added, VERIFY_ENVIRONMENT, 0, 0},
    {"change the applied number", number_changed, VERIFY_SEGMENT, 0, 0},
    {"change the applied epoch", epoch_changed, VERIFY_SEGMENT, 0, 0},
    {"change the applied size", size_changed, VERIFY_ENVIRONMENT, 0, 0},
    {"change the applied root", root_changed, VERIFY_ENVIRONMENT, 0, 0},
    {"drop the format", format_dropped, VERIFY_EMPTY, 0, 0},
    {"cut the file short", file_cut_short, VERIFY_ENVIRONMENT, 0, 0},
    {"edit, all hashes made anew", all_anew_edited, VERIFY_CHECKPOINT, 0, 0},
    {"delete, all hashes made anew", all_anew_deleted, VERIFY_CHECKPOINT, 0, 0},
    {"insert, all hashes made anew", all_anew_inserted, VERIFY_CHECKPOINT, 0, 0},
    {"reorder, all hashes made anew", all_anew_swapped, VERIFY_CHECKPOINT, 0, 0},
    {"fork below the head", fork_below_head, VERIFY_CHECKPOINT, 0, 0},
    {"sign with another key", signed_by_another, VERIFY_CHECKPOINT, 0, 0},
    {"a head that says more", head_says_more, VERIFY_CHECKPOINT, 0, 0},
    {"the head of another log, same key", head_of_another_log, VERIFY_CHECKPOINT, 0, 0},
    {"an old copy below the newest head", old_lmdb_and_segment, VERIFY_CHECKPOINT, 0, 0},
    {"replay an old segment", old_segment, VERIFY_SEGMENT, 0, 0},
    {"edit a waiting entry, hash without salt", entry_changed_unsalted, VERIFY_SEGMENT, 0, 0},
    {"edit a waiting entry, hash with salt", entry_changed_salted, VERIFY_SEGMENT, 0, 0},
    {"put back an old copy", old_copy, VERIFY_SOUND, VERIFY_SHORTER, 0},
    {"fork below an old head", fork_below_old_head, VERIFY_SOUND, VERIFY_OTHER, 0},
    {"edit and sign nothing", nothing_signed, VERIFY_SOUND, VERIFY_OTHER, 0},
    {"put back an old head", old_head, VERIFY_SOUND, VERIFY_CHECKPOINT, 0},
    {"take the head away", head_taken_away, VERIFY_SOUND, VERIFY_CHECKPOINT, 0},
    {"split view by the key's owner", split_view, VERIFY_SOUND, VERIFY_OTHER, 0},
};

static struct verify_report verify(const struct place *p, const struct checkpoint *since) {
    struct verify_options o = {.path = p->path, .key = &key, .since = since};
    struct verify_report report;
    assert_int_equal(verify_log(&o, &report), 0);
    return report;
}

static bool is_named(const struct attack *a) {
    struct place *p;
    place_new((void **)&p);
    stage_put(&now, p->path);
    assert_int_equal(verify(p, &kept).outcome, VERIFY_SOUND);
    a->run(p);
    struct verify_report alone = verify(p, NULL), since = verify(p, &kept);
    enum verify_outcome wanted = a->alone == VERIFY_SOUND ? a->kept : a->alone;
    bool good = alone.outcome == a->alone && since.outcome == wanted &&
                (a->position == 0 || since.position == a->position);
    printf("  %s: %s%s\n", a->name, verify_text(since.outcome),
           a->alone == VERIFY_SOUND ? " (by the kept head)" : "");
    if (!good)
        printf("    EXPECTED %s; alone %s; position %d\n", verify_text(wanted),
               verify_text(alone.outcome), (int)since.position);
    place_free((void **)&p);
    return good;
}

static void every_attack_is_named(void **state) {
    unsigned missed = 0;
    (void)state;
    for (size_t i = 0; i < sizeof attacks / sizeof *attacks; i++)
        missed += !is_named(&attacks[i]);
    printf("%zu attacks\n", sizeof attacks / sizeof *attacks);
    assert_int_equal(missed, 0);
}

/* A damaged key must not pass for "no key": the command refuses to go on without it. */
static void a_damaged_key_is_no_key(void **state) {
    struct place *p;
    struct note_key loaded;
    (void)state;
    place_new((void **)&p);
    key_changed(p);
    assert_int_equal(note_key_load(p->fd, "log.key", &loaded), NOTE_BROKEN);
    place_free((void **)&p);
}

/* Commits of one record: the number of a commit is its position and one for each epoch's mark. */
static void grow(struct place *p, uint64_t size) {
    struct log_options o = town_options(&key);
    struct log *l = NULL;
    assert_int_equal(log_open(&l, p->path, &o), 0);
    log_fill(l, size, 1);
    log_wait_applied(l, log_durable_size(l));
    log_close(l);
}

static void make_logs(void) {
    struct place *p;
    char note[CHECKPOINT_TEXT_MAX];
    struct text text;
    place_new((void **)&p);
    assert_int_equal(note_key_create(p->fd, "other.key", "town.example", &other_key), 0);
    unlinkat(p->fd, "other.key", 0);
    assert_int_equal(note_key_create(p->fd, "log.key", "town.example", &key), 0);
    grow(p, EARLY);
    stage_take(&early, p->fd);
    grow(p, SIZE - EARLY);
    stage_take(&now, p->fd);
    assert_int_equal(checkpoint_get(p->fd, note, &text), 0);
    assert_int_equal(checkpoint_verify(text, &key, &kept), 0);
    assert_int_equal(kept.size, SIZE);
    place_free((void **)&p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_attack_is_named),
        cmocka_unit_test(a_damaged_key_is_no_key),
    };
    setvbuf(stdout, NULL, _IOLBF, 0);
    make_logs();
    int r = cmocka_run_group_tests(tests, NULL, NULL);
    stage_free(&now);
    stage_free(&early);
    return r;
}
