/*
 * R1: the mayor's letter, its service, and the voivode's order when the date has passed
 * (O2 art. 28-29). A breached letter or notice has no effect: a new letter is needed. T1 to T4.
 */
#include "daemons/relocation/dwelling.h"
#include "daemons/relocation/landlord.h"
#include "daemons/relocation/steps.h"
#include "daemons/relocation/zone.h"

/* It needs no earlier offer; the information on rights is in the same letter. */
void may_indicate(struct decision *d) {
    const struct relocation *r = d->state;
    const struct ReplacementIndicated *e = d->command->payload;
    by_landlord(d);
    if (!is_under(r, REGIME_R1))
        refuse(d, &RULE_ONLY_R1, "stream");
    check_zone(d, r->building, "stream");
    check_free(d, e->dwelling, "dwelling");
    check_suitable(d, r, REGIME_R1, e->dwelling, "dwelling");
    if (e->rights_info_version.size == 0)
        refuse(d, &RULE_NO_RIGHTS_INFO, "rights_info_version");
}

void keep_indicated(struct decision *d) {
    const struct relocation *r = d->state;
    const struct ReplacementIndicated *e = d->command->payload;
    if (is_breached(d))
        return;
    if (!id_equal(r->to, e->dwelling))
        release_dwelling(d, r->to);
    reserve_dwelling(d, e->dwelling);
}

/* The date lies at least the statutory days after service; else the letter is spent. */
void may_serve_notice(struct decision *d) {
    const struct relocation *r = d->state;
    civil_day served = d->command->said->occurred_on;
    by_landlord(d);
    if (r->vacate_by < served + (civil_day)d->facts->policy->notice_days)
        refuse(d, &RULE_NOTICE_TOO_SHORT, "stream");
}

void may_request_order(struct decision *d) {
    const struct relocation *r = d->state;
    const struct VacateOrderRequested *e = d->command->payload;
    by_zlm(d);
    check_zone(d, r->building, "stream");
    if (r->needs_new_letter)
        refuse(d, &RULE_NEW_LETTER_NEEDED, "stream");
    if (d->command->said->occurred_on <= r->vacate_by)
        refuse(d, &RULE_DEADLINE_NOT_PASSED, "stream");
    if (!id_equal(e->dwelling, r->indicated))
        refuse(d, &RULE_OTHER_DWELLING, "dwelling");
}

static civil_day last_day_to_appeal(const struct relocation *r,
                                    const struct PolicySetAdopted *policy) {
    return term_days(r->served_on, (int)policy->appeal_days);
}

void may_appeal_order(struct decision *d) {
    const struct relocation *r = d->state;
    by_zlm(d);
    if (r->served_at && d->command->said->occurred_on > last_day_to_appeal(r, d->facts->policy))
        refuse(d, &RULE_APPEAL_LATE, "occurred_on");
}

static bool is_enforceable(const struct relocation *r) {
    return r->life.state == RELOCATION_JUDGED || r->is_order_final || r->is_order_immediate;
}

void may_serve_enforcement(struct decision *d) {
    by_zlm(d);
    if (!is_enforceable(d->state))
        refuse(d, &RULE_NOT_ENFORCEABLE, "stream");
}

static bool is_protected(civil_day day, const struct PolicySetAdopted *policy) {
    int year, month, number;
    civil_to_ymd(day, &year, &month, &number);
    return policy->winter_first_month &&
           (month >= policy->winter_first_month || month <= policy->winter_last_month);
}

/* Only to the dwelling that the request named (O2 art. 29); in winter never to nowhere (O3 art.
 * 16). */
void may_enforce_order(struct decision *d) {
    const struct relocation *r = d->state;
    const struct VacateEnforced *e = d->command->payload;
    struct id named = r->life.state == RELOCATION_JUDGED ? r->to : r->indicated;
    by_zlm(d);
    if (!is_enforceable(r))
        refuse(d, &RULE_NOT_ENFORCEABLE, "stream");
    if (id_is_zero(e->dwelling) && is_protected(d->command->said->occurred_on, d->facts->policy))
        refuse(d, &RULE_WINTER_PROTECTION, "dwelling");
    if (!id_equal(e->dwelling, named))
        refuse(d, &RULE_OTHER_DWELLING, "dwelling");
    if (!id_is_zero(e->dwelling) && !state_of(d, CATEGORY_Dwelling, e->dwelling))
        reject(d, &RULE_UNKNOWN_SUBJECT, "dwelling");
}

