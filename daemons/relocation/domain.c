#include "daemons/relocation/domain.h"

#include "daemons/relocation/building.h"
#include "daemons/relocation/copies.h"
#include "daemons/relocation/dwelling.h"
#include "daemons/relocation/information.h"
#include "daemons/relocation/reactions.h"
#include "daemons/relocation/relocation.h"
#include "daemons/relocation/return.h"
#include "daemons/relocation/zone.h"

static const struct aggregate *const aggregates[] = {
    &zone_aggregate,        &building_aggregate,   &dwelling_aggregate,
    &information_aggregate, &relocation_aggregate, &return_aggregate,
};

static const struct copy *const copies[] = {&moves_copy};

const struct domain relocation_domain = {
    .name = "relocation",
    .number = 2,
    .aggregates = aggregates,
    .aggregate_count = sizeof aggregates / sizeof *aggregates,
    .copies = copies,
    .copy_count = sizeof copies / sizeof *copies,
    .react = relocation_react,
};
