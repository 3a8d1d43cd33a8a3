#include "daemons/monitoring/supervision.h"

#include "common/messages/monitoring.h"
#include "daemons/monitoring/copies.h"

/* O21: independent of staff and superiors. */
static void check_supervisor(struct decision *d, struct id supervisor) {
    if (monitoring_is_of_team(d, supervisor))
        refuse(d, &RULE_SUPERVISOR_NOT_EXTERNAL, "supervisor");
}

static void may_plan(struct decision *d) {
    const struct SupervisionPlanned *e = d->command->payload;
    check_supervisor(d, e->supervisor);
    if (e->day < d->command->said->occurred_on)
        refuse(d, &RULE_SUPERVISION_PAST, "day");
}

static void may_hold(struct decision *d) {
    const struct SupervisionHeld *e = d->command->payload;
    check_supervisor(d, e->supervisor);
    for (uint32_t i = 0; i < e->attendees.count; i++)
        if (!monitoring_is_of_team(d, e->attendees.items[i].worker))
            reject(d, &RULE_WORKER_UNKNOWN, "attendees");
    if (e->kind == SUPERVISION_KIND_individual && e->attendees.count != 1)
        refuse(d, &RULE_SUPERVISION_ONE, "attendees");
}

static void supervision_evolve(void *state, const struct event *event) {
    (void)state;
    (void)event;
}

static const struct transition transitions[] = {
    {IN(NONE), EVENT_SupervisionPlanned, IN(SUPERVISION_PLANNED), may_plan, NULL},
    {IN(NONE) | IN(SUPERVISION_PLANNED), EVENT_SupervisionHeld, IN(SUPERVISION_HELD), may_hold,
     NULL},
    {IN(SUPERVISION_PLANNED), EVENT_SupervisionCancelled, IN(SUPERVISION_CANCELLED), NULL, NULL},
};

static const char *const states[] = {"none", "Planned", "Held", "Cancelled"};

const struct aggregate supervision_aggregate = {
    .category = CATEGORY_Supervision,
    .name = "Supervision",
    .state_size = sizeof(struct supervision),
    .states = states,
    .state_count = sizeof states / sizeof *states,
    .final = IN(SUPERVISION_HELD) | IN(SUPERVISION_CANCELLED),
    .transitions = transitions,
    .transition_count = sizeof transitions / sizeof *transitions,
    .evolve = supervision_evolve,
};
