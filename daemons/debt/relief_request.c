#include "daemons/debt/relief_request.h"

#include "daemons/debt/copies.h"
#include "daemons/debt/debt_file.h"

static void may_request(struct decision *d) {
    const struct ReliefRequested *e = d->command->payload;
    const struct debt_file *file = state_of(d, CATEGORY_DebtFile, e->debt_file);
    if (!file)
        reject(d, &RULE_UNKNOWN_SUBJECT, "debt_file");
    else if (!(IN(file->life.state) & DEBT_OPEN))
        refuse(d, &RULE_DEBT_FILE_CLOSED, "debt_file");
}

/* O8, O9, O12: what a decision needs. */
static void may_complete(struct decision *d) {
    const struct ReliefRequestCompleted *e = d->command->payload;
    if (!e->property_statement)
        refuse(d, &RULE_RELIEF_INCOMPLETE, "property_statement");
    if (!e->income_documents)
        refuse(d, &RULE_RELIEF_INCOMPLETE, "income_documents");
    if (!e->co_debtors_named)
        refuse(d, &RULE_RELIEF_INCOMPLETE, "co_debtors_named");
}

static void may_refuse(struct decision *d) {
    const struct ReliefRefused *e = d->command->payload;
    if (!e->reason)
        refuse(d, &RULE_REFUSAL_WITHOUT_ADVICE, "reason");
    if (!e->next_step)
        refuse(d, &RULE_REFUSAL_WITHOUT_ADVICE, "next_step");
}

static const struct transition transitions[] = {
    {IN(NONE), EVENT_ReliefRequested, IN(REQUEST_FILED), may_request, NULL},
    {IN(REQUEST_FILED), EVENT_ReliefCompletionAsked, IN(REQUEST_COMPLETING), NULL, NULL},
    {IN(REQUEST_FILED) | IN(REQUEST_COMPLETING), EVENT_ReliefRequestCompleted,
     IN(REQUEST_COMPLETE), may_complete, NULL},
    {IN(REQUEST_COMPLETE), EVENT_ReliefDecisionOverdue, SAME, NULL, NULL},
    {IN(REQUEST_COMPLETE), EVENT_ReliefGranted, IN(REQUEST_GRANTED), NULL, NULL},
    {REQUEST_OPEN, EVENT_ReliefRefused, IN(REQUEST_REFUSED), may_refuse, NULL},
    {REQUEST_OPEN, EVENT_ReliefWithdrawn, IN(REQUEST_WITHDRAWN), NULL, NULL},
};

static void evolve_request(void *state, const struct event *event) {
    struct relief_request *r = state;
    switch (event->type) {
    case EVENT_ReliefRequested: {
        const struct ReliefRequested *e = event->payload;
        r->debt_file = e->debt_file;
        r->kind = (uint8_t)e->kind;
        r->filed_on = event->said->occurred_on;
        break;
    }
    case EVENT_ReliefRequestCompleted:
        r->completed_on = event->said->occurred_on;
        r->completed_at = event->position;
        break;
    case EVENT_ReliefDecisionOverdue:
        r->is_overdue = true;
        break;
    }
}

static size_t timers_of_request(const void *state, const struct PolicySetAdopted *policy,
                                struct timer out[TIMERS_MAX]) {
    const struct relief_request *r = state;
    if (r->life.state != REQUEST_COMPLETE || r->is_overdue)
        return 0;
    out[0] = (struct timer){
        .number = 6,
        .start = r->completed_at,
        .due = term_months(r->completed_on, (int)policy->relief_months),
        .passed = ReliefDecisionOverdue_schema(),
    };
    return 1;
}

static const char *const states[] = {
    "none", "Filed", "Completing", "Complete", "Granted", "Refused", "Withdrawn",
};

const struct aggregate relief_request_aggregate = {
    .category = CATEGORY_ReliefRequest,
    .name = "ReliefRequest",
    .state_size = sizeof(struct relief_request),
    .states = states,
    .state_count = sizeof states / sizeof *states,
    .final = IN(REQUEST_GRANTED) | IN(REQUEST_REFUSED) | IN(REQUEST_WITHDRAWN),
    .transitions = transitions,
    .transition_count = sizeof transitions / sizeof *transitions,
    .evolve = evolve_request,
    .timers = timers_of_request,
};

/* ---- for the debt file ---- */

const struct relief_request *check_request(struct decision *d, struct id request) {
    const struct relief_request *r = state_of(d, CATEGORY_ReliefRequest, request);
    if (!r)
        reject(d, &RULE_UNKNOWN_SUBJECT, "request");
    else if (r->life.state != REQUEST_COMPLETE || !id_equal(r->debt_file, d->command->stream.id))
        refuse(d, &RULE_RELIEF_NOT_COMPLETE, "request");
    return r;
}

void grant_request(struct decision *d, struct id request, enum RELIEF kind) {
    struct ReliefGranted *e = emit(d, CATEGORY_ReliefRequest, request, ReliefGranted_schema());
    e->debt_file = d->command->stream.id;
    e->kind = (int32_t)kind;
}

void withdraw_requests(struct decision *d, enum RELIEF_WITHDRAWAL reason) {
    const struct requests_of_file *known = copy_of(d, COPY_REQUESTS, d->command->stream.id);
    for (uint8_t i = 0; known && i < known->count; i++) {
        const struct relief_request *r =
            state_of(d, CATEGORY_ReliefRequest, known->requests[i]);
        if (!r || !(IN(r->life.state) & REQUEST_OPEN))
            continue;
        struct ReliefWithdrawn *e = emit(d, CATEGORY_ReliefRequest, known->requests[i],
                                         ReliefWithdrawn_schema());
        e->reason = (int32_t)reason;
    }
}
