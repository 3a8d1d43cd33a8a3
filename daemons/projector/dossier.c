/*
 * One stream's facts and how an event moves them: [state][terms][counts] behind struct facts, each
 * part 8-aligned and present only where the shelf has it.
 */
#include "daemons/projector/store.h"

static size_t aligned(size_t size) {
    return (size + 7) & ~(size_t)7;
}

static size_t state_size(const struct shelf *s) {
    return s->aggregate ? aligned(s->aggregate->state_size) : 0;
}

static size_t terms_size(const struct shelf *s) {
    return s->aggregate && s->aggregate->timers ? aligned(sizeof(struct terms)) : 0;
}

size_t shelf_size(uint8_t number) {
    const struct shelf *s = shelves_at(number);
    return state_size(s) + terms_size(s) + aligned(s->counts_size);
}

void *dossier_bytes(struct dossier *dossier) {
    return dossier + 1;
}

const void *dossier_state(const struct dossier *dossier) {
    return shelves_at(dossier->shelf)->aggregate ? dossier + 1 : NULL;
}

const struct terms *dossier_terms(const struct dossier *dossier) {
    const struct shelf *s = shelves_at(dossier->shelf);
    const uint8_t *bytes = (const void *)(dossier + 1);
    return terms_size(s) ? (const void *)(bytes + state_size(s)) : NULL;
}

const void *dossier_counts(const struct dossier *dossier) {
    const struct shelf *s = shelves_at(dossier->shelf);
    const uint8_t *bytes = (const void *)(dossier + 1);
    return s->counts_size ? bytes + state_size(s) + terms_size(s) : NULL;
}

void dossier_clear(struct dossier *dossier) {
    memset(dossier_bytes(dossier), 0, shelf_size(dossier->shelf));
}

bool has_effect(const struct event *event) {
    if (!has_breach(event))
        return true;
    return event->schema->about->nature != NATURE_ACT && !has_breach_of(event, "WRONG_STATE");
}

/* An amendment says nothing of its own: evolve() counts it, its breaches are those of the content
 * that it put right. */
static bool is_amendment(const struct event *event) {
    return event->type == EVENT_EntryVoided || event->type == EVENT_EntryCorrected;
}

void dossier_fold_event(struct dossier *dossier, const struct event *event) {
    const struct shelf *s = shelves_at(dossier->shelf);
    uint8_t *state = dossier_bytes(dossier), *terms = state + state_size(s);
    struct life *life = (void *)state;
    uint8_t before = 0;
    if (s->aggregate) {
        before = life->state;
        evolve(s->aggregate, state, event);
        if (s->aggregate->timers && !is_amendment(event))
            terms_follow((void *)terms, s->aggregate, state, before != life->state, event);
    }
    if (s->note && !is_amendment(event))
        s->note(terms + terms_size(s), state, before, event);
}

void dossier_fold(struct dossier *dossier, const struct history_entry *entry) {
    struct life *life = dossier_bytes(dossier);
    if (!entry->is_void) {
        dossier_fold_event(dossier, &entry->event);
        return;
    }
    if (!shelves_at(dossier->shelf)->aggregate)
        return;
    life->version++;
    life->last_position = entry->event.position;
}
