#ifndef DAEMONS_PROJECTOR_TEAM_H
#define DAEMONS_PROJECTOR_TEAM_H

/* Facts of the team: areas and their vacancies, places of the guides, policy sets. */
#include "daemons/projector/store.h"

struct area_facts {
    uint8_t number;         /* 1..8; 0: not told yet */
    civil_day vacant_since; /* 0: there is a lead or an acting host */
    uint32_t vacancy_days;  /* of vacancies that ended */
    struct id host;         /* lead, else acting */
};
note_fn area_note;

struct keeper_facts {
    uint16_t places, most; /* taken now; ever */
    uint16_t over_limit;   /* how often more than the limit of the day were taken: never */
};
note_fn keeper_note;

enum { POLICIES_MAX = 12 };
struct policy_facts {
    uint32_t count;
    struct PolicySetAdopted sets[POLICIES_MAX]; /* without texts and lists */
};
note_fn policy_note;

/* The set in force on a day, or NULL: the latest in_force_from, and of these the highest version.
 */
const struct PolicySetAdopted *policy_in_force(const struct store *store, civil_day day);

#endif
