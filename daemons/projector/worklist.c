/*
 * Every term of DOMAIN.md 3 that runs, or has passed and still asks for something; the most urgent
 * first. The departments' timers() say what runs; terms.c keeps what has passed.
 */
#include "daemons/projector/view.h"

#include "daemons/projector/owing.h"

static struct id owner_of(const struct question *q, const struct dossier *dossier,
                          const struct home *home) {
    switch (dossier->stream.category) {
    case CATEGORY_Worker:
        return dossier->stream.id;
    case CATEGORY_Case:
    case CATEGORY_Effect:
    case CATEGORY_Dzm:
    case CATEGORY_InfoRequest:
        return home ? home->guide : (struct id){{0}};
    default:
        return home && home->area < AREAS_MAX ? q->joins->hosts[home->area] : (struct id){{0}};
    }
}

/* A request for relief belongs to the household of its debt file. */
static struct id household_behind(const struct question *q, const struct dossier *dossier) {
    if (dossier->stream.category != CATEGORY_ReliefRequest)
        return household_of(dossier);
    const struct relief_facts *f = dossier_counts(dossier);
    const struct dossier *debt = store_find(q->store, CATEGORY_DebtFile, f->debt_file);
    return debt ? household_of(debt) : (struct id){{0}};
}

static void add(struct question *q, const struct dossier *dossier, uint8_t number, civil_day due,
                bool is_passed) {
    struct id household = household_behind(q, dossier);
    const struct home *home = joins_home(q->joins, household);
    struct worklist_row row = {
        .deadline = number,
        .due = due,
        .overdue = is_passed || is_overdue(due, q->on),
        .days = due - q->on,
        .kind = text_of(shelves_at(dossier->shelf)->aggregate->name),
        .stream = dossier->stream.id,
        .household = household,
        .owner = owner_of(q, dossier, home),
        .area = home ? home->area : 0,
    };
    if (text_is(q->query->text, "overdue") && !row.overdue)
        return;
    if (wants_area(q, (uint8_t)row.area) && (wants_key(q, row.owner, row.household, row.stream)))
        rows_add(q->rows, row_key_of_day(due), &row);
}

static void add_terms(struct question *q, const struct dossier *dossier) {
    const struct terms *terms = dossier_terms(dossier);
    struct timer timers[TIMERS_MAX];
    size_t count = 0;
    if (q->policy)
        count = shelves_at(dossier->shelf)
                    ->aggregate->timers(dossier_state(dossier), q->policy, timers);
    for (size_t i = 0; i < count; i++)
        add(q, dossier, timers[i].number, timers[i].due, false);
    for (uint8_t i = 0; i < terms->count; i++)
        if (terms->open[i].is_passed)
            add(q, dossier, terms->open[i].number, terms->open[i].due, true);
}

void worklist_view(struct question *q) {
    for (uint8_t shelf = 0; shelf < shelves_count(); shelf++) {
        const struct aggregate *a = shelves_at(shelf)->aggregate;
        for (size_t i = 0; a && a->timers && i < store_count(q->store, shelf); i++)
            add_terms(q, store_at(q->store, shelf, i));
    }
}
