/* Partners, the last word with them (A35: within policy's days), and the help that passed. */
#include "daemons/projector/view.h"

#include "daemons/networking/help_request.h"
#include "daemons/networking/partner.h"
#include "daemons/projector/helping.h"

static void count_help(const struct question *q, struct network_row *row) {
    uint8_t shelf = shelves_of(CATEGORY_HelpRequest);
    for (size_t i = 0; i < store_count(q->store, shelf); i++) {
        const struct dossier *dossier = store_at(q->store, shelf, i);
        const struct help_facts *f = dossier_counts(dossier);
        const struct life *life = dossier_state(dossier);
        if (life->state == NONE || !id_equal(f->partner, row->partner))
            continue;
        row->requested++;
        row->provided += life->state == HELP_PROVIDED;
        row->declined += life->state == HELP_DECLINED;
    }
}

static void count_cases(const struct question *q, struct network_row *row) {
    uint8_t shelf = shelves_of(CATEGORY_SupportNetwork);
    for (size_t i = 0; i < store_count(q->store, shelf); i++) {
        const struct network_facts *f = dossier_counts(store_at(q->store, shelf, i));
        for (uint8_t k = 0; k < f->partners; k++)
            row->cases += id_equal(f->helpers[k], row->partner);
    }
}

static bool is_contact_overdue(const struct question *q, const struct dossier *dossier) {
    const struct partner_facts *f = dossier_counts(dossier);
    const struct life *life = dossier_state(dossier);
    bool is_in_use = life->state == PARTNER_ACTIVE || life->state == PARTNER_IDENTIFIED;
    return is_in_use && q->policy && f->last_contact &&
           is_overdue(f->last_contact + (civil_day)q->policy->partner_contact_days, q->on);
}

static struct network_row fill(const struct question *q, const struct dossier *dossier) {
    const struct partner_facts *f = dossier_counts(dossier);
    struct network_row row = {
        .partner = dossier->stream.id,
        .name = {f->name, f->name_size},
        .domain = f->domain,
        .area = f->area,
        .state = state_name(dossier),
        .last_contact = f->last_contact,
        .overdue = is_contact_overdue(q, dossier),
    };
    count_help(q, &row);
    count_cases(q, &row);
    return row;
}

void network_view(struct question *q) {
    uint8_t shelf = shelves_of(CATEGORY_Partner);
    for (size_t i = 0; i < store_count(q->store, shelf); i++) {
        const struct dossier *dossier = store_at(q->store, shelf, i);
        const struct life *life = dossier_state(dossier);
        const struct partner_facts *f = dossier_counts(dossier);
        if (life->state == NONE || !wants_area(q, f->area))
            continue;
        struct network_row row = fill(q, dossier);
        if (wants_key(q, row.partner, row.partner, row.partner))
            rows_add(q->rows, row_key_of_day(row.last_contact), &row);
    }
}
