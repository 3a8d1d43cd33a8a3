#ifndef DAEMONS_RELOCATION_DOMAIN_H
#define DAEMONS_RELOCATION_DOMAIN_H

/* The relocation core: zone, buildings, dwellings, moves and returns (DOMAIN.md 4.2). */
#include "common/domain/domain.h"

extern const struct domain relocation_domain;

#endif
