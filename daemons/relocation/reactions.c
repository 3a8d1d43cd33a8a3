#include "daemons/relocation/reactions.h"

#include "common/messages/debt.h"
#include "common/messages/intake.h"
#include "common/messages/relocation.h"
#include "daemons/relocation/copies.h"
#include "daemons/relocation/relocation.h"
#include "daemons/relocation/return.h"

/* One household of one event, and what to do with each of its relocations and returns. */
struct cause {
    const struct event *event;
    const struct states *states;
    struct reactions *out;
    struct id household;
};

typedef void each_relocation(const struct cause *c, struct id id, const struct relocation *r);
typedef void each_return(const struct cause *c, struct id id, const struct right_to_return *r);

static void for_each(const struct cause *c, each_relocation *relocation, each_return *comeback) {
    const struct moves *moves = c->states->copy(c->states->context, COPY_MOVES, c->household);
    for (uint8_t i = 0; moves && i < moves->count; i++) {
        struct id id = moves->ids[i];
        const struct relocation *r =
            c->states->stream(c->states->context, (struct stream){CATEGORY_Relocation, id});
        const struct right_to_return *back =
            c->states->stream(c->states->context, (struct stream){CATEGORY_Return, id});
        if (r && relocation)
            relocation(c, id, r);
        if (back && comeback)
            comeback(c, id, back);
    }
}

/* ---- debts: the blocker rent_debt follows the agreement ---- */

static bool is_open_for(const struct cause *c, const struct relocation *r) {
    return NOT_CLOSED & IN(r->life.state) && id_equal(r->household, c->household);
}

static void solve_debt(const struct cause *c, struct id id, const struct relocation *r) {
    for (size_t i = 0; is_open_for(c, r) && i < BLOCKERS_MAX; i++) {
        if (!r->blockers[i].is_open || r->blockers[i].kind != BLOCKER_rent_debt)
            continue;
        struct BlockerSolved *e = ask(c->out, CATEGORY_Relocation, id, BlockerSolved_schema());
        e->blocker = r->blockers[i].id;
        e->household = r->household;
        e->how = c->event->type == EVENT_DebtSettled ? BLOCKER_SOLUTION_paid
                                                     : BLOCKER_SOLUTION_agreement;
    }
}

static bool has_open_debt(const struct relocation *r) {
    for (size_t i = 0; i < BLOCKERS_MAX; i++)
        if (r->blockers[i].is_open && r->blockers[i].kind == BLOCKER_rent_debt)
            return true;
    return false;
}

/* Again: only where the debt had been a blocker, and only while there is a move to come. */
static void raise_debt_again(const struct cause *c, struct id id, const struct relocation *r) {
    bool is_ahead = BEFORE_MOVED & IN(r->life.state);
    if (!is_open_for(c, r) || !is_ahead || !r->had_rent_debt || has_open_debt(r))
        return;
    struct BlockerRaised *e = ask(c->out, CATEGORY_Relocation, id, BlockerRaised_schema());
    e->blocker = id_v8(c->event->position, 2, (uint16_t)c->out->count);
    e->kind = BLOCKER_rent_debt;
    e->household = r->household;
}

/* ---- the household: death, end, merge ---- */

static void die(const struct cause *c, struct id id, const struct relocation *r) {
    if (!is_open_for(c, r))
        return;
    struct TenantDied *e = ask(c->out, CATEGORY_Relocation, id, TenantDied_schema());
    if (c->event->type == EVENT_MemberDied)
        e->person = ((const struct MemberDied *)c->event->payload)->person;
}

/* An open relocation lets its own right lapse when the tenant dies; here are the others. */
static void lapse(const struct cause *c, struct id id, const struct right_to_return *r) {
    const struct relocation *own =
        c->states->stream(c->states->context, (struct stream){CATEGORY_Relocation, id});
    bool is_unused = r->life.state < RETURN_USED;
    if (!is_unused || !id_equal(r->household, c->household) || (own && is_open_for(c, own)))
        return;
    struct ReturnLapsed *e = ask(c->out, CATEGORY_Return, id, ReturnLapsed_schema());
    e->reason = RETURN_LAPSE_death;
}

