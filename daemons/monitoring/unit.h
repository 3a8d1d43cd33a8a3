#ifndef DAEMONS_MONITORING_UNIT_H
#define DAEMONS_MONITORING_UNIT_H

/* Units and bodies that may record in a role (DOMAIN.md 2). The stream id is the unit's. */
#include "common/domain/domain.h"

enum { UNIT_REGISTERED = 1 };

struct unit {
    struct life life;
};

extern const struct aggregate unit_aggregate;

#endif
