#ifndef DAEMONS_DEBT_DOMAIN_H
#define DAEMONS_DEBT_DOMAIN_H

/* The debt core: arrears, relief, repayment and the risk of losing the flat (DOMAIN.md 4.3). */
#include "common/domain/domain.h"

extern const struct domain debt_domain;

#endif
