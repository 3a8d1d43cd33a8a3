#include "daemons/projector/support.h"

#include "daemons/intake/case.h"

/* ---- household and referral ---- */

static void note_origin(struct household_facts *f, int64_t area) {
    if (!area)
        return;
    f->area = (uint8_t)area;
    f->is_origin_known = true;
}

static void note_residence(struct household_facts *f, int64_t area) {
    if (!area)
        return;
    f->residence = (uint8_t)area;
    if (!f->is_origin_known && !f->area)
        f->area = (uint8_t)area;
}

void household_note(void *counts, const void *state, uint8_t before, const struct event *e) {
    struct household_facts *f = counts;
    (void)state;
    (void)before;
    f->is_told = true;
    switch (e->type) {
    case EVENT_HouseholdRegistered:
        f->members = (uint8_t)((const struct HouseholdRegistered *)e->payload)->persons.count;
        break;
    case EVENT_MemberJoined:
    case EVENT_MemberBorn:
        f->members++;
        break;
    case EVENT_MemberLeft:
    case EVENT_MemberDied:
        f->members = (uint8_t)(f->members ? f->members - 1 : 0);
        break;
    case EVENT_OriginHostSet:
        note_origin(f, ((const struct OriginHostSet *)e->payload)->area);
        break;
    case EVENT_ResidenceStarted:
        note_residence(f, ((const struct ResidenceStarted *)e->payload)->area);
        break;
    default:
        break;
    }
}

void referral_note(void *counts, const void *state, uint8_t before, const struct event *e) {
    struct referral_facts *f = counts;
    (void)state;
    (void)before;
    if (e->type == EVENT_ReferralReceived)
        f->household = ((const struct ReferralReceived *)e->payload)->household;
    if (e->type == EVENT_ReferralAccepted)
        f->household = ((const struct ReferralAccepted *)e->payload)->household;
    if (e->type == EVENT_SubjectRepointed)
        f->household = ((const struct SubjectRepointed *)e->payload)->to_household;
}

/* ---- case ---- */

static void add_counts(struct credit *to, const struct credit *from) {
    to->done = (uint16_t)(to->done + from->done);
    to->partly = (uint16_t)(to->partly + from->partly);
    to->dropped = (uint16_t)(to->dropped + from->dropped);
    to->reviews = (uint16_t)(to->reviews + from->reviews);
    to->late_reviews = (uint16_t)(to->late_reviews + from->late_reviews);
    to->scores = (uint16_t)(to->scores + from->scores);
    to->score_sum = (uint16_t)(to->score_sum + from->score_sum);
    to->completed = (uint8_t)(to->completed + from->completed);
    to->partly_completed = (uint8_t)(to->partly_completed + from->partly_completed);
    to->discontinued = (uint8_t)(to->discontinued + from->discontinued);
}

/* A seventh change of guide: the two oldest times become one. */
static void make_room(struct case_facts *f) {
    if (f->credit_count < CREDITS_MAX)
        return;
    add_counts(&f->credits[1], &f->credits[0]);
    memmove(f->credits, f->credits + 1, sizeof f->credits - sizeof f->credits[0]);
    f->credits[--f->credit_count] = (struct credit){0};
}

static void change_guide(struct case_facts *f, struct id worker, civil_day day) {
    make_room(f);
    f->credits[f->credit_count].worker = worker;
    f->credits[f->credit_count++].from = day;
    if (id_is_zero(worker) && !f->without_since)
        f->without_since = day;
    if (!id_is_zero(worker) && f->without_since) {
        f->days_without += (uint32_t)(day > f->without_since ? day - f->without_since : 0);
        f->without_since = 0;
    }
}

static struct credit *credit_on(struct case_facts *f, civil_day day) {
    if (f->credit_count == 0)
        f->credit_count = 1; /* before the first guide */
    uint8_t at = (uint8_t)(f->credit_count - 1);
    while (at > 0 && f->credits[at].from > day)
        at--;
    return &f->credits[at];
}

static void note_scores(struct credit *c, struct goal_score_list scores) {
    for (uint32_t i = 0; i < scores.count; i++)
        c->score_sum = (uint16_t)(c->score_sum + scores.items[i].score);
    c->scores = (uint16_t)(c->scores + scores.count);
}

static void review(struct case_facts *f, const struct event *e) {
    struct credit *c = credit_on(f, e->said->occurred_on);
    if (!f->is_review_late)
        c->reviews++;
    f->is_review_late = false;
    note_scores(c, ((const struct PlanReviewed *)e->payload)->scores);
}

static void agree(struct case_facts *f, civil_day day) {
    f->was_agreed = true;
    f->is_review_late = false;
    f->agreed_on = day;
}

/* Steps that a finished plan drops were due and not done: evolve() has just dropped them. */
static uint16_t dropped_by_end(const struct case_facts *f, const struct plan_content *content) {
    uint16_t dropped = 0;
    for (uint8_t i = 0; i < content->step_count; i++)
        dropped = (uint16_t)(dropped + (content->steps[i].state == STEP_STATE_dropped));
    return (uint16_t)(dropped > f->plan_dropped ? dropped - f->plan_dropped : 0);
}

