#ifndef DAEMONS_INTAKE_AREA_H
#define DAEMONS_INTAKE_AREA_H

/* One of the eight areas and its host: at most one lead at any instant (S0 S1, A47), because the
 * area's own stream has room for one. */
#include "daemons/intake/domain.h"

enum { AREA_KEPT = 1 };
enum { AREAS = 8 };

struct area {
    struct life life;
    struct id lead, acting; /* acting only while there is no lead */
    civil_day vacant_from;
    uint64_t vacant_at; /* of the event that left the area to nobody */
    bool is_alerted;    /* T25 has passed since */
};

struct id area_id(int64_t number);

/* Emits GoReleased for every area the worker has, as lead or acting. */
void release_areas_of(struct decision *d, struct id worker);

#endif
