#include "daemons/intake/case.h"

#include "daemons/intake/worker.h"

struct id keeper_of(const struct support_case *c) {
    bool counts = is_case_open(c) && c->programme == PROGRAMME_LODZ;
    return counts ? c->keeper : (struct id){{0}};
}

bool is_case_open(const struct support_case *c) {
    return CASE_ANY_OPEN & IN(c->life.state);
}

bool is_case_linked(const struct support_case *c) {
    return CASE_ANY & IN(c->life.state);
}

void require_own_guide(struct decision *d) {
    const struct support_case *c = d->state;
    const struct said *said = d->command->said;
    if (said->role != ROLE_LS || id_equal(said->actor, c->keeper))
        return;
    const struct worker *guide =
        id_is_zero(c->keeper) ? NULL : state_of(d, CATEGORY_Worker, c->keeper);
    if (!guide || !is_covered_by(guide, said->actor, said->occurred_on))
        refuse(d, &RULE_NOT_YOUR_CASE, "actor");
}

#define BEFORE_HOLD (IN(CASE_OPEN) | IN(CASE_DIAGNOSED) | IN(CASE_PLAN_ACTIVE))
#define EVALUABLE (IN(CASE_DIAGNOSED) | IN(CASE_PLAN_ACTIVE) | IN(CASE_ON_HOLD))
#define ENDED (IN(CASE_CLOSED) | IN(CASE_REFUSED))
#define BESIDE (IN(CASE_ON_HOLD) | IN(CASE_EVALUATED)) /* the plan moves, the case does not */

