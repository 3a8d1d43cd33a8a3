#include "daemons/intake/area.h"

#include "daemons/intake/worker.h"

struct id area_id(int64_t number) {
    const char digit = (char)('0' + number);
    return id_named("area", (struct text){&digit, 1});
}

static void emit_release(struct decision *d, int64_t number, struct id worker) {
    struct GoReleased *out = emit(d, CATEGORY_Area, area_id(number), GoReleased_schema());
    out->worker = worker;
    out->area = number;
    out->reason = HOST_RELEASE_left;
}

void release_areas_of(struct decision *d, struct id worker) {
    for (int64_t number = 1; number <= AREAS; number++) {
        const struct area *a = state_of(d, CATEGORY_Area, area_id(number));
        if (a && (id_equal(a->lead, worker) || id_equal(a->acting, worker)))
            emit_release(d, number, worker);
    }
}

static void require_area(struct decision *d, int64_t number) {
    if (!id_equal(d->command->stream.id, area_id(number)))
        reject(d, &RULE_WRONG_AREA, "area");
}

static void require_vacant(struct decision *d) {
    const struct area *a = d->state;
    if (!id_is_zero(a->lead))
        refuse(d, &RULE_AREA_HAS_LEAD, "stream");
    if (d->command->said->occurred_on < d->facts->policy->team_from)
        refuse(d, &RULE_TEAM_NOT_YET, "occurred_on");
}

static void guard_assign(struct decision *d) {
    const struct GoAssigned *p = d->command->payload;
    require_area(d, p->area);
    const struct worker *w = require_worker(d, p->worker, "worker");
    require_vacant(d);
    if (w && w->role != ROLE_GO)
        refuse(d, &RULE_NOT_A_HOST, "worker");
    if (w && !is_working(w))
        refuse(d, &RULE_WORKER_INACTIVE, "worker");
}

static void guard_acting(struct decision *d) {
    const struct ActingGoNamed *p = d->command->payload;
    require_area(d, p->area);
    const struct worker *w = require_worker(d, p->worker, "worker");
    require_vacant(d);
    if (w && !is_working(w))
        refuse(d, &RULE_WORKER_INACTIVE, "worker");
}

static void guard_release(struct decision *d) {
    const struct GoReleased *p = d->command->payload;
    const struct area *a = d->state;
    require_area(d, p->area);
    if (!id_equal(a->lead, p->worker) && !id_equal(a->acting, p->worker))
        refuse(d, &RULE_NOT_THE_HOST, "worker");
}

/* A void may bring back a host who has left meanwhile: the area is vacant instead. */
static void amended(struct decision *d) {
    const struct area *before = d->state, *after = d->after;
    if (id_is_zero(after->lead) || id_equal(before->lead, after->lead))
        return;
    const struct worker *w = state_of(d, CATEGORY_Worker, after->lead);
    if (w && w->role == ROLE_GO && w->life.state != WORKER_LEFT)
        return;
    for (int64_t number = 1; number <= AREAS; number++)
        if (id_equal(area_id(number), d->command->stream.id))
            emit_release(d, number, after->lead);
}

static const struct transition transitions[] = {
    {ANYWHERE, EVENT_AreaDescribed, SAME, NULL, NULL},
    {ANYWHERE, EVENT_GoAssigned, IN(AREA_KEPT), guard_assign, NULL},
    {ANYWHERE, EVENT_ActingGoNamed, IN(AREA_KEPT), guard_acting, NULL},
    {EXISTING, EVENT_GoReleased, SAME, guard_release, NULL},
    {EXISTING, EVENT_HostVacancyOverdue, SAME, NULL, NULL},
};

static void take(struct area *a, struct id lead, struct id acting) {
    a->lead = lead;
    a->acting = acting;
    a->vacant_at = 0;
    a->vacant_from = 0;
    a->is_alerted = false;
}

static void give_up(struct area *a, struct id worker, const struct event *event) {
    bool was_kept = !id_is_zero(a->lead) || !id_is_zero(a->acting);
    if (id_equal(a->lead, worker))
        a->lead = (struct id){{0}};
    if (id_equal(a->acting, worker))
        a->acting = (struct id){{0}};
    if (!was_kept || !id_is_zero(a->lead) || !id_is_zero(a->acting))
        return;
    a->vacant_from = event->said->occurred_on;
    a->vacant_at = event->position;
}

static void area_evolve(void *state, const struct event *event) {
    struct area *a = state;
    const struct id nobody = {{0}};
    switch (event->type) {
    case EVENT_GoAssigned:
        take(a, ((const struct GoAssigned *)event->payload)->worker, nobody);
        break;
    case EVENT_ActingGoNamed:
        take(a, nobody, ((const struct ActingGoNamed *)event->payload)->worker);
        break;
    case EVENT_GoReleased:
        give_up(a, ((const struct GoReleased *)event->payload)->worker, event);
        break;
    case EVENT_HostVacancyOverdue:
        a->is_alerted = true;
        break;
    default:
        break;
    }
}

static size_t area_timers(const void *state, const struct PolicySetAdopted *policy,
                          struct timer out[TIMERS_MAX]) {
    const struct area *a = state;
    if (!a->vacant_at || a->is_alerted)
        return 0;
    out[0] = (struct timer){25, a->vacant_at, term_days(a->vacant_from, (int)policy->vacancy_days),
                            HostVacancyOverdue_schema()};
    return 1;
}

static const char *const states[] = {"none", "Kept"};

const struct aggregate area_aggregate = {
    .category = CATEGORY_Area,
    .name = "Area",
    .state_size = sizeof(struct area),
    .states = states,
    .state_count = COUNT_OF(states),
    .transitions = transitions,
    .transition_count = COUNT_OF(transitions),
    .evolve = area_evolve,
    .timers = area_timers,
    .amended = amended,
};
