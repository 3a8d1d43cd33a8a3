/* I20, I22, I24: arrears settled, instalments kept, eviction averted. */
#include "daemons/projector/effects.h"

#include "daemons/debt/debt_file.h"
#include "daemons/projector/owing.h"

struct each {
    const struct debt_file *file;
    const struct debt_facts *f;
    struct home *home;
};

static bool next_debt(const struct question *q, size_t *index, struct each *out) {
    uint8_t shelf = shelves_of(CATEGORY_DebtFile);
    while (*index < store_count(q->store, shelf)) {
        const struct dossier *dossier = store_at(q->store, shelf, (*index)++);
        out->file = dossier_state(dossier);
        out->f = dossier_counts(dossier);
        out->home = joins_home(q->joins, out->f->household);
        if (out->file->life.state != NONE && out->home &&
            wants_home(q, out->f->household, out->home->guide, dossier->stream.id))
            return true;
    }
    return false;
}

/* Households, not accounts: one that still owes on any of its accounts has not settled. */
void i20_settled(struct question *q, struct tally *t) {
    struct each e;
    clear_marks(q);
    for (size_t i = 0; next_debt(q, &i, &e);) {
        e.home->is_marked |= e.f->at_start > 0;
        e.home->is_counted |= ledger_arrears(&e.file->ledger) > 0;
    }
    for (size_t i = 0; i < q->joins->count; i++) {
        const struct home *home = &q->joins->homes[i];
        t->denominator += home->is_marked;
        t->numerator += home->is_marked && !home->is_counted;
    }
}

void i20_reduced(struct question *q, struct tally *t) {
    struct each e;
    for (size_t i = 0; next_debt(q, &i, &e);) {
        int64_t reduced = e.f->at_start - ledger_arrears(&e.file->ledger);
        t->denominator += e.f->at_start;
        t->numerator += reduced > 0 ? reduced : 0;
        t->n++;
    }
}

void i22_instalments(struct question *q, struct tally *t) {
    struct each e;
    for (size_t i = 0; next_debt(q, &i, &e);) {
        t->numerator += e.f->paid;
        t->denominator += e.f->paid + e.f->missed;
    }
}

void i24_averted(struct question *q, struct tally *t) {
    struct each e;
    for (size_t i = 0; next_debt(q, &i, &e);) {
        t->denominator += e.f->was_warned;
        t->numerator += e.f->was_warned && e.f->is_averted;
    }
}
