#include "daemons/projector/joins.h"

#include <stdlib.h>

#include "common/messages/debt.h"
#include "common/messages/relocation.h"
#include "daemons/projector/definitions.h"
#include "daemons/projector/moving.h"
#include "daemons/projector/owing.h"
#include "daemons/projector/support.h"
#include "daemons/projector/team.h"

static size_t slot_of(const struct joins *j, struct id id) {
    uint64_t head, tail;
    memcpy(&head, id.bytes, sizeof head);
    memcpy(&tail, id.bytes + 8, sizeof tail);
    uint64_t h = (tail ^ head * 0x9e3779b97f4a7c15u) * 0xbf58476d1ce4e5b9u;
    return (size_t)(h >> 32) & (j->slot_count - 1);
}

static size_t find(const struct joins *j, struct id id) {
    size_t at = slot_of(j, id);
    while (j->slots[at] && !id_equal(j->homes[j->slots[at] - 1].id, id))
        at = (at + 1) & (j->slot_count - 1);
    return at;
}

struct home *joins_home(const struct joins *j, struct id household) {
    uint32_t slot = j->slots[find(j, household)];
    return slot ? &j->homes[slot - 1] : NULL;
}

/* The tables were sized for every stream that can name a household. */
static struct home *home_of(struct joins *j, struct id household) {
    size_t at = find(j, household);
    if (!j->slots[at] && j->count < j->capacity) {
        j->homes[j->count].id = household;
        j->slots[at] = (uint32_t)++j->count;
    }
    return &j->homes[j->slots[at] - 1];
}

static void join_households(struct joins *j, const struct store *store) {
    uint8_t shelf = shelves_of(CATEGORY_Household);
    for (size_t i = 0; i < store_count(store, shelf); i++) {
        const struct dossier *dossier = store_at(store, shelf, i);
        const struct household_facts *f = dossier_counts(dossier);
        if (f->is_told)
            home_of(j, dossier->stream.id)->area = f->area;
    }
}

/* Where days decide nothing, the id does: the order in which streams were met must not matter. */
static bool is_later(civil_day day, struct id id, civil_day other_day, struct id other_id) {
    if (day != other_day)
        return day > other_day;
    return memcmp(id.bytes, other_id.bytes, sizeof id.bytes) > 0;
}

/* The team's programme first: its guide is the household's guide. */
static bool is_better_case(const struct dossier *a, const struct dossier *b) {
    const struct support_case *x = dossier_state(a), *y = dossier_state(b);
    const struct case_facts *f = dossier_counts(a), *g = dossier_counts(b);
    if ((x->programme == PROGRAMME_LODZ) != (y->programme == PROGRAMME_LODZ))
        return x->programme == PROGRAMME_LODZ;
    return is_later(f->opened_on, a->stream.id, g->opened_on, b->stream.id);
}

static void join_cases(struct joins *j, const struct store *store) {
    uint8_t shelf = shelves_of(CATEGORY_Case);
    for (size_t i = 0; i < store_count(store, shelf); i++) {
        const struct dossier *dossier = store_at(store, shelf, i);
        const struct support_case *c = dossier_state(dossier);
        if (id_is_zero(c->household))
            continue;
        struct home *home = home_of(j, c->household);
        if (!is_case_linked(c) || (home->open_case && !is_better_case(dossier, home->open_case)))
            continue;
        home->open_case = dossier;
        home->guide = c->keeper;
    }
}

static bool is_newer(const struct dossier *a, const struct dossier *b) {
    const struct relocation_facts *x = dossier_counts(a), *y = dossier_counts(b);
    return is_later(x->announced_on, a->stream.id, y->announced_on, b->stream.id);
}

static void join_relocation(struct home *home, const struct dossier *dossier) {
    const struct relocation_facts *f = dossier_counts(dossier);
    bool is_active = is_running(dossier);
    home->open_blockers += is_active ? open_blockers(f) : 0;
    if (home->has_active_relocation && !is_active)
        return;
    bool is_better = !home->relocation || (is_active && !home->has_active_relocation) ||
                     is_newer(dossier, home->relocation);
    home->has_active_relocation |= is_active;
    if (is_better)
        home->relocation = dossier;
}

static void take_area(struct home *home) {
    const struct relocation_facts *f = home->relocation ? dossier_counts(home->relocation) : NULL;
    if (f && f->area)
        home->area = f->area;
}

static void join_relocations(struct joins *j, const struct store *store) {
    uint8_t shelf = shelves_of(CATEGORY_Relocation);
    for (size_t i = 0; i < store_count(store, shelf); i++) {
        const struct dossier *dossier = store_at(store, shelf, i);
        const struct relocation_facts *f = dossier_counts(dossier);
        if (!id_is_zero(f->household))
            join_relocation(home_of(j, f->household), dossier);
    }
    for (size_t i = 0; i < j->count; i++)
        take_area(&j->homes[i]);
}

static void join_returns(struct joins *j, const struct store *store) {
    uint8_t shelf = shelves_of(CATEGORY_Return);
    for (size_t i = 0; i < store_count(store, shelf); i++) {
        const struct dossier *dossier = store_at(store, shelf, i);
        const struct return_facts *f = dossier_counts(dossier);
        if (!id_is_zero(f->household) && is_running(dossier))
            home_of(j, f->household)->has_open_return = true;
    }
}

static void join_debts(struct joins *j, const struct store *store) {
    uint8_t shelf = shelves_of(CATEGORY_DebtFile);
    for (size_t i = 0; i < store_count(store, shelf); i++) {
        const struct debt_facts *f = dossier_counts(store_at(store, shelf, i));
        if (!id_is_zero(f->household))
            home_of(j, f->household);
    }
}

static void join_hosts(struct joins *j, const struct store *store) {
    uint8_t shelf = shelves_of(CATEGORY_Area);
    for (size_t i = 0; i < store_count(store, shelf); i++) {
        const struct area_facts *f = dossier_counts(store_at(store, shelf, i));
        if (f->number < AREAS_MAX)
            j->hosts[f->number] = f->host;
    }
}

int joins_init(struct joins *j, const struct store *store) {
    *j = (struct joins){.slot_count = 64};
    j->capacity = store_count(store, shelves_of(CATEGORY_Household)) +
                  store_count(store, shelves_of(CATEGORY_Case)) +
                  store_count(store, shelves_of(CATEGORY_Relocation)) +
                  store_count(store, shelves_of(CATEGORY_Return)) +
                  store_count(store, shelves_of(CATEGORY_DebtFile));
    while (j->slot_count < j->capacity * 2)
        j->slot_count *= 2;
    j->homes = calloc(j->capacity + 1, sizeof *j->homes);
    j->slots = calloc(j->slot_count, sizeof *j->slots);
    if (!j->homes || !j->slots) {
        joins_deinit(j);
        return 1;
    }
    join_households(j, store);
    join_cases(j, store);
    join_relocations(j, store);
    join_returns(j, store);
    join_debts(j, store);
    join_hosts(j, store);
    return 0;
}

void joins_deinit(struct joins *j) {
    free(j->homes);
    free(j->slots);
    *j = (struct joins){0};
}
