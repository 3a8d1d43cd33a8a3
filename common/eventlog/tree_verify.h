#ifndef COMMON_EVENTLOG_TREE_VERIFY_H
#define COMMON_EVENTLOG_TREE_VERIFY_H

/*
 * The other side of the proofs: what an auditor runs. Written from RFC 9162 2.1.3.2 and 2.1.4.2
 * alone and sharing nothing with tree.c but SHA-256, so that a mistake in one shows in the other.
 */
#include "common/eventlog/sha256.h"

/* A path is `count` hashes of 32 bytes, back to back. */

/* True when the leaf hash at `index` (from 0) belongs to the tree (size, root). */
bool tree_verify_inclusion(struct sha256 *h, const uint8_t leaf[SHA256_SIZE], uint64_t index,
                           uint64_t size, const uint8_t root[SHA256_SIZE],
                           const uint8_t *path, size_t count);

struct tree_head {
    uint64_t size;
    const uint8_t *root; /* 32 bytes */
};

/* True when the tree `new` begins with everything that the tree `old` holds. */
bool tree_verify_consistency(struct sha256 *h, struct tree_head old, struct tree_head new,
                             const uint8_t *path, size_t count);

#endif
