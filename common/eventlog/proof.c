#include "common/eventlog/proof.h"

#include "common/base/ensure.h"
#include "common/eventlog/place.h"
#include "common/eventlog/tree_verify.h"

#include <errno.h>

/*
 * How a proof is known to be good: the independent verifier ties it to a root, and the root is the
 * applied one or comes from leaves that give the applied one.
 */

static int get_leaves(void *context, uint64_t first, uint32_t count, uint8_t (*out)[SHA256_SIZE]) {
    return leaves_read(context, first + 1, count, out);
}

struct rebuild {
    struct log *log;
    uint64_t size;
};

static int rebuild_one(void *context, uint64_t position, struct bytes record) {
    struct rebuild *b = context;
    uint8_t leaf[SHA256_SIZE];
    tree_leaf(log_hasher(b->log), record.data, record.size, leaf);
    return leaves_write(log_leaves(b->log), position, 1, leaf);
}

static int rebuild(struct log *l, uint64_t size) {
    struct rebuild b = {l, size};
    uint64_t next;
    return reader_visit(log_reader(l), 1, size, rebuild_one, &b, &next);
}

/* The leaves give the applied root, if need be after making them anew. */
static int settle_leaves(struct log *l, const struct order_point *applied) {
    struct tree_leaves leaves = {get_leaves, log_leaves(l)};
    uint8_t root[SHA256_SIZE];
    for (int attempt = 0; attempt < 2; attempt++) {
        int r = tree_range(log_hasher(l), &leaves, 0, applied->size, root);
        if (r == 0 && memcmp(root, applied->root, sizeof root) == 0)
            return 0;
        if (r < 0)
            return r;
        r = attempt == 0 ? rebuild(l, applied->size) : 0;
        if (r)
            return r;
    }
    return LOG_DAMAGED;
}

static void applied_point(struct log *l, struct order_point *out) {
    struct log_state state;
    log_state(l, &state);
    *out = state.applied;
}

int log_root_at(struct log *l, uint64_t size, uint8_t root[SHA256_SIZE]) {
    struct tree_leaves leaves = {get_leaves, log_leaves(l)};
    struct order_point applied;
    applied_point(l, &applied);
    if (size > applied.size)
        return LOG_NONE;
    if (size == applied.size) {
        memcpy(root, applied.root, SHA256_SIZE);
        return 0;
    }
    int r = settle_leaves(l, &applied);
    return r ? r : tree_range(log_hasher(l), &leaves, 0, size, root);
}

/* One attempt each: 0, LOG_DAMAGED when the proof does not verify, or what went wrong. */
static int prove_record(struct log *l, uint64_t position, uint64_t size, struct tree_proof *out) {
    struct tree_leaves leaves = {get_leaves, log_leaves(l)};
    uint8_t root[SHA256_SIZE], leaf[1][SHA256_SIZE];
    int r = log_root_at(l, size, root);
    if (!r)
        r = tree_prove_inclusion(log_hasher(l), &leaves, position - 1, size, out);
    if (!r)
        r = leaves_read(log_leaves(l), position, 1, leaf);
    if (r)
        return r == PLACE_SHORT ? LOG_DAMAGED : r;
    bool good = tree_verify_inclusion(log_hasher(l), leaf[0], position - 1, size, root,
                                      out->path[0], out->count);
    return good ? 0 : LOG_DAMAGED;
}

static int prove_growth(struct log *l, uint64_t old, uint64_t size, struct tree_proof *out) {
    struct tree_leaves leaves = {get_leaves, log_leaves(l)};
    uint8_t before[SHA256_SIZE], after[SHA256_SIZE];
    int r = log_root_at(l, size, after);
    if (!r)
        r = log_root_at(l, old, before);
    if (!r)
        r = tree_prove_consistency(log_hasher(l), &leaves, old, size, out);
    if (r)
        return r == PLACE_SHORT ? LOG_DAMAGED : r;
    struct tree_head from = {old, before}, to = {size, after};
    bool good = tree_verify_consistency(log_hasher(l), from, to, out->path[0], out->count);
    return good ? 0 : LOG_DAMAGED;
}

typedef int prove_fn(struct log *l, uint64_t a, uint64_t b, struct tree_proof *out);

static int prove(struct log *l, prove_fn *attempt, uint64_t a, uint64_t b,
                 struct tree_proof *out) {
    struct order_point applied;
    applied_point(l, &applied);
    if (a == 0 || a > b || b > applied.size)
        return LOG_NONE;
    int r = attempt(l, a, b, out);
    if (r != LOG_DAMAGED)
        return r;
    r = settle_leaves(l, &applied);
    return r ? r : attempt(l, a, b, out);
}

int log_prove_record(struct log *l, uint64_t position, uint64_t size, struct tree_proof *out) {
    return prove(l, prove_record, position, size, out);
}

int log_prove_growth(struct log *l, uint64_t old, uint64_t size, struct tree_proof *out) {
    return prove(l, prove_growth, old, size, out);
}
