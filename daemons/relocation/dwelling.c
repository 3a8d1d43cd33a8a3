#include "daemons/relocation/dwelling.h"

#include "daemons/relocation/landlord.h"
#include "daemons/relocation/relocation.h"
#include "daemons/relocation/return.h"

/* ---- what offers, moves and returns ask of a dwelling ---- */

bool is_free_for(const struct dwelling *dwelling, struct id holder) {
    return dwelling->life.state == DWELLING_AVAILABLE ||
           (dwelling->life.state == DWELLING_RESERVED && id_equal(dwelling->held_by, holder));
}

const struct dwelling *check_free(struct decision *d, struct id dwelling, const char *field) {
    const struct dwelling *w = state_of(d, CATEGORY_Dwelling, dwelling);
    if (!w)
        reject(d, &RULE_UNKNOWN_SUBJECT, field);
    else if (w->life.state == DWELLING_RESERVED && !is_free_for(w, d->command->stream.id))
        refuse(d, &RULE_DWELLING_HELD_BY_OTHER, field);
    else if (!is_free_for(w, d->command->stream.id))
        refuse(d, &RULE_DWELLING_NOT_AVAILABLE, field);
    return w;
}

void reserve_dwelling(struct decision *d, struct id dwelling) {
    const struct dwelling *w = state_of(d, CATEGORY_Dwelling, dwelling);
    if (!w || w->life.state != DWELLING_AVAILABLE)
        return;
    struct DwellingReserved *e = emit(d, CATEGORY_Dwelling, dwelling, DwellingReserved_schema());
    e->relocation = d->command->stream.id;
}

void release_dwelling(struct decision *d, struct id dwelling) {
    const struct dwelling *w =
        id_is_zero(dwelling) ? NULL : state_of(d, CATEGORY_Dwelling, dwelling);
    if (!w || w->life.state != DWELLING_RESERVED || !is_free_for(w, d->command->stream.id))
        return;
    struct DwellingReleased *e = emit(d, CATEGORY_Dwelling, dwelling, DwellingReleased_schema());
    e->relocation = d->command->stream.id;
}

void let_dwelling(struct decision *d, struct id dwelling) {
    const struct dwelling *w = state_of(d, CATEGORY_Dwelling, dwelling);
    if (!w || !is_free_for(w, d->command->stream.id))
        return;
    struct DwellingLet *e = emit(d, CATEGORY_Dwelling, dwelling, DwellingLet_schema());
    e->relocation = d->command->stream.id;
}

/* ---- guards of the dwelling's own commands ---- */

/* Whoever it is kept for must exist. */
static void may_reserve(struct decision *d) {
    const struct DwellingReserved *e = d->command->payload;
    by_zlm(d);
    if (!id_is_zero(e->relocation) && !state_of(d, CATEGORY_Relocation, e->relocation))
        reject(d, &RULE_UNKNOWN_SUBJECT, "relocation");
}

/* The offer or letter that keeps this dwelling, or NULL. */
static const struct relocation *promised_in(struct decision *d) {
    const struct dwelling *w = d->state;
    const struct relocation *r =
        id_is_zero(w->held_by) ? NULL : state_of(d, CATEGORY_Relocation, w->held_by);
    return r && id_equal(r->to, d->command->stream.id) ? r : NULL;
}

static const struct right_to_return *returns_here(struct decision *d) {
    const struct dwelling *w = d->state;
    const struct right_to_return *r =
        id_is_zero(w->held_by) ? NULL : state_of(d, CATEGORY_Return, w->held_by);
    return r && id_equal(r->to, d->command->stream.id) ? r : NULL;
}

static void may_release(struct decision *d) {
    by_zlm(d);
    if (promised_in(d) || returns_here(d))
        refuse(d, &RULE_OFFER_STANDS, "stream");
}

static void may_let_reserved(struct decision *d) {
    const struct dwelling *w = d->state;
    const struct DwellingLet *e = d->command->payload;
    by_zlm(d);
    if (!id_is_zero(w->held_by) && !id_equal(w->held_by, e->relocation))
        refuse(d, &RULE_DWELLING_HELD_BY_OTHER, "relocation");
}

/* An offer falls with its dwelling; a mayor's letter cannot: another one is indicated first. */
static void may_withdraw(struct decision *d) {
    const struct relocation *r = promised_in(d);
    const struct right_to_return *back = returns_here(d);
    by_zlm(d);
    if (r && !(OFFER_IS_OPEN & IN(r->life.state)))
        refuse(d, &RULE_OFFER_STANDS, "stream");
    if (back && back->life.state != RETURN_OFFERED)
        refuse(d, &RULE_OFFER_STANDS, "stream");
}

static void withdraw_offer(struct decision *d) {
    const struct dwelling *w = d->state;
    if (w->life.state != DWELLING_RESERVED)
        return;
    if (promised_in(d)) {
        struct OfferWithdrawn *e =
            emit(d, CATEGORY_Relocation, w->held_by, OfferWithdrawn_schema());
        e->dwelling = d->command->stream.id;
        e->reason = OFFER_WITHDRAWAL_dwelling_lost;
    } else if (returns_here(d)) {
        struct ReturnOfferWithdrawn *e =
            emit(d, CATEGORY_Return, w->held_by, ReturnOfferWithdrawn_schema());
        e->reason = OFFER_WITHDRAWAL_dwelling_lost;
    }
}

