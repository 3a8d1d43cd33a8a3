#ifndef COMMON_EVENTLOG_PROOF_H
#define COMMON_EVENTLOG_PROOF_H

/*
 * Proofs over the applied records of a log directory; its owner may run beside it and is not asked,
 * because a proof hashes the whole tree and the one thread that takes appends must not wait for
 * that. The leaves come from the derived file when they give the applied root, else from the
 * records, and every proof is checked by the independent verifier before it is given out.
 *
 * 32 bytes of memory for each record.
 */
#include "common/eventlog/reader.h"

enum {
    PROOF_NONE = 1, /* no such record, or not that many */
    PROOF_EMPTY,    /* no log in this directory */
    PROOF_DAMAGED,  /* the records do not give the applied root: run the verifier */
};

struct proof_log {
    int dir_fd;
    struct store store; /* read-only; store.point is what is proved over */
    struct reader reader;
    uint8_t (*leaves)[SHA256_SIZE]; /* of all store.point.size records */
};

/* 0, PROOF_EMPTY, PROOF_DAMAGED, -errno. Close also after a failure. */
int proof_open(struct proof_log *p, const char *path);
void proof_close(struct proof_log *p);

/* Root of the tree at the applied or an earlier size. 0 or PROOF_NONE. */
int proof_root(struct proof_log *p, uint64_t size, uint8_t root[SHA256_SIZE]);

/* The record at `position` belongs to the tree of `size` records. 0, PROOF_NONE, PROOF_DAMAGED. */
int proof_record(struct proof_log *p, uint64_t position, uint64_t size, struct tree_proof *out);

/* The tree of `size` records continues the one of `old`. 0, PROOF_NONE, PROOF_DAMAGED. */
int proof_growth(struct proof_log *p, uint64_t old, uint64_t size, struct tree_proof *out);

#endif
