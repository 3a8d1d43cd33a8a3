#include "daemons/intake/worker.h"

#include "daemons/intake/area.h"
#include "daemons/intake/keeper_load.h"

const struct worker *require_worker(struct decision *d, struct id worker, const char *field) {
    const struct worker *w = state_of(d, CATEGORY_Worker, worker);
    if (!w)
        reject(d, &RULE_UNKNOWN_SUBJECT, field);
    return w;
}

bool is_working(const struct worker *w) {
    return w->life.state == WORKER_INDUCTING || w->life.state == WORKER_ACTIVE;
}

bool is_covered_by(const struct worker *w, struct id substitute, civil_day day) {
    for (size_t i = 0; i < COVERS_MAX; i++) {
        const struct cover *c = &w->covers[i];
        if (id_equal(c->substitute, substitute) && c->from <= day && day <= c->to)
            return true;
    }
    return false;
}

/* S0: guides have no area. A57: no guides and hosts before the team existed. */
static void guard_hire(struct decision *d) {
    const struct WorkerHired *p = d->command->payload;
    if (p->role != ROLE_LS && p->role != ROLE_GO && p->role != ROLE_COORD)
        reject(d, &RULE_MALFORMED, "role");
    if (p->role == ROLE_LS && p->area)
        refuse(d, &RULE_GUIDE_HAS_NO_AREA, "area");
    if (p->role != ROLE_COORD && d->command->said->occurred_on < d->facts->policy->team_from)
        refuse(d, &RULE_TEAM_NOT_YET, "occurred_on");
}

static void guard_cover(struct decision *d) {
    const struct CoverStarted *p = d->command->payload;
    const struct worker *substitute = require_worker(d, p->substitute, "substitute");
    if (id_equal(p->substitute, d->command->stream.id))
        refuse(d, &RULE_OWN_SUBSTITUTE, "substitute");
    else if (substitute && !is_working(substitute))
        refuse(d, &RULE_WORKER_INACTIVE, "substitute");
    if (p->to < p->from)
        refuse(d, &RULE_WRONG_PERIOD, "to");
}

static void guard_cover_end(struct decision *d) {
    const struct CoverEnded *p = d->command->payload;
    if (!is_covered_by(d->state, p->substitute, d->command->said->occurred_on))
        refuse(d, &RULE_NOT_COVERED, "substitute");
}

/* All his cases lose their guide, all places and areas are free, in this one commit (A47). */
static void vacate(struct decision *d) {
    struct id worker = d->command->stream.id;
    release_all_places(d, worker);
    release_areas_of(d, worker);
}

static bool may_keep_cases(const struct worker *w) {
    return w->life.state != NONE && w->life.state != WORKER_LEFT && w->role == ROLE_LS;
}

static bool may_host(const struct worker *w) {
    return w->life.state != NONE && w->life.state != WORKER_LEFT && w->role == ROLE_GO;
}

/* A hiring that was an error, or a departure told late: the same follows as when he leaves. Voiding
 * a departure gives nothing back: each case is assigned anew by the coordinator. */
static void amended(struct decision *d) {
    if (may_keep_cases(d->state) && !may_keep_cases(d->after))
        release_all_places(d, d->command->stream.id);
    if (may_host(d->state) && !may_host(d->after))
        release_areas_of(d, d->command->stream.id);
}

#define EMPLOYED (IN(WORKER_INDUCTING) | IN(WORKER_ACTIVE) | IN(WORKER_SUSPENDED))

