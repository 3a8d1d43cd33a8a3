#ifndef DAEMONS_NETWORKING_DOMAIN_H
#define DAEMONS_NETWORKING_DOMAIN_H

/* The networking core: partners, support networks, requests and case conferences (DOMAIN.md 4.4).
 */
#include "common/domain/domain.h"

extern const struct domain networking_domain;

#endif
