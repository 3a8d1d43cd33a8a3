/* How a case begins, waits and goes on: eligibility, one case per programme, the waiting list. */
#include "daemons/intake/case.h"
#include "daemons/intake/copies.h"
#include "daemons/intake/household.h"
#include "daemons/intake/keeper_load.h"
#include "daemons/intake/waiting_list.h"

void require_free_household(struct decision *d, struct id household, int32_t programme,
                            struct id case_id) {
    const struct household *h = state_of(d, CATEGORY_Household, household);
    if (!h) {
        reject(d, &RULE_UNKNOWN_SUBJECT, "household");
        return;
    }
    if (h->life.state != HOUSEHOLD_ACTIVE)
        refuse(d, &RULE_HOUSEHOLD_INACTIVE, "household");
    struct id linked = case_of_household(h, programme);
    if (!id_is_zero(linked) && !id_equal(linked, case_id))
        refuse(d, &RULE_ONE_CASE, "household");
}

void case_emit_link(struct decision *d, struct id household, struct id case_id, int32_t programme) {
    struct CaseLinked *out = emit(d, CATEGORY_Household, household, CaseLinked_schema());
    out->case_id = case_id;
    out->programme = programme;
}

void case_emit_unlink(struct decision *d, struct id household, struct id case_id,
                      int32_t programme) {
    struct CaseUnlinked *out = emit(d, CATEGORY_Household, household, CaseUnlinked_schema());
    out->case_id = case_id;
    out->programme = programme;
}

/* S0: judged at the origin address on the building's announcement date. */
void case_guard_eligibility(struct decision *d) {
    const struct EligibilityAssessed *p = d->command->payload;
    if (!state_of(d, CATEGORY_Household, p->household))
        reject(d, &RULE_UNKNOWN_SUBJECT, "household");
    if (p->eligible && p->basis == ELIGIBILITY_BASIS_announced_building &&
        !is_announced(d, p->building))
        refuse(d, &RULE_NOT_ELIGIBLE, "building");
}

/* Assessed on this stream, or moved out of an announced building of areas 1-8. */
static bool is_eligible(const struct decision *d, struct id household) {
    const struct support_case *c = d->state;
    const struct household *h = state_of(d, CATEGORY_Household, household);
    if (c->is_assessed)
        return c->is_eligible && id_equal(c->household, household);
    return (h && h->origin_area) || is_being_relocated(d, household);
}

/* Eligibility, readiness and the team belong to LODZ only. A14: "later" opens a case. */
static void require_lodz(struct decision *d, struct id household, int32_t readiness) {
    if (d->command->said->occurred_on < d->facts->policy->team_from)
        refuse(d, &RULE_TEAM_NOT_YET, "occurred_on");
    if (!is_eligible(d, household))
        refuse(d, &RULE_NOT_ELIGIBLE, "household");
    if (readiness == READINESS_no)
        refuse(d, &RULE_NOT_READY, "readiness");
}

void case_guard_open(struct decision *d) {
    const struct CaseOpened *p = d->command->payload;
    const struct support_case *c = d->state;
    require_free_household(d, p->household, p->programme, d->command->stream.id);
    if (p->programme == PROGRAMME_LODZ)
        require_lodz(d, p->household, p->readiness ? p->readiness : c->readiness);
}

void case_link(struct decision *d) {
    const struct CaseOpened *p = d->command->payload;
    case_emit_link(d, p->household, d->command->stream.id, p->programme);
}

/* From nothing only when eligibility was assessed: that record names the household. */
void case_guard_waitlist(struct decision *d) {
    const struct support_case *c = d->state;
    if (c->life.state == NONE && !c->is_assessed) {
        reject(d, &RULE_UNKNOWN_SUBJECT, "stream");
        return;
    }
    if (c->programme != PROGRAMME_LODZ)
        refuse(d, &RULE_OTHER_PROGRAMME, "stream");
    if (is_waiting_list_full(d))
        refuse(d, &RULE_WAITING_FULL, "stream");
    if (c->life.state != NONE)
        return;
    require_free_household(d, c->household, c->programme, d->command->stream.id);
    require_lodz(d, c->household, c->readiness);
}

void case_waitlist(struct decision *d) {
    const struct CaseWaitlisted *p = d->command->payload;
    const struct support_case *c = d->state;
    struct id case_id = d->command->stream.id, keeper = keeper_of(c);
    if (!id_is_zero(keeper))
        release_place(d, keeper, case_id);
    if (c->life.state == NONE)
        case_emit_link(d, c->household, case_id, c->programme);
    enter_waiting(d, case_id, c->household, p->priority);
}

/* A18: within a year, with a free guide or waiting. */
void case_guard_reopen(struct decision *d) {
    const struct CaseReopened *p = d->command->payload;
    const struct support_case *c = d->state;
    civil_day last = civil_add_months(c->closed_on, (int)d->facts->policy->case_reopen_months);
    if (d->command->said->occurred_on > last)
        refuse(d, &RULE_REOPEN_TOO_LATE, "occurred_on");
    require_free_household(d, c->household, c->programme, d->command->stream.id);
    if (!id_is_zero(p->worker) && c->programme != PROGRAMME_LODZ)
        refuse(d, &RULE_OTHER_PROGRAMME, "worker");
    else if (!id_is_zero(p->worker))
        require_guide(d, p->worker, "worker");
    else if (c->programme == PROGRAMME_LODZ && is_waiting_list_full(d))
        refuse(d, &RULE_WAITING_FULL, "stream");
}

/* What follows from CaseReopened, whoever decided it. */
static void follow_reopening(struct decision *d, struct id case_id, const struct support_case *c,
                             struct id worker, int32_t priority) {
    case_emit_link(d, c->household, case_id, c->programme);
    if (!id_is_zero(worker))
        take_place(d, worker, case_id);
    else if (c->programme == PROGRAMME_LODZ)
        enter_waiting(d, case_id, c->household, priority ? priority : PRIORITY_other);
}

void case_reopen(struct decision *d) {
    const struct CaseReopened *p = d->command->payload;
    follow_reopening(d, d->command->stream.id, d->state, p->worker, p->priority);
}

void case_go_on(struct decision *d, struct id case_id, struct id keeper) {
    const struct support_case *c = state_of(d, CATEGORY_Case, case_id);
    bool is_lodz = c->programme == PROGRAMME_LODZ;
    bool goes_back = is_lodz && !id_is_zero(keeper) && has_room(d, keeper);
    struct CaseReopened *out = emit(d, CATEGORY_Case, case_id, CaseReopened_schema());
    out->worker = goes_back ? keeper : (struct id){{0}};
    out->priority = is_lodz && !goes_back ? PRIORITY_other : 0;
    follow_reopening(d, case_id, c, out->worker, out->priority);
}