static const struct transition transitions[] = {
    {ANYWHERE, EVENT_EligibilityAssessed, SAME, case_guard_eligibility, NULL},
    {IN(NONE), EVENT_CaseOpened, IN(CASE_OPEN), case_guard_open, case_link},
    {CASE_ANY_OPEN, EVENT_LsAssigned, SAME, case_guard_assign, case_assign},
    {IN(CASE_WAITLISTED), EVENT_LsAssigned, IN(CASE_OPEN), case_guard_assign, case_assign},
    {IN(CASE_OPEN), EVENT_CoordinatorAssigned, IN(CASE_OPEN), case_guard_coordinator, NULL},
    {IN(NONE) | IN(CASE_OPEN), EVENT_CaseWaitlisted, IN(CASE_WAITLISTED), case_guard_waitlist,
     case_waitlist},
    {CASE_ANY_OPEN, EVENT_CaseTransferred, SAME, case_guard_transfer, case_transfer},
    {CASE_ANY_OPEN, EVENT_LsUnassigned, SAME, case_guard_unassign, case_unassign},
    {EXISTING, EVENT_UnassignedCaseOverdue, SAME, NULL, NULL},
    {IN(CASE_OPEN), EVENT_DiagnosisConfirmed, IN(CASE_DIAGNOSED), case_guard_diagnosis, NULL},
    {BEFORE_HOLD, EVENT_CaseHeld, IN(CASE_ON_HOLD), NULL, NULL},
    {IN(CASE_ON_HOLD), EVENT_CaseResumed, BEFORE_HOLD, NULL, NULL},
    {EVALUABLE, EVENT_CaseEvaluated, IN(CASE_EVALUATED), case_guard_evaluate, NULL},
    {CASE_ANY, EVENT_SupportDeclined, IN(CASE_REFUSED), NULL, case_leave},
    {CASE_ANY, EVENT_CaseClosed, IN(CASE_CLOSED), case_guard_close, case_leave},
    {IN(CASE_CLOSED), EVENT_CaseReopened, IN(CASE_OPEN) | IN(CASE_WAITLISTED), case_guard_reopen,
     case_reopen},

    {IN(CASE_DIAGNOSED), EVENT_PlanDrafted, SAME, plan_guard_draft, NULL},
    {IN(CASE_DIAGNOSED), EVENT_PlanAgreed, IN(CASE_PLAN_ACTIVE), plan_guard_agree, NULL},
    {IN(CASE_PLAN_ACTIVE), EVENT_PlanAgreed, SAME, plan_guard_agree, NULL},
    {IN(CASE_PLAN_ACTIVE) | BESIDE, EVENT_IpwSigned, SAME, plan_guard_sign, NULL},
    {IN(CASE_PLAN_ACTIVE), EVENT_PlanAmended, SAME, plan_guard_amend, NULL},
    {IN(CASE_PLAN_ACTIVE) | BESIDE, EVENT_PlanReviewed, SAME, plan_guard, NULL},
    {EXISTING, EVENT_IpwReviewOverdue, SAME, plan_guard, NULL},
    {IN(CASE_PLAN_ACTIVE), EVENT_StepAdded, SAME, plan_guard_add_step, NULL},
    {IN(CASE_PLAN_ACTIVE) | BESIDE, EVENT_StepRescheduled, SAME, plan_guard_step, NULL},
    {IN(CASE_PLAN_ACTIVE) | BESIDE, EVENT_StepReassigned, SAME, plan_guard_step, NULL},
    {IN(CASE_PLAN_ACTIVE) | BESIDE, EVENT_StepDoneProposed, SAME, plan_guard_step, NULL},
    {IN(CASE_PLAN_ACTIVE) | BESIDE, EVENT_StepStarted, SAME, plan_guard_step, NULL},
    {IN(CASE_PLAN_ACTIVE) | BESIDE, EVENT_StepDone, SAME, plan_guard_step, NULL},
    {IN(CASE_PLAN_ACTIVE) | BESIDE, EVENT_StepPartlyDone, SAME, plan_guard_step, NULL},
    {IN(CASE_PLAN_ACTIVE) | BESIDE, EVENT_StepDropped, SAME, plan_guard_step, NULL},
    {IN(CASE_PLAN_ACTIVE), EVENT_PlanCompleted, IN(CASE_DIAGNOSED), plan_guard, NULL},
    {BESIDE, EVENT_PlanCompleted, SAME, plan_guard, NULL},
    {IN(CASE_PLAN_ACTIVE), EVENT_PlanPartlyCompleted, IN(CASE_DIAGNOSED), plan_guard, NULL},
    {BESIDE, EVENT_PlanPartlyCompleted, SAME, plan_guard, NULL},
    {IN(CASE_PLAN_ACTIVE), EVENT_PlanDiscontinued, IN(CASE_DIAGNOSED), plan_guard, NULL},
    {IN(CASE_DIAGNOSED) | BESIDE | ENDED, EVENT_PlanDiscontinued, SAME, plan_guard, NULL},
    {EXISTING, EVENT_PlanSummarised, SAME, plan_guard, NULL},
};

static void assess(struct support_case *c, const struct EligibilityAssessed *p) {
    c->is_assessed = true;
    c->is_eligible = p->eligible;
    if (p->readiness)
        c->readiness = (uint8_t)p->readiness;
    if (c->life.state != NONE)
        return;
    c->household = p->household;
    c->programme = (uint8_t)p->programme;
}

static void begin(struct support_case *c, const struct CaseOpened *p) {
    c->household = p->household;
    c->programme = (uint8_t)p->programme;
    if (p->readiness)
        c->readiness = (uint8_t)p->readiness;
}

static void set_keeper(struct support_case *c, struct id keeper) {
    c->keeper = keeper;
    c->unassigned_at = 0;
    c->unassigned_on = 0;
    c->is_alerted = false;
}

static void lose_keeper(struct support_case *c, const struct event *event) {
    set_keeper(c, (struct id){{0}});
    c->unassigned_at = event->position;
    c->unassigned_on = event->said->occurred_on;
}

