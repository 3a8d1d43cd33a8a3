/*
 * Who accompanies whom (S0: at most 30 families a guide; DOMAIN.md 4.6): a row for every guide,
 * host and coordinator of the team, also for those with nobody. A guide's row counts his open
 * cases; a host's the households whose origin is his area, until relocation and right to return
 * have ended; a coordinator's the whole team.
 */
#include "daemons/projector/view.h"

#include "daemons/intake/worker.h"
#include "daemons/projector/helping.h"
#include "daemons/projector/moving.h"
#include "daemons/projector/team.h"

enum { TEAM_MAX = 256 };

struct team {
    struct caseload_row rows[TEAM_MAX];
    size_t count;
    struct caseload_row total; /* of the whole team, for the coordinators' rows */
};

static struct caseload_row *row_of(struct team *t, struct id worker) {
    for (size_t i = 0; i < t->count; i++)
        if (id_equal(t->rows[i].worker, worker))
            return &t->rows[i];
    return NULL;
}

static uint8_t area_hosted_by(const struct question *q, struct id worker) {
    for (uint8_t area = 1; area < AREAS_MAX; area++)
        if (id_equal(q->joins->hosts[area], worker))
            return area;
    return 0;
}

static void enter_worker(const struct question *q, struct team *t, const struct dossier *dossier) {
    const struct worker *w = dossier_state(dossier);
    if (w->life.state == NONE || w->life.state == WORKER_LEFT || t->count == TEAM_MAX)
        return;
    struct caseload_row *row = &t->rows[t->count++];
    *row = (struct caseload_row){.worker = dossier->stream.id, .role = w->role};
    if (w->role == ROLE_LS)
        row->limit = q->policy ? q->policy->keeper_places : 0;
    if (w->role == ROLE_GO)
        row->area = area_hosted_by(q, dossier->stream.id);
    row->inducting = w->life.state == WORKER_INDUCTING;
    t->total.limit += row->limit;
    t->total.inducting += row->inducting;
}

static void enter_team(const struct question *q, struct team *t) {
    uint8_t shelf = shelves_of(CATEGORY_Worker);
    for (size_t i = 0; i < store_count(q->store, shelf); i++)
        enter_worker(q, t, store_at(q->store, shelf, i));
}

static void count_covers(const struct question *q, struct team *t) {
    uint8_t shelf = shelves_of(CATEGORY_Worker);
    for (size_t i = 0; i < store_count(q->store, shelf); i++) {
        const struct worker *w = dossier_state(store_at(q->store, shelf, i));
        for (size_t k = 0; k < COVERS_MAX; k++) {
            const struct cover *c = &w->covers[k];
            struct caseload_row *row = row_of(t, c->substitute);
            if (row && !id_is_zero(c->substitute) && c->from <= q->on && q->on <= c->to)
                row->covers++;
        }
    }
}

static void count_case(const struct question *q, struct team *t, const struct support_case *c) {
    struct caseload_row *row = row_of(t, c->keeper);
    bool late = is_review_overdue(c, q->policy, q->on);
    bool pending = c->plan.state == PLAN_IN_FORCE && c->plan.is_signature_pending;
    t->total.waitlisted += c->life.state == CASE_WAITLISTED;
    if (!is_guided(c))
        return;
    t->total.open++;
    t->total.overdue_reviews += late;
    t->total.signatures_pending += pending;
    t->total.unassigned += id_is_zero(c->keeper);
    if (!row)
        return;
    row->open++;
    row->overdue_reviews += late;
    row->signatures_pending += pending;
}

static void count_cases(const struct question *q, struct team *t) {
    uint8_t shelf = shelves_of(CATEGORY_Case);
    for (size_t i = 0; i < store_count(q->store, shelf); i++)
        count_case(q, t, dossier_state(store_at(q->store, shelf, i)));
}

static struct caseload_row *host_row(const struct question *q, struct team *t, uint8_t area) {
    struct id host = area < AREAS_MAX ? q->joins->hosts[area] : (struct id){{0}};
    return id_is_zero(host) ? NULL : row_of(t, host);
}

static void count_conferences(const struct question *q, struct team *t) {
    uint8_t shelf = shelves_of(CATEGORY_Dzm);
    for (size_t i = 0; i < store_count(q->store, shelf); i++) {
        const struct dossier *dossier = store_at(q->store, shelf, i);
        const struct dzm_facts *f = dossier_counts(dossier);
        const struct home *home = joins_home(q->joins, f->household);
        if (!is_running(dossier))
            continue;
        struct caseload_row *guide = home ? row_of(t, home->guide) : NULL;
        struct caseload_row *host = home ? host_row(q, t, home->area) : NULL;
        t->total.open_dzm++;
        if (guide)
            guide->open_dzm++;
        if (host)
            host->open_dzm++;
    }
}

static void count_home(const struct question *q, struct team *t, const struct home *home) {
    struct caseload_row *guide = row_of(t, home->guide), *host = host_row(q, t, home->area);
    t->total.open_blockers += home->open_blockers;
    if (guide)
        guide->open_blockers += home->open_blockers;
    if (!host)
        return;
    host->open_blockers += home->open_blockers;
    host->open += home->has_active_relocation || home->has_open_return;
}

static int64_t vacancy_days(const struct question *q) {
    uint8_t shelf = shelves_of(CATEGORY_Area);
    int64_t days = 0;
    for (size_t i = 0; i < store_count(q->store, shelf); i++) {
        const struct area_facts *f = dossier_counts(store_at(q->store, shelf, i));
        if (f->vacant_since && q->on > f->vacant_since)
            days += q->on - f->vacant_since;
    }
    return days;
}

/* Must be 0: each place was taken under the limit (S0 A17). */
static void count_limits(struct team *t) {
    for (size_t i = 0; i < t->count; i++) {
        struct caseload_row *row = &t->rows[i];
        if (row->role != ROLE_LS)
            continue;
        row->free = row->limit - row->open;
        row->over_limit = row->open > row->limit ? row->open - row->limit : 0;
        t->total.over_limit += row->over_limit;
    }
    t->total.free = t->total.limit - t->total.open + t->total.unassigned;
}

static void coordinate(struct team *t, struct caseload_row *row) {
    struct caseload_row own = *row;
    *row = t->total;
    row->worker = own.worker;
    row->role = own.role;
    row->covers = own.covers;
}

void caseload_view(struct question *q) {
    struct team t = {.count = 0};
    enter_team(q, &t);
    count_covers(q, &t);
    count_cases(q, &t);
    count_conferences(q, &t);
    for (size_t i = 0; i < q->joins->count; i++)
        count_home(q, &t, &q->joins->homes[i]);
    t.total.vacancy_days = vacancy_days(q);
    count_limits(&t);
    for (size_t i = 0; i < t.count; i++) {
        struct caseload_row *row = &t.rows[i];
        if (row->role == ROLE_COORD)
            coordinate(&t, row);
        if (wants_area(q, (uint8_t)row->area) &&
            wants_key(q, row->worker, row->worker, row->worker))
            rows_add(q->rows, (uint64_t)row->role << 8 | (uint64_t)row->area, row);
    }
}
