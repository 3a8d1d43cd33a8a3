#include "daemons/monitoring/unit.h"

#include "common/messages/monitoring.h"
#include "common/messages/policy.h"

/* The team stands in intake's Worker streams; these bodies are never on the bus (DOMAIN.md 2). */
#define NO_UNITS                                                                                  \
    (1u << ROLE_LS | 1u << ROLE_GO | 1u << ROLE_COORD | 1u << ROLE_SYSTEM | 1u << ROLE_RESIDENT | \
     1u << ROLE_COURT | 1u << ROLE_BAILIFF | 1u << ROLE_WOJEWODA | 1u << ROLE_MINISTER |          \
     1u << ROLE_ARCHIVE)

static void may_register(struct decision *d) {
    const struct UnitRegistered *e = d->command->payload;
    if (NO_UNITS & 1u << e->role)
        refuse(d, &RULE_UNIT_ROLE, "role");
}

static void unit_evolve(void *state, const struct event *event) {
    (void)state;
    (void)event;
}

static const struct transition transitions[] = {
    {IN(NONE), EVENT_UnitRegistered, IN(UNIT_REGISTERED), may_register, NULL},
};

static const char *const states[] = {"none", "Registered"};

const struct aggregate unit_aggregate = {
    .category = CATEGORY_Unit,
    .name = "Unit",
    .state_size = sizeof(struct unit),
    .states = states,
    .state_count = sizeof states / sizeof *states,
    .transitions = transitions,
    .transition_count = sizeof transitions / sizeof *transitions,
    .evolve = unit_evolve,
};
