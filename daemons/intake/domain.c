#include "daemons/intake/domain.h"

#include "daemons/intake/copies.h"
#include "daemons/intake/reactions.h"

static const struct aggregate *const aggregates[] = {
    &worker_aggregate,       &area_aggregate,      &keeper_load_aggregate,
    &waiting_list_aggregate, &household_aggregate, &referral_aggregate,
    &case_aggregate,         &visit_aggregate,     &consent_aggregate,
};

static const struct copy *const copies[] = {
    &building_copy, &relocation_copy, &relocation_of_copy, &return_copy,
    &debt_copy,     &effect_copy,     &help_copy,          &task_copy,
};

const struct domain intake_domain = {
    .name = "intake",
    .number = 1,
    .aggregates = aggregates,
    .aggregate_count = COUNT_OF(aggregates),
    .copies = copies,
    .copy_count = COUNT_OF(copies),
    .react = intake_react,
};
