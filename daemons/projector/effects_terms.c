/* I34: terms met of those that ended, by T number; events that missed a rule (A49). */
#include "daemons/projector/effects.h"

/* Every stream of this daemon's departments whose aggregate has timers keeps its terms. */
static bool next_terms(const struct question *q, uint8_t *shelf, size_t *index,
                       const struct terms **out) {
    for (; *shelf < shelves_count(); (*shelf)++, *index = 0) {
        const struct aggregate *a = shelves_at(*shelf)->aggregate;
        while (a && a->timers && *index < store_count(q->store, *shelf)) {
            const struct dossier *dossier = store_at(q->store, *shelf, (*index)++);
            struct id household = household_of(dossier);
            *out = dossier_terms(dossier);
            if (wants_home(q, household, dossier->stream.id, dossier->stream.id))
                return true;
        }
    }
    return false;
}

static void count(struct question *q, struct tally *t, uint8_t first, uint8_t last) {
    const struct terms *terms;
    uint8_t shelf = 0;
    for (size_t i = 0; next_terms(q, &shelf, &i, &terms);)
        for (uint8_t number = first; number <= last; number++) {
            t->numerator += terms->met[number];
            t->denominator += terms->met[number] + terms->passed[number];
        }
}

void i34_deadlines(struct question *q, struct tally *t) {
    count(q, t, 1, TERMS_NUMBER_MAX - 1);
}

void i34_term(struct question *q, struct tally *t) {
    count(q, t, t->part, t->part);
}

void i34_breaches(struct question *q, struct tally *t) {
    const struct terms *terms;
    uint8_t shelf = 0;
    for (size_t i = 0; next_terms(q, &shelf, &i, &terms);)
        t->numerator += terms->breaches;
    t->denominator = 1;
    t->n = t->numerator;
}
