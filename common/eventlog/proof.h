#ifndef COMMON_EVENTLOG_PROOF_H
#define COMMON_EVENTLOG_PROOF_H

/*
 * Proofs over the applied records of an open log. They come from the file of leaf hashes, are
 * checked by the independent verifier before they are given out, and when that fails the file is
 * made anew from the records and the proof is made once more.
 */
#include "common/eventlog/log.h"
#include "common/eventlog/tree.h"

/* Root of the tree at an earlier size. 0, LOG_NONE (more than is applied), fatal. A root at the
 * applied size is compared; at a smaller size it is what the leaves say. */
int log_root_at(struct log *l, uint64_t size, uint8_t root[SHA256_SIZE]);

/* The record at `position` belongs to the tree of `size` records. 0, LOG_NONE, LOG_DAMAGED. */
int log_prove_record(struct log *l, uint64_t position, uint64_t size, struct tree_proof *out);

/* The tree of `size` records continues the one of `old`. 0, LOG_NONE, LOG_DAMAGED. */
int log_prove_growth(struct log *l, uint64_t old, uint64_t size, struct tree_proof *out);

#endif
