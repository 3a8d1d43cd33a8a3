#ifndef DAEMONS_NETWORKING_PARTNER_H
#define DAEMONS_NETWORKING_PARTNER_H

/* An institution that may help (DOMAIN.md 4.4, S1). The last contact is a view, not a state. */
#include "common/domain/domain.h"

enum { PARTNER_IDENTIFIED = 1, PARTNER_ACTIVE, PARTNER_DORMANT, PARTNER_CLOSED };

struct partner {
    struct life life;
};

extern const struct aggregate partner_aggregate;

/* For guards elsewhere: a partner nobody entered is no subject, a closed one is no helper. */
void network_check_partner(struct decision *d, struct id partner, const char *field);

#endif
