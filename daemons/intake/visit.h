#ifndef DAEMONS_INTAKE_VISIT_H
#define DAEMONS_INTAKE_VISIT_H

/* A visit or contact, a stream of its own, so that households with a host only have a history too
 * (DOMAIN.md 4.1 Visit). */
#include "daemons/intake/domain.h"

enum { VISIT_PLANNED = 1, VISIT_RECORDED, VISIT_CANCELLED };

struct visit {
    struct life life;
    struct id household, duplicate_of;
    civil_day day; /* planned for, then held on */
    bool is_at_home;
};

/* Rejects a household that nobody has registered. */
void require_household(struct decision *d, struct id household);

#endif
