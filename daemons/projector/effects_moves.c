/* I01-I09 and I11: relocations, offers, rights, blockers, life after the move. */
#include "daemons/projector/effects.h"

#include "daemons/projector/moving.h"
#include "daemons/relocation/return.h"

struct each {
    const struct dossier *dossier;
    const struct relocation_facts *f;
    struct home *home;
};

/* The next relocation that the question wants; a mistaken one never was. */
static bool next_relocation(const struct question *q, size_t *index, struct each *out) {
    uint8_t shelf = shelves_of(CATEGORY_Relocation);
    while (*index < store_count(q->store, shelf)) {
        out->dossier = store_at(q->store, shelf, (*index)++);
        out->f = dossier_counts(out->dossier);
        if (id_is_zero(out->f->household) || out->f->was_mistaken)
            continue;
        out->home = joins_home(q->joins, out->f->household);
        uint8_t area = out->f->area ? out->f->area : out->home->area;
        struct id guide = out->home->guide;
        if (wants_area(q, area) && wants_key(q, out->f->household, guide, out->dossier->stream.id))
            return true;
    }
    return false;
}

/* Household = tenant (A57). The cohort is everybody who was announced, or moved in an emergency. */
void i01_progress(struct question *q, struct tally *t) {
    struct each r;
    clear_marks(q);
    for (size_t i = 0; next_relocation(q, &i, &r);) {
        t->denominator += !r.home->is_marked;
        t->numerator += !r.home->is_counted && r.f->moved_by != NOT_MOVED;
        r.home->is_marked = true;
        r.home->is_counted |= r.f->moved_by != NOT_MOVED;
    }
}

void i02_without_order(struct question *q, struct tally *t) {
    struct each r;
    for (size_t i = 0; next_relocation(q, &i, &r);) {
        t->denominator += r.f->moved_by != NOT_MOVED;
        t->numerator += r.f->moved_by != NOT_MOVED && r.f->moved_by != MOVED_BY_FORCE;
    }
}

static bool next_return(const struct question *q, size_t *index, const struct dossier **out) {
    uint8_t shelf = shelves_of(CATEGORY_Return);
    while (*index < store_count(q->store, shelf)) {
        *out = store_at(q->store, shelf, (*index)++);
        const struct return_facts *f = dossier_counts(*out);
        if (f->opened_on && wants_home(q, f->household, f->household, (*out)->stream.id))
            return true;
    }
    return false;
}

/* The newest declaration of each right: it may change until an offer is made. */
void i03_return_declared(struct question *q, struct tally *t) {
    const struct dossier *dossier;
    for (size_t i = 0; next_return(q, &i, &dossier);) {
        const struct return_facts *f = dossier_counts(dossier);
        t->denominator += f->was_declared;
        t->numerator += f->was_declared && f->wish == RETURN_WISH_yes;
    }
}

void i04_returned(struct question *q, struct tally *t) {
    const struct dossier *dossier;
    for (size_t i = 0; next_return(q, &i, &dossier);) {
        if (is_running(dossier))
            continue;
        t->denominator++;
        t->numerator += ((const struct life *)dossier_state(dossier))->state == RETURN_USED;
    }
}

void i05_days_to_move(struct question *q, struct tally *t) {
    struct each r;
    for (size_t i = 0; next_relocation(q, &i, &r);) {
        if (r.f->moved_by == NOT_MOVED || !r.f->announced_on)
            continue;
        int32_t days = r.f->moved_on > r.f->announced_on ? r.f->moved_on - r.f->announced_on : 0;
        t->numerator += days;
        t->denominator++;
        tally_sample(t, days);
    }
}

void i06_offers(struct question *q, struct tally *t) {
    struct each r;
    for (size_t i = 0; next_relocation(q, &i, &r);) {
        t->numerator += r.f->offers;
        t->denominator += r.f->offers > 0;
    }
}

void i06_refused(struct question *q, struct tally *t) {
    struct each r;
    for (size_t i = 0; next_relocation(q, &i, &r);) {
        t->numerator += r.f->refused;
        t->denominator += r.f->offers;
    }
}

void i06_expired(struct question *q, struct tally *t) {
    struct each r;
    for (size_t i = 0; next_relocation(q, &i, &r);) {
        t->numerator += r.f->expired;
        t->denominator += r.f->offers;
    }
}

void i06_withdrawn(struct question *q, struct tally *t) {
    struct each r;
    for (size_t i = 0; next_relocation(q, &i, &r);) {
        t->numerator += r.f->withdrawn;
        t->denominator += r.f->offers;
    }
}

void i07_rights_information(struct question *q, struct tally *t) {
    struct each r;
    for (size_t i = 0; next_relocation(q, &i, &r);) {
        t->numerator += r.f->indicated_well;
        t->denominator += r.f->indicated;
    }
}

static void count_blockers(struct question *q, struct tally *t, uint8_t kind) {
    struct each r;
    for (size_t i = 0; next_relocation(q, &i, &r);)
        for (uint8_t k = 0; k < r.f->blocker_count; k++) {
            if (kind && r.f->blockers[k].kind != kind)
                continue;
            t->denominator++;
            t->numerator += r.f->blockers[k].end == BLOCKER_IS_SOLVED;
        }
}

void i08_blockers(struct question *q, struct tally *t) {
    count_blockers(q, t, 0);
}

void i08_kind(struct question *q, struct tally *t) {
    count_blockers(q, t, t->part);
}

void i08_days(struct question *q, struct tally *t) {
    struct each r;
    for (size_t i = 0; next_relocation(q, &i, &r);)
        for (uint8_t k = 0; k < r.f->blocker_count; k++) {
            const struct blocker_facts *b = &r.f->blockers[k];
            if (b->end != BLOCKER_IS_SOLVED)
                continue;
            int32_t days = b->ended_on > b->raised_on ? b->ended_on - b->raised_on : 0;
            t->numerator += days;
            t->denominator++;
            tally_sample(t, days);
        }
}

void i09_stable(struct question *q, struct tally *t) {
    struct each r;
    for (size_t i = 0; next_relocation(q, &i, &r);) {
        t->denominator += r.f->checks > 0;
        t->numerator += r.f->checks > 0 && r.f->is_stable;
    }
}

void i09_month(struct question *q, struct tally *t) {
    struct each r;
    for (size_t i = 0; next_relocation(q, &i, &r);) {
        t->denominator += r.f->checked_at >> t->part & 1;
        t->numerator += r.f->stable_at >> t->part & 1;
    }
}

void i11_informed(struct question *q, struct tally *t) {
    struct each r;
    for (size_t i = 0; next_relocation(q, &i, &r);) {
        t->denominator += r.f->announced_on != 0;
        t->numerator += r.f->announced_on && r.f->informed_on;
    }
}
