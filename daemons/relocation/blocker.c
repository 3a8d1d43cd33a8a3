/* What stands in the way of a move (S1). A blocker is worked on; it never locks (A26). */
#include "daemons/relocation/steps.h"

static const struct blocker *find_blocker(const struct relocation *r, struct id id) {
    for (size_t i = 0; i < BLOCKERS_MAX; i++)
        if (id_equal(r->blockers[i].id, id))
            return &r->blockers[i];
    return NULL;
}

bool has_open_blocker(const struct relocation *r) {
    for (size_t i = 0; i < BLOCKERS_MAX; i++)
        if (r->blockers[i].is_open)
            return true;
    return false;
}

/* A place for one more: unused, or of one that is settled; NULL when all are open. */
static const struct blocker *free_place(const struct relocation *r) {
    for (size_t i = 0; i < BLOCKERS_MAX; i++)
        if (id_is_zero(r->blockers[i].id))
            return &r->blockers[i];
    for (size_t i = 0; i < BLOCKERS_MAX; i++)
        if (!r->blockers[i].is_open)
            return &r->blockers[i];
    return NULL;
}

void may_raise_blocker(struct decision *d) {
    const struct relocation *r = d->state;
    const struct BlockerRaised *e = d->command->payload;
    if (!id_equal(e->household, r->household))
        refuse(d, &RULE_RELOCATION_OF_ANOTHER, "household");
    if (find_blocker(r, e->blocker))
        refuse(d, &RULE_BLOCKER_EXISTS, "blocker");
    else if (!free_place(r))
        refuse(d, &RULE_BLOCKERS_FULL, "blocker");
}

/* The blocker comes first in BlockerAssigned, BlockerSolved and BlockerOverridden alike. */
void may_settle_blocker(struct decision *d) {
    const struct blocker *b = find_blocker(d->state, *(const struct id *)d->command->payload);
    if (!b || !b->is_open)
        refuse(d, &RULE_NO_OPEN_BLOCKER, "blocker");
}

static void raise_blocker(struct relocation *r, const struct BlockerRaised *e) {
    const struct blocker *place = free_place(r);
    if (e->kind == BLOCKER_rent_debt)
        r->had_rent_debt = true;
    if (place)
        r->blockers[place - r->blockers] =
            (struct blocker){.id = e->blocker, .kind = (uint8_t)e->kind, .is_open = true};
}

static void end_blocker(struct relocation *r, struct id id) {
    const struct blocker *b = find_blocker(r, id);
    if (b)
        r->blockers[b - r->blockers].is_open = false;
}

void blocker_evolve(struct relocation *r, const struct event *event) {
    switch (event->type) {
    case EVENT_BlockerRaised:
        raise_blocker(r, event->payload);
        break;
    case EVENT_BlockerSolved:
        end_blocker(r, ((const struct BlockerSolved *)event->payload)->blocker);
        break;
    case EVENT_BlockerOverridden:
        end_blocker(r, ((const struct BlockerOverridden *)event->payload)->blocker);
        break;
    default:
        break;
    }
}
