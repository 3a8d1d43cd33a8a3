/* I25-I27: helpers, conferences, accompaniment. */
#include "daemons/projector/effects.h"

#include "daemons/networking/partner.h"
#include "daemons/projector/helping.h"
#include "daemons/projector/support.h"

static const struct network_facts *network_of(const struct question *q, struct id case_id) {
    const struct dossier *dossier = store_find(q->store, CATEGORY_SupportNetwork, case_id);
    return dossier ? dossier_counts(dossier) : NULL;
}

static bool next_case(const struct question *q, size_t *index, const struct dossier **out) {
    uint8_t shelf = shelves_of(CATEGORY_Case);
    while (*index < store_count(q->store, shelf)) {
        *out = store_at(q->store, shelf, (*index)++);
        const struct support_case *c = dossier_state(*out);
        struct id guide = id_is_zero(c->keeper) ? c->last_keeper : c->keeper;
        if (c->life.state != NONE && c->programme == PROGRAMME_LODZ &&
            wants_home(q, c->household, guide, (*out)->stream.id))
            return true;
    }
    return false;
}

void i25_helpers(struct question *q, struct tally *t) {
    const struct dossier *dossier;
    for (size_t i = 0; next_case(q, &i, &dossier);) {
        if (!is_guided(dossier_state(dossier)))
            continue;
        const struct network_facts *f = network_of(q, dossier->stream.id);
        t->numerator += f ? f->count : 0;
        t->denominator++;
    }
}

static bool helps_somebody(const struct question *q, struct id partner) {
    uint8_t shelf = shelves_of(CATEGORY_SupportNetwork);
    for (size_t i = 0; i < store_count(q->store, shelf); i++) {
        const struct network_facts *f = dossier_counts(store_at(q->store, shelf, i));
        for (uint8_t k = 0; k < f->partners; k++)
            if (id_equal(f->helpers[k], partner))
                return true;
    }
    return false;
}

void i25_institutions(struct question *q, struct tally *t) {
    uint8_t shelf = shelves_of(CATEGORY_Partner);
    for (size_t i = 0; i < store_count(q->store, shelf); i++) {
        const struct dossier *dossier = store_at(q->store, shelf, i);
        const struct life *life = dossier_state(dossier);
        if (life->state == NONE || life->state == PARTNER_CLOSED)
            continue;
        t->denominator++;
        t->numerator += helps_somebody(q, dossier->stream.id);
    }
}

static bool next_conference(const struct question *q, size_t *index, const struct dossier **out) {
    uint8_t shelf = shelves_of(CATEGORY_Dzm);
    while (*index < store_count(q->store, shelf)) {
        *out = store_at(q->store, shelf, (*index)++);
        const struct dzm_facts *f = dossier_counts(*out);
        if (f->was_convened && wants_home(q, f->household, f->worker, f->case_id))
            return true;
    }
    return false;
}

/* A case with two conferences is one case: the household marks it. */
void i26_conferences(struct question *q, struct tally *t) {
    const struct dossier *dossier;
    clear_marks(q);
    for (size_t i = 0; next_case(q, &i, &dossier);)
        t->denominator++;
    for (size_t i = 0; next_conference(q, &i, &dossier);) {
        const struct dzm_facts *f = dossier_counts(dossier);
        struct home *home = joins_home(q->joins, f->household);
        t->numerator += !home || !home->is_marked;
        if (home)
            home->is_marked = true;
    }
}

void i26_tasks(struct question *q, struct tally *t) {
    const struct dossier *dossier;
    for (size_t i = 0; next_conference(q, &i, &dossier);) {
        const struct dzm_facts *f = dossier_counts(dossier);
        t->numerator += f->done;
        t->denominator += f->assigned;
    }
}

void i26_days(struct question *q, struct tally *t) {
    const struct dossier *dossier;
    for (size_t i = 0; next_conference(q, &i, &dossier);) {
        const struct dzm_facts *f = dossier_counts(dossier);
        if (!f->ended_on)
            continue;
        int32_t days = f->ended_on > f->convened_on ? f->ended_on - f->convened_on : 0;
        t->numerator += days;
        t->denominator++;
        tally_sample(t, days);
    }
}

static bool next_accompaniment(const struct question *q, size_t *index,
                               const struct visit_facts **out) {
    uint8_t shelf = shelves_of(CATEGORY_Visit);
    while (*index < store_count(q->store, shelf)) {
        const struct visit_facts *f = dossier_counts(store_at(q->store, shelf, (*index)++));
        *out = f;
        if (f->is_accompaniment && !f->is_duplicate &&
            wants_home(q, f->household, f->worker, f->household))
            return true;
    }
    return false;
}

void i27_accompaniments(struct question *q, struct tally *t) {
    const struct dossier *dossier;
    const struct visit_facts *f;
    for (size_t i = 0; next_case(q, &i, &dossier);)
        t->denominator += ((const struct case_facts *)dossier_counts(dossier))->credit_count > 0;
    for (size_t i = 0; next_accompaniment(q, &i, &f);)
        t->numerator++;
}

void i27_results(struct question *q, struct tally *t) {
    const struct visit_facts *f;
    for (size_t i = 0; next_accompaniment(q, &i, &f);) {
        t->denominator++;
        t->numerator += f->result == VISIT_RESULT_settled || f->result == VISIT_RESULT_agreed;
    }
}
