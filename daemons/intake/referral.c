/* A referral (S1, O16): somebody points to a household; screened within the term (T23). */
#include "daemons/intake/case.h"
#include "daemons/intake/visit.h"

enum {
    REFERRAL_RECEIVED = 1,
    REFERRAL_ACCEPTED,
    REFERRAL_DECLINED,
    REFERRAL_REDIRECTED,
    REFERRAL_WITHDRAWN
};

struct referral {
    struct life life;
    struct id household;
    civil_day received_on;
    uint64_t received_at;
    bool is_alerted;
};

static void guard_received(struct decision *d) {
    const struct ReferralReceived *p = d->command->payload;
    if (!id_is_zero(p->household))
        require_household(d, p->household);
}

static void guard_accepted(struct decision *d) {
    const struct ReferralAccepted *p = d->command->payload;
    require_household(d, p->household);
    if (!id_is_zero(p->case_id) && !state_of(d, CATEGORY_Case, p->case_id))
        reject(d, &RULE_UNKNOWN_SUBJECT, "case_id");
}

#define RECEIVED IN(REFERRAL_RECEIVED)

static const struct transition transitions[] = {
    {IN(NONE), EVENT_ReferralReceived, RECEIVED, guard_received, NULL},
    {RECEIVED, EVENT_ReferralAccepted, IN(REFERRAL_ACCEPTED), guard_accepted, NULL},
    {RECEIVED, EVENT_ReferralDeclined, IN(REFERRAL_DECLINED), NULL, NULL},
    {RECEIVED, EVENT_ReferralRedirected, IN(REFERRAL_REDIRECTED), NULL, NULL},
    {RECEIVED, EVENT_ReferralWithdrawn, IN(REFERRAL_WITHDRAWN), NULL, NULL},
    {EXISTING, EVENT_ScreeningOverdue, SAME, NULL, NULL},
};

static void referral_evolve(void *state, const struct event *event) {
    struct referral *r = state;
    switch (event->type) {
    case EVENT_ReferralReceived:
        r->household = ((const struct ReferralReceived *)event->payload)->household;
        r->received_on = event->said->occurred_on;
        r->received_at = event->position;
        break;
    case EVENT_ReferralAccepted:
        r->household = ((const struct ReferralAccepted *)event->payload)->household;
        break;
    case EVENT_ScreeningOverdue:
        r->is_alerted = true;
        break;
    default:
        break;
    }
}

static size_t referral_timers(const void *state, const struct PolicySetAdopted *policy,
                              struct timer out[TIMERS_MAX]) {
    const struct referral *r = state;
    if (r->life.state != REFERRAL_RECEIVED || r->is_alerted)
        return 0;
    out[0] =
        (struct timer){23, r->received_at, term_days(r->received_on, (int)policy->screening_days),
                       ScreeningOverdue_schema()};
    return 1;
}

static const char *const states[] = {"none",     "Received",   "Accepted",
                                     "Declined", "Redirected", "Withdrawn"};

const struct aggregate referral_aggregate = {
    .category = CATEGORY_Referral,
    .name = "Referral",
    .state_size = sizeof(struct referral),
    .states = states,
    .state_count = COUNT_OF(states),
    .final = IN(REFERRAL_ACCEPTED) | IN(REFERRAL_DECLINED) | IN(REFERRAL_REDIRECTED) |
             IN(REFERRAL_WITHDRAWN),
    .transitions = transitions,
    .transition_count = COUNT_OF(transitions),
    .evolve = referral_evolve,
    .timers = referral_timers,
};
