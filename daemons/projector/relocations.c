/* How far each relocation is, the nearest date to vacate first (DOMAIN.md 4.6). */
#include "daemons/projector/view.h"

#include "daemons/projector/moving.h"

/* A right to return stands under the id of the relocation that opened it (relocation/return.h). */
static struct text return_state(const struct store *store, struct id relocation) {
    const struct dossier *dossier = store_find(store, CATEGORY_Return, relocation);
    const struct life *life = dossier ? dossier_state(dossier) : NULL;
    return life && life->state != NONE ? state_name(dossier) : (struct text){NULL, 0};
}

static bool is_temporary(const struct relocation_facts *f) {
    return f->regime == REGIME_R1 || f->regime == REGIME_R2;
}

static int64_t days_of(const struct relocation_facts *f, civil_day on) {
    civil_day until = f->moved_on ? f->moved_on : on;
    return f->announced_on && until > f->announced_on ? until - f->announced_on : 0;
}

static struct relocation_row fill(const struct question *q, const struct dossier *dossier) {
    const struct relocation_facts *f = dossier_counts(dossier);
    return (struct relocation_row){
        .relocation = dossier->stream.id,
        .household = f->household,
        .building = f->building,
        .area = f->area,
        .host = f->area < AREAS_MAX ? q->joins->hosts[f->area] : (struct id){{0}},
        .regime = f->regime,
        .state = state_name(dossier),
        .persons = f->persons,
        .announced_on = f->announced_on,
        .vacate_by = f->vacate_by,
        .moved_on = f->moved_on,
        .days = days_of(f, q->on),
        .offers = f->offers,
        .refused = f->refused,
        .open_blockers = open_blockers(f),
        .breaches = f->breaches,
        .return_state =
            is_temporary(f) ? return_state(q->store, dossier->stream.id) : (struct text){NULL, 0},
    };
}

/* `text` names a state, or is "open" for everything that has not ended. */
static bool wants_state(const struct question *q, const struct dossier *dossier) {
    struct text wanted = q->query->text;
    if (wanted.size == 0)
        return true;
    if (text_is(wanted, "open"))
        return is_running(dossier);
    return text_equal(wanted, state_name(dossier));
}

void relocations_view(struct question *q) {
    uint8_t shelf = shelves_of(CATEGORY_Relocation);
    for (size_t i = 0; i < store_count(q->store, shelf); i++) {
        const struct dossier *dossier = store_at(q->store, shelf, i);
        const struct relocation_facts *f = dossier_counts(dossier);
        if (id_is_zero(f->household) || !wants_area(q, f->area) || !wants_state(q, dossier))
            continue;
        struct relocation_row row = fill(q, dossier);
        if (!wants_key(q, row.relocation, row.household, row.building) &&
            !wants_key(q, row.host, row.host, row.host))
            continue;
        rows_add(q->rows, row_key_of_day(is_running(dossier) ? row.vacate_by : 0), &row);
    }
}
