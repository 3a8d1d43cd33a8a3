#ifndef DAEMONS_MONITORING_SUPERVISION_H
#define DAEMONS_MONITORING_SUPERVISION_H

/* External supervision: that it took place, never what was said (S1, O21). */
#include "common/domain/domain.h"

enum { SUPERVISION_PLANNED = 1, SUPERVISION_HELD, SUPERVISION_CANCELLED };

struct supervision {
    struct life life;
};

extern const struct aggregate supervision_aggregate;

#endif
