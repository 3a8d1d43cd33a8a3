/* How the household copes after the move, death, and the end of the file (A9, O17). T14. */
#include "daemons/relocation/dwelling.h"
#include "daemons/relocation/landlord.h"
#include "daemons/relocation/return.h"
#include "daemons/relocation/steps.h"

static bool is_settled(const struct relocation *r, int64_t month) {
    return r->checks >> month & 1u;
}

/* The month comes first in PostMoveCheckDone and PostMoveCheckExcused alike. */
void may_check_after_move(struct decision *d) {
    const struct PolicySetAdopted *policy = d->facts->policy;
    int64_t month = *(const int64_t *)d->command->payload;
    if (month != policy->check_months_first && month != policy->check_months_second &&
        month != policy->check_months_choice)
        refuse(d, &RULE_NO_SUCH_CHECK, "month");
}

static bool needs_solution(const struct relocation *r) {
    return is_under(r, REGIME_R5) || is_under(r, REGIME_R6);
}

void may_solve_for_good(struct decision *d) {
    by_zlm(d);
    if (!needs_solution(d->state))
        refuse(d, &RULE_ONLY_R5_R6, "stream");
}

/* Both planned checks are done or excused; of a household that has ended none can be made. */
void may_close_relocation(struct decision *d) {
    const struct relocation *r = d->state;
    const struct PolicySetAdopted *policy = d->facts->policy;
    if (d->command->said->role == ROLE_SYSTEM)
        return;
    if (!is_settled(r, policy->check_months_first) || !is_settled(r, policy->check_months_second))
        refuse(d, &RULE_CHECKS_OPEN, "stream");
    if (needs_solution(r) && !r->is_solved)
        refuse(d, &RULE_NO_SOLUTION_YET, "stream");
}

/* Nobody is left: what was kept is free, and the right to return ends (4.2 Return). */
void bury_tenant(struct decision *d) {
    const struct TenantDied *e = d->command->payload;
    const struct relocation *r = d->state;
    if (e->continues)
        return;
    release_dwelling(d, r->to);
    lapse_return(d, d->command->stream.id, RETURN_LAPSE_death);
}

static void end_with_tenant(struct relocation *r) {
    r->life.state = RELOCATION_CLOSED;
    r->to = (struct id){{0}};
}

void after_move_evolve(struct relocation *r, const struct event *event) {
    switch (event->type) {
    case EVENT_PostMoveCheckDone:
    case EVENT_PostMoveCheckExcused:
        r->checks |= (uint64_t)1 << *(const int64_t *)event->payload;
        break;
    case EVENT_PostMoveCheckOverdue:
        r->overdue_check = ((const struct PostMoveCheckOverdue *)event->payload)->due;
        break;
    case EVENT_PermanentSolutionRecorded:
        r->is_solved = true;
        break;
    case EVENT_TenantDied:
        if (!((const struct TenantDied *)event->payload)->continues)
            end_with_tenant(r);
        break;
    default:
        break;
    }
}

static void check_term(const struct relocation *r, int64_t month, struct steps_timers *timers) {
    civil_day due = term_months(r->moved_on, (int)month);
    if (!is_settled(r, month) && due > r->overdue_check)
        add_relocation_term(timers, 14, r->moved_at, due, PostMoveCheckOverdue_schema());
}

void after_move_terms(const struct relocation *r, const struct PolicySetAdopted *policy,
                      struct steps_timers *timers) {
    if (!(AFTER_MOVED & IN(r->life.state)))
        return;
    check_term(r, policy->check_months_first, timers);
    check_term(r, policy->check_months_second, timers);
}
