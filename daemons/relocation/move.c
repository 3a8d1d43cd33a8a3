/* Planning a move, title to the new dwelling, costs, and the move itself. T30. */
#include "daemons/relocation/dwelling.h"
#include "daemons/relocation/landlord.h"
#include "daemons/relocation/return.h"
#include "daemons/relocation/steps.h"

/* ---- planning ---- */

/* Two things reject a move: no dwelling or title, no keys. Blockers only want to be seen (A26). */
void may_plan_move(struct decision *d) {
    const struct relocation *r = d->state;
    const struct MovePlanned *e = d->command->payload;
    if (e->day < d->command->said->occurred_on)
        refuse(d, &RULE_MOVE_DAY_PAST, "day");
    if (id_is_zero(r->to))
        refuse(d, &RULE_NO_DWELLING_READY, "stream");
    if (!e->title_ready && (id_is_zero(r->titled) || !id_equal(r->titled, r->to)))
        refuse(d, &RULE_NO_TITLE_READY, "title_ready");
    if (!e->keys)
        refuse(d, &RULE_NO_KEYS, "keys");
    if (has_open_blocker(r) && (!e->acknowledged || !e->reason))
        refuse(d, &RULE_BLOCKERS_UNSEEN, "acknowledged");
}

void may_reschedule_move(struct decision *d) {
    const struct MoveRescheduled *e = d->command->payload;
    if (e->day < d->command->said->occurred_on)
        refuse(d, &RULE_MOVE_DAY_PAST, "day");
}

/* ---- the dwelling they go to ---- */

/* Free for this relocation, or its own already. */
static void check_destination(struct decision *d, struct id dwelling, const char *field) {
    const struct dwelling *w =
        id_is_zero(dwelling) ? NULL : state_of(d, CATEGORY_Dwelling, dwelling);
    bool is_ours =
        w && w->life.state == DWELLING_LET && id_equal(w->held_by, d->command->stream.id);
    if (!id_is_zero(dwelling) && !is_ours)
        check_free(d, dwelling, field);
}

void may_sign_tenancy(struct decision *d) {
    const struct relocation *r = d->state;
    const struct TenancySigned *e = d->command->payload;
    by_landlord(d);
    check_destination(d, e->dwelling, "dwelling");
    if (e->deposit > 0 && is_statutory(r->regime))
        refuse(d, &RULE_DEPOSIT_TAKEN, "deposit");
    if (e->until && !e->on_request)
        refuse(d, &RULE_FIXED_TERM_UNASKED, "until");
}

void may_grant_use(struct decision *d) {
    const struct TemporaryUseRecorded *e = d->command->payload;
    by_landlord(d);
    check_destination(d, e->dwelling, "dwelling");
}

/* The dwelling comes first in TenancySigned and TemporaryUseRecorded alike. */
void take_dwelling(struct decision *d) {
    const struct relocation *r = d->state;
    struct id dwelling = *(const struct id *)d->command->payload;
    if (!id_equal(r->to, dwelling))
        release_dwelling(d, r->to);
    let_dwelling(d, dwelling);
}

/* ---- the move ---- */

void may_move_household(struct decision *d) {
    const struct relocation *r = d->state;
    const struct HouseholdMoved *e = d->command->payload;
    bool left_alone = e->by_themselves && id_is_zero(e->dwelling);
    by_zlm(d);
    check_destination(d, e->dwelling, "dwelling");
    if (r->life.state != RELOCATION_MOVE_PLANNED && !e->by_themselves)
        refuse(d, &RULE_MOVE_NOT_PLANNED, "stream");
    if (!left_alone && (id_is_zero(r->titled) || !id_equal(r->titled, e->dwelling)))
        refuse(d, &RULE_TITLE_NOT_RECORDED, "dwelling");
}

void may_record_emergency(struct decision *d) {
    const struct relocation *r = d->state;
    const struct EmergencyMoveRecorded *e = d->command->payload;
    by_zlm(d);
    if (r->life.state != NONE && !id_equal(e->household, r->household))
        reject(d, &RULE_RELOCATION_OF_ANOTHER, "household");
    check_destination(d, e->to, "to");
}

struct arrival {
    struct id dwelling;
    bool is_temporary;
};