static void end(struct support_case *c, const struct event *event) {
    if (!id_is_zero(c->keeper))
        c->last_keeper = c->keeper;
    set_keeper(c, (struct id){{0}});
    c->closed_on = event->said->occurred_on;
    c->close_reason = 0;
    if (event->type == EVENT_CaseClosed)
        c->close_reason = (uint8_t)((const struct CaseClosed *)event->payload)->reason;
}

static void go_on(struct support_case *c, const struct CaseReopened *p) {
    bool waits = id_is_zero(p->worker) && c->programme == PROGRAMME_LODZ;
    c->life.state = waits ? CASE_WAITLISTED : CASE_OPEN;
    c->priority = (uint8_t)p->priority;
    c->is_diagnosed = false;
    set_keeper(c, p->worker);
}

/* The state before: a plan in force, or a diagnosis, or neither. */
static void resume(struct support_case *c) {
    if (c->plan.state == PLAN_IN_FORCE)
        c->life.state = CASE_PLAN_ACTIVE;
    else
        c->life.state = c->is_diagnosed ? CASE_DIAGNOSED : CASE_OPEN;
}

static void follow(struct support_case *c, const struct SubjectRepointed *p) {
    if (id_equal(c->household, p->from_household))
        c->household = p->to_household;
}

static void waiting(struct support_case *c, const struct CaseWaitlisted *p) {
    set_keeper(c, (struct id){{0}});
    c->priority = (uint8_t)p->priority;
}

static void case_evolve(void *state, const struct event *event) {
    struct support_case *c = state;
    const void *p = event->payload;
    switch (event->type) {
    case EVENT_EligibilityAssessed:
        assess(c, p);
        break;
    case EVENT_CaseOpened:
        begin(c, p);
        break;
    case EVENT_LsAssigned:
        set_keeper(c, ((const struct LsAssigned *)p)->worker);
        break;
    case EVENT_CoordinatorAssigned:
        c->coordinator = ((const struct CoordinatorAssigned *)p)->coordinator;
        break;
    case EVENT_CaseTransferred:
        set_keeper(c, ((const struct CaseTransferred *)p)->to_worker);
        break;
    case EVENT_LsUnassigned:
        lose_keeper(c, event);
        break;
    case EVENT_UnassignedCaseOverdue:
        c->is_alerted = true;
        break;
    case EVENT_CaseWaitlisted:
        waiting(c, p);
        break;
    case EVENT_DiagnosisConfirmed:
        c->is_diagnosed = true;
        break;
    case EVENT_CaseResumed:
        resume(c);
        break;
    case EVENT_SupportDeclined:
    case EVENT_CaseClosed:
        end(c, event);
        break;
    case EVENT_CaseReopened:
        go_on(c, p);
        break;
    case EVENT_SubjectRepointed:
        follow(c, p);
        break;
    default:
        plan_evolve(&c->plan, event);
        break;
    }
}

static size_t case_timers(const void *state, const struct PolicySetAdopted *policy,
                          struct timer out[TIMERS_MAX]) {
    const struct support_case *c = state;
    if (!is_case_open(c))
        return 0;
    size_t count = plan_timers(&c->plan, policy, out);
    if (!c->unassigned_at || c->is_alerted)
        return count;
    civil_day due = term_working_days(c->unassigned_on, (int)policy->unassigned_days);
    out[count++] = (struct timer){24, c->unassigned_at, due, UnassignedCaseOverdue_schema()};
    return count;
}

static const char *const states[] = {"none",      "Open",       "Diagnosed", "PlanActive", "OnHold",
                                     "Evaluated", "Waitlisted", "Refused",   "Closed"};

const struct aggregate case_aggregate = {
    .category = CATEGORY_Case,
    .name = "Case",
    .state_size = sizeof(struct support_case),
    .states = states,
    .state_count = COUNT_OF(states),
    .final = ENDED,
    .transitions = transitions,
    .transition_count = COUNT_OF(transitions),
    .evolve = case_evolve,
    .timers = case_timers,
    .amended = case_amended,
};
