#include "daemons/relocation/building.h"

#define BEFORE_WORKS \
    (IN(BUILDING_PLANNED) | IN(BUILDING_ANNOUNCED) | IN(BUILDING_EMPTYING) | IN(BUILDING_EMPTIED))
#define UNFINISHED (BEFORE_WORKS | IN(BUILDING_IN_WORKS))

bool is_building_announced(const struct building *building) {
    uint32_t open = IN(BUILDING_ANNOUNCED) | IN(BUILDING_EMPTYING) | IN(BUILDING_EMPTIED);
    return open & IN(building->life.state);
}

bool are_works_done(const struct building *building) {
    return building->life.state == BUILDING_COMPLETED || building->life.state == BUILDING_RESETTLED;
}

static void may_announce(struct decision *d) {
    const struct building *b = d->state;
    if (b->kind == INVESTMENT_street)
        refuse(d, &RULE_STREET_DOES_NOT_EMPTY, "stream");
}

/* A building that stands empty, such as one taken over, may go to the works like a street. */
static void may_start_from_plan(struct decision *d) {
    const struct building *b = d->state;
    if (b->kind == INVESTMENT_building && b->has_flats)
        refuse(d, &RULE_BUILDING_NOT_EMPTY, "stream");
}

static void may_resettle(struct decision *d) {
    const struct building *b = d->state;
    if (b->is_converted || b->kind == INVESTMENT_street)
        refuse(d, &RULE_NO_FLATS_RETURN, "stream");
}

static void schedule(struct building *b, const struct InvestmentScheduled *e) {
    b->kind = (uint8_t)e->kind;
    b->area = (uint8_t)e->area;
    b->zone = e->zone;
    b->has_flats = e->flats > 0;
    b->is_converted = e->converted;
}

static void building_evolve(void *state, const struct event *event) {
    struct building *b = state;
    const struct InvestmentAnnounced *announced = event->payload;
    switch (event->type) {
    case EVENT_InvestmentScheduled:
        schedule(b, event->payload);
        b->before = b->life.state;
        break;
    case EVENT_InvestmentAnnounced:
        b->announced = announced->announced;
        if (announced->area)
            b->area = (uint8_t)announced->area;
        b->before = b->life.state;
        break;
    case EVENT_InvestmentPostponed:
        break; /* `before` keeps the state that it stopped in */
    case EVENT_InvestmentResumed:
        b->life.state = b->before;
        break;
    default:
        if (b->life.state != BUILDING_POSTPONED)
            b->before = b->life.state;
    }
}

static const struct transition transitions[] = {
    {IN(NONE), EVENT_InvestmentScheduled, IN(BUILDING_PLANNED), NULL, NULL},
    {IN(BUILDING_PLANNED), EVENT_InvestmentAnnounced, IN(BUILDING_ANNOUNCED), may_announce, NULL},
    {IN(BUILDING_ANNOUNCED), EVENT_BuildingEmptyingStarted, IN(BUILDING_EMPTYING), NULL, NULL},
    {IN(BUILDING_EMPTYING), EVENT_BuildingEmptied, IN(BUILDING_EMPTIED), NULL, NULL},
    {IN(BUILDING_EMPTIED), EVENT_WorksStarted, IN(BUILDING_IN_WORKS), NULL, NULL},
    {IN(BUILDING_PLANNED), EVENT_WorksStarted, IN(BUILDING_IN_WORKS), may_start_from_plan, NULL},
    {IN(BUILDING_IN_WORKS), EVENT_WorksCompleted, IN(BUILDING_COMPLETED), NULL, NULL},
    {IN(BUILDING_COMPLETED), EVENT_BuildingResettled, IN(BUILDING_RESETTLED), may_resettle, NULL},
    {UNFINISHED, EVENT_InvestmentPostponed, IN(BUILDING_POSTPONED), NULL, NULL},
    {IN(BUILDING_POSTPONED), EVENT_InvestmentResumed, UNFINISHED, NULL, NULL},
    {UNFINISHED | IN(BUILDING_POSTPONED), EVENT_InvestmentCancelled, IN(BUILDING_CANCELLED), NULL,
     NULL},
    {UNFINISHED | IN(BUILDING_POSTPONED), EVENT_InvestmentRescheduled, SAME, NULL, NULL},
};

static const char *const states[] = {"none",    "Planned",   "Announced", "Emptying",  "Emptied",
                                     "InWorks", "Completed", "Resettled", "Postponed", "Cancelled"};

/* Completed is final only where no flats return; the table cannot tell, the guard does. */
const struct aggregate building_aggregate = {
    .category = CATEGORY_Building,
    .name = "Building",
    .state_size = sizeof(struct building),
    .states = states,
    .state_count = sizeof states / sizeof *states,
    .final = IN(BUILDING_RESETTLED) | IN(BUILDING_CANCELLED),
    .transitions = transitions,
    .transition_count = sizeof transitions / sizeof *transitions,
    .evolve = building_evolve,
};