static void finish(struct case_facts *f, const struct support_case *state, const struct event *e) {
    struct credit *c = credit_on(f, e->said->occurred_on);
    c->dropped = (uint16_t)(c->dropped + dropped_by_end(f, &state->plan.now));
    f->is_review_late = false;
    if (e->type == EVENT_PlanCompleted) {
        c->completed++;
        note_scores(c, ((const struct PlanCompleted *)e->payload)->scores);
    } else if (e->type == EVENT_PlanPartlyCompleted) {
        c->partly_completed++;
        note_scores(c, ((const struct PlanPartlyCompleted *)e->payload)->scores);
    } else {
        c->discontinued++;
    }
}

static void note_steps(struct case_facts *f, const struct event *e) {
    civil_day day = e->said->occurred_on;
    if (e->type == EVENT_StepDone)
        credit_on(f, day)->done++;
    if (e->type == EVENT_StepPartlyDone)
        credit_on(f, day)->partly++;
    if (e->type == EVENT_StepDropped) {
        credit_on(f, day)->dropped++;
        f->plan_dropped++;
    }
}

static void note_guide(struct case_facts *f, const struct event *e) {
    civil_day day = e->said->occurred_on;
    if (e->type == EVENT_LsAssigned)
        change_guide(f, ((const struct LsAssigned *)e->payload)->worker, day);
    if (e->type == EVENT_CaseTransferred)
        change_guide(f, ((const struct CaseTransferred *)e->payload)->to_worker, day);
    if (e->type == EVENT_LsUnassigned)
        change_guide(f, (struct id){{0}}, day);
    if (e->type == EVENT_CaseReopened &&
        !id_is_zero(((const struct CaseReopened *)e->payload)->worker))
        change_guide(f, ((const struct CaseReopened *)e->payload)->worker, day);
}

static void note_end(struct case_facts *f, const struct event *e) {
    f->closed_on = e->type == EVENT_CaseReopened ? 0 : e->said->occurred_on;
    if (f->without_since && e->said->occurred_on > f->without_since)
        f->days_without += (uint32_t)(e->said->occurred_on - f->without_since);
    f->without_since = 0;
}

void case_note(void *counts, const void *state, uint8_t before, const struct event *e) {
    struct case_facts *f = counts;
    (void)before;
    switch (has_effect(e) ? e->type : 0) {
    case EVENT_CaseOpened:
        f->opened_on = e->said->occurred_on;
        break;
    case EVENT_DiagnosisConfirmed:
        f->was_diagnosed = true;
        break;
    case EVENT_PlanDrafted:
        f->plan_dropped = 0;
        break;
    case EVENT_PlanAgreed:
        agree(f, e->said->occurred_on);
        break;
    case EVENT_PlanReviewed:
        review(f, e);
        break;
    case EVENT_IpwReviewOverdue:
        credit_on(f, e->said->occurred_on)->late_reviews++;
        f->is_review_late = true;
        break;
    case EVENT_PlanCompleted:
    case EVENT_PlanPartlyCompleted:
    case EVENT_PlanDiscontinued:
        finish(f, state, e);
        break;
    case EVENT_CaseClosed:
    case EVENT_SupportDeclined:
    case EVENT_CaseReopened:
        note_end(f, e);
        note_guide(f, e);
        break;
    default:
        note_guide(f, e);
        note_steps(f, e);
        break;
    }
}

/* ---- visit ---- */

static void visit(struct visit_facts *f, const struct event *e, struct id household) {
    f->household = household;
    f->worker = e->said->actor;
    f->role = (uint8_t)e->said->role;
    f->day = e->said->occurred_on;
    f->position = e->position;
    f->is_recorded = true;
}

static void home_visit(struct visit_facts *f, const struct event *e) {
    const struct HomeVisitRecorded *v = e->payload;
    visit(f, e, v->household);
    f->kind = (uint8_t)v->kind;
    f->result = (uint8_t)v->result;
    f->is_at_home = true;
}

static void contact(struct visit_facts *f, const struct event *e) {
    const struct ContactRecorded *v = e->payload;
    visit(f, e, v->household);
    f->kind = (uint8_t)v->kind;
    f->result = (uint8_t)v->result;
    f->is_at_home = v->kind == VISIT_KIND_home;
}

static void accompany(struct visit_facts *f, const struct event *e) {
    const struct AccompanimentRecorded *v = e->payload;
    visit(f, e, v->household);
    f->kind = VISIT_KIND_accompaniment;
    f->purpose = (uint8_t)v->purpose;
    f->result = (uint8_t)v->result;
    f->is_accompaniment = true;
}

void visit_note(void *counts, const void *state, uint8_t before, const struct event *e) {
    struct visit_facts *f = counts;
    (void)state;
    (void)before;
    if (e->type == EVENT_HomeVisitRecorded)
        home_visit(f, e);
    if (e->type == EVENT_ContactRecorded)
        contact(f, e);
    if (e->type == EVENT_AccompanimentRecorded)
        accompany(f, e);
    if (e->type == EVENT_VisitPlanned && !f->is_recorded)
        f->household = ((const struct VisitPlanned *)e->payload)->household;
    if (e->type == EVENT_DuplicateLinked)
        f->is_duplicate = true;
    if (e->type == EVENT_SubjectRepointed)
        f->household = ((const struct SubjectRepointed *)e->payload)->to_household;
}
