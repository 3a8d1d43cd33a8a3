/*
 * The auditor's side of the proofs: of all paths for one statement it takes exactly the one that
 * the prover gives. Input: 'i' or 'c', tree size, index or older size, hashes to add or to drop,
 * then bytes that are laid over the right path. Or, behind a zero, the text of a verifier's key.
 */
#include <string.h>

#include "common/base/ensure.h"
#include "common/eventlog/note_key.h"
#include "common/eventlog/tree.h"
#include "common/eventlog/tree_verify.h"
#include "tests/fuzz/fuzz.h"

enum { HEAD = 4, EXTRA = 4 };

struct claim {
    uint64_t size, part; /* part: the leaf's index, or the older size */
    struct tree_proof right, given;
    bool is_right;
};

static int get_leaf(void *context, uint64_t first, uint32_t count, uint8_t (*out)[SHA256_SIZE]) {
    (void)context;
    for (uint32_t i = 0; i < count; i++) {
        memset(out[i], 0x5a, SHA256_SIZE);
        out[i][0] = (uint8_t)(first + i);
    }
    return 0;
}

static const struct tree_leaves leaves = {get_leaf, NULL};

static void lay_over(struct claim *c, int extra, const uint8_t *data, size_t size) {
    int count = (int)c->right.count + extra;
    c->given = c->right;
    c->given.count = count < 0 ? 0 : (unsigned)count;
    size_t most = (size_t)c->given.count * SHA256_SIZE;
    for (size_t i = 0; i < size && i < most; i++)
        c->given.path[i / SHA256_SIZE][i % SHA256_SIZE] ^= data[i];
    c->is_right =
        c->given.count == c->right.count && memcmp(c->given.path, c->right.path, most) == 0;
}

static void check_inclusion(struct sha256 *h, struct claim *c, const uint8_t *data, size_t size) {
    uint8_t root[SHA256_SIZE], leaf[1][SHA256_SIZE];
    c->part %= c->size;
    ensure(tree_range(h, &leaves, 0, c->size, root) == 0);
    ensure(tree_prove_inclusion(h, &leaves, c->part, c->size, &c->right) == 0);
    get_leaf(NULL, c->part, 1, leaf);
    lay_over(c, data[3] % (2 * EXTRA + 1) - EXTRA, data + HEAD, size - HEAD);
    ensure(tree_verify_inclusion(h, leaf[0], c->part, c->size, root, c->given.path[0],
                                 c->given.count) == c->is_right);
}

static void check_growth(struct sha256 *h, struct claim *c, const uint8_t *data, size_t size) {
    uint8_t before[SHA256_SIZE], after[SHA256_SIZE];
    struct tree_head old = {c->part % c->size + 1, before}, new = {c->size, after};
    ensure(tree_range(h, &leaves, 0, old.size, before) == 0);
    ensure(tree_range(h, &leaves, 0, new.size, after) == 0);
    ensure(tree_prove_consistency(h, &leaves, old.size, new.size, &c->right) == 0);
    lay_over(c, data[3] % (2 * EXTRA + 1) - EXTRA, data + HEAD, size - HEAD);
    ensure(tree_verify_consistency(h, old, new, c->given.path[0], c->given.count) == c->is_right);
}

/* A key that parses is printed again; hexadecimal may have come in capitals, nothing else differs.
 */
static void check_key(const uint8_t *data, size_t size) {
    char text[NOTE_TEXT_MAX], printed[NOTE_TEXT_MAX];
    struct note_key key, again;
    if (size >= sizeof text || memchr(data, 0, size))
        return;
    memcpy(text, data, size);
    text[size] = 0;
    if (note_key_parse(text, &key))
        return;
    note_key_format(&key, printed);
    ensure(strlen(printed) == size && strncmp(printed, text, strlen(key.name) + 1) == 0);
    ensure(note_key_parse(printed, &again) == 0 && memcmp(&key, &again, sizeof key) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct claim c;
    struct sha256 h;
    if (size < HEAD)
        return 0;
    if (data[0] == 0)
        return check_key(data + 1, size - 1), 0;
    c = (struct claim){.size = data[1] + 1u, .part = data[2]};
    sha256_init(&h);
    if (data[0] == 'i')
        check_inclusion(&h, &c, data, size);
    else
        check_growth(&h, &c, data, size);
    sha256_deinit(&h);
    return 0;
}
