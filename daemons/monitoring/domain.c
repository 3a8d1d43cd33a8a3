#include "daemons/monitoring/domain.h"

#include "daemons/monitoring/copies.h"
#include "daemons/monitoring/effect.h"
#include "daemons/monitoring/indicator.h"
#include "daemons/monitoring/policy_set.h"
#include "daemons/monitoring/reactions.h"
#include "daemons/monitoring/records_case.h"
#include "daemons/monitoring/supervision.h"
#include "daemons/monitoring/survey.h"
#include "daemons/monitoring/training.h"
#include "daemons/monitoring/unit.h"

static const struct aggregate *const aggregates[] = {
    &policy_set_aggregate, &unit_aggregate,        &indicator_aggregate, &effect_aggregate,
    &survey_aggregate,     &supervision_aggregate, &training_aggregate,  &records_case_aggregate,
};

static const struct copy *const copies[] = {&monitoring_case_copy, &monitoring_worker_copy};

const struct domain monitoring_domain = {
    .name = "monitoring",
    .number = 5,
    .aggregates = aggregates,
    .aggregate_count = sizeof aggregates / sizeof *aggregates,
    .copies = copies,
    .copy_count = sizeof copies / sizeof *copies,
    .react = monitoring_react,
};
