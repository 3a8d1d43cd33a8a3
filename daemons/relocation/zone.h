#ifndef DAEMONS_RELOCATION_ZONE_H
#define DAEMONS_RELOCATION_ZONE_H

/*
 * The special revitalisation zone (SSR) and the evaluations of the programme (GPR): local law with
 * a first and a last day, entered once and never extended (O2 art. 25). T18, T19.
 */
#include "common/domain/domain.h"
#include "common/messages/relocation.h"

enum { ZONE_NOTED = 1, ZONE_IN_FORCE, ZONE_EXPIRED };

struct zone {
    struct life life;
    civil_day entry, ends; /* first day; last day where the resolution names one */
    uint64_t entered_at;   /* position: T18 */
    civil_day evaluated_on;
    uint64_t evaluated_at; /* position: T19; 0 while none is running */
};

extern const struct aggregate zone_aggregate;

/* The last day on which the zone is in force. */
civil_day zone_last_day(const struct zone *zone, const struct PolicySetAdopted *policy);

/* Guard: the zone of this building is in force on the day of the command (R1_NEEDS_ZONE). A
 * building that names no zone lies in the city's. */
void check_zone(struct decision *d, struct id building, const char *field);

#endif
