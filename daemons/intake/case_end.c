/* Diagnosis, evaluation and the ways a case ends; leaving an open state frees what it held. */
#include "daemons/intake/case.h"
#include "daemons/intake/copies.h"
#include "daemons/intake/keeper_load.h"
#include "daemons/intake/visit.h"
#include "daemons/intake/waiting_list.h"

/* S1: diagnosis in the dwelling where possible, so a home visit or the reason for none. */
void case_guard_diagnosis(struct decision *d) {
    const struct DiagnosisConfirmed *p = d->command->payload;
    const struct support_case *c = d->state;
    require_own_guide(d);
    const struct visit *v = id_is_zero(p->visit) ? NULL : state_of(d, CATEGORY_Visit, p->visit);
    bool is_home_visit = v && v->life.state == VISIT_RECORDED && v->is_at_home &&
                         id_equal(v->household, c->household);
    if (!is_home_visit && !p->no_visit)
        refuse(d, &RULE_NO_HOME_VISIT, "visit");
}

void case_guard_evaluate(struct decision *d) {
    const struct support_case *c = d->state;
    if (c->programme == PROGRAMME_LODZ && !has_closing_effect(d, d->command->stream.id))
        refuse(d, &RULE_NO_CLOSING_EFFECT, "stream");
}

static bool needs_evaluation(int32_t reason) {
    return reason == CLOSE_REASON_goals_reached || reason == CLOSE_REASON_moved_stable ||
           reason == CLOSE_REASON_handed_over;
}

/* A18: the other reasons need neither plan nor assessment. */
void case_guard_close(struct decision *d) {
    const struct CaseClosed *p = d->command->payload;
    const struct support_case *c = d->state;
    if (!needs_evaluation(p->reason))
        return;
    if (c->life.state != CASE_EVALUATED)
        refuse(d, &RULE_NOT_EVALUATED, "reason");
    if (is_plan_open(&c->plan))
        refuse(d, &RULE_PLAN_OPEN, "reason");
}

static void free_everything(struct decision *d, struct id case_id, const struct support_case *c,
                            int32_t plan_end) {
    struct id keeper = keeper_of(c);
    if (!id_is_zero(keeper))
        release_place(d, keeper, case_id);
    if (c->life.state == CASE_WAITLISTED)
        leave_waiting(d, case_id);
    case_emit_unlink(d, c->household, case_id, c->programme);
    if (!is_plan_open(&c->plan))
        return;
    struct PlanDiscontinued *out = emit(d, CATEGORY_Case, case_id, PlanDiscontinued_schema());
    out->reason = plan_end;
}

void case_leave(struct decision *d) {
    bool is_declined = d->command->type == EVENT_SupportDeclined;
    free_everything(d, d->command->stream.id, d->state,
                    is_declined ? PLAN_END_declined : PLAN_END_case_closed);
}

void case_close(struct decision *d, struct id case_id, int32_t reason) {
    const struct support_case *c = state_of(d, CATEGORY_Case, case_id);
    if (!c || !is_case_linked(c))
        return;
    struct CaseClosed *out = emit(d, CATEGORY_Case, case_id, CaseClosed_schema());
    out->reason = reason;
    free_everything(d, case_id, c,
                    reason == CLOSE_REASON_death ? PLAN_END_party_died : PLAN_END_case_closed);
}
