#include "common/eventlog/tree_verify.h"

/* The RFC walks with two counters: fn, the node's own number at this height, and sn, the number of
 * the last node there. Both halve with each level. */
struct climb {
    uint64_t fn, sn;
};

static void join(struct sha256 *h, const uint8_t *left, const uint8_t *right, uint8_t *out) {
    uint8_t node[1 + 2 * SHA256_SIZE];
    node[0] = 0x01;
    memcpy(node + 1, left, SHA256_SIZE);
    memcpy(node + 1 + SHA256_SIZE, right, SHA256_SIZE);
    sha256_begin(h);
    sha256_add(h, node, sizeof node);
    sha256_end(h, out);
}

static void climb_up(struct climb *c) {
    c->fn >>= 1;
    c->sn >>= 1;
}

/* A node without a right brother is carried up unchanged until it has one. */
static void climb_skip(struct climb *c) {
    while (!(c->fn & 1) && c->fn != 0)
        climb_up(c);
}

bool tree_verify_inclusion(struct sha256 *h, const uint8_t leaf[SHA256_SIZE], uint64_t index,
                           uint64_t size, const uint8_t root[SHA256_SIZE],
                           const uint8_t *path, size_t count) {
    struct climb c = {index, size - 1};
    uint8_t r[SHA256_SIZE];
    if (size == 0 || index >= size)
        return false;
    memcpy(r, leaf, sizeof r);
    for (size_t i = 0; i < count; i++) {
        if (c.sn == 0)
            return false;
        if (c.fn & 1 || c.fn == c.sn) {
            join(h, path + i * SHA256_SIZE, r, r);
            climb_skip(&c);
        } else {
            join(h, r, path + i * SHA256_SIZE, r);
        }
        climb_up(&c);
    }
    return c.sn == 0 && memcmp(r, root, sizeof r) == 0;
}

bool tree_verify_consistency(struct sha256 *h, struct tree_head old, struct tree_head new,
                             const uint8_t *path, size_t count) {
    struct climb c = {old.size - 1, new.size - 1};
    uint8_t fr[SHA256_SIZE], sr[SHA256_SIZE];
    size_t used;
    if (old.size == 0 || old.size > new.size)
        return false;
    if (old.size == new.size)
        return count == 0 && memcmp(old.root, new.root, SHA256_SIZE) == 0;
    /* Then the old root is itself a node of the new tree. */
    bool full = (old.size & (old.size - 1)) == 0;
    if (!full && count == 0)
        return false;
    memcpy(fr, full ? old.root : path, sizeof fr);
    used = full ? 0 : 1;
    memcpy(sr, fr, sizeof sr);
    for (; c.fn & 1; climb_up(&c))
        ;
    for (; used < count; used++) {
        const uint8_t *p = path + used * SHA256_SIZE;
        if (c.sn == 0)
            return false;
        if (c.fn & 1 || c.fn == c.sn) {
            join(h, p, fr, fr);
            join(h, p, sr, sr);
            climb_skip(&c);
        } else {
            join(h, sr, p, sr);
        }
        climb_up(&c);
    }
    return c.sn == 0 && memcmp(fr, old.root, sizeof fr) == 0 &&
           memcmp(sr, new.root, sizeof sr) == 0;
}
