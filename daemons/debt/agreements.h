#ifndef DAEMONS_DEBT_AGREEMENTS_H
#define DAEMONS_DEBT_AGREEMENTS_H

/* Guards of relief (instalments, deferral, write-off, work-off) and of how it is kept. */
#include "common/domain/domain.h"

void may_grant_instalments(struct decision *d);
void may_pay_instalment(struct decision *d);
void may_miss_instalment(struct decision *d);
void may_break(struct decision *d);
void may_defer(struct decision *d);
void may_write_off(struct decision *d);
void may_settle_condition(struct decision *d); /* WriteOffConfirmed, WriteOffRevoked */
void may_sign_work_off(struct decision *d);
void may_record_work(struct decision *d);
void may_credit_work(struct decision *d);
void may_end_work_off(struct decision *d);

/* Effects: the request is granted in the same append, and the risk follows the account. */
void granted_instalments(struct decision *d);
void granted_deferral(struct decision *d);
void granted_write_off(struct decision *d);
void granted_work_off(struct decision *d);

#endif