static struct arrival arrival_of(uint16_t type, const void *payload) {
    const struct HouseholdMoved *moved = payload;
    const struct VacateEnforced *enforced = payload;
    const struct EmergencyMoveRecorded *emergency = payload;
    if (type == EVENT_HouseholdMoved)
        return (struct arrival){moved->dwelling, moved->temporary};
    if (type == EVENT_VacateEnforced)
        return (struct arrival){enforced->dwelling, enforced->temporary};
    return (struct arrival){emergency->to, false};
}

/* They have it now; what else was kept for them is free; a temporary move opens the way back. */
void move_in(struct decision *d) {
    const struct relocation *r = d->state;
    struct arrival arrival = arrival_of(d->command->type, d->command->payload);
    if (!id_equal(r->to, arrival.dwelling))
        release_dwelling(d, r->to);
    if (!id_is_zero(arrival.dwelling))
        let_dwelling(d, arrival.dwelling);
    if (arrival.is_temporary && (is_under(r, REGIME_R1) || is_under(r, REGIME_R2)))
        open_return(d, r);
}

/* ---- costs ---- */

static void check_amount(struct decision *d, int64_t amount) {
    if (amount <= 0)
        reject(d, &RULE_MALFORMED, "amount");
}

static bool burdens_resident(const struct relocation *r, const struct MovingCostRecorded *e) {
    return e->payer == PAYER_resident && is_statutory(r->regime);
}

void may_record_cost(struct decision *d) {
    const struct MovingCostRecorded *e = d->command->payload;
    by_zlm(d);
    check_amount(d, e->amount);
    if (burdens_resident(d->state, e))
        refuse(d, &RULE_COST_ON_RESIDENT, "payer");
}

void open_cost_claim(struct decision *d) {
    const struct MovingCostRecorded *e = d->command->payload;
    if (!burdens_resident(d->state, e))
        return;
    struct ReimbursementClaimOpened *claim =
        emit(d, CATEGORY_Relocation, d->command->stream.id, ReimbursementClaimOpened_schema());
    claim->amount = e->amount;
}

void may_claim_cost(struct decision *d) {
    const struct ReimbursementClaimOpened *e = d->command->payload;
    by_zlm(d);
    check_amount(d, e->amount);
}

void may_reimburse(struct decision *d) {
    const struct relocation *r = d->state;
    const struct ReimbursementPaid *e = d->command->payload;
    by_landlord(d);
    check_amount(d, e->amount);
    if (e->amount > r->claimed - r->paid)
        refuse(d, &RULE_NO_CLAIM, "amount");
}

/* ---- evolve ---- */

static void arrive(struct relocation *r, const struct event *event) {
    r->to = arrival_of(event->type, event->payload).dwelling;
    r->offer_at = 0;
    r->moved_at = event->position;
    r->moved_on = event->said->occurred_on;
}

static void flee(struct relocation *r, const struct event *event) {
    const struct EmergencyMoveRecorded *e = event->payload;
    r->regime = REGIME_R5;
    r->emergency_at = event->position;
    r->household = e->household;
    r->persons = (uint8_t)e->persons;
    if (e->area)
        r->area = (uint8_t)e->area;
    if (!id_is_zero(e->building))
        r->building = e->building;
    if (!id_is_zero(e->dwelling))
        r->dwelling = e->dwelling;
}

void move_evolve(struct relocation *r, const struct event *event) {
    switch (event->type) {
    case EVENT_TenancySigned:
    case EVENT_TemporaryUseRecorded:
        r->titled = r->to = *(const struct id *)event->payload;
        r->offer_at = 0;
        break;
    case EVENT_EmergencyMoveRecorded:
        flee(r, event);
        arrive(r, event);
        break;
    case EVENT_HouseholdMoved:
    case EVENT_VacateEnforced:
        arrive(r, event);
        break;
    case EVENT_ReimbursementClaimOpened:
        r->claimed += ((const struct ReimbursementClaimOpened *)event->payload)->amount;
        break;
    case EVENT_ReimbursementPaid:
        r->paid += ((const struct ReimbursementPaid *)event->payload)->amount;
        break;
    case EVENT_PermanentSolutionOverdue:
        r->emergency_at = 0;
        break;
    default:
        break;
    }
}

void move_terms(const struct relocation *r, const struct PolicySetAdopted *policy,
                struct steps_timers *timers) {
    if (AFTER_MOVED & IN(r->life.state) && r->emergency_at && !r->is_solved &&
        policy->emergency_days)
        add_relocation_term(timers, 30, r->emergency_at,
                            term_days(r->moved_on, (int)policy->emergency_days),
                            PermanentSolutionOverdue_schema());
}
