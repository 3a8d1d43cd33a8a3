#ifndef DAEMONS_NETWORKING_INFO_REQUEST_H
#define DAEMONS_NETWORKING_INFO_REQUEST_H

/* A body demands information; for a benefit decision within seven days, T17 (O6 art. 105). */
#include "common/domain/domain.h"

enum { INFO_RECEIVED = 1, INFO_ANSWERED };

struct info_request {
    struct life life;
    struct id household;
    uint64_t start; /* position of the running term; 0: none */
    civil_day received_on;
};

extern const struct aggregate info_request_aggregate;

#endif