static void check_successor(struct decision *d, struct id by, const char *field) {
    if (id_equal(by, d->command->stream.id))
        refuse(d, &RULE_DWELLING_INTO_ITSELF, field);
    else if (!id_is_zero(by) && !state_of(d, CATEGORY_Dwelling, by))
        reject(d, &RULE_UNKNOWN_SUBJECT, field);
}

static void may_replace(struct decision *d) {
    const struct DwellingReplaced *e = d->command->payload;
    by_zlm(d);
    check_successor(d, e->by, "by");
    check_successor(d, e->by_second, "by_second");
}

/* ---- evolve ---- */

static uint8_t equipment(bool water, bool wc, bool bath, bool heating, bool gas) {
    return (uint8_t)((water ? EQUIPMENT_WATER : 0) | (wc ? EQUIPMENT_WC : 0) |
                     (bath ? EQUIPMENT_BATH : 0) | (heating ? EQUIPMENT_HEATING : 0) |
                     (gas ? EQUIPMENT_GAS : 0));
}

static void register_dwelling(struct dwelling *w, const struct DwellingRegistered *e) {
    w->building = e->building;
    w->housing = (struct housing){
        .locality = (int32_t)e->locality,
        .rooms_area = (int32_t)e->rooms_area,
        .equipment = equipment(e->water, e->wc, e->bath, e->heating, e->gas),
    };
    w->life.state = e->occupied ? DWELLING_LET : DWELLING_AVAILABLE;
}

static void make_ready(struct dwelling *w, const struct DwellingReady *e) {
    w->housing.equipment |= equipment(e->water, e->wc, e->bath, e->heating, e->gas);
    if (e->rooms_area)
        w->housing.rooms_area = (int32_t)e->rooms_area;
}

static void dwelling_evolve(void *state, const struct event *event) {
    struct dwelling *w = state;
    const struct DwellingReplaced *replaced = event->payload;
    switch (event->type) {
    case EVENT_DwellingRegistered:
        register_dwelling(w, event->payload);
        break;
    case EVENT_DwellingReserved:
        w->held_by = ((const struct DwellingReserved *)event->payload)->relocation;
        break;
    case EVENT_DwellingLet:
        w->held_by = ((const struct DwellingLet *)event->payload)->relocation;
        break;
    case EVENT_DwellingReleased:
    case EVENT_DwellingVacated:
    case EVENT_DwellingWithdrawn:
        w->held_by = (struct id){{0}};
        break;
    case EVENT_DwellingReady:
        make_ready(w, event->payload);
        break;
    case EVENT_DwellingReplaced:
        w->replaced_by = replaced->by;
        w->replaced_by_second = replaced->by_second;
        break;
    default:
        break;
    }
}

#define FREE_OR_KEPT (IN(DWELLING_AVAILABLE) | IN(DWELLING_RESERVED))
#define EMPTY (IN(DWELLING_VACATED) | IN(DWELLING_IN_WORKS))

static const struct transition transitions[] = {
    {IN(NONE), EVENT_DwellingRegistered, IN(DWELLING_AVAILABLE) | IN(DWELLING_LET), by_zlm, NULL},
    {IN(DWELLING_AVAILABLE), EVENT_DwellingReserved, IN(DWELLING_RESERVED), may_reserve, NULL},
    {IN(DWELLING_RESERVED), EVENT_DwellingReleased, IN(DWELLING_AVAILABLE), may_release, NULL},
    {FREE_OR_KEPT, EVENT_DwellingLet, IN(DWELLING_LET), may_let_reserved, NULL},
    {IN(DWELLING_LET), EVENT_DwellingVacated, IN(DWELLING_VACATED), by_zlm, NULL},
    {IN(DWELLING_VACATED), EVENT_DwellingWorksStarted, IN(DWELLING_IN_WORKS), by_zlm, NULL},
    {EMPTY, EVENT_DwellingReady, IN(DWELLING_AVAILABLE), by_zlm, NULL},
    {FREE_OR_KEPT | EMPTY, EVENT_DwellingWithdrawn, IN(DWELLING_WITHDRAWN), may_withdraw,
     withdraw_offer},
    {IN(DWELLING_AVAILABLE) | EMPTY, EVENT_DwellingReplaced, IN(DWELLING_REPLACED), may_replace,
     NULL},
};

static const char *const states[] = {"none",    "Available", "Reserved",  "Let",
                                     "Vacated", "InWorks",   "Withdrawn", "Replaced"};

const struct aggregate dwelling_aggregate = {
    .category = CATEGORY_Dwelling,
    .name = "Dwelling",
    .state_size = sizeof(struct dwelling),
    .states = states,
    .state_count = sizeof states / sizeof *states,
    .final = IN(DWELLING_WITHDRAWN) | IN(DWELLING_REPLACED),
    .transitions = transitions,
    .transition_count = sizeof transitions / sizeof *transitions,
    .evolve = dwelling_evolve,
};
