#include "common/eventlog/tree.h"

#include "common/base/ensure.h"

static void tree_node(struct sha256 *h, const uint8_t *left, const uint8_t *right, uint8_t *out);
static uint64_t tree_split(uint64_t size);
static int proof_add_range(struct sha256 *h, const struct tree_leaves *leaves, uint64_t first,
                           uint64_t count, struct tree_proof *out);
static void proof_reverse(struct tree_proof *p);

void tree_leaf(struct sha256 *h, const void *record, size_t size, uint8_t out[SHA256_SIZE]) {
    static const uint8_t mark = 0x00;
    sha256_begin(h);
    sha256_add(h, &mark, 1);
    sha256_add(h, record, size);
    sha256_end(h, out);
}

/* Adding one is a binary increment: each carry joins two full subtrees of the same height. */
void tree_append(struct sha256 *h, struct tree *t, const uint8_t leaf[SHA256_SIZE]) {
    uint8_t carry[SHA256_SIZE];
    unsigned level = 0;
    ensure(t->size < UINT64_MAX);
    memcpy(carry, leaf, sizeof carry);
    for (; t->size >> level & 1; level++)
        tree_node(h, t->edge[level], carry, carry);
    memcpy(t->edge[level], carry, sizeof carry);
    t->size++;
}

void tree_root(struct sha256 *h, const struct tree *t, uint8_t out[SHA256_SIZE]) {
    unsigned level = 0;
    if (t->size == 0) {
        sha256_begin(h);
        sha256_end(h, out);
        return;
    }
    while (!(t->size >> level & 1))
        level++;
    memcpy(out, t->edge[level], SHA256_SIZE);
    for (level++; level < TREE_LEVELS; level++)
        if (t->size >> level & 1)
            tree_node(h, t->edge[level], out, out);
}

static void tree_node(struct sha256 *h, const uint8_t *left, const uint8_t *right, uint8_t *out) {
    static const uint8_t mark = 0x01;
    sha256_begin(h);
    sha256_add(h, &mark, 1);
    sha256_add(h, left, SHA256_SIZE);
    sha256_add(h, right, SHA256_SIZE);
    sha256_end(h, out);
}

unsigned tree_pack(const struct tree *t, uint8_t out[TREE_LEVELS][SHA256_SIZE]) {
    unsigned count = 0;
    for (unsigned level = 0; level < TREE_LEVELS; level++)
        if (t->size >> level & 1)
            memcpy(out[count++], t->edge[level], SHA256_SIZE);
    return count;
}

int tree_unpack(struct tree *t, uint64_t size, const uint8_t *hashes, size_t count) {
    size_t used = 0;
    *t = (struct tree){.size = size};
    for (unsigned level = 0; level < TREE_LEVELS; level++) {
        if (!(size >> level & 1))
            continue;
        if (used == count)
            return 1;
        memcpy(t->edge[level], hashes + used++ * SHA256_SIZE, SHA256_SIZE);
    }
    return used == count ? 0 : 1;
}

int tree_range(struct sha256 *h, const struct tree_leaves *leaves, uint64_t first, uint64_t count,
               uint8_t out[SHA256_SIZE]) {
    uint8_t block[TREE_BLOCK][SHA256_SIZE];
    struct tree t = {0};
    while (t.size < count) {
        uint64_t left = count - t.size;
        uint32_t n = left < TREE_BLOCK ? (uint32_t)left : TREE_BLOCK;
        int r = leaves->get(leaves->context, first + t.size, n, block);
        if (r)
            return r;
        for (uint32_t i = 0; i < n; i++)
            tree_append(h, &t, block[i]);
    }
    tree_root(h, &t, out);
    return 0;
}

/* PATH of RFC 9162 2.1.3.1, from the root down and turned round at the end. */
int tree_prove_inclusion(struct sha256 *h, const struct tree_leaves *leaves, uint64_t index,
                         uint64_t size, struct tree_proof *out) {
    uint64_t low = 0;
    ensure(index < size);
    out->count = 0;
    while (size > 1) {
        uint64_t split = tree_split(size);
        bool left = index < split;
        int r = left ? proof_add_range(h, leaves, low + split, size - split, out)
                     : proof_add_range(h, leaves, low, split, out);
        if (r)
            return r;
        low += left ? 0 : split;
        index -= left ? 0 : split;
        size = left ? split : size - split;
    }
    proof_reverse(out);
    return 0;
}

/* SUBPROOF of RFC 9162 2.1.4.1; `whole` says that the verifier knows the old subtree's root. */
int tree_prove_consistency(struct sha256 *h, const struct tree_leaves *leaves, uint64_t old,
                           uint64_t size, struct tree_proof *out) {
    uint64_t low = 0;
    bool whole = true;
    int r = 0;
    ensure(old > 0 && old <= size);
    out->count = 0;
    while (old < size && !r) {
        uint64_t split = tree_split(size);
        if (old <= split) {
            r = proof_add_range(h, leaves, low + split, size - split, out);
            size = split;
        } else {
            r = proof_add_range(h, leaves, low, split, out);
            low += split;
            old -= split;
            size -= split;
            whole = false;
        }
    }
    if (!r && !whole)
        r = proof_add_range(h, leaves, low, size, out);
    proof_reverse(out);
    return r;
}

/* The largest power of two below size; size > 1. */
static uint64_t tree_split(uint64_t size) {
    uint64_t split = 1;
    while (split < size - split)
        split *= 2;
    return split;
}

static int proof_add_range(struct sha256 *h, const struct tree_leaves *leaves, uint64_t first,
                           uint64_t count, struct tree_proof *out) {
    ensure(out->count < TREE_PROOF_MAX);
    return tree_range(h, leaves, first, count, out->path[out->count++]);
}

static void proof_reverse(struct tree_proof *p) {
    uint8_t swap[SHA256_SIZE];
    for (unsigned i = 0, j = p->count; i + 1 < j; i++) {
        j--;
        memcpy(swap, p->path[i], sizeof swap);
        memcpy(p->path[i], p->path[j], sizeof swap);
        memcpy(p->path[j], swap, sizeof swap);
    }
}
