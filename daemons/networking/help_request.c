#include "daemons/networking/help_request.h"

#include "common/messages/intake.h"
#include "common/messages/networking.h"
#include "daemons/networking/basis.h"
#include "daemons/networking/copies.h"
#include "daemons/networking/partner.h"

static void may_request(struct decision *d) {
    const struct HelpRequested *e = d->command->payload;
    network_check_case(d, e->case_id, e->household);
    network_check_partner(d, e->partner, "partner");
    network_check_basis(d, &(struct basis){.kind = e->basis,
                                           .consent = e->consent,
                                           .statute = e->statute,
                                           .purpose = CONSENT_PURPOSE_sharing,
                                           .household = e->household,
                                           .partner = e->partner});
    const struct case_known *c = copy_of(d, COPY_CASE, e->case_id);
    if (c && c->help_count == CASE_HELP_MAX)
        refuse(d, &RULE_NETWORK_FULL, "case_id");
}

/* The answer names the case, so that others can follow it; it has to be the case of the request. */
static void check_same(struct decision *d, struct id case_id, struct id household) {
    const struct help_request *h = d->state;
    if (!id_equal(h->case_id, case_id))
        reject(d, &RULE_CASE_OF_ANOTHER, "case_id");
    if (!id_equal(h->household, household))
        reject(d, &RULE_CASE_OF_ANOTHER, "household");
}

static void may_provide(struct decision *d) {
    const struct HelpProvided *e = d->command->payload;
    check_same(d, e->case_id, e->household);
}

static void may_decline(struct decision *d) {
    const struct HelpDeclined *e = d->command->payload;
    check_same(d, e->case_id, e->household);
}

static void may_withdraw(struct decision *d) {
    const struct HelpWithdrawn *e = d->command->payload;
    check_same(d, e->case_id, e->household);
}

static void help_request_evolve(void *state, const struct event *event) {
    struct help_request *h = state;
    if (event->type == EVENT_HelpRequested) {
        const struct HelpRequested *e = event->payload;
        h->case_id = e->case_id;
        h->household = e->household;
        h->partner = e->partner;
    } else if (event->type == EVENT_SubjectRepointed) {
        h->household = ((const struct SubjectRepointed *)event->payload)->to_household;
    }
}

static const struct transition transitions[] = {
    {IN(NONE), EVENT_HelpRequested, IN(HELP_REQUESTED), may_request, NULL},
    {IN(HELP_REQUESTED), EVENT_HelpProvided, IN(HELP_PROVIDED), may_provide, NULL},
    {IN(HELP_REQUESTED), EVENT_HelpDeclined, IN(HELP_DECLINED), may_decline, NULL},
    {IN(HELP_REQUESTED), EVENT_HelpWithdrawn, IN(HELP_WITHDRAWN), may_withdraw, NULL},
};

static const char *const states[] = {"none", "Requested", "Provided", "Declined", "Withdrawn"};

const struct aggregate help_request_aggregate = {
    .category = CATEGORY_HelpRequest,
    .name = "HelpRequest",
    .state_size = sizeof(struct help_request),
    .states = states,
    .state_count = sizeof states / sizeof *states,
    .final = IN(HELP_PROVIDED) | IN(HELP_DECLINED) | IN(HELP_WITHDRAWN),
    .transitions = transitions,
    .transition_count = sizeof transitions / sizeof *transitions,
    .evolve = help_request_evolve,
};
