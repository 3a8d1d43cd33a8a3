#include "daemons/relocation/relocation.h"

#include "daemons/relocation/dwelling.h"
#include "daemons/relocation/landlord.h"
#include "daemons/relocation/return.h"
#include "daemons/relocation/steps.h"

#define S(state) IN(RELOCATION_##state)

/* From where a dwelling may be offered, indicated, and a move be planned (4.7). */
#define MAY_OFFER \
    (S(NEEDS_DIAGNOSED) | S(OFFERING) | S(ACCEPTED) | S(OFFER_REFUSED_FINAL) | S(TERMINATED))
#define MAY_INDICATE                                                                          \
    (S(NEEDS_DIAGNOSED) | S(OFFERING) | S(ACCEPTED) | S(OFFER_REFUSED_FINAL) | S(INDICATED) | \
     S(NOTICE_SERVED))
#define MAY_TERMINATE (S(INFORMED) | S(NEEDS_DIAGNOSED) | S(OFFERING) | S(OFFER_REFUSED_FINAL))
#define MAY_SUE (S(TERMINATED) | S(OFFER_REFUSED_FINAL) | S(NEEDS_DIAGNOSED) | S(OFFERING))
#define MAY_PLAN_MOVE \
    (S(ACCEPTED) | S(NOTICE_SERVED) | S(VACATE_ORDERED) | S(TERMINATED) | S(JUDGED))

static const struct transition transitions[] = {
    {IN(NONE), EVENT_RelocationAnnounced, S(ANNOUNCED), may_announce_relocation, NULL},
    {S(ANNOUNCED), EVENT_TenantInformed, S(INFORMED), by_zlm, NULL},
    {AFTER_MOVED, EVENT_TenantInformed, SAME, may_inform_afterwards, NULL},
    {S(INFORMED), EVENT_RelocationNeedsDiagnosed, S(NEEDS_DIAGNOSED), NULL, NULL},

    {MAY_TERMINATE, EVENT_TenancyTerminated, S(TERMINATED), may_terminate_for_works,
     give_dwelling_back},
    {MAY_OFFER, EVENT_OfferMade, S(OFFERING), may_offer_dwelling, keep_offered},
    {S(OFFERING), EVENT_OfferAccepted, S(ACCEPTED), may_accept_offer, NULL},
    {S(OFFERING), EVENT_OfferRefused, S(OFFERING) | S(OFFER_REFUSED_FINAL), may_refuse_offer,
     give_dwelling_back},
    {OFFER_IS_OPEN, EVENT_OfferWithdrawn, S(OFFERING), may_withdraw_offer, give_dwelling_back},
    {OFFER_IS_OPEN, EVENT_OfferExpired, S(OFFERING), NULL, give_dwelling_back},
    {OFFER_IS_OPEN, EVENT_AcceptanceWithdrawn, S(OFFERING), may_withdraw_acceptance,
     give_dwelling_back},

    {MAY_INDICATE, EVENT_ReplacementIndicated, S(INDICATED), may_indicate, keep_indicated},
    {S(INDICATED), EVENT_NoticeServed, S(NOTICE_SERVED), may_serve_notice, NULL},
    {S(NOTICE_SERVED), EVENT_VacateDeadlinePassed, S(NOTICE_SERVED), NULL, NULL},
    {S(NOTICE_SERVED), EVENT_VacateOrderRequested, S(VACATE_ORDER_REQUESTED), may_request_order,
     NULL},
    {S(VACATE_ORDER_REQUESTED), EVENT_VoivodeDecisionOverdue, SAME, NULL, NULL},
    {S(VACATE_ORDER_REQUESTED), EVENT_VacateOrderIssued, S(VACATE_ORDERED), by_zlm, NULL},
    {S(VACATE_ORDER_REQUESTED), EVENT_VacateOrderRefused, S(NOTICE_SERVED), by_zlm, NULL},
    {S(VACATE_ORDERED), EVENT_VacateOrderServed, SAME, by_zlm, NULL},
    {S(VACATE_ORDERED), EVENT_VacateOrderFinal, SAME, NULL, NULL},
    {S(VACATE_ORDERED), EVENT_EnforcementNoticeServed, SAME, may_serve_enforcement, NULL},
    {S(VACATE_ORDERED), EVENT_EnforcementOverdue, SAME, NULL, NULL},
    {S(VACATE_ORDERED), EVENT_VacateOrderAppealed, S(APPEALED), may_appeal_order, NULL},
    {S(APPEALED), EVENT_VacateAppealDecided,
     S(VACATE_ORDERED) | S(NOTICE_SERVED) | S(VACATE_ORDER_REQUESTED), by_zlm, NULL},

    {MAY_SUE, EVENT_VacatingSuitFiled, S(SUIT_FILED), may_file_suit, give_dwelling_back},
    {S(SUIT_FILED), EVENT_VacatingSuitDecided, S(JUDGED) | S(NEEDS_DIAGNOSED), by_zlm, NULL},
    {S(VACATE_ORDERED) | S(APPEALED) | S(JUDGED), EVENT_VacateEnforced, S(MOVED), may_enforce_order,
     move_in},

    {MAY_PLAN_MOVE, EVENT_MovePlanned, S(MOVE_PLANNED), may_plan_move, NULL},
    {S(MOVE_PLANNED), EVENT_MoveRescheduled, S(MOVE_PLANNED), may_reschedule_move, NULL},
    {S(MOVE_PLANNED), EVENT_MoveFailed, S(ACCEPTED), by_zlm, NULL},
    {BEFORE_MOVED, EVENT_HouseholdMoved, S(MOVED), may_move_household, move_in},
    {IN(NONE) | BEFORE_MOVED, EVENT_EmergencyMoveRecorded, S(MOVED), may_record_emergency, move_in},

    {BEFORE_MOVED, EVENT_RegimeChanged, BEFORE_MOVED, may_change_regime, change_regime},
    {BEFORE_MOVED, EVENT_RelocationCancelled, S(CLOSED), by_zlm, give_dwelling_back},
    {NOT_CLOSED, EVENT_TenantDied, NOT_CLOSED | S(CLOSED), by_zlm, bury_tenant},

    {AFTER_MOVED, EVENT_PostMoveCheckDone, S(FOLLOW_UP), may_check_after_move, NULL},
    {AFTER_MOVED, EVENT_PostMoveCheckExcused, S(FOLLOW_UP), may_check_after_move, NULL},
    {AFTER_MOVED, EVENT_PostMoveCheckOverdue, SAME, NULL, NULL},
    {AFTER_MOVED, EVENT_PermanentSolutionRecorded, S(FOLLOW_UP), may_solve_for_good, NULL},
    {AFTER_MOVED, EVENT_PermanentSolutionOverdue, SAME, NULL, NULL},
    {AFTER_MOVED, EVENT_RelocationClosed, S(CLOSED), may_close_relocation, NULL},

    {NOT_CLOSED, EVENT_DwellingViewed, SAME, by_zlm, NULL},
    {NOT_CLOSED, EVENT_BlockerRaised, SAME, may_raise_blocker, NULL},
    {NOT_CLOSED, EVENT_BlockerAssigned, SAME, may_settle_blocker, NULL},
    {NOT_CLOSED, EVENT_BlockerSolved, SAME, may_settle_blocker, NULL},
    {NOT_CLOSED, EVENT_BlockerOverridden, SAME, may_settle_blocker, NULL},
    {NOT_CLOSED, EVENT_TenancySigned, SAME, may_sign_tenancy, take_dwelling},
    {NOT_CLOSED, EVENT_TemporaryUseRecorded, SAME, may_grant_use, take_dwelling},
    /* Costs and claims also after Closed. */
    {EXISTING, EVENT_MovingCostRecorded, SAME, may_record_cost, open_cost_claim},
    {EXISTING, EVENT_ReimbursementClaimOpened, SAME, may_claim_cost, NULL},
    {EXISTING, EVENT_ReimbursementPaid, SAME, may_reimburse, NULL},
    {EXISTING, EVENT_SubjectRepointed, SAME, NULL, NULL},
};

