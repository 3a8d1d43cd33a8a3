#ifndef DAEMONS_RELOCATION_STEPS_H
#define DAEMONS_RELOCATION_STEPS_H

/* Guards, effects, folds and terms of a relocation's steps; only relocation.c includes them all. */
#include "daemons/relocation/relocation.h"

struct steps_timers {
    struct timer *items;
    size_t count;
};

void add_relocation_term(struct steps_timers *timers, uint8_t number, uint64_t start, civil_day due,
                         const struct schema *passed);

/* opening.c: announcement, information, needs, regime */
decide_fn may_announce_relocation, may_inform_afterwards, may_change_regime, change_regime;
void opening_evolve(struct relocation *r, const struct event *event);

/* offer.c: offers and their answers, T21 */
decide_fn may_offer_dwelling, keep_offered, may_accept_offer, may_refuse_offer, give_dwelling_back,
    may_withdraw_offer;
decide_fn may_withdraw_acceptance;
void offer_evolve(struct relocation *r, const struct event *event);
void offer_terms(const struct relocation *r, const struct PolicySetAdopted *policy,
                 struct steps_timers *timers);
/* Guard: under R1-R3 the dwelling is a replacement for the one they leave (O3). */
void check_suitable(struct decision *d, const struct relocation *r, uint8_t regime,
                    struct id dwelling, const char *field);

/* letter.c: R1 letter and the voivode's order, T1-T4 */
decide_fn may_indicate, keep_indicated, may_serve_notice, may_request_order, may_appeal_order;
decide_fn may_serve_enforcement, may_enforce_order;
void letter_evolve(struct relocation *r, const struct event *event);
void letter_terms(const struct relocation *r, const struct PolicySetAdopted *policy,
                  struct steps_timers *timers);

/* court.c: termination and suit under R3 and R6 */
decide_fn may_terminate_for_works, may_file_suit;
void court_evolve(struct relocation *r, const struct event *event);

/* blocker.c */
decide_fn may_raise_blocker, may_settle_blocker;
void blocker_evolve(struct relocation *r, const struct event *event);
bool has_open_blocker(const struct relocation *r);

/* move.c: planning, title, costs, the move itself, T30 */
decide_fn may_plan_move, may_reschedule_move, may_move_household, move_in, may_record_emergency,
    may_sign_tenancy;
decide_fn may_grant_use, take_dwelling, may_record_cost, open_cost_claim, may_reimburse,
    may_claim_cost;
void move_evolve(struct relocation *r, const struct event *event);
void move_terms(const struct relocation *r, const struct PolicySetAdopted *policy,
                struct steps_timers *timers);

/* after_move.c: checks, solution, death, closing, T14 */
decide_fn may_check_after_move, may_solve_for_good, may_close_relocation, bury_tenant;
void after_move_evolve(struct relocation *r, const struct event *event);
void after_move_terms(const struct relocation *r, const struct PolicySetAdopted *policy,
                      struct steps_timers *timers);

#endif
