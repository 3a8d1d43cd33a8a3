#ifndef DAEMONS_MONITORING_RECORDS_CASE_H
#define DAEMONS_MONITORING_RECORDS_CASE_H

/*
 * The file of a case and its retention clock (O7, A43): a records class counts in full years from
 * 1 January after the year in which the matter closed. Stream id = case id.
 */
#include "common/domain/domain.h"

enum { RECORDS_OPEN = 1, RECORDS_CLOSED };

struct records_case {
    struct life life;
    civil_day opened_on, closed_on; /* closed_on 0: open */
};

extern const struct aggregate records_case_aggregate;

#endif
