#ifndef DAEMONS_NETWORKING_SUPPORT_NETWORK_H
#define DAEMONS_NETWORKING_SUPPORT_NETWORK_H

/* Who helps one household, and what they were told (DOMAIN.md 4.4). Stream id = case id. */
#include "common/domain/domain.h"

enum { NETWORK_KEPT = 1 };
enum { HELPERS_MAX = 40 };

struct support_network {
    struct life life;
    uint8_t count;
    struct id helpers[HELPERS_MAX]; /* partners and private persons alike */
};

extern const struct aggregate support_network_aggregate;

#endif
