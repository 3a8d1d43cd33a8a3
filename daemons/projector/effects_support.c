/* I13-I19: places, families, first contacts, plans. Credited to the guide of that day. */
#include "daemons/projector/effects.h"

#include "daemons/intake/worker.h"
#include "daemons/projector/support.h"
#include "daemons/projector/team.h"

struct each {
    const struct dossier *dossier;
    const struct support_case *c;
    const struct case_facts *f;
};

/* The next case of the Łódź programme that was ever opened. */
static bool next_case(const struct question *q, size_t *index, struct each *out) {
    uint8_t shelf = shelves_of(CATEGORY_Case);
    while (*index < store_count(q->store, shelf)) {
        out->dossier = store_at(q->store, shelf, (*index)++);
        out->c = dossier_state(out->dossier);
        out->f = dossier_counts(out->dossier);
        if (out->c->life.state != NONE && out->c->programme == PROGRAMME_LODZ)
            return true;
    }
    return false;
}

static bool wants_credit(const struct question *q, const struct each *e, const struct credit *c) {
    return wants_home(q, e->c->household, c->worker, e->dossier->stream.id);
}

static struct id guide_of(const struct support_case *c) {
    return id_is_zero(c->keeper) ? c->last_keeper : c->keeper;
}

static bool wants_case(const struct question *q, const struct each *e) {
    return wants_home(q, e->c->household, guide_of(e->c), e->dossier->stream.id);
}

/* ---- places ---- */

static bool is_guide(const struct question *q, struct id worker) {
    const struct dossier *dossier = store_find(q->store, CATEGORY_Worker, worker);
    const struct worker *w = dossier ? dossier_state(dossier) : NULL;
    return w && w->role == ROLE_LS && w->life.state != NONE && w->life.state != WORKER_LEFT;
}

void i13_load(struct question *q, struct tally *t) {
    uint8_t shelf = shelves_of(CATEGORY_Worker);
    int64_t limit = q->policy ? q->policy->keeper_places : 0;
    for (size_t i = 0; i < store_count(q->store, shelf); i++) {
        struct id worker = store_at(q->store, shelf, i)->stream.id;
        const struct dossier *load = store_find(q->store, CATEGORY_KeeperLoad, worker);
        if (!is_guide(q, worker) || !wants_key(q, worker, worker, worker))
            continue;
        t->denominator += limit;
        t->numerator += load ? ((const struct keeper_facts *)dossier_counts(load))->places : 0;
        t->n++;
    }
}

void i13_over(struct question *q, struct tally *t) {
    uint8_t shelf = shelves_of(CATEGORY_KeeperLoad);
    for (size_t i = 0; i < store_count(q->store, shelf); i++) {
        const struct dossier *dossier = store_at(q->store, shelf, i);
        const struct keeper_facts *f = dossier_counts(dossier);
        struct id worker = dossier->stream.id;
        if (!f->most || !wants_key(q, worker, worker, worker))
            continue;
        t->denominator++;
        t->numerator += f->over_limit;
    }
}

void i13_days_without_guide(struct question *q, struct tally *t) {
    struct each e;
    for (size_t i = 0; next_case(q, &i, &e);) {
        if (!wants_case(q, &e))
            continue;
        t->denominator++;
        t->numerator += e.f->days_without;
        if (e.f->without_since && q->on > e.f->without_since)
            t->numerator += q->on - e.f->without_since;
    }
}

void i13_days_without_host(struct question *q, struct tally *t) {
    uint8_t shelf = shelves_of(CATEGORY_Area);
    for (size_t i = 0; i < store_count(q->store, shelf); i++) {
        const struct area_facts *f = dossier_counts(store_at(q->store, shelf, i));
        if (!f->number || !wants_area(q, f->number))
            continue;
        t->denominator++;
        t->numerator += f->vacancy_days;
        if (f->vacant_since && q->on > f->vacant_since)
            t->numerator += q->on - f->vacant_since;
    }
}

/* ---- families and first contacts ---- */

static bool had_wanted_guide(const struct question *q, const struct each *e) {
    for (uint8_t i = 0; i < e->f->credit_count; i++)
        if (!id_is_zero(e->f->credits[i].worker) && wants_credit(q, e, &e->f->credits[i]))
            return true;
    return false;
}

/* A count, not a share: its denominator is 1. */
void i14_families(struct question *q, struct tally *t) {
    struct each e;
    clear_marks(q);
    for (size_t i = 0; next_case(q, &i, &e);) {
        struct home *home = joins_home(q->joins, e.c->household);
        if (!home || home->is_counted || !had_wanted_guide(q, &e))
            continue;
        home->is_counted = true;
        t->numerator++;
    }
    t->denominator = 1;
    t->n = t->numerator;
}

