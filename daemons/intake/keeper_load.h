#ifndef DAEMONS_INTAKE_KEEPER_LOAD_H
#define DAEMONS_INTAKE_KEEPER_LOAD_H

/*
 * The places of one social guide (S0: at most 30 families). Stream id = worker id.
 *
 * Promise: at every position of the log the list holds exactly the open LODZ cases whose guide the
 * worker is, and never more than the limit. Each decision that changes a case's guide reads this
 * state, so that its version stands under the append's check, and writes PlaceTaken or
 * PlaceReleased in the same append. Nothing else writes here; an entry that a case stands behind
 * cannot be voided.
 */
#include "daemons/intake/domain.h"

enum { KEEPER_KEEPING = 1 };

/* Room for a policy above 30; small enough for WorkerLeft to give everything back in one append. */
enum { PLACES_MAX = 50 };

struct keeper_load {
    struct life life;
    uint32_t count;
    struct id cases[PLACES_MAX];
};

/* May this worker have one more case now? The same rules as require_guide(), without refusing. */
bool has_room(const struct decision *d, struct id worker);

/* Refuses a worker who may not have one more case, with the rule that says why. */
void require_guide(struct decision *d, struct id worker, const char *field);

void take_place(struct decision *d, struct id worker, struct id case_id);
void release_place(struct decision *d, struct id worker, struct id case_id);

/* LsUnassigned for each of his cases, and all places free. */
void release_all_places(struct decision *d, struct id worker);

#endif
