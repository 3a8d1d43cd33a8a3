#ifndef DAEMONS_NETWORKING_HELP_REQUEST_H
#define DAEMONS_NETWORKING_HELP_REQUEST_H

/* A partner is asked to help one household (DOMAIN.md 4.4, A36). */
#include "common/domain/domain.h"

enum { HELP_REQUESTED = 1, HELP_PROVIDED, HELP_DECLINED, HELP_WITHDRAWN };

struct help_request {
    struct life life;
    struct id case_id, household, partner;
};

extern const struct aggregate help_request_aggregate;

#endif
