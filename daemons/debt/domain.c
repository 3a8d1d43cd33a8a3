#include "daemons/debt/domain.h"

#include "daemons/debt/copies.h"
#include "daemons/debt/debt_file.h"
#include "daemons/debt/reactions.h"
#include "daemons/debt/relief_request.h"

static const struct aggregate *const aggregates[] = {
    &debt_file_aggregate,
    &relief_request_aggregate,
};

static const struct copy *const copies[] = {
    &files_copy,
    &requests_copy,
};

const struct domain debt_domain = {
    .name = "debt",
    .number = 3,
    .aggregates = aggregates,
    .aggregate_count = sizeof aggregates / sizeof *aggregates,
    .copies = copies,
    .copy_count = sizeof copies / sizeof *copies,
    .react = debt_react,
};