static bool is_contact(const struct visit_facts *f) {
    return f->is_recorded && !f->is_duplicate && f->result != VISIT_RESULT_absent &&
           f->kind != VISIT_KIND_document;
}

static bool is_earlier(const struct visit_facts *a, const struct visit_facts *b) {
    return a->day != b->day ? a->day < b->day : a->position < b->position;
}

static void find_first_contacts(struct question *q) {
    uint8_t shelf = shelves_of(CATEGORY_Visit);
    for (size_t i = 0; i < q->joins->count; i++)
        q->joins->homes[i].first_visit = NULL;
    for (size_t i = 0; i < store_count(q->store, shelf); i++) {
        const struct dossier *dossier = store_at(q->store, shelf, i);
        const struct visit_facts *f = dossier_counts(dossier);
        struct home *home = is_contact(f) ? joins_home(q->joins, f->household) : NULL;
        if (!home || !wants_home(q, f->household, f->worker, f->household))
            continue;
        if (!home->first_visit || is_earlier(f, home->first_visit))
            home->first_visit = f;
    }
}

void i15_direct_reach(struct question *q, struct tally *t) {
    find_first_contacts(q);
    for (size_t i = 0; i < q->joins->count; i++) {
        const struct home *home = &q->joins->homes[i];
        t->denominator += home->first_visit != NULL;
        t->numerator += home->first_visit && home->first_visit->is_at_home;
    }
}

/* ---- plans ---- */

void i16_plans(struct question *q, struct tally *t) {
    struct each e;
    for (size_t i = 0; next_case(q, &i, &e);) {
        if (!wants_case(q, &e))
            continue;
        t->denominator += e.f->was_diagnosed;
        t->numerator += e.f->was_diagnosed && e.f->was_agreed;
    }
}

void i16_unsigned(struct question *q, struct tally *t) {
    struct each e;
    for (size_t i = 0; next_case(q, &i, &e);) {
        bool is_in_force = e.c->plan.state == PLAN_IN_FORCE && wants_case(q, &e);
        t->denominator += is_in_force;
        t->numerator += is_in_force && e.c->plan.is_signature_pending;
    }
}

static int64_t steps_overdue(const struct question *q, const struct support_case *c) {
    int64_t count = 0;
    for (uint8_t i = 0; c->plan.state == PLAN_IN_FORCE && i < c->plan.now.step_count; i++) {
        const struct small_step *step = &c->plan.now.steps[i];
        count += is_step_open(step) && is_overdue(step->due, q->on);
    }
    return count;
}

/* Due: every step that has ended, and every open one whose day has passed. */
void i17_steps(struct question *q, struct tally *t) {
    struct each e;
    int64_t halves = 0;
    for (size_t i = 0; next_case(q, &i, &e);) {
        for (uint8_t k = 0; k < e.f->credit_count; k++) {
            const struct credit *c = &e.f->credits[k];
            if (!wants_credit(q, &e, c))
                continue;
            t->numerator += c->done;
            halves += 2 * c->done + c->partly;
            t->denominator += c->done + c->partly + c->dropped;
        }
        t->denominator += wants_case(q, &e) ? steps_overdue(q, e.c) : 0;
    }
    t->has_own_value = t->denominator > 0;
    t->value = t->has_own_value ? halves * 500000 / t->denominator : 0;
}

void i18_scores(struct question *q, struct tally *t) {
    struct each e;
    for (size_t i = 0; next_case(q, &i, &e);)
        for (uint8_t k = 0; k < e.f->credit_count; k++) {
            const struct credit *c = &e.f->credits[k];
            if (!wants_credit(q, &e, c))
                continue;
            t->numerator += c->score_sum;
            t->denominator += 4 * (int64_t)c->scores; /* the scale is 0-4, A23 */
            t->n += c->scores;
        }
}

void i18_completed(struct question *q, struct tally *t) {
    struct each e;
    for (size_t i = 0; next_case(q, &i, &e);)
        for (uint8_t k = 0; k < e.f->credit_count; k++) {
            const struct credit *c = &e.f->credits[k];
            if (!wants_credit(q, &e, c))
                continue;
            t->numerator += c->completed;
            t->denominator += c->completed + c->partly_completed + c->discontinued;
        }
}

void i19_reviews(struct question *q, struct tally *t) {
    struct each e;
    for (size_t i = 0; next_case(q, &i, &e);)
        for (uint8_t k = 0; k < e.f->credit_count; k++) {
            const struct credit *c = &e.f->credits[k];
            if (!wants_credit(q, &e, c))
                continue;
            t->numerator += c->reviews;
            t->denominator += c->reviews + c->late_reviews;
        }
}
