#include "daemons/monitoring/policy_set.h"

#include "common/messages/monitoring.h"
#include "common/messages/policy.h"

static void may_adopt(struct decision *d) {
    const struct PolicySetAdopted *e = d->command->payload;
    const struct policy_set *s = d->state;
    if (e->version <= s->version)
        refuse(d, &RULE_POLICY_VERSION, "version");
    if (s->life.state != NONE && e->in_force_from < s->in_force_from)
        refuse(d, &RULE_POLICY_ORDER, "in_force_from");
}

static void policy_set_evolve(void *state, const struct event *event) {
    struct policy_set *s = state;
    if (event->type != EVENT_PolicySetAdopted)
        return;
    s->version = ((const struct PolicySetAdopted *)event->payload)->version;
    s->in_force_from = ((const struct PolicySetAdopted *)event->payload)->in_force_from;
}

static const struct transition transitions[] = {
    {ANYWHERE, EVENT_PolicySetAdopted, IN(POLICY_ADOPTED), may_adopt, NULL},
};

static const char *const states[] = {"none", "Adopted"};

const struct aggregate policy_set_aggregate = {
    .category = CATEGORY_PolicySet,
    .name = "PolicySet",
    .state_size = sizeof(struct policy_set),
    .states = states,
    .state_count = sizeof states / sizeof *states,
    .transitions = transitions,
    .transition_count = sizeof transitions / sizeof *transitions,
    .evolve = policy_set_evolve,
};
