/* Proofs from a log directory beside its owner, also when the derived file of leaf hashes is wrong
 * or gone; a log whose records are wrong gives none. */
#include "tests/unit/eventlog/fixture.h"

#include "common/eventlog/proof.h"
#include "common/eventlog/tree_verify.h"

#include <unistd.h>

enum { SIZE = 230 };

static struct sha256 h;

static void check_record(struct proof_log *p, uint64_t position, uint64_t size) {
    uint8_t root[SHA256_SIZE], leaf[SHA256_SIZE], record[RECORD_MOST];
    struct tree_proof proof;
    assert_int_equal(proof_root(p, size, root), 0);
    tree_leaf(&h, record, record_make(position, record), leaf);
    assert_int_equal(proof_record(p, position, size, &proof), 0);
    assert_true(
        tree_verify_inclusion(&h, leaf, position - 1, size, root, proof.path[0], proof.count));
}

static void check_growth(struct proof_log *p, uint64_t old, uint64_t size) {
    uint8_t root[SHA256_SIZE], before[SHA256_SIZE];
    struct tree_proof proof;
    assert_int_equal(proof_root(p, size, root), 0);
    assert_int_equal(proof_root(p, old, before), 0);
    assert_int_equal(proof_growth(p, old, size, &proof), 0);
    struct tree_head from = {old, before}, to = {size, root};
    assert_true(tree_verify_consistency(&h, from, to, proof.path[0], proof.count));
}

static void check_proofs(struct place *place) {
    struct tree_proof proof;
    struct proof_log p;
    uint8_t root[SHA256_SIZE];
    assert_int_equal(proof_open(&p, place->path), 0);
    assert_int_equal(p.store.point.size, SIZE);
    for (uint64_t size = 1; size <= SIZE; size += 19) {
        check_record(&p, 1 + size / 3, size);
        check_growth(&p, 1 + size / 3, size);
    }
    check_record(&p, SIZE, SIZE);
    assert_int_equal(proof_record(&p, 0, SIZE, &proof), PROOF_NONE);
    assert_int_equal(proof_record(&p, 5, 4, &proof), PROOF_NONE);
    assert_int_equal(proof_record(&p, 5, SIZE + 1, &proof), PROOF_NONE);
    assert_int_equal(proof_growth(&p, 0, SIZE, &proof), PROOF_NONE);
    assert_int_equal(proof_root(&p, SIZE + 1, root), PROOF_NONE);
    proof_close(&p);
}

static struct log *open_filled(struct place *p) {
    struct log_options o = small_options();
    struct log *l = NULL;
    assert_int_equal(log_open(&l, p->path, &o), 0);
    if (log_next_position(l) == 1)
        log_fill(l, SIZE, 7);
    log_wait_applied(l, SIZE);
    return l;
}

/* LMDB must not be opened twice in one process: the owner is closed before the proofs are made. */
static void fill(struct place *p) {
    log_close(open_filled(p));
}

static void proofs_verify(void **state) {
    fill(*state);
    check_proofs(*state);
}

static void a_wrong_leaf_file_is_not_believed(void **state) {
    static const uint64_t offsets[] = {0, 31, 32 * 100 + 5, 32 * SIZE - 1};
    struct place *p = *state;
    fill(p);
    for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++) {
        file_flip(p->fd, "leaves", offsets[i], 4);
        check_proofs(p);
    }
    assert_int_equal(unlinkat(p->fd, "leaves", 0), 0);
    check_proofs(p);
}

static void nothing_is_proved_of_damaged_records(void **state) {
    struct place *p = *state;
    struct proof_log proofs;
    uint8_t record[RECORD_MOST];
    fill(p);
    size_t size = record_make(77, record);
    file_flip_bytes(p->fd, "data.mdb", record, size, 0, 1);
    check_proofs(p); /* the leaves still stand for what was appended */
    assert_int_equal(unlinkat(p->fd, "leaves", 0), 0);
    assert_int_equal(proof_open(&proofs, p->path), PROOF_DAMAGED);
    proof_close(&proofs);
}

static void nothing_there(void **state) {
    struct place *p = *state;
    struct proof_log proofs;
    assert_int_equal(proof_open(&proofs, p->path), PROOF_EMPTY);
    proof_close(&proofs);
    assert_int_equal(proof_open(&proofs, "no-such-directory"), PROOF_EMPTY);
    proof_close(&proofs);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(proofs_verify, place_new, place_free),
        cmocka_unit_test_setup_teardown(a_wrong_leaf_file_is_not_believed, place_new, place_free),
        cmocka_unit_test_setup_teardown(nothing_is_proved_of_damaged_records, place_new,
                                        place_free),
        cmocka_unit_test_setup_teardown(nothing_there, place_new, place_free),
    };
    sha256_init(&h);
    int r = cmocka_run_group_tests(tests, NULL, NULL);
    sha256_deinit(&h);
    return r;
}
