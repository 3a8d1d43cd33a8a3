#include "daemons/intake/plan.h"

#include "daemons/intake/case.h"

#define OPEN (IN(PLAN_DRAFT) | IN(PLAN_IN_FORCE))
#define FINISHED (IN(PLAN_COMPLETED) | IN(PLAN_PARTLY_COMPLETED) | IN(PLAN_DISCONTINUED))
#define FORCE IN(PLAN_IN_FORCE)

/* A further plan may follow a finished one: its draft starts a new life. */
static const struct transition transitions[] = {
    {IN(NONE) | FINISHED | IN(PLAN_SUMMARISED), EVENT_PlanDrafted, IN(PLAN_DRAFT), NULL, NULL},
    {OPEN, EVENT_PlanAgreed, FORCE, NULL, NULL},
    {FORCE, EVENT_PlanAmended, FORCE, NULL, NULL},
    {FORCE, EVENT_PlanReviewed, FORCE, NULL, NULL},
    {FORCE, EVENT_IpwSigned, FORCE, NULL, NULL},
    {FORCE, EVENT_StepAdded, FORCE, NULL, NULL},
    {FORCE, EVENT_StepRescheduled, FORCE, NULL, NULL},
    {FORCE, EVENT_StepReassigned, FORCE, NULL, NULL},
    {FORCE, EVENT_StepDoneProposed, FORCE, NULL, NULL},
    {FORCE, EVENT_StepStarted, FORCE, NULL, NULL},
    {FORCE, EVENT_StepDone, FORCE, NULL, NULL},
    {FORCE, EVENT_StepPartlyDone, FORCE, NULL, NULL},
    {FORCE, EVENT_StepDropped, FORCE, NULL, NULL},
    {FORCE, EVENT_PlanCompleted, IN(PLAN_COMPLETED), NULL, NULL},
    {FORCE, EVENT_PlanPartlyCompleted, IN(PLAN_PARTLY_COMPLETED), NULL, NULL},
    {OPEN, EVENT_PlanDiscontinued, IN(PLAN_DISCONTINUED), NULL, NULL},
    {FINISHED, EVENT_PlanSummarised, IN(PLAN_SUMMARISED), NULL, NULL},
    {FORCE, EVENT_IpwReviewOverdue, FORCE, NULL, NULL},
};

const struct transition *plan_transitions(size_t *count) {
    *count = COUNT_OF(transitions);
    return transitions;
}

static const struct transition *find_row(uint8_t state, uint16_t event) {
    for (size_t i = 0; i < COUNT_OF(transitions); i++)
        if (transitions[i].event == event && transitions[i].from & IN(state))
            return &transitions[i];
    return NULL;
}

bool is_plan_open(const struct plan *p) {
    return OPEN & IN(p->state);
}

bool is_step_open(const struct small_step *step) {
    return step->state == STEP_STATE_planned || step->state == STEP_STATE_started ||
           step->state == STEP_STATE_proposed;
}

const struct small_step *plan_step_of(const struct plan_content *content, int64_t number) {
    for (size_t i = 0; i < content->step_count; i++)
        if (content->steps[i].number == number)
            return &content->steps[i];
    return NULL;
}

/* A step that is proposed already need not be proposed again. */
static bool may_be_proposed(const struct small_step *step) {
    return step->state == STEP_STATE_planned || step->state == STEP_STATE_started;
}

const struct small_step *open_step_in_domain(const struct plan *p, int32_t domain) {
    for (size_t i = 0; p->state == PLAN_IN_FORCE && i < p->now.step_count; i++) {
        const struct small_step *step = &p->now.steps[i];
        if (may_be_proposed(step) && p->now.goals[step->goal - 1] == domain)
            return step;
    }
    return NULL;
}

const struct small_step *open_step_of(const struct plan *p, struct id owner) {
    for (size_t i = 0; p->state == PLAN_IN_FORCE && i < p->now.step_count; i++)
        if (may_be_proposed(&p->now.steps[i]) && id_equal(p->now.steps[i].owner, owner))
            return &p->now.steps[i];
    return NULL;
}

/* ---- guards ---- */

static const struct plan *plan_of(const struct decision *d) {
    return &((const struct support_case *)d->state)->plan;
}

void plan_guard(struct decision *d) {
    if (!find_row(plan_of(d)->state, d->command->type))
        refuse(d, &RULE_WRONG_PLAN_STATE, "stream");
    require_own_guide(d);
}

static bool is_step_repeated(struct plan_step_list steps, uint32_t index) {
    for (uint32_t i = 0; i < index; i++)
        if (steps.items[i].step == steps.items[index].step)
            return true;
    return false;
}

