#ifndef DAEMONS_DEBT_LADDER_H
#define DAEMONS_DEBT_LADDER_H

/* Guards of the risk ladder, and the effect that keeps it in step with the account. */
#include "common/domain/domain.h"

void may_age(struct decision *d);
void may_warn(struct decision *d);
void may_pass_warning(struct decision *d);
void may_terminate(struct decision *d);
void may_clear(struct decision *d);

/* Effect of everything that changes what is overdue: RiskCleared when it is paid or agreed on,
 * RiskLevelChanged when another number of periods is overdue. */
void follow_account(struct decision *d);

/* The same after an entry was voided or corrected. */
void follow_amendment(struct decision *d);

#endif
