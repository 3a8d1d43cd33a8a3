#ifndef COMMON_DOMAIN_ROSTER_H
#define COMMON_DOMAIN_ROSTER_H

/*
 * Who may speak: the team (Worker streams of intake) and the register of units (monitoring), folded
 * from the log in every daemon. Until certificates exist, actor, unit and role of a command are
 * claims checked against this (DESIGN.md 4); README says so.
 *
 * A worker speaks in the role he was hired for, a deputy also as COORD; a unit's recorder speaks in
 * the unit's role. The very first unit, the bureau's own, may register itself.
 */
#include "common/domain/domain.h"

struct roster *roster_new(void);
void roster_free(struct roster *roster);

/* Folds one event of any daemon; most concern nobody's role. */
void roster_fold(struct roster *roster, const struct event *event);

/* True when actor, unit and role of `said` belong together today. SYSTEM is always known. */
bool roster_knows(const struct roster *roster, const struct said *said);

/* True when `said` names a unit of the register and speaks in its role. */
bool roster_has_unit(const struct roster *roster, const struct said *said);

/* Streams whose entries are folded here; when one of them is corrected, what it said is forgotten
 * and told again. */
bool roster_concerns(uint16_t category);
void roster_forget(struct roster *roster, struct id id);

/* For tests and the simulator: enters a worker or a unit without an event. */
void roster_enter(struct roster *roster, struct id id, int32_t role);

#endif
