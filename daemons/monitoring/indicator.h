#ifndef DAEMONS_MONITORING_INDICATOR_H
#define DAEMONS_MONITORING_INDICATOR_H

/* An indicator and its readings from outside (DOMAIN.md 4.5, S2). Stream: id_named("indicator",
 * key). Computed readings are a view and are never stored here. */
#include "common/domain/domain.h"

enum { INDICATOR_DRAFT = 1, INDICATOR_ACTIVE, INDICATOR_RETIRED };

struct indicator {
    struct life life;
    int64_t version;
};

extern const struct aggregate indicator_aggregate;

#endif
