#ifndef TESTS_HARNESS_POLICY_H
#define TESTS_HARNESS_POLICY_H

/*
 * The numbers that the sentences of schemas/policy.def give, as one set for tests, simulations and
 * scenarios. It is in force from 1990 so that history from before the team can be told under it.
 */
#include "common/messages/policy.h"

static inline void policy_default_places(struct PolicySetAdopted *p) {
    p->keeper_places = 30;
    p->team_from = civil_from_ymd(2017, 1, 1);
    p->zlm_from = civil_from_ymd(2016, 4, 1);
    p->stage_for_cases = 2;
    p->case_reopen_months = 12;
    p->review_days = 90;
    p->screening_days = 14;
    p->induction_days = 14;
    p->unassigned_days = 3;
    p->vacancy_days = 3;
    p->plan_goals = 5;
    p->waiting_move_days = 60;
    p->waiting_age = 75;
}

static inline void policy_default_moves(struct PolicySetAdopted *p) {
    p->offers = 3;
    p->offer_answer_days = 14;
    p->notice_days = 60;
    p->voivode_days = 30;
    p->appeal_days = 14;
    p->enforcement_days = 30;
    p->ssr_years = 10;
    p->check_months_first = 1;
    p->check_months_second = 6;
    p->room_area_per_person = 1000;
    p->room_area_single = 2000;
    p->gpr_years = 3;
    p->emergency_days = 90;
    p->repair_months = 12;
    p->check_months_choice = 12;
    p->winter_first_month = 11;
    p->winter_last_month = 3;
}

static inline void policy_default_debts(struct PolicySetAdopted *p) {
    p->instalments = 48;
    p->relief_months = 1;
    p->warning_periods = 3;
    p->warning_months = 1;
    p->work_off_grosz_hour = 1500;
    p->termination_months = 1;
    p->work_off_months = 12;
}

static inline void policy_default_network(struct PolicySetAdopted *p) {
    p->partner_contact_days = 90;
    p->info_request_days = 7;
    p->effect_months = 6;
    p->correction_days = 14;
    p->published_cell = 5;
}

static inline void policy_default(struct PolicySetAdopted *p) {
    *p = (struct PolicySetAdopted){.version = 1};
    p->in_force_from = civil_from_ymd(1990, 1, 1);
    p->instrument = text_of("DOMAIN.md 3");
    policy_default_places(p);
    policy_default_moves(p);
    policy_default_debts(p);
    policy_default_network(p);
}

#endif
