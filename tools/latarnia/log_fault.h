#ifndef TOOLS_LATARNIA_LOG_FAULT_H
#define TOOLS_LATARNIA_LOG_FAULT_H

/* What the verifier found, as a sentence in the user's language, with the first bad position. */
#include "common/eventlog/verify.h"

enum { LOG_FAULT_BYTES = 240 };

void log_fault(const struct verify_report *v, char out[LOG_FAULT_BYTES]);

/* The key that signs the heads lies beside the log, in the data directory; a copy of the log alone
 * has none. NULL when there is none, or it cannot be used. */
const struct note_key *log_fault_key(struct note_key *key);

#endif
