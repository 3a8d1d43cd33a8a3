#ifndef COMMON_EVENTLOG_TREE_H
#define COMMON_EVENTLOG_TREE_H

/*
 * The Merkle tree of RFC 9162 section 2.1, kept as its right edge: for each one in the binary size
 * the root of a full subtree. A struct tree is a plain value: copy it to look ahead, throw the copy
 * away to go back.
 */
#include "common/eventlog/sha256.h"

enum { TREE_LEVELS = 64, TREE_PROOF_MAX = 2 * TREE_LEVELS };

struct tree {
    uint64_t size;                          /* leaves */
    uint8_t edge[TREE_LEVELS][SHA256_SIZE]; /* [level] is set when that bit of size is one */
};

/* The hash of one record. */
void tree_leaf(struct sha256 *h, const void *record, size_t size, uint8_t out[SHA256_SIZE]);

void tree_append(struct sha256 *h, struct tree *t, const uint8_t leaf[SHA256_SIZE]);
void tree_root(struct sha256 *h, const struct tree *t, uint8_t out[SHA256_SIZE]);

/* The edge as stored: only the levels in use, lowest first. `pack` returns how many hashes it
 * wrote; `unpack` returns 0, or 1 when count is not the number of ones in size. */
unsigned tree_pack(const struct tree *t, uint8_t out[TREE_LEVELS][SHA256_SIZE]);
int tree_unpack(struct tree *t, uint64_t size, const uint8_t *hashes, size_t count);

/* Where proofs get leaf hashes from: indexes first .. first + count - 1; 0 or any error, which is
 * forwarded. count <= TREE_BLOCK. */
enum { TREE_BLOCK = 256 };

struct tree_leaves {
    int (*get)(void *context, uint64_t first, uint32_t count, uint8_t (*out)[SHA256_SIZE]);
    void *context;
};

struct tree_proof {
    unsigned count;
    uint8_t path[TREE_PROOF_MAX][SHA256_SIZE];
};

/* Root of the leaves first .. first + count - 1 as a tree of its own. */
int tree_range(struct sha256 *h, const struct tree_leaves *leaves, uint64_t first, uint64_t count,
               uint8_t out[SHA256_SIZE]);

/* Leaf `index` (from 0) is in the tree of `size` leaves; index < size. */
int tree_prove_inclusion(struct sha256 *h, const struct tree_leaves *leaves, uint64_t index,
                         uint64_t size, struct tree_proof *out);

/* The tree of `size` leaves continues the one of `old` leaves; 0 < old <= size. */
int tree_prove_consistency(struct sha256 *h, const struct tree_leaves *leaves, uint64_t old,
                           uint64_t size, struct tree_proof *out);

#endif