static const struct transition transitions[] = {
    {IN(NONE), EVENT_WorkerHired, IN(WORKER_INDUCTING), guard_hire, NULL},
    {IN(WORKER_INDUCTING), EVENT_WorkerInducted, IN(WORKER_ACTIVE), NULL, NULL},
    {IN(WORKER_ACTIVE), EVENT_WorkerSuspended, IN(WORKER_SUSPENDED), NULL, NULL},
    {IN(WORKER_SUSPENDED), EVENT_WorkerReturned, IN(WORKER_ACTIVE), NULL, NULL},
    {EMPLOYED, EVENT_WorkerLeft, IN(WORKER_LEFT), NULL, vacate},
    {EMPLOYED, EVENT_DutiesChanged, SAME, NULL, NULL},
    {EMPLOYED, EVENT_CoverStarted, SAME, guard_cover, NULL},
    {EXISTING, EVENT_CoverEnded, SAME, guard_cover_end, NULL},
    {EMPLOYED, EVENT_DeputyNamed, SAME, NULL, NULL},
    {EXISTING, EVENT_DeputyEnded, SAME, NULL, NULL},
    {EXISTING, EVENT_InductionOverdue, SAME, NULL, NULL},
};

static void hire(struct worker *w, const struct event *event) {
    const struct WorkerHired *p = event->payload;
    w->role = (uint8_t)p->role;
    w->stage = (uint8_t)p->stage;
    w->hired_on = event->said->occurred_on;
    w->hired_at = event->position;
}

/* A new cover takes the place of the one that ended first. */
static void start_cover(struct worker *w, const struct CoverStarted *p) {
    struct cover *oldest = &w->covers[0];
    for (size_t i = 1; i < COVERS_MAX; i++)
        if (w->covers[i].to < oldest->to)
            oldest = &w->covers[i];
    *oldest = (struct cover){p->substitute, p->from, p->to, (uint8_t)p->scope};
}

static void end_cover(struct worker *w, struct id substitute, civil_day day) {
    for (size_t i = 0; i < COVERS_MAX; i++)
        if (id_equal(w->covers[i].substitute, substitute) && w->covers[i].to >= day)
            w->covers[i].to = day - 1;
}

static void set_stage(struct worker *w, int64_t stage) {
    if (stage)
        w->stage = (uint8_t)stage;
}

static void worker_evolve(void *state, const struct event *event) {
    struct worker *w = state;
    const void *p = event->payload;
    switch (event->type) {
    case EVENT_WorkerHired:
        hire(w, event);
        break;
    case EVENT_WorkerInducted:
        set_stage(w, ((const struct WorkerInducted *)p)->stage);
        break;
    case EVENT_WorkerReturned:
        set_stage(w, ((const struct WorkerReturned *)p)->stage);
        break;
    case EVENT_DutiesChanged:
        w->stage = (uint8_t)((const struct DutiesChanged *)p)->stage;
        break;
    case EVENT_CoverStarted:
        start_cover(w, p);
        break;
    case EVENT_CoverEnded:
        end_cover(w, ((const struct CoverEnded *)p)->substitute, event->said->occurred_on);
        break;
    case EVENT_DeputyNamed:
    case EVENT_DeputyEnded:
        w->is_deputy = event->type == EVENT_DeputyNamed;
        break;
    case EVENT_InductionOverdue:
        w->is_alerted = true;
        break;
    default:
        break;
    }
}

static size_t worker_timers(const void *state, const struct PolicySetAdopted *policy,
                            struct timer out[TIMERS_MAX]) {
    const struct worker *w = state;
    if (w->life.state != WORKER_INDUCTING || w->is_alerted)
        return 0;
    out[0] = (struct timer){15, w->hired_at, term_days(w->hired_on, (int)policy->induction_days),
                            InductionOverdue_schema()};
    return 1;
}

static const char *const states[] = {"none", "Inducting", "Active", "Suspended", "Left"};

const struct aggregate worker_aggregate = {
    .category = CATEGORY_Worker,
    .name = "Worker",
    .state_size = sizeof(struct worker),
    .states = states,
    .state_count = COUNT_OF(states),
    .final = IN(WORKER_LEFT),
    .transitions = transitions,
    .transition_count = COUNT_OF(transitions),
    .evolve = worker_evolve,
    .timers = worker_timers,
    .amended = amended,
};
