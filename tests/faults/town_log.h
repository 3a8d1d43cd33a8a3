#ifndef TESTS_FAULTS_TOWN_LOG_H
#define TESTS_FAULTS_TOWN_LOG_H

/* A log of the fixture's records as a crash leaves it: LMDB holds most of them, the segment the
 * rest, the signed head speaks of what LMDB holds. */
#include "tests/crash/kept.h"
#include "tests/faults/stage.h"

enum { TOWN_APPLIED = 500, TOWN_PENDING = 20, TOWN_SIZE = TOWN_APPLIED + TOWN_PENDING };

/* Small files; heads signed at once when there is a key. */
struct log_options town_options(const struct note_key *key);

/* Makes it in a directory of its own; the key stands in the file `log.key`. */
void town_log_make(struct stage *out, struct note_key *key);

/* Opens as the daemon does, compares everything with what must be there, appends on top, closes,
 * opens again. KEPT_NOT_OPEN when the log refuses. */
enum kept town_log_serve(const char *dir, const struct kept_bounds *bounds);

#endif
