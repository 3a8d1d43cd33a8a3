#include "common/eventlog/proof.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/base/ensure.h"
#include "common/eventlog/place.h"
#include "common/eventlog/tree_verify.h"

static int get_leaves(void *context, uint64_t first, uint32_t count, uint8_t (*out)[SHA256_SIZE]) {
    const struct proof_log *p = context;
    ensure(first + count <= p->store.point.size);
    memcpy(out, p->leaves[first], (size_t)count * SHA256_SIZE);
    return 0;
}

static struct tree_leaves leaves_of(struct proof_log *p) {
    return (struct tree_leaves){get_leaves, p};
}

static bool gives_applied_root(struct proof_log *p) {
    uint8_t root[SHA256_SIZE];
    return proof_root(p, p->store.point.size, root) == 0 &&
           memcmp(root, p->store.point.root, sizeof root) == 0;
}

static int read_file(struct proof_log *p) {
    enum { BLOCK = 1 << 16 };
    int r = leaves_open(&p->store.leaves, p->dir_fd, false);
    for (uint64_t at = 0; !r && at < p->store.point.size; at += BLOCK) {
        uint64_t left = p->store.point.size - at;
        r = leaves_read(&p->store.leaves, at + 1, (uint32_t)(left < BLOCK ? left : BLOCK),
                        p->leaves + at);
    }
    return r;
}

static int hash_one(void *context, uint64_t position, struct bytes record) {
    struct proof_log *p = context;
    tree_leaf(&p->store.hasher, record.data, record.size, p->leaves[position - 1]);
    return 0;
}

static int hash_records(struct proof_log *p) {
    uint64_t next;
    int r = reader_visit(&p->reader, 1, p->store.point.size, hash_one, p, &next);
    if (r == -EBADMSG || (!r && next != p->store.point.size + 1))
        return PROOF_DAMAGED;
    return r;
}

static int load_leaves(struct proof_log *p) {
    p->leaves = calloc(p->store.point.size ? p->store.point.size : 1, sizeof *p->leaves);
    if (!p->leaves)
        return -ENOMEM;
    if (read_file(p) == 0 && gives_applied_root(p))
        return 0;
    int r = hash_records(p);
    if (r)
        return r;
    return gives_applied_root(p) ? 0 : PROOF_DAMAGED;
}

int proof_open(struct proof_log *p, const char *path) {
    const struct store_options read_only = {.read_only = true};
    *p = (struct proof_log){.dir_fd = place_open(path, false), .store.leaves.fd = -1};
    if (p->dir_fd < 0)
        return p->dir_fd == -ENOENT ? PROOF_EMPTY : p->dir_fd;
    int r = store_open(&p->store, path, p->dir_fd, &read_only);
    if (r > 0 || r == -EBADMSG)
        return r == STORE_EMPTY ? PROOF_EMPTY : PROOF_DAMAGED;
    if (!r)
        r = reader_open(&p->reader, &p->store);
    return r ? r : load_leaves(p);
}

void proof_close(struct proof_log *p) {
    if (p->reader.txn)
        reader_close(&p->reader);
    if (p->store.hasher.context)
        store_close(&p->store);
    free(p->leaves);
    if (p->dir_fd >= 0)
        close(p->dir_fd);
    *p = (struct proof_log){.dir_fd = -1};
}

int proof_root(struct proof_log *p, uint64_t size, uint8_t root[SHA256_SIZE]) {
    struct tree_leaves leaves = leaves_of(p);
    if (size > p->store.point.size)
        return PROOF_NONE;
    return tree_range(&p->store.hasher, &leaves, 0, size, root);
}

int proof_record(struct proof_log *p, uint64_t position, uint64_t size, struct tree_proof *out) {
    struct tree_leaves leaves = leaves_of(p);
    uint8_t root[SHA256_SIZE];
    if (position == 0 || position > size || proof_root(p, size, root))
        return PROOF_NONE;
    int r = tree_prove_inclusion(&p->store.hasher, &leaves, position - 1, size, out);
    if (r)
        return r;
    bool good = tree_verify_inclusion(&p->store.hasher, p->leaves[position - 1], position - 1, size,
                                      root, out->path[0], out->count);
    return good ? 0 : PROOF_DAMAGED;
}

int proof_growth(struct proof_log *p, uint64_t old, uint64_t size, struct tree_proof *out) {
    struct tree_leaves leaves = leaves_of(p);
    uint8_t before[SHA256_SIZE], after[SHA256_SIZE];
    if (old == 0 || old > size || proof_root(p, size, after) || proof_root(p, old, before))
        return PROOF_NONE;
    int r = tree_prove_consistency(&p->store.hasher, &leaves, old, size, out);
    if (r)
        return r;
    struct tree_head from = {old, before}, to = {size, after};
    bool good = tree_verify_consistency(&p->store.hasher, from, to, out->path[0], out->count);
    return good ? 0 : PROOF_DAMAGED;
}
