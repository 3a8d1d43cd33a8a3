/* Relocations and arrears counted by area: sums over the rows that `relocations` and `arrears` list. */
#include "daemons/projector/view.h"

#include "daemons/debt/debt_file.h"
#include "daemons/projector/moving.h"
#include "daemons/projector/owing.h"
#include "daemons/relocation/relocation.h"

enum { SUM_AREAS = 10 };

static void add_state(struct progress_row *row, uint8_t state) {
    row->informed += state == RELOCATION_INFORMED || state == RELOCATION_NEEDS_DIAGNOSED;
    row->offering += state == RELOCATION_OFFERING || state == RELOCATION_ACCEPTED;
    row->letters += state == RELOCATION_INDICATED || state == RELOCATION_NOTICE_SERVED;
    row->planned += state == RELOCATION_MOVE_PLANNED;
}

static void add_relocation(struct progress_row *row, const struct dossier *dossier) {
    const struct relocation_facts *f = dossier_counts(dossier);
    const struct life *life = dossier_state(dossier);
    bool running = is_running(dossier);
    row->tenants++;
    row->moved += f->moved_on != 0;
    row->to_move += running && !f->moved_on;
    row->cancelled += !running && !f->moved_on;
    row->blocked += running && !f->moved_on && open_blockers(f) > 0;
    row->followed += f->checks > 0;
    add_state(row, life->state);
}

void progress_view(struct question *q) {
    struct progress_row rows[SUM_AREAS] = {{0}};
    uint8_t shelf = shelves_of(CATEGORY_Relocation);
    for (size_t i = 0; i < store_count(q->store, shelf); i++) {
        const struct dossier *dossier = store_at(q->store, shelf, i);
        const struct relocation_facts *f = dossier_counts(dossier);
        if (id_is_zero(f->household) || f->was_mistaken)
            continue;
        add_relocation(&rows[0], dossier);
        if (f->area && f->area < SUM_AREAS)
            add_relocation(&rows[f->area], dossier);
    }
    for (uint8_t area = 0; area < SUM_AREAS; area++) {
        rows[area].area = area;
        /* The city stands last; an area that nobody moves from has no row. */
        if ((area == 0 || rows[area].tenants) && wants_area(q, area))
            rows_add(q->rows, area ? area : SUM_AREAS, &rows[area]);
    }
}

static void add_file(struct debts_row *row, const struct debt_file *file,
                     const struct debt_facts *f) {
    int64_t arrears = ledger_arrears(&file->ledger);
    row->files++;
    row->owing += arrears > 0;
    row->repaying += file->life.state == DEBT_REPAYING;
    row->settled += f->settled_on != 0;
    row->warned += file->risk.state >= RISK_WARNED;
    row->at_start += f->at_start;
    row->arrears += arrears;
}

void debts_view(struct question *q) {
    struct debts_row rows[SUM_AREAS] = {{0}};
    uint8_t shelf = shelves_of(CATEGORY_DebtFile);
    for (size_t i = 0; i < store_count(q->store, shelf); i++) {
        const struct dossier *dossier = store_at(q->store, shelf, i);
        const struct debt_file *file = dossier_state(dossier);
        const struct debt_facts *f = dossier_counts(dossier);
        if (file->life.state == NONE)
            continue;
        uint8_t area = area_of(q, f->household);
        add_file(&rows[0], file, f);
        if (area && area < SUM_AREAS)
            add_file(&rows[area], file, f);
    }
    for (uint8_t area = 0; area < SUM_AREAS; area++) {
        rows[area].area = area;
        if ((area == 0 || rows[area].files) && wants_area(q, area))
            rows_add(q->rows, area ? area : SUM_AREAS, &rows[area]);
    }
}
