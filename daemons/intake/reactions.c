#include "daemons/intake/reactions.h"

#include "common/messages/debt.h"
#include "common/messages/networking.h"
#include "common/messages/relocation.h"
#include "daemons/intake/case.h"
#include "daemons/intake/copies.h"
#include "daemons/intake/household.h"

static const void *copy(const struct states *states, uint16_t number, struct id key) {
    return states->copy(states->context, number, key);
}

static const void *stream(const struct states *states, uint16_t category, struct id id) {
    return states->stream(states->context, (struct stream){category, id});
}

/* ---- the responsible host: of the origin area until relocation and return are over (O2) ---- */

static void set_origin(struct reactions *out, struct id household, int64_t area, struct id building,
                       struct id relocation) {
    struct OriginHostSet *set = ask(out, CATEGORY_Household, household, OriginHostSet_schema());
    set->area = area;
    set->building = building;
    set->relocation = relocation;
}

static void relocation_announced(const struct event *event, const struct states *states,
                                 struct reactions *out) {
    const struct RelocationAnnounced *p = event->payload;
    (void)states;
    set_origin(out, p->household, p->area, p->building, event->said->stream);
}

static bool has_open_return(const struct states *states, const struct relocation_copy *r) {
    for (size_t i = 0; i < RETURNS_MAX; i++) {
        const struct return_copy *ret =
            id_is_zero(r->returns[i]) ? NULL : copy(states, COPY_RETURN, r->returns[i]);
        if (ret && !ret->is_ended)
            return true;
    }
    return false;
}

/* Only the relocation that set the host ends his duty. */
static void end_origin(const struct states *states, struct id relocation, struct id household,
                       struct reactions *out) {
    const struct household *h = stream(states, CATEGORY_Household, household);
    const struct id none = {{0}};
    if (h && h->origin_area && id_equal(h->origin_relocation, relocation))
        set_origin(out, household, 0, none, none);
}

static void relocation_closed(const struct event *event, const struct states *states,
                              struct reactions *out) {
    const struct relocation_copy *r = copy(states, COPY_RELOCATION, event->said->stream);
    if (r && !has_open_return(states, r))
        end_origin(states, event->said->stream, r->household, out);
}

static void return_ended(const struct event *event, const struct states *states,
                         struct reactions *out) {
    const struct return_copy *ret = copy(states, COPY_RETURN, event->said->stream);
    const struct relocation_copy *r = ret ? copy(states, COPY_RELOCATION, ret->relocation) : NULL;
    if (r && r->is_closed && !has_open_return(states, r))
        end_origin(states, ret->relocation, ret->household, out);
}

/* ---- where the household lives ---- */

static void live_in(struct reactions *out, struct id household, struct id dwelling,
                    bool is_temporary) {
    struct ResidenceStarted *start =
        ask(out, CATEGORY_Household, household, ResidenceStarted_schema());
    start->dwelling = dwelling;
    start->temporary = is_temporary;
}

static void stop_living_in(const struct states *states, struct reactions *out, struct id household,
                           struct id dwelling) {
    const struct household *h = stream(states, CATEGORY_Household, household);
    if (!h || id_is_zero(dwelling) || !lives_in(h, dwelling))
        return;
    struct ResidenceEnded *end = ask(out, CATEGORY_Household, household, ResidenceEnded_schema());
    end->dwelling = dwelling;
}

static void give_up_title(const struct states *states, struct reactions *out, struct id household,
                          struct id dwelling) {
    const struct household *h = stream(states, CATEGORY_Household, household);
    if (!h || id_is_zero(dwelling) || !holds_title(h, dwelling))
        return;
    struct TenancyUnlinked *end = ask(out, CATEGORY_Household, household, TenancyUnlinked_schema());
    end->dwelling = dwelling;
}

/* A temporary move keeps the old flat as residence and title: the right to return hangs on it. */
static void household_moved(const struct event *event, const struct states *states,
                            struct reactions *out) {
    const struct HouseholdMoved *p = event->payload;
    const struct relocation_copy *r = copy(states, COPY_RELOCATION, event->said->stream);
    if (!r)
        return;
    if (!p->temporary) {
        stop_living_in(states, out, r->household, r->dwelling);
        give_up_title(states, out, r->household, r->dwelling);
    }
    if (!id_is_zero(p->dwelling))
        live_in(out, r->household, p->dwelling, p->temporary);
}

static void emergency_move(const struct event *event, const struct states *states,
                           struct reactions *out) {
    const struct EmergencyMoveRecorded *p = event->payload;
    (void)states;
    if (p->area)
        set_origin(out, p->household, p->area, p->building, event->said->stream);
    live_in(out, p->household, p->to, true);
}

static void vacate_enforced(const struct event *event, const struct states *states,
                            struct reactions *out) {
    const struct VacateEnforced *p = event->payload;
    const struct relocation_copy *r = copy(states, COPY_RELOCATION, event->said->stream);
    if (!r)
        return;
    stop_living_in(states, out, r->household, r->dwelling);
    if (!id_is_zero(p->dwelling))
        live_in(out, r->household, p->dwelling, false);
}

/* Back home: whatever was temporary ends, then the duty of the origin host. */
static void moved_back(const struct event *event, const struct states *states,
                       struct reactions *out) {
    const struct ReturnMoveDone *p = event->payload;
    const struct return_copy *ret = copy(states, COPY_RETURN, event->said->stream);
    const struct household *h = ret ? stream(states, CATEGORY_Household, ret->household) : NULL;
    for (size_t i = 0; h && i < RESIDENCES_MAX; i++)
        if (h->residences[i].is_used && h->residences[i].is_temporary)
            stop_living_in(states, out, ret->household, h->residences[i].dwelling);
    if (ret)
        live_in(out, ret->household, p->dwelling, false);
    return_ended(event, states, out);
}