/* A21: one to five general goals; the number is policy. */
static void check_content(struct decision *d, struct plan_goal_list goals,
                          struct plan_step_list steps) {
    if (goals.count == 0 || goals.count > d->facts->policy->plan_goals)
        refuse(d, &RULE_TOO_MANY_GOALS, "goals");
    for (uint32_t i = 0; i < steps.count; i++) {
        if (steps.items[i].goal > goals.count)
            refuse(d, &RULE_UNKNOWN_GOAL, "steps");
        if (is_step_repeated(steps, i))
            refuse(d, &RULE_STEP_KNOWN, "steps");
    }
}

/* The plan kind follows the programme; of the three only the IPW is made here so far. */
void plan_guard_draft(struct decision *d) {
    const struct PlanDrafted *p = d->command->payload;
    const struct support_case *c = d->state;
    plan_guard(d);
    if (p->kind != PLAN_KIND_IPW || c->programme != PROGRAMME_LODZ)
        refuse(d, &RULE_WRONG_PLAN_KIND, "kind");
    check_content(d, p->goals, p->steps);
}

void plan_guard_amend(struct decision *d) {
    const struct PlanAmended *p = d->command->payload;
    plan_guard(d);
    check_content(d, p->goals, p->steps);
}

static bool has_step_for_goal(const struct plan_content *content, size_t goal) {
    for (size_t i = 0; i < content->step_count; i++)
        if (content->steps[i].goal == goal)
            return true;
    return false;
}

static bool has_step_of_party(const struct plan_content *content, int32_t party) {
    for (size_t i = 0; i < content->step_count; i++)
        if (content->steps[i].party == party)
            return true;
    return false;
}

/* S1: small steps, tasks of both sides. A48: agreement has evidence, or a reason for waiting. */
void plan_guard_agree(struct decision *d) {
    const struct PlanAgreed *p = d->command->payload;
    const struct plan *plan = plan_of(d);
    plan_guard(d);
    if (!plan->has_next)
        refuse(d, &RULE_WRONG_PLAN_STATE, "stream");
    for (size_t goal = 1; goal <= plan->next.goal_count; goal++)
        if (!has_step_for_goal(&plan->next, goal))
            refuse(d, &RULE_GOAL_WITHOUT_STEP, "stream");
    if (!has_step_of_party(&plan->next, PLAN_PARTY_resident) ||
        !has_step_of_party(&plan->next, PLAN_PARTY_guide))
        refuse(d, &RULE_PARTY_WITHOUT_STEP, "stream");
    if (!d->command->said->evidence && !p->signature_pending)
        refuse(d, &RULE_NOT_AGREED, "signature_pending");
}

void plan_guard_sign(struct decision *d) {
    plan_guard(d);
    if (!d->command->said->evidence)
        refuse(d, &RULE_NOT_AGREED, "evidence");
}

void plan_guard_add_step(struct decision *d) {
    const struct StepAdded *p = d->command->payload;
    const struct plan_content *now = &plan_of(d)->now;
    plan_guard(d);
    if (p->goal > now->goal_count)
        refuse(d, &RULE_UNKNOWN_GOAL, "goal");
    if (plan_step_of(now, p->step))
        refuse(d, &RULE_STEP_KNOWN, "step");
    if (now->step_count == STEPS_MAX)
        refuse(d, &RULE_TOO_MANY_STEPS, "step");
}

/* All step events but StepAdded have the step as their first member. */
static int64_t step_number(const void *payload) {
    return ((const struct StepDone *)payload)->step;
}

_Static_assert(offsetof(struct StepRescheduled, step) == 0 &&
                   offsetof(struct StepReassigned, step) == 0 &&
                   offsetof(struct StepDoneProposed, step) == 0 &&
                   offsetof(struct StepStarted, step) == 0 &&
                   offsetof(struct StepDone, step) == 0 &&
                   offsetof(struct StepPartlyDone, step) == 0 &&
                   offsetof(struct StepDropped, step) == 0,
               "step_number() reads any of them");

void plan_guard_step(struct decision *d) {
    const struct small_step *step =
        plan_step_of(&plan_of(d)->now, step_number(d->command->payload));
    plan_guard(d);
    if (!step)
        refuse(d, &RULE_UNKNOWN_STEP, "step");
    else if (!is_step_open(step))
        refuse(d, &RULE_STEP_ENDED, "step");
}

/* ---- evolve ---- */

static struct small_step planned(int64_t number, int64_t goal, int32_t party, struct id owner,
                                 civil_day due) {
    return (struct small_step){
        .owner = owner,
        .due = due,
        .number = (uint8_t)number,
        .goal = (uint8_t)goal,
        .party = (uint8_t)party,
        .state = STEP_STATE_planned,
    };
}

static void fill(struct plan_content *out, struct plan_goal_list goals,
                 struct plan_step_list steps) {
    memset(out, 0, sizeof *out);
    for (uint32_t i = 0; i < goals.count && i < GOALS_MAX; i++)
        out->goals[out->goal_count++] = (uint8_t)goals.items[i].domain;
    for (uint32_t i = 0; i < steps.count && i < STEPS_MAX; i++) {
        const struct plan_step *s = &steps.items[i];
        out->steps[out->step_count++] = planned(s->step, s->goal, s->party, s->owner, s->due);
    }
}

