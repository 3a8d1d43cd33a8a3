#include "daemons/networking/domain.h"

#include "daemons/networking/copies.h"
#include "daemons/networking/dzm.h"
#include "daemons/networking/help_request.h"
#include "daemons/networking/info_request.h"
#include "daemons/networking/partner.h"
#include "daemons/networking/reactions.h"
#include "daemons/networking/support_network.h"

static const struct aggregate *const aggregates[] = {
    &partner_aggregate,      &support_network_aggregate,
    &info_request_aggregate, &help_request_aggregate,
    &dzm_aggregate,
};

static const struct copy *const copies[] = {
    &networking_case_copy,  &networking_consent_copy, &networking_household_copy,
    &networking_cover_copy, &networking_person_copy,
};

const struct domain networking_domain = {
    .name = "networking",
    .number = 4,
    .aggregates = aggregates,
    .aggregate_count = sizeof aggregates / sizeof *aggregates,
    .copies = copies,
    .copy_count = sizeof copies / sizeof *copies,
    .react = networking_react,
};