static void tenancy_signed(const struct event *event, const struct states *states,
                           struct reactions *out) {
    const struct TenancySigned *p = event->payload;
    const struct relocation_copy *r = copy(states, COPY_RELOCATION, event->said->stream);
    if (!r)
        return;
    struct TenancyLinked *link = ask(out, CATEGORY_Household, r->household, TenancyLinked_schema());
    link->dwelling = p->dwelling;
}

/* ---- steps that something suggests are done; the guide confirms ---- */

static void propose(struct reactions *out, struct id case_id, const struct small_step *step,
                    int32_t cause) {
    if (!step)
        return;
    struct StepDoneProposed *proposed = ask(out, CATEGORY_Case, case_id, StepDoneProposed_schema());
    proposed->step = step->number;
    proposed->cause = cause;
}

static void debt_step(const struct states *states, struct reactions *out, struct id household,
                      int32_t cause) {
    const struct household *h = stream(states, CATEGORY_Household, household);
    struct id case_id = h ? case_of_household(h, PROGRAMME_LODZ) : (struct id){{0}};
    const struct support_case *c =
        id_is_zero(case_id) ? NULL : stream(states, CATEGORY_Case, case_id);
    if (c)
        propose(out, case_id, open_step_in_domain(&c->plan, LIFE_DOMAIN_debt), cause);
}

static void debt_settled(const struct event *event, const struct states *states,
                         struct reactions *out) {
    const struct DebtSettled *p = event->payload;
    debt_step(states, out, p->household, STEP_CAUSE_debt_settled);
}

static void instalments_granted(const struct event *event, const struct states *states,
                                struct reactions *out) {
    const struct InstalmentsGranted *p = event->payload;
    debt_step(states, out, p->household, STEP_CAUSE_instalments_granted);
}

/* The domain of the plan that a kind of help belongs to; 0: any. */
static int32_t domain_of_help(int32_t help) {
    switch (help) {
    case HELP_benefit:
    case HELP_work:
        return LIFE_DOMAIN_income_work;
    case HELP_legal:
        return LIFE_DOMAIN_law;
    case HELP_health:
    case HELP_therapy:
        return LIFE_DOMAIN_health;
    case HELP_education:
        return LIFE_DOMAIN_education;
    case HELP_childcare:
        return LIFE_DOMAIN_family;
    case HELP_equipment:
    case HELP_transport:
    case HELP_shelter:
    case HELP_repairs:
        return LIFE_DOMAIN_housing;
    case HELP_protection:
        return LIFE_DOMAIN_violence;
    case HELP_company:
        return LIFE_DOMAIN_social_ties;
    case HELP_debt:
        return LIFE_DOMAIN_debt;
    default:
        return 0;
    }
}

static const struct small_step *named_step(const struct plan *plan, int64_t number) {
    const struct small_step *found =
        plan->state == PLAN_IN_FORCE ? plan_step_of(&plan->now, number) : NULL;
    return found && is_step_open(found) && found->state != STEP_STATE_proposed ? found : NULL;
}

static void task_done(const struct event *event, const struct states *states,
                      struct reactions *out) {
    const struct DzmTaskDone *p = event->payload;
    const struct support_case *c = stream(states, CATEGORY_Case, p->case_id);
    const struct task_copy *task = copy(states, COPY_TASK, p->task);
    int32_t domain = task ? domain_of_help(task->help) : 0;
    if (!c)
        return;
    const struct small_step *step = named_step(&c->plan, p->step);
    if (!step && domain)
        step = open_step_in_domain(&c->plan, domain);
    propose(out, p->case_id, step, STEP_CAUSE_dzm_task_done);
}

static void help_provided(const struct event *event, const struct states *states,
                          struct reactions *out) {
    const struct HelpProvided *p = event->payload;
    const struct support_case *c = stream(states, CATEGORY_Case, p->case_id);
    const struct help_copy *help = copy(states, COPY_HELP, event->said->stream);
    if (!c)
        return;
    const struct small_step *step = named_step(&c->plan, p->step);
    if (!step && help)
        step = open_step_of(&c->plan, help->partner);
    propose(out, p->case_id, step, STEP_CAUSE_help_provided);
}

static const struct {
    uint16_t event;
    void (*react)(const struct event *event, const struct states *states, struct reactions *out);
} table[] = {
    {EVENT_RelocationAnnounced, relocation_announced},
    {EVENT_RelocationClosed, relocation_closed},
    {EVENT_RelocationCancelled, relocation_closed},
    {EVENT_ReturnWaived, return_ended},
    {EVENT_ReturnLapsed, return_ended},
    {EVENT_ReturnMoveDone, moved_back},
    {EVENT_HouseholdMoved, household_moved},
    {EVENT_EmergencyMoveRecorded, emergency_move},
    {EVENT_VacateEnforced, vacate_enforced},
    {EVENT_TenancySigned, tenancy_signed},
    {EVENT_DebtSettled, debt_settled},
    {EVENT_InstalmentsGranted, instalments_granted},
    {EVENT_DzmTaskDone, task_done},
    {EVENT_HelpProvided, help_provided},
};

void intake_react(const struct event *event, const struct states *states, struct reactions *out) {
    if (!is_effective(event))
        return;
    for (size_t i = 0; i < COUNT_OF(table); i++)
        if (table[i].event == event->type)
            table[i].react(event, states, out);
}