/* ---- evolve ---- */

static void indicate(struct relocation *r, const struct ReplacementIndicated *e) {
    r->to = r->indicated = e->dwelling;
    r->vacate_by = e->vacate_by;
    r->offer_at = r->notice_at = 0;
    r->is_deadline_passed = r->needs_new_letter = false;
}

static void ask_voivode(struct relocation *r, const struct event *event) {
    r->life.state = RELOCATION_VACATE_ORDER_REQUESTED;
    r->request_at = event->position;
    r->requested_on = event->said->occurred_on;
    r->is_order_immediate = r->is_order_final = false;
    r->served_at = r->enforcement_at = 0;
}

static void lose_order(struct relocation *r) {
    r->life.state = RELOCATION_NOTICE_SERVED;
    r->needs_new_letter = true;
    r->is_order_immediate = r->is_order_final = false;
}

static void decide_appeal(struct relocation *r, const struct event *event) {
    const struct VacateAppealDecided *e = event->payload;
    if (e->result == VACATE_APPEAL_remitted) {
        ask_voivode(r, event);
    } else if (e->result == VACATE_APPEAL_quashed) {
        lose_order(r);
    } else {
        r->life.state = RELOCATION_VACATE_ORDERED;
        r->is_order_final = true;
    }
}

void letter_evolve(struct relocation *r, const struct event *event) {
    switch (event->type) {
    case EVENT_ReplacementIndicated:
        indicate(r, event->payload);
        break;
    case EVENT_NoticeServed:
        r->notice_at = event->position;
        break;
    case EVENT_VacateDeadlinePassed:
        r->is_deadline_passed = true;
        break;
    case EVENT_VacateOrderRequested:
        ask_voivode(r, event);
        break;
    case EVENT_VoivodeDecisionOverdue:
        r->request_at = 0;
        break;
    case EVENT_VacateOrderIssued:
        r->is_order_immediate = ((const struct VacateOrderIssued *)event->payload)->immediate;
        break;
    case EVENT_VacateOrderRefused:
        lose_order(r);
        break;
    case EVENT_VacateOrderServed:
        r->served_at = event->position;
        r->served_on = event->said->occurred_on;
        break;
    case EVENT_VacateOrderFinal:
        r->is_order_final = true;
        break;
    case EVENT_VacateOrderAppealed:
        r->is_order_final = false; /* an appeal in time that was entered late */
        break;
    case EVENT_VacateAppealDecided:
        decide_appeal(r, event);
        break;
    case EVENT_EnforcementNoticeServed:
        r->enforcement_at = event->position;
        r->enforcement_on = event->said->occurred_on;
        break;
    case EVENT_EnforcementOverdue:
        r->enforcement_at = 0;
        break;
    default:
        break;
    }
}

void letter_terms(const struct relocation *r, const struct PolicySetAdopted *policy,
                  struct steps_timers *timers) {
    uint8_t state = r->life.state;
    if (state == RELOCATION_NOTICE_SERVED && r->notice_at && !r->is_deadline_passed)
        add_relocation_term(timers, 1, r->notice_at, r->vacate_by, VacateDeadlinePassed_schema());
    if (state == RELOCATION_VACATE_ORDER_REQUESTED && r->request_at)
        add_relocation_term(timers, 2, r->request_at,
                            term_days(r->requested_on, (int)policy->voivode_days),
                            VoivodeDecisionOverdue_schema());
    if (state == RELOCATION_VACATE_ORDERED && r->served_at && !r->is_order_final)
        add_relocation_term(timers, 3, r->served_at, last_day_to_appeal(r, policy),
                            VacateOrderFinal_schema());
    if (state == RELOCATION_VACATE_ORDERED && r->enforcement_at)
        add_relocation_term(timers, 4, r->enforcement_at,
                            term_days(r->enforcement_on, (int)policy->enforcement_days),
                            EnforcementOverdue_schema());
}
