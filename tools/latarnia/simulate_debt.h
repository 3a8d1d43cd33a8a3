#ifndef TOOLS_LATARNIA_SIMULATE_DEBT_H
#define TOOLS_LATARNIA_SIMULATE_DEBT_H

/* A debt file and what becomes of it; only simulate_debt.c and simulate_relief.c include it. */
#include "tools/latarnia/simulate.h"

enum debt_path { DEBT_BY_INSTALMENTS, DEBT_IS_PAID, DEBT_BY_WRITE_OFF, DEBT_BY_WORK, DEBT_DEFERRED,
                 DEBT_IGNORED, DEBT_QUIET };

struct debt {
    struct home *home;
    struct id file, request, agreement;
    enum debt_path path;
    int64_t remaining; /* of the opening sum, grosz: overdue and in no agreement, or in it */
    int64_t rent;      /* a month */
    int periods;
    bool is_reported, is_over, is_warned;
    civil_day filed_on;
    /* instalments */
    int64_t covered, instalment;
    civil_day first_due;
    int count, paid, tick, missed_in_row;
    bool misses_often, has_charges, is_missing, is_doubtful; /* one payment was entered twice */
    /* work-off */
    civil_day work_until;
    int64_t minutes;
};

struct voice recovery(void);      /* the arrears-recovery department */
bool is_debt_open(const struct debt *d);
void record_payment(struct sim *s, struct debt *d, int64_t amount);
step_fn settle_debt, pay_parts;   /* of the debt */
step_fn request_relief;

#endif