static void relocation_evolve(void *state, const struct event *event) {
    struct relocation *r = state;
    opening_evolve(r, event);
    offer_evolve(r, event);
    letter_evolve(r, event);
    court_evolve(r, event);
    blocker_evolve(r, event);
    move_evolve(r, event);
    after_move_evolve(r, event);
}

void add_relocation_term(struct steps_timers *timers, uint8_t number, uint64_t start, civil_day due,
                         const struct schema *passed) {
    timers->items[timers->count++] = (struct timer){number, start, due, passed};
}

static size_t relocation_timers(const void *state, const struct PolicySetAdopted *policy,
                                struct timer out[TIMERS_MAX]) {
    const struct relocation *r = state;
    struct steps_timers timers = {out, 0};
    offer_terms(r, policy, &timers);
    letter_terms(r, policy, &timers);
    move_terms(r, policy, &timers);
    after_move_terms(r, policy, &timers);
    return timers.count;
}

/*
 * A mistaken entry may have promised a dwelling, taken one back, or opened a right to return. What
 * was let in error stays let until somebody looks: keys may have changed hands (A51).
 */
static void relocation_amended(struct decision *d) {
    const struct relocation *now = d->state, *after = d->after;
    if (!id_equal(now->to, after->to)) {
        release_dwelling(d, now->to);
        if (!id_is_zero(after->to) && after->life.state != RELOCATION_CLOSED)
            reserve_dwelling(d, after->to);
    }
    if (now->moved_at && !after->moved_at)
        lapse_return(d, d->command->stream.id, RETURN_LAPSE_error);
}

static const char *const states[] = {
    "none",
    "Announced",
    "Informed",
    "NeedsDiagnosed",
    "Offering",
    "Accepted",
    "OfferRefusedFinal",
    "Indicated",
    "NoticeServed",
    "VacateOrderRequested",
    "VacateOrdered",
    "Appealed",
    "Terminated",
    "SuitFiled",
    "Judged",
    "MovePlanned",
    "Moved",
    "FollowUp",
    "Closed",
};

const struct aggregate relocation_aggregate = {
    .category = CATEGORY_Relocation,
    .name = "Relocation",
    .state_size = sizeof(struct relocation),
    .states = states,
    .state_count = sizeof states / sizeof *states,
    .final = S(CLOSED),
    .transitions = transitions,
    .transition_count = sizeof transitions / sizeof *transitions,
    .evolve = relocation_evolve,
    .timers = relocation_timers,
    .amended = relocation_amended,
};
