#ifndef DAEMONS_INTAKE_DOMAIN_H
#define DAEMONS_INTAKE_DOMAIN_H

/* The core of intake: team, places, households, referrals, visits, consents, cases, plans. */
#include "common/domain/domain.h"
#include "common/messages/intake.h"

extern const struct domain intake_domain;

extern const struct aggregate worker_aggregate, area_aggregate, keeper_load_aggregate,
    waiting_list_aggregate, household_aggregate, referral_aggregate, visit_aggregate,
    consent_aggregate, case_aggregate;

#define COUNT_OF(table) (sizeof(table) / sizeof *(table))

#endif
