#ifndef DAEMONS_RELOCATION_BUILDING_H
#define DAEMONS_RELOCATION_BUILDING_H

/*
 * An investment in a building or a street (S1 "budynki i ulice"): a building is announced, emptied,
 * renovated and resettled; a street goes straight from the plan to the works.
 */
#include "common/domain/domain.h"
#include "common/messages/relocation.h"

enum {
    BUILDING_PLANNED = 1,
    BUILDING_ANNOUNCED,
    BUILDING_EMPTYING,
    BUILDING_EMPTIED,
    BUILDING_IN_WORKS,
    BUILDING_COMPLETED,
    BUILDING_RESETTLED,
    BUILDING_POSTPONED,
    BUILDING_CANCELLED
};

struct building {
    struct life life;
    struct id zone; /* zero: the city's */
    civil_day announced;
    uint8_t kind, area;
    uint8_t before; /* state that a postponed investment resumes */
    bool has_flats, is_converted;
};

extern const struct aggregate building_aggregate;

/* People may be asked to leave: announced and not yet in works. */
bool is_building_announced(const struct building *building);
/* The dwellings are ready for those who return. */
bool are_works_done(const struct building *building);

#endif
