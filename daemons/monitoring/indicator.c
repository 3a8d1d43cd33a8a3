#include "daemons/monitoring/indicator.h"

#include "common/messages/monitoring.h"

static void may_activate(struct decision *d) {
    const struct IndicatorActivated *e = d->command->payload;
    const struct indicator *i = d->state;
    if (e->version != i->version)
        refuse(d, &RULE_INDICATOR_VERSION, "version");
}

/* A published value is kept whatever it says; what cannot be right is marked. */
static void may_record(struct decision *d) {
    const struct ReadingRecorded *e = d->command->payload;
    if (e->to < e->from)
        refuse(d, &RULE_PERIOD_REVERSED, "to");
    if (e->published > d->command->said->occurred_on)
        refuse(d, &RULE_NOT_PUBLISHED_YET, "published");
}

static void indicator_evolve(void *state, const struct event *event) {
    struct indicator *i = state;
    if (event->type == EVENT_IndicatorDefined)
        i->version = ((const struct IndicatorDefined *)event->payload)->version;
}

static const struct transition transitions[] = {
    {IN(NONE), EVENT_IndicatorDefined, IN(INDICATOR_DRAFT), NULL, NULL},
    {IN(INDICATOR_DRAFT), EVENT_IndicatorActivated, IN(INDICATOR_ACTIVE), may_activate, NULL},
    {IN(INDICATOR_DRAFT) | IN(INDICATOR_ACTIVE), EVENT_IndicatorRetired, IN(INDICATOR_RETIRED),
     NULL, NULL},
    {EXISTING, EVENT_ReadingRecorded, SAME, may_record, NULL},
};

static const char *const states[] = {"none", "Draft", "Active", "Retired"};

const struct aggregate indicator_aggregate = {
    .category = CATEGORY_Indicator,
    .name = "Indicator",
    .state_size = sizeof(struct indicator),
    .states = states,
    .state_count = sizeof states / sizeof *states,
    .final = IN(INDICATOR_RETIRED),
    .transitions = transitions,
    .transition_count = sizeof transitions / sizeof *transitions,
    .evolve = indicator_evolve,
};