static int32_t cancel_reason(const struct cause *c) {
    const struct HouseholdEnded *ended = c->event->payload;
    return ended->reason == END_REASON_error ? RELOCATION_CANCEL_opened_in_error
                                             : RELOCATION_CANCEL_household_left;
}

/* Alive but gone: no move to come, nobody to visit; a right to return stays theirs (art. 15(4)). */
static void leave(const struct cause *c, struct id id, const struct relocation *r) {
    if (!is_open_for(c, r))
        return;
    if (BEFORE_MOVED & IN(r->life.state)) {
        struct RelocationCancelled *e =
            ask(c->out, CATEGORY_Relocation, id, RelocationCancelled_schema());
        e->reason = cancel_reason(c);
        e->household = r->household;
    } else {
        struct RelocationClosed *e =
            ask(c->out, CATEGORY_Relocation, id, RelocationClosed_schema());
        e->result = RELOCATION_RESULT_moved_on;
        e->household = r->household;
    }
}

static void end_household(const struct cause *c) {
    const struct HouseholdEnded *ended = c->event->payload;
    if (ended->reason == END_REASON_death || ended->reason == END_REASON_nobody_left)
        for_each(c, die, lapse);
    else
        for_each(c, leave, NULL);
}

static void follow(const struct cause *c, uint16_t category, struct id id, struct id from,
                   struct id to) {
    struct SubjectRepointed *e = ask(c->out, category, id, SubjectRepointed_schema());
    e->from_household = from;
    e->to_household = to;
}

static void merge_relocation(const struct cause *c, struct id id, const struct relocation *r) {
    const struct HouseholdsMerged *merged = c->event->payload;
    if (id_equal(r->household, c->household))
        follow(c, CATEGORY_Relocation, id, c->household, merged->into);
}

static void merge_return(const struct cause *c, struct id id, const struct right_to_return *r) {
    const struct HouseholdsMerged *merged = c->event->payload;
    if (id_equal(r->household, c->household))
        follow(c, CATEGORY_Return, id, c->household, merged->into);
}

static void part_relocation(const struct cause *c, struct id id, const struct relocation *r) {
    const struct MergeUndone *undone = c->event->payload;
    if (id_equal(r->previous_household, c->household) && id_equal(r->household, undone->from))
        follow(c, CATEGORY_Relocation, id, undone->from, c->household);
}

static void part_return(const struct cause *c, struct id id, const struct right_to_return *r) {
    const struct MergeUndone *undone = c->event->payload;
    if (id_equal(r->previous_household, c->household) && id_equal(r->household, undone->from))
        follow(c, CATEGORY_Return, id, undone->from, c->household);
}

/* ---- dispatch ---- */

static void on_debt(struct cause *c) {
    switch (c->event->type) {
    case EVENT_InstalmentsGranted:
        c->household = ((const struct InstalmentsGranted *)c->event->payload)->household;
        for_each(c, solve_debt, NULL);
        break;
    case EVENT_DebtSettled:
        c->household = ((const struct DebtSettled *)c->event->payload)->household;
        for_each(c, solve_debt, NULL);
        break;
    case EVENT_AgreementBroken:
        c->household = ((const struct AgreementBroken *)c->event->payload)->household;
        for_each(c, raise_debt_again, NULL);
        break;
    default:
        break;
    }
}

static void on_household(struct cause *c) {
    c->household = c->event->said->stream;
    switch (c->event->type) {
    case EVENT_MemberDied:
        if (((const struct MemberDied *)c->event->payload)->household_empty)
            for_each(c, die, lapse);
        break;
    case EVENT_HouseholdEnded:
        end_household(c);
        break;
    case EVENT_HouseholdsMerged:
        for_each(c, merge_relocation, merge_return);
        break;
    case EVENT_MergeUndone:
        for_each(c, part_relocation, part_return);
        break;
    default:
        break;
    }
}

/* A breached act of another department has no effect here either (A49). */
static bool is_without_effect(const struct event *event) {
    return has_breach(event) &&
           (event->schema->about->nature == NATURE_ACT || has_breach_of(event, "WRONG_STATE"));
}

void relocation_react(const struct event *event, const struct states *states,
                      struct reactions *out) {
    struct cause c = {.event = event, .states = states, .out = out};
    if (is_without_effect(event))
        return;
    on_debt(&c);
    if (event->said->category == CATEGORY_Household)
        on_household(&c);
}
