#include "daemons/relocation/zone.h"

#include "daemons/relocation/building.h"

civil_day zone_last_day(const struct zone *zone, const struct PolicySetAdopted *policy) {
    return zone->ends ? zone->ends : civil_add_months(zone->entry, 12 * (int)policy->ssr_years);
}

void check_zone(struct decision *d, struct id building, const char *field) {
    const struct building *b = state_of(d, CATEGORY_Building, building);
    struct id id = id_named("zone", text_of("ssr-lodz"));
    if (b && !id_is_zero(b->zone))
        id = b->zone;
    const struct zone *zone = state_of(d, CATEGORY_Zone, id);
    civil_day day = d->command->said->occurred_on;
    if (!zone || !zone->entered_at || day < zone->entry ||
        day > zone_last_day(zone, d->facts->policy))
        refuse(d, &RULE_R1_NEEDS_ZONE, field);
}

static void may_enter(struct decision *d) {
    const struct SsrEntered *e = d->command->payload;
    civil_day longest = civil_add_months(e->entry, 12 * (int)d->facts->policy->ssr_years);
    if (e->ends && e->ends < e->entry)
        reject(d, &RULE_MALFORMED, "ends");
    if (e->ends > longest)
        refuse(d, &RULE_SSR_TOO_LONG, "ends");
}

static void may_not_extend(struct decision *d) {
    refuse(d, &RULE_SSR_NOT_EXTENDABLE, "entry");
}

static void zone_evolve(void *state, const struct event *event) {
    struct zone *z = state;
    const struct SsrEntered *e = event->payload;
    switch (event->type) {
    case EVENT_SsrEntered:
        z->entry = e->entry;
        z->ends = e->ends;
        z->entered_at = event->position;
        break;
    case EVENT_GprEvaluated:
        z->evaluated_on = event->said->occurred_on;
        z->evaluated_at = event->position;
        break;
    case EVENT_GprEvaluationDue:
        z->evaluated_at = 0;
        break;
    default:
        break;
    }
}

static size_t zone_timers(const void *state, const struct PolicySetAdopted *policy,
                          struct timer out[TIMERS_MAX]) {
    const struct zone *z = state;
    size_t count = 0;
    if (z->life.state == ZONE_IN_FORCE)
        out[count++] =
            (struct timer){18, z->entered_at, zone_last_day(z, policy), SsrExpired_schema()};
    if (z->evaluated_at && policy->gpr_years)
        out[count++] = (struct timer){
            19, z->evaluated_at, civil_add_months(z->evaluated_on, 12 * (int)policy->gpr_years),
            GprEvaluationDue_schema()};
    return count;
}

static const struct transition transitions[] = {
    {IN(NONE) | IN(ZONE_NOTED), EVENT_SsrEntered, IN(ZONE_IN_FORCE), may_enter, NULL},
    {IN(ZONE_IN_FORCE) | IN(ZONE_EXPIRED), EVENT_SsrEntered, SAME, may_not_extend, NULL},
    {IN(ZONE_IN_FORCE), EVENT_SsrExpired, IN(ZONE_EXPIRED), NULL, NULL},
    {IN(NONE), EVENT_GprEvaluated, IN(ZONE_NOTED), NULL, NULL},
    {EXISTING, EVENT_GprEvaluated, SAME, NULL, NULL},
    {EXISTING, EVENT_GprEvaluationDue, SAME, NULL, NULL},
};

static const char *const states[] = {"none", "Noted", "InForce", "Expired"};

const struct aggregate zone_aggregate = {
    .category = CATEGORY_Zone,
    .name = "Zone",
    .state_size = sizeof(struct zone),
    .states = states,
    .state_count = sizeof states / sizeof *states,
    .final = IN(ZONE_EXPIRED),
    .transitions = transitions,
    .transition_count = sizeof transitions / sizeof *transitions,
    .evolve = zone_evolve,
    .timers = zone_timers,
};
