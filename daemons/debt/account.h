#ifndef DAEMONS_DEBT_ACCOUNT_H
#define DAEMONS_DEBT_ACCOUNT_H

/* Guards of what the account itself says: statements, disputes, charges, payments and the ends. */
#include "common/domain/domain.h"

/* The event names the household of this file, for those who react to it. */
void check_household(struct decision *d, struct id household);
void check_amount(struct decision *d, int64_t amount, const char *field);

void may_report(struct decision *d);
void may_verify(struct decision *d);
void may_dispute(struct decision *d);
void may_decide_dispute(struct decision *d);
void may_charge(struct decision *d);
void may_pay(struct decision *d);
void may_enforce(struct decision *d);
void may_settle(struct decision *d);
void may_close(struct decision *d);
void may_record_death(struct decision *d);

/* Effects: open requests for relief end with the debtor and with the file. */
void end_requests_on_death(struct decision *d);
void end_requests_on_closing(struct decision *d);

#endif
