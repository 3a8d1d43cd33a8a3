/* Proofs from an open log, also when the derived file of leaf hashes is wrong or gone. */
#include "tests/unit/eventlog/fixture.h"

#include "common/eventlog/proof.h"
#include "common/eventlog/tree_verify.h"

#include <unistd.h>

enum { SIZE = 230 };

static void check_proofs(struct log *l) {
    struct tree_proof proof;
    uint8_t root[SHA256_SIZE], old[SHA256_SIZE], leaf[SHA256_SIZE], record[RECORD_MOST];
    struct sha256 *h = log_hasher(l);
    for (uint64_t size = 1; size <= SIZE; size += 19) {
        uint64_t position = 1 + size / 3;
        assert_int_equal(log_root_at(l, size, root), 0);
        tree_leaf(h, record, record_make(position, record), leaf);
        assert_int_equal(log_prove_record(l, position, size, &proof), 0);
        assert_true(tree_verify_inclusion(h, leaf, position - 1, size, root, proof.path[0],
                                          proof.count));
        assert_int_equal(log_root_at(l, position, old), 0);
        assert_int_equal(log_prove_growth(l, position, size, &proof), 0);
        struct tree_head from = {position, old}, to = {size, root};
        assert_true(tree_verify_consistency(h, from, to, proof.path[0], proof.count));
    }
    assert_int_equal(log_prove_record(l, 0, SIZE, &proof), LOG_NONE);
    assert_int_equal(log_prove_record(l, 5, 4, &proof), LOG_NONE);
    assert_int_equal(log_prove_record(l, 5, SIZE + 1, &proof), LOG_NONE);
    assert_int_equal(log_prove_growth(l, 0, SIZE, &proof), LOG_NONE);
    assert_int_equal(log_root_at(l, SIZE + 1, root), LOG_NONE);
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

static void proofs_verify(void **state) {
    struct log *l = open_filled(*state);
    check_proofs(l);
    log_close(l);
}

static void a_wrong_leaf_file_is_made_anew(void **state) {
    struct place *p = *state;
    static const uint64_t offsets[] = {0, 31, 32 * 100 + 5, 32 * SIZE - 1};
    for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++) {
        struct log *l = open_filled(p);
        file_flip(p->fd, "leaves", offsets[i], 4);
        check_proofs(l);
        log_close(l);
    }
    assert_int_equal(unlinkat(p->fd, "leaves", 0), 0);
    struct log *l = open_filled(p);
    check_proofs(l);
    log_close(l);
}

/* A leaf that is wrong while the applied head itself is asked for: the shortest way through. */
static void a_wrong_leaf_never_leaves_the_house(void **state) {
    struct place *p = *state;
    struct tree_proof proof;
    uint8_t leaf[SHA256_SIZE], record[RECORD_MOST], root[SHA256_SIZE];
    struct log *l = open_filled(p);
    file_flip(p->fd, "leaves", 32 * 9, 4);
    assert_int_equal(log_prove_record(l, 10, SIZE, &proof), 0);
    assert_int_equal(log_root_at(l, SIZE, root), 0);
    tree_leaf(log_hasher(l), record, record_make(10, record), leaf);
    assert_true(tree_verify_inclusion(log_hasher(l), leaf, 9, SIZE, root, proof.path[0],
                                      proof.count));
    log_close(l);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(proofs_verify, place_new, place_free),
        cmocka_unit_test_setup_teardown(a_wrong_leaf_file_is_made_anew, place_new, place_free),
        cmocka_unit_test_setup_teardown(a_wrong_leaf_never_leaves_the_house, place_new, place_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
