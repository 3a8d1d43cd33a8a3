#ifndef DAEMONS_MONITORING_SURVEY_H
#define DAEMONS_MONITORING_SURVEY_H

/* Anonymous answers on acceptance and safety (S0); never joined to a household (A60). One stream
 * for each survey. */
#include "common/domain/domain.h"

enum { SURVEY_KEPT = 1 };

struct survey {
    struct life life;
};

extern const struct aggregate survey_aggregate;

#endif
