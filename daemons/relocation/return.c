#include "daemons/relocation/return.h"

#include "daemons/relocation/building.h"
#include "daemons/relocation/dwelling.h"
#include "daemons/relocation/landlord.h"

#define UNUSED (IN(RETURN_OPEN) | IN(RETURN_OFFERED) | IN(RETURN_PROVIDED))

/* ---- effects for the relocation ---- */

void open_return(struct decision *d, const struct relocation *r) {
    struct id id = d->command->stream.id;
    if (state_of(d, CATEGORY_Return, id))
        return;
    struct ReturnOpened *e = emit(d, CATEGORY_Return, id, ReturnOpened_schema());
    e->household = r->household;
    e->relocation = id;
    e->dwelling = r->dwelling;
    e->building = r->building;
    e->regime = r->regime;
}

void lapse_return(struct decision *d, struct id id, enum RETURN_LAPSE reason) {
    const struct right_to_return *r = state_of(d, CATEGORY_Return, id);
    if (!r || !(UNUSED & IN(r->life.state)))
        return;
    struct ReturnLapsed *e = emit(d, CATEGORY_Return, id, ReturnLapsed_schema());
    e->reason = (int32_t)reason;
    release_dwelling(d, r->to);
}

/* ---- guards ---- */

static void may_open(struct decision *d) {
    const struct ReturnOpened *e = d->command->payload;
    const struct relocation *r = state_of(d, CATEGORY_Relocation, e->relocation);
    by_zlm(d);
    if (!r)
        reject(d, &RULE_UNKNOWN_SUBJECT, "relocation");
    else if (!is_under(r, REGIME_R1) && !is_under(r, REGIME_R2))
        refuse(d, &RULE_RETURN_REGIME, "relocation");
}

/* The dwelling they left, or what the works made of it. */
static bool is_same_dwelling(struct decision *d, struct id dwelling) {
    const struct right_to_return *r = d->state;
    const struct dwelling *left = state_of(d, CATEGORY_Dwelling, r->dwelling);
    return id_equal(dwelling, r->dwelling) ||
           (left && (id_equal(dwelling, left->replaced_by) ||
                     id_equal(dwelling, left->replaced_by_second)));
}

static void check_same(struct decision *d, struct id dwelling) {
    const struct right_to_return *r = d->state;
    const struct building *b =
        id_is_zero(r->building) ? NULL : state_of(d, CATEGORY_Building, r->building);
    if (!is_same_dwelling(d, dwelling))
        refuse(d, &RULE_OTHER_DWELLING, "dwelling");
    if (b && !are_works_done(b))
        refuse(d, &RULE_WORKS_NOT_DONE, "form");
}

static void may_offer_return(struct decision *d) {
    const struct ReturnOffered *e = d->command->payload;
    by_zlm(d);
    check_free(d, e->dwelling, "dwelling");
    if (e->form == RETURN_FORM_same_dwelling)
        check_same(d, e->dwelling);
}

/* A poorer dwelling only with written consent: art. 28(4) waives for the return alone. */
static void check_other(struct decision *d, const struct ReturnDwellingProvided *e) {
    const struct right_to_return *r = d->state;
    const struct dwelling *before = state_of(d, CATEGORY_Dwelling, r->dwelling);
    const struct dwelling *after = state_of(d, CATEGORY_Dwelling, e->dwelling);
    if (before && after && !e->written_consent &&
        !is_equal_or_better(&before->housing, &after->housing))
        refuse(d, &RULE_RETURN_CONSENT, "written_consent");
}

static void may_provide(struct decision *d) {
    const struct ReturnDwellingProvided *e = d->command->payload;
    by_zlm(d);
    check_free(d, e->dwelling, "dwelling");
    if (e->form == RETURN_FORM_same_dwelling)
        check_same(d, e->dwelling);
    else
        check_other(d, e);
}

static void may_move_back(struct decision *d) {
    const struct right_to_return *r = d->state;
    const struct ReturnMoveDone *e = d->command->payload;
    by_zlm(d);
    if (!state_of(d, CATEGORY_Dwelling, e->dwelling))
        reject(d, &RULE_UNKNOWN_SUBJECT, "dwelling");
    if (!id_equal(e->dwelling, r->to))
        refuse(d, &RULE_OTHER_DWELLING, "dwelling");
}

static void may_waive(struct decision *d) {
    by_zlm(d);
    if (d->command->said->evidence == EVIDENCE_witness)
        refuse(d, &RULE_RETURN_WRITTEN, "evidence");
}

static void may_lapse(struct decision *d) {
    const struct right_to_return *r = d->state;
    const struct ReturnLapsed *e = d->command->payload;
    const struct relocation *from = state_of(d, CATEGORY_Relocation, r->relocation);
    by_zlm(d);
    if (e->reason == RETURN_LAPSE_cancelled && from && from->moved_at)
        refuse(d, &RULE_MOVED_ALREADY, "reason");
}

/* ---- effects ---- */

/* The dwelling comes first in ReturnOffered and ReturnDwellingProvided alike. */
static void keep(struct decision *d) {
    const struct right_to_return *r = d->state;
    struct id dwelling = *(const struct id *)d->command->payload;
    if (is_breached(d))
        return;
    if (!id_equal(r->to, dwelling))
        release_dwelling(d, r->to);
    reserve_dwelling(d, dwelling);
}

