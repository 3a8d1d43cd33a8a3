/* What each household owes, the largest arrears first; balances are the department's ledger (A29).
 */
#include "daemons/projector/view.h"

#include "daemons/debt/debt_file.h"
#include "daemons/projector/owing.h"

static struct arrears_row fill(const struct question *q, const struct dossier *dossier) {
    const struct debt_file *file = dossier_state(dossier);
    const struct debt_facts *f = dossier_counts(dossier);
    return (struct arrears_row){
        .debt_file = dossier->stream.id,
        .household = f->household,
        .area = area_of(q, f->household),
        .state = state_name(dossier),
        .risk = text_of(risk_states[file->risk.state]),
        .at_start = f->at_start,
        .arrears = ledger_arrears(&file->ledger),
        .balance = ledger_balance(&file->ledger),
        .reported_on = f->reported_on,
        .instalments = f->granted,
        .paid = f->paid,
        .missed = f->missed,
        .settled_on = f->settled_on,
    };
}

/* `text` names a state, or is "open" for what is owed. */
static bool wants_file(const struct question *q, const struct arrears_row *row) {
    struct text wanted = q->query->text;
    if (wanted.size == 0)
        return true;
    return text_is(wanted, "open") ? row->arrears > 0 : text_equal(wanted, row->state);
}

void arrears_view(struct question *q) {
    uint8_t shelf = shelves_of(CATEGORY_DebtFile);
    for (size_t i = 0; i < store_count(q->store, shelf); i++) {
        const struct dossier *dossier = store_at(q->store, shelf, i);
        const struct life *life = dossier_state(dossier);
        if (life->state == NONE)
            continue;
        struct arrears_row row = fill(q, dossier);
        const struct home *home = joins_home(q->joins, row.household);
        struct id guide = home ? home->guide : row.debt_file;
        uint64_t key = row.arrears > 0 ? (uint64_t)INT64_MAX - (uint64_t)row.arrears : UINT64_MAX;
        if (wants_area(q, (uint8_t)row.area) && wants_file(q, &row) &&
            wants_key(q, row.debt_file, row.household, guide))
            rows_add(q->rows, key, &row);
    }
}
