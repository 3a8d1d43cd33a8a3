#ifndef DAEMONS_DEBT_RELIEF_REQUEST_H
#define DAEMONS_DEBT_RELIEF_REQUEST_H

/*
 * A debtor's request for instalments, deferral, write-off or work-off (DOMAIN.md 4.3
 * "ReliefRequest"): possible from every open state of a debt file; an incomplete one is received
 * too; T6 runs from the day it is complete. The relief itself is decided on the debt file, and
 * both streams take it in one append: ReliefGranted here beside InstalmentsGranted,
 * DeferralGranted, WriteOffGranted or WorkOffAgreementSigned there.
 */
#include "common/domain/domain.h"
#include "common/messages/debt.h"

enum { REQUEST_FILED = 1, REQUEST_COMPLETING, REQUEST_COMPLETE, REQUEST_GRANTED, REQUEST_REFUSED,
       REQUEST_WITHDRAWN };
#define REQUEST_OPEN (IN(REQUEST_FILED) | IN(REQUEST_COMPLETING) | IN(REQUEST_COMPLETE))

struct relief_request {
    struct life life;
    struct id debt_file;
    civil_day filed_on, completed_on;
    uint64_t completed_at; /* position: T6 */
    uint8_t kind;          /* enum RELIEF */
    bool is_overdue;
};

extern const struct aggregate relief_request_aggregate;

/* Guard of a relief: the request is complete and of this debt file. Effect of it: granted. */
const struct relief_request *check_request(struct decision *d, struct id request);
void grant_request(struct decision *d, struct id request, enum RELIEF kind);

/* Effect: every open request of the debt file ends. */
void withdraw_requests(struct decision *d, enum RELIEF_WITHDRAWAL reason);

#endif