static void give_up(struct decision *d) {
    const struct right_to_return *r = d->state;
    if (!is_breached(d))
        release_dwelling(d, r->to);
}

static void settle(struct decision *d) {
    const struct right_to_return *r = d->state;
    const struct ReturnMoveDone *e = d->command->payload;
    if (!id_equal(r->to, e->dwelling))
        release_dwelling(d, r->to);
    let_dwelling(d, e->dwelling);
}

/* ---- evolve ---- */

static void open_right(struct right_to_return *r, const struct event *event) {
    const struct ReturnOpened *e = event->payload;
    r->household = e->household;
    r->relocation = e->relocation;
    r->dwelling = e->dwelling;
    r->building = e->building;
    r->regime = (uint8_t)e->regime;
    r->opened_at = event->position;
    r->opened_on = event->said->occurred_on;
}

static void repoint(struct right_to_return *r, const struct SubjectRepointed *e) {
    r->previous_household = e->from_household;
    r->household = e->to_household;
}

static void return_evolve(void *state, const struct event *event) {
    struct right_to_return *r = state;
    switch (event->type) {
    case EVENT_ReturnOpened:
        open_right(r, event);
        break;
    case EVENT_ReturnDeclared:
        r->wish = (uint8_t)((const struct ReturnDeclared *)event->payload)->wish;
        break;
    case EVENT_ReturnOffered:
    case EVENT_ReturnDwellingProvided:
    case EVENT_ReturnMoveDone:
        r->to = *(const struct id *)event->payload;
        break;
    case EVENT_ReturnOfferWithdrawn:
    case EVENT_ReturnWaived:
    case EVENT_ReturnLapsed:
        r->to = (struct id){{0}};
        break;
    case EVENT_ReturnHolderChanged:
        r->household = ((const struct ReturnHolderChanged *)event->payload)->household;
        break;
    case EVENT_ReturnOverdue:
        r->is_overdue = true;
        break;
    case EVENT_SubjectRepointed:
        repoint(r, event->payload);
        break;
    default:
        break;
    }
}

/* The repaired dwelling is given back within a year (O3 art. 10(4)): R2 only. */
static size_t return_timers(const void *state, const struct PolicySetAdopted *policy,
                            struct timer out[TIMERS_MAX]) {
    const struct right_to_return *r = state;
    if (!(UNUSED & IN(r->life.state)) || r->regime != REGIME_R2 || r->is_overdue ||
        !policy->repair_months)
        return 0;
    out[0] = (struct timer){5, r->opened_at, term_months(r->opened_on, (int)policy->repair_months),
                            ReturnOverdue_schema()};
    return 1;
}

static void return_amended(struct decision *d) {
    const struct right_to_return *now = d->state, *after = d->after;
    if (id_equal(now->to, after->to))
        return;
    release_dwelling(d, now->to);
    if (UNUSED & IN(after->life.state) && !id_is_zero(after->to))
        reserve_dwelling(d, after->to);
}

static const struct transition transitions[] = {
    {IN(NONE), EVENT_ReturnOpened, IN(RETURN_OPEN), may_open, NULL},
    {IN(RETURN_OPEN), EVENT_ReturnDeclared, IN(RETURN_OPEN), by_zlm, NULL},
    {IN(RETURN_OPEN), EVENT_ReturnOffered, IN(RETURN_OFFERED), may_offer_return, keep},
    {IN(RETURN_OFFERED), EVENT_ReturnOfferWithdrawn, IN(RETURN_OPEN), by_zlm, give_up},
    {IN(RETURN_OPEN) | IN(RETURN_OFFERED), EVENT_ReturnDwellingProvided, IN(RETURN_PROVIDED),
     may_provide, keep},
    {IN(RETURN_PROVIDED), EVENT_ReturnMoveDone, IN(RETURN_USED), may_move_back, settle},
    {UNUSED, EVENT_ReturnWaived, IN(RETURN_WAIVED), may_waive, give_up},
    {UNUSED, EVENT_ReturnLapsed, IN(RETURN_LAPSED), may_lapse, give_up},
    {UNUSED, EVENT_ReturnHolderChanged, SAME, by_zlm, NULL},
    {UNUSED, EVENT_ReturnOverdue, SAME, NULL, NULL},
    {EXISTING, EVENT_SubjectRepointed, SAME, NULL, NULL},
};

static const char *const states[] = {"none", "Open",   "Offered", "Provided",
                                     "Used", "Waived", "Lapsed"};

const struct aggregate return_aggregate = {
    .category = CATEGORY_Return,
    .name = "Return",
    .state_size = sizeof(struct right_to_return),
    .states = states,
    .state_count = sizeof states / sizeof *states,
    .final = IN(RETURN_USED) | IN(RETURN_WAIVED) | IN(RETURN_LAPSED),
    .transitions = transitions,
    .transition_count = sizeof transitions / sizeof *transitions,
    .evolve = return_evolve,
    .timers = return_timers,
    .amended = return_amended,
};
