#include "daemons/intake/visit.h"

void require_household(struct decision *d, struct id household) {
    if (!state_of(d, CATEGORY_Household, household))
        reject(d, &RULE_UNKNOWN_SUBJECT, "household");
}

static void guard_planned(struct decision *d) {
    require_household(d, ((const struct VisitPlanned *)d->command->payload)->household);
}

static void guard_home(struct decision *d) {
    require_household(d, ((const struct HomeVisitRecorded *)d->command->payload)->household);
}

static void guard_contact(struct decision *d) {
    require_household(d, ((const struct ContactRecorded *)d->command->payload)->household);
}

static void guard_accompaniment(struct decision *d) {
    require_household(d, ((const struct AccompanimentRecorded *)d->command->payload)->household);
}

/* A53: two records of one visit are joined, none is refused for being the second. */
static void guard_duplicate(struct decision *d) {
    const struct DuplicateLinked *p = d->command->payload;
    const struct visit *v = d->state, *other = state_of(d, CATEGORY_Visit, p->other);
    if (!other || id_equal(p->other, d->command->stream.id))
        reject(d, &RULE_NOT_A_VISIT, "other");
    else if (!id_equal(v->household, other->household))
        refuse(d, &RULE_NOT_SAME_HOUSEHOLD, "other");
}

#define NEW (IN(NONE) | IN(VISIT_PLANNED))

static const struct transition transitions[] = {
    {IN(NONE), EVENT_VisitPlanned, IN(VISIT_PLANNED), guard_planned, NULL},
    {NEW, EVENT_HomeVisitRecorded, IN(VISIT_RECORDED), guard_home, NULL},
    {NEW, EVENT_ContactRecorded, IN(VISIT_RECORDED), guard_contact, NULL},
    {NEW, EVENT_AccompanimentRecorded, IN(VISIT_RECORDED), guard_accompaniment, NULL},
    {IN(VISIT_PLANNED), EVENT_VisitCancelled, IN(VISIT_CANCELLED), NULL, NULL},
    {IN(VISIT_RECORDED), EVENT_DuplicateLinked, IN(VISIT_RECORDED), guard_duplicate, NULL},
};

static void record(struct visit *v, const struct event *event, struct id household) {
    v->household = household;
    v->day = event->said->occurred_on;
    v->is_at_home = event->type == EVENT_HomeVisitRecorded;
}

static void visit_evolve(void *state, const struct event *event) {
    struct visit *v = state;
    const void *p = event->payload;
    switch (event->type) {
    case EVENT_VisitPlanned:
        v->household = ((const struct VisitPlanned *)p)->household;
        v->day = ((const struct VisitPlanned *)p)->day;
        break;
    case EVENT_HomeVisitRecorded:
        record(v, event, ((const struct HomeVisitRecorded *)p)->household);
        break;
    case EVENT_ContactRecorded:
        record(v, event, ((const struct ContactRecorded *)p)->household);
        break;
    case EVENT_AccompanimentRecorded:
        record(v, event, ((const struct AccompanimentRecorded *)p)->household);
        break;
    case EVENT_DuplicateLinked:
        v->duplicate_of = ((const struct DuplicateLinked *)p)->other;
        break;
    case EVENT_SubjectRepointed:
        if (id_equal(v->household, ((const struct SubjectRepointed *)p)->from_household))
            v->household = ((const struct SubjectRepointed *)p)->to_household;
        break;
    default:
        break;
    }
}

static const char *const states[] = {"none", "Planned", "Recorded", "Cancelled"};

const struct aggregate visit_aggregate = {
    .category = CATEGORY_Visit,
    .name = "Visit",
    .state_size = sizeof(struct visit),
    .states = states,
    .state_count = COUNT_OF(states),
    .final = IN(VISIT_RECORDED) | IN(VISIT_CANCELLED),
    .transitions = transitions,
    .transition_count = COUNT_OF(transitions),
    .evolve = visit_evolve,
};
