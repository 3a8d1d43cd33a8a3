#ifndef DAEMONS_MONITORING_DOMAIN_H
#define DAEMONS_MONITORING_DOMAIN_H

/* The monitoring core: policy, indicators, effects, staff development, records (DOMAIN.md 4.5). */
#include "common/domain/domain.h"

extern const struct domain monitoring_domain;

#endif
