#include "daemons/monitoring/records_case.h"

#include "common/messages/monitoring.h"

/* A reaction repeats what intake has recorded, whatever its days. */
static bool is_reaction(const struct decision *d) {
    return d->command->said->role == ROLE_SYSTEM;
}

static void may_close(struct decision *d) {
    const struct RecordsCaseClosed *e = d->command->payload;
    const struct records_case *r = d->state;
    civil_day today = d->command->said->occurred_on;
    if (!is_reaction(d) && (e->closed_on > today || e->closed_on < r->opened_on))
        refuse(d, &RULE_RECORDS_DAY, "closed_on");
}

static void may_reopen(struct decision *d) {
    const struct RecordsCaseReopened *e = d->command->payload;
    const struct records_case *r = d->state;
    civil_day today = d->command->said->occurred_on;
    if (!is_reaction(d) && (e->reopened_on > today || e->reopened_on < r->closed_on))
        refuse(d, &RULE_RECORDS_DAY, "reopened_on");
}

static void records_case_evolve(void *state, const struct event *event) {
    struct records_case *r = state;
    if (event->type == EVENT_RetentionClassAssigned)
        r->opened_on = ((const struct RetentionClassAssigned *)event->payload)->opened_on;
    else if (event->type == EVENT_RecordsCaseClosed)
        r->closed_on = ((const struct RecordsCaseClosed *)event->payload)->closed_on;
    else if (event->type == EVENT_RecordsCaseReopened)
        r->closed_on = 0;
}

static const struct transition transitions[] = {
    {IN(NONE), EVENT_RetentionClassAssigned, IN(RECORDS_OPEN), NULL, NULL},
    {IN(RECORDS_OPEN), EVENT_RecordsCaseClosed, IN(RECORDS_CLOSED), may_close, NULL},
    {IN(RECORDS_CLOSED), EVENT_RecordsCaseReopened, IN(RECORDS_OPEN), may_reopen, NULL},
};

static const char *const states[] = {"none", "Open", "Closed"};

const struct aggregate records_case_aggregate = {
    .category = CATEGORY_RecordsCase,
    .name = "RecordsCase",
    .state_size = sizeof(struct records_case),
    .states = states,
    .state_count = sizeof states / sizeof *states,
    .final = IN(RECORDS_CLOSED),
    .transitions = transitions,
    .transition_count = sizeof transitions / sizeof *transitions,
    .evolve = records_case_evolve,
};
