#include "daemons/projector/team.h"

#include "daemons/intake/area.h"

void area_note(void *counts, const void *state, uint8_t before, const struct event *e) {
    struct area_facts *f = counts;
    const struct area *area = state;
    (void)before;
    if (e->type == EVENT_GoAssigned)
        f->number = (uint8_t)((const struct GoAssigned *)e->payload)->area;
    if (e->type == EVENT_ActingGoNamed)
        f->number = (uint8_t)((const struct ActingGoNamed *)e->payload)->area;
    f->host = id_is_zero(area->lead) ? area->acting : area->lead;
    if (id_is_zero(f->host) && !f->vacant_since) {
        f->vacant_since = e->said->occurred_on;
    } else if (!id_is_zero(f->host) && f->vacant_since) {
        if (e->said->occurred_on > f->vacant_since)
            f->vacancy_days += (uint32_t)(e->said->occurred_on - f->vacant_since);
        f->vacant_since = 0;
    }
}

void keeper_note(void *counts, const void *state, uint8_t before, const struct event *e) {
    struct keeper_facts *f = counts;
    (void)state;
    (void)before;
    if (e->type == EVENT_PlaceReleased)
        f->places = (uint16_t)((const struct PlaceReleased *)e->payload)->places;
    if (e->type != EVENT_PlaceTaken)
        return;
    const struct PlaceTaken *taken = e->payload;
    f->places = (uint16_t)taken->places;
    if (f->places > f->most)
        f->most = f->places;
    f->over_limit = (uint16_t)(f->over_limit + (taken->places > taken->limit));
}

void policy_note(void *counts, const void *state, uint8_t before, const struct event *e) {
    struct policy_facts *f = counts;
    (void)state;
    (void)before;
    if (e->type != EVENT_PolicySetAdopted)
        return;
    if (f->count == POLICIES_MAX) {
        memmove(f->sets, f->sets + 1, sizeof f->sets - sizeof f->sets[0]);
        f->count--;
    }
    struct PolicySetAdopted *set = &f->sets[f->count++];
    memcpy(set, e->payload, sizeof *set);
    memset(&set->instrument, 0, sizeof set->instrument);
    memset(&set->holidays, 0, sizeof set->holidays);
}

static bool is_better(const struct PolicySetAdopted *a, const struct PolicySetAdopted *b) {
    if (!b || a->in_force_from != b->in_force_from)
        return !b || a->in_force_from > b->in_force_from;
    return a->version > b->version;
}

const struct PolicySetAdopted *policy_in_force(const struct store *store, civil_day day) {
    const struct PolicySetAdopted *best = NULL;
    uint8_t shelf = shelves_of(CATEGORY_PolicySet);
    for (size_t i = 0; i < store_count(store, shelf); i++) {
        const struct policy_facts *f = dossier_counts(store_at(store, shelf, i));
        for (uint32_t k = 0; k < f->count; k++)
            if (f->sets[k].in_force_from <= day && is_better(&f->sets[k], best))
                best = &f->sets[k];
    }
    return best;
}