static void draft(struct plan *p, const struct PlanDrafted *e) {
    memset(p, 0, sizeof *p);
    p->state = PLAN_DRAFT;
    p->kind = (uint8_t)e->kind;
    p->has_next = true;
    fill(&p->next, e->goals, e->steps);
}

/* What was begun under the version before goes on under the next. */
static void keep_progress(const struct plan_content *before, struct plan_content *after) {
    for (size_t i = 0; i < after->step_count; i++) {
        const struct small_step *old = plan_step_of(before, after->steps[i].number);
        if (old)
            after->steps[i].state = old->state;
    }
}

static void start_review_term(struct plan *p, const struct event *event) {
    p->reviewed_on = event->said->occurred_on;
    p->reviewed_at = event->position;
    p->is_alerted = false;
}

static void agree(struct plan *p, const struct event *event) {
    const struct PlanAgreed *e = event->payload;
    keep_progress(&p->now, &p->next);
    p->now = p->next;
    memset(&p->next, 0, sizeof p->next);
    p->has_next = false;
    p->version++;
    p->is_signature_pending = e->signature_pending != 0;
    start_review_term(p, event);
}

static void amend(struct plan *p, const struct PlanAmended *e) {
    p->has_next = true;
    fill(&p->next, e->goals, e->steps);
}

static void add_step(struct plan *p, const struct StepAdded *e) {
    struct plan_content *now = &p->now;
    if (now->step_count == STEPS_MAX || plan_step_of(now, e->step) || e->goal > now->goal_count)
        return;
    now->steps[now->step_count++] = planned(e->step, e->goal, e->party, e->owner, e->due);
}

static struct small_step *find_step(struct plan *p, int64_t number) {
    for (size_t i = 0; i < p->now.step_count; i++)
        if (p->now.steps[i].number == number)
            return &p->now.steps[i];
    return NULL;
}

static void move_step(struct small_step *step, const struct event *event) {
    const struct StepReassigned *to = event->payload;
    if (event->type == EVENT_StepRescheduled) {
        step->due = ((const struct StepRescheduled *)event->payload)->due;
        return;
    }
    step->party = (uint8_t)to->party;
    step->owner = to->owner;
}

static uint8_t step_state_after(uint16_t event) {
    switch (event) {
    case EVENT_StepDoneProposed:
        return STEP_STATE_proposed;
    case EVENT_StepStarted:
        return STEP_STATE_started;
    case EVENT_StepDone:
        return STEP_STATE_done;
    case EVENT_StepPartlyDone:
        return STEP_STATE_partly;
    default:
        return STEP_STATE_dropped;
    }
}

static void change_step(struct plan *p, const struct event *event) {
    struct small_step *step = find_step(p, step_number(event->payload));
    if (!step || !is_step_open(step))
        return;
    if (event->type == EVENT_StepRescheduled || event->type == EVENT_StepReassigned)
        move_step(step, event);
    else
        step->state = step_state_after(event->type);
}

/* When a plan finishes, its open steps are dropped (plan ended). */
static void finish(struct plan *p) {
    for (size_t i = 0; i < p->now.step_count; i++)
        if (is_step_open(&p->now.steps[i]))
            p->now.steps[i].state = STEP_STATE_dropped;
    p->has_next = false;
}

void plan_evolve(struct plan *p, const struct event *event) {
    const struct transition *row = find_row(p->state, event->type);
    if (!row)
        return;
    while (IN(p->state) != row->to)
        p->state = (uint8_t)((p->state + 1) % (PLAN_SUMMARISED + 1));
    switch (event->type) {
    case EVENT_PlanDrafted:
        draft(p, event->payload);
        break;
    case EVENT_PlanAgreed:
        agree(p, event);
        break;
    case EVENT_PlanAmended:
        amend(p, event->payload);
        break;
    case EVENT_PlanReviewed:
        start_review_term(p, event);
        break;
    case EVENT_IpwSigned:
        p->is_signature_pending = false;
        break;
    case EVENT_StepAdded:
        add_step(p, event->payload);
        break;
    case EVENT_PlanCompleted:
    case EVENT_PlanPartlyCompleted:
    case EVENT_PlanDiscontinued:
        finish(p);
        break;
    case EVENT_IpwReviewOverdue:
        p->is_alerted = true;
        break;
    case EVENT_PlanSummarised:
        break;
    default:
        change_step(p, event);
        break;
    }
}

size_t plan_timers(const struct plan *p, const struct PolicySetAdopted *policy,
                   struct timer out[TIMERS_MAX]) {
    if (p->state != PLAN_IN_FORCE || p->is_alerted)
        return 0;
    out[0] = (struct timer){12, p->reviewed_at, term_days(p->reviewed_on, (int)policy->review_days),
                            IpwReviewOverdue_schema()};
    return 1;
}
