#ifndef COMMON_EVENTLOG_PROOF_TEXT_H
#define COMMON_EVENTLOG_PROOF_TEXT_H

/*
 * Proofs as text that others can check without us: C2SP tlog-proof for a record, and for growth
 * what a C2SP tlog-witness is sent ("old" line, hashes, head). FORMAT.md shows both.
 */
#include <stdio.h>

#include "common/base/view.h"
#include "common/eventlog/tree.h"

/* `extra` may be empty; `note` is the signed head that the path leads to. */
void proof_text_record(FILE *out, uint64_t index, const struct tree_proof *path, struct bytes extra,
                       const char *note);

void proof_text_growth(FILE *out, uint64_t old, const struct tree_proof *path, const char *head);

#endif
