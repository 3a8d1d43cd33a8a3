#include "daemons/networking/info_request.h"

#include "common/messages/networking.h"
#include "daemons/networking/partner.h"

enum { T17 = 17 };

static void may_receive(struct decision *d) {
    const struct InfoRequestReceived *e = d->command->payload;
    network_check_partner(d, e->partner, "partner");
    if (e->purpose != INFO_PURPOSE_benefit_decision)
        refuse(d, &RULE_INFO_ONLY_FOR_BENEFITS, "purpose");
}

/* A breached start starts no timer (DOMAIN.md 3): it may still be answered. */
static void info_request_evolve(void *state, const struct event *event) {
    struct info_request *r = state;
    switch (event->type) {
    case EVENT_InfoRequestReceived:
        r->household = ((const struct InfoRequestReceived *)event->payload)->household;
        r->received_on = event->said->occurred_on;
        r->start = has_breach(event) ? 0 : event->position;
        break;
    case EVENT_InfoRequestOverdue:
    case EVENT_InfoRequestAnswered:
        r->start = 0;
        break;
    case EVENT_SubjectRepointed:
        r->household = ((const struct SubjectRepointed *)event->payload)->to_household;
        break;
    }
}

static size_t info_request_timers(const void *state, const struct PolicySetAdopted *policy,
                                  struct timer out[TIMERS_MAX]) {
    const struct info_request *r = state;
    if (r->start == 0)
        return 0;
    out[0] = (struct timer){
        .number = T17,
        .start = r->start,
        .due = term_days(r->received_on, (int)policy->info_request_days),
        .passed = InfoRequestOverdue_schema(),
    };
    return 1;
}

static const struct transition transitions[] = {
    {IN(NONE), EVENT_InfoRequestReceived, IN(INFO_RECEIVED), may_receive, NULL},
    {IN(INFO_RECEIVED), EVENT_InfoRequestOverdue, IN(INFO_RECEIVED), NULL, NULL},
    {IN(INFO_RECEIVED), EVENT_InfoRequestAnswered, IN(INFO_ANSWERED), NULL, NULL},
};

static const char *const states[] = {"none", "Received", "Answered"};

const struct aggregate info_request_aggregate = {
    .category = CATEGORY_InfoRequest,
    .name = "InfoRequest",
    .state_size = sizeof(struct info_request),
    .states = states,
    .state_count = sizeof states / sizeof *states,
    .final = IN(INFO_ANSWERED),
    .transitions = transitions,
    .transition_count = sizeof transitions / sizeof *transitions,
    .evolve = info_request_evolve,
    .timers = info_request_timers,
};
