/* The support plan of each case, the nearest review first (S1: small steps of both sides). */
#include "daemons/projector/view.h"

#include "daemons/projector/support.h"

static const char *const plan_states[] = {
    [NONE] = "none",
    [PLAN_DRAFT] = "Draft",
    [PLAN_IN_FORCE] = "Active",
    [PLAN_COMPLETED] = "Completed",
    [PLAN_PARTLY_COMPLETED] = "PartlyCompleted",
    [PLAN_DISCONTINUED] = "Discontinued",
    [PLAN_SUMMARISED] = "Summarised",
};

static void count_steps(const struct plan *p, civil_day on, struct plan_row *row) {
    row->steps = p->now.step_count;
    for (uint8_t i = 0; i < p->now.step_count; i++) {
        const struct small_step *step = &p->now.steps[i];
        row->done += step->state == STEP_STATE_done || step->state == STEP_STATE_partly;
        row->overdue += is_step_open(step) && is_overdue(step->due, on);
    }
}

static struct plan_row fill(const struct question *q, const struct dossier *dossier) {
    const struct support_case *c = dossier_state(dossier);
    const struct case_facts *f = dossier_counts(dossier);
    struct plan_row row = {
        .case_id = dossier->stream.id,
        .household = c->household,
        .worker = id_is_zero(c->keeper) ? c->last_keeper : c->keeper,
        .area = area_of(q, c->household),
        .state = state_name(dossier),
        .plan = text_of(plan_states[c->plan.state]),
        .version = c->plan.version,
        .goals = c->plan.now.goal_count,
        .signature_pending = c->plan.state == PLAN_IN_FORCE && c->plan.is_signature_pending,
        .agreed_on = f->agreed_on,
        .review_by = review_by(c, q->policy),
        .review_overdue = is_review_overdue(c, q->policy, q->on),
    };
    count_steps(&c->plan, q->on, &row);
    return row;
}

/* `text` names a state of the plan, or is "overdue" for reviews that are. */
static bool wants_plan(const struct question *q, const struct plan_row *row) {
    struct text wanted = q->query->text;
    if (wanted.size == 0)
        return true;
    return text_is(wanted, "overdue") ? row->review_overdue : text_equal(wanted, row->plan);
}

void plans_view(struct question *q) {
    uint8_t shelf = shelves_of(CATEGORY_Case);
    for (size_t i = 0; i < store_count(q->store, shelf); i++) {
        const struct dossier *dossier = store_at(q->store, shelf, i);
        const struct support_case *c = dossier_state(dossier);
        if (c->life.state == NONE)
            continue;
        struct plan_row row = fill(q, dossier);
        if (wants_area(q, (uint8_t)row.area) && wants_plan(q, &row) &&
            wants_key(q, row.case_id, row.household, row.worker))
            rows_add(q->rows, row_key_of_day(row.review_by), &row);
    }
}
