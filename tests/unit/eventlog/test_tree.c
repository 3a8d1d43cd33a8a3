/* The tree against the published vectors of RFC 6962 implementations, and every proof up to a size
 * against the independent verifier; a proof with any one thing changed must not verify. */
#include "tests/unit/eventlog/fixture.h"

#include "common/eventlog/tree.h"
#include "common/eventlog/tree_verify.h"

#include <sodium.h>

enum { VECTORS = 8, LARGE = 70 };

static const char *const inputs[VECTORS] = {
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
};

static const char *const roots[VECTORS + 1] = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};

#define NODE_56 "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
#define NODE_78 "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
#define LEAF_5 "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
#define NODE_34 "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"

static const struct {
    bool growth;
    uint64_t a, b; /* index and size, or old and new size */
    unsigned count;
    const char *path[3];
} proofs[] = {
    {false, 0, 1, 0, {0}},
    {false, 5, 8, 3,
     {LEAF_5, NODE_78, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
    {false, 2, 3, 1, {"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"}},
    {true, 1, 1, 0, {0}},
    {true, 6, 8, 3,
     {NODE_56, NODE_78, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
    {true, 2, 5, 2, {NODE_34, LEAF_5}},
};

static struct sha256 h;
static uint8_t leaf_hashes[LARGE][SHA256_SIZE], known_roots[LARGE + 1][SHA256_SIZE];

static void unhex(const char *text, uint8_t *out, size_t room, size_t *size) {
    assert_int_equal(sodium_hex2bin(out, room, text, strlen(text), NULL, size, NULL), 0);
}

static void is_hash(const uint8_t *got, const char *wanted) {
    char text[65];
    sodium_bin2hex(text, sizeof text, got, SHA256_SIZE);
    assert_string_equal(text, wanted);
}

static int get_leaf(void *context, uint64_t first, uint32_t count, uint8_t (*out)[SHA256_SIZE]) {
    uint8_t(*from)[SHA256_SIZE] = context;
    memcpy(out, from[first], (size_t)count * SHA256_SIZE);
    return 0;
}

static const struct tree_leaves source = {get_leaf, leaf_hashes};

static int get_nothing(void *context, uint64_t first, uint32_t count,
                       uint8_t (*out)[SHA256_SIZE]) {
    (void)context, (void)first, (void)count, (void)out;
    return 77;
}

static void fill_vectors(void) {
    for (unsigned i = 0; i < VECTORS; i++) {
        uint8_t record[16];
        size_t size = 0;
        unhex(inputs[i], record, sizeof record, &size);
        tree_leaf(&h, record, size, leaf_hashes[i]);
    }
}

static void published_roots(void **state) {
    struct tree t = {0};
    uint8_t root[SHA256_SIZE];
    (void)state;
    fill_vectors();
    for (unsigned i = 0; i <= VECTORS; i++) {
        tree_root(&h, &t, root);
        is_hash(root, roots[i]);
        if (i < VECTORS)
            tree_append(&h, &t, leaf_hashes[i]);
    }
}

static void published_proofs(void **state) {
    struct tree_proof p;
    (void)state;
    fill_vectors();
    for (size_t i = 0; i < sizeof proofs / sizeof *proofs; i++) {
        int r = proofs[i].growth
                    ? tree_prove_consistency(&h, &source, proofs[i].a, proofs[i].b, &p)
                    : tree_prove_inclusion(&h, &source, proofs[i].a, proofs[i].b, &p);
        assert_int_equal(r, 0);
        assert_int_equal(p.count, proofs[i].count);
        for (unsigned j = 0; j < p.count; j++)
            is_hash(p.path[j], proofs[i].path[j]);
    }
}

static void fill_large(void) {
    struct tree t = {0};
    tree_root(&h, &t, known_roots[0]);
    for (unsigned i = 0; i < LARGE; i++) {
        tree_leaf(&h, &i, sizeof i, leaf_hashes[i]);
        tree_append(&h, &t, leaf_hashes[i]);
        tree_root(&h, &t, known_roots[i + 1]);
    }
}

/* Each way in which a true proof can be falsified. */
static void refuse_inclusion(uint64_t index, uint64_t size, struct tree_proof p) {
    const uint8_t *leaf = leaf_hashes[index], *root = known_roots[size], *path = p.path[0];
    uint8_t other[SHA256_SIZE];
    memcpy(other, leaf, sizeof other);
    other[31] ^= 1;
    assert_false(tree_verify_inclusion(&h, other, index, size, root, path, p.count));
    assert_false(
        tree_verify_inclusion(&h, leaf, index, size, known_roots[size - 1], path, p.count));
    assert_false(tree_verify_inclusion(&h, leaf, size, size, root, path, p.count));
    assert_false(tree_verify_inclusion(&h, leaf, index, 0, root, path, p.count));
    assert_false(tree_verify_inclusion(&h, leaf, index, size, root, path, p.count + 1));
    if (p.count > 0)
        assert_false(tree_verify_inclusion(&h, leaf, index, size, root, path, p.count - 1));
    if (size > 1)
        assert_false(tree_verify_inclusion(&h, leaf, index ^ 1, size, root, path, p.count));
    for (unsigned i = 0; i < p.count; i++) {
        p.path[i][i] ^= 0x80;
        assert_false(tree_verify_inclusion(&h, leaf, index, size, root, path, p.count));
        p.path[i][i] ^= 0x80;
    }
}

static void every_inclusion(void **state) {
    struct tree_proof p = {0};
    (void)state;
    fill_large();
    for (uint64_t size = 1; size <= LARGE; size++)
        for (uint64_t i = 0; i < size; i++) {
            assert_int_equal(tree_prove_inclusion(&h, &source, i, size, &p), 0);
            assert_true(tree_verify_inclusion(&h, leaf_hashes[i], i, size, known_roots[size],
                                              p.path[0], p.count));
            refuse_inclusion(i, size, p);
        }
}

static void every_consistency(void **state) {
    struct tree_proof p = {0};
    (void)state;
    fill_large();
    for (uint64_t size = 1; size <= LARGE; size++)
        for (uint64_t old = 1; old <= size; old++) {
            struct tree_head from = {old, known_roots[old]}, to = {size, known_roots[size]};
            struct tree_head wrong = {old, known_roots[old - 1]}, none = {0, known_roots[0]};
            assert_int_equal(tree_prove_consistency(&h, &source, old, size, &p), 0);
            assert_true(tree_verify_consistency(&h, from, to, p.path[0], p.count));
            assert_false(tree_verify_consistency(&h, wrong, to, p.path[0], p.count));
            assert_false(tree_verify_consistency(&h, none, to, p.path[0], p.count));
            assert_false(tree_verify_consistency(&h, from, to, p.path[0], p.count + 1));
            if (old < size)
                assert_false(tree_verify_consistency(&h, to, from, p.path[0], p.count));
            for (unsigned i = 0; i < p.count; i++) {
                p.path[i][3] ^= 1;
                assert_false(tree_verify_consistency(&h, from, to, p.path[0], p.count));
                p.path[i][3] ^= 1;
            }
        }
}

static void edge_is_packed_and_back(void **state) {
    uint8_t packed[TREE_LEVELS][SHA256_SIZE], root[SHA256_SIZE];
    struct tree t = {0}, back;
    (void)state;
    fill_large();
    for (unsigned i = 0; i < LARGE; i++) {
        unsigned count = tree_pack(&t, packed);
        assert_int_equal(tree_unpack(&back, t.size, packed[0], count), 0);
        tree_root(&h, &back, root);
        assert_memory_equal(root, known_roots[i], sizeof root);
        assert_int_equal(tree_unpack(&back, t.size, packed[0], count + 1), 1);
        if (count)
            assert_int_equal(tree_unpack(&back, t.size, packed[0], count - 1), 1);
        tree_append(&h, &t, leaf_hashes[i]);
    }
}

static void failures_are_forwarded(void **state) {
    static const struct tree_leaves nothing = {get_nothing, NULL};
    struct tree_proof p;
    uint8_t root[SHA256_SIZE];
    (void)state;
    assert_int_equal(tree_range(&h, &nothing, 0, 1, root), 77);
    assert_int_equal(tree_prove_inclusion(&h, &nothing, 1, 5, &p), 77);
    assert_int_equal(tree_prove_consistency(&h, &nothing, 3, 5, &p), 77);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_roots),       cmocka_unit_test(published_proofs),
        cmocka_unit_test(every_inclusion),       cmocka_unit_test(every_consistency),
        cmocka_unit_test(edge_is_packed_and_back), cmocka_unit_test(failures_are_forwarded),
    };
    sha256_init(&h);
    int r = cmocka_run_group_tests(tests, NULL, NULL);
    sha256_deinit(&h);
    return r;
}
