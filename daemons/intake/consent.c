/* A person's consent for one purpose; withdrawing it stops sharing at once (DOMAIN.md 4.1). */
#include "daemons/intake/household.h"
#include "daemons/intake/visit.h"

enum { CONSENT_GIVEN = 1, CONSENT_WITHDRAWN };

struct consent {
    struct life life;
    struct id person;
};

static void guard_given(struct decision *d) {
    const struct ConsentGiven *p = d->command->payload;
    const struct household *h = state_of(d, CATEGORY_Household, p->household);
    require_household(d, p->household);
    if (h && !member_of(h, p->person))
        refuse(d, &RULE_NOT_A_MEMBER, "person");
}

static void guard_withdrawn(struct decision *d) {
    const struct ConsentWithdrawn *p = d->command->payload;
    const struct consent *c = d->state;
    if (!id_equal(c->person, p->person))
        reject(d, &RULE_NOT_A_MEMBER, "person");
}

static const struct transition transitions[] = {
    {IN(NONE), EVENT_ConsentGiven, IN(CONSENT_GIVEN), guard_given, NULL},
    {IN(CONSENT_GIVEN), EVENT_ConsentWithdrawn, IN(CONSENT_WITHDRAWN), guard_withdrawn, NULL},
};

static void consent_evolve(void *state, const struct event *event) {
    struct consent *c = state;
    if (event->type == EVENT_ConsentGiven)
        c->person = ((const struct ConsentGiven *)event->payload)->person;
}

static const char *const states[] = {"none", "Given", "Withdrawn"};

const struct aggregate consent_aggregate = {
    .category = CATEGORY_Consent,
    .name = "Consent",
    .state_size = sizeof(struct consent),
    .states = states,
    .state_count = COUNT_OF(states),
    .final = IN(CONSENT_WITHDRAWN),
    .transitions = transitions,
    .transition_count = COUNT_OF(transitions),
    .evolve = consent_evolve,
};
