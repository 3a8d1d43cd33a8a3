/* How a household comes to its next dwelling: offers (A24), or the mayor's letter under R1 (O2). */
#include <stdlib.h>
#include <string.h>

#include "tools/latarnia/simulate_moves.h"

enum { OFFERS = 3, ANSWER_DAYS = 14, NOTICE_DAYS = 60 };

static step_fn view, accept, refuse, stay_silent, withdraw, serve_notice, request_order;

/* ---- offers ---- */

static bool is_waiting_for_offer(const struct move *m) {
    return m->state == MOVE_DIAGNOSED || m->state == MOVE_OFFERED || m->state == MOVE_REFUSED_FINAL;
}

/* Under R3 the notice comes first, to the end of a month (O3 art. 11). */
static void terminate_for_works(struct sim *s, struct home *h) {
    int year, month, day;
    civil_to_ymd(civil_add_months(s->today, 2), &year, &month, &day);
    say(s, landlord(s), "TenancyTerminated", h->move.id, "cause=%s ends=%D", "refurbish",
        civil_add_months(civil_from_ymd(year, month, 1), 1) - 1);
}

static step_fn *answer_of(struct sim *s, const struct home *h) {
    int roll = between(s, 0, 999);
    if (is_pressed(s, h))
        return accept;
    if (h->move.stays)
        return roll < 620 ? refuse : roll < 900 ? stay_silent : withdraw;
    return roll < 640 ? accept : roll < 880 ? refuse : roll < 970 ? stay_silent : withdraw;
}

void make_offer(struct sim *s, void *subject) {
    struct home *h = subject;
    struct move *m = &h->move;
    char reason[] = "agreement";
    if (h->is_ended || !is_waiting_for_offer(m))
        return;
    if (s->today < m->not_before || (m->regime == 3 && !has_zlm(s))) {
        plan_on(s, civil_next_working((m->not_before > s->today ? m->not_before : s->today) +
                                      between(s, 1, 60)), make_offer, h);
        return;
    }
    if (m->regime == 3 && m->state == MOVE_DIAGNOSED)
        terminate_for_works(s, h);
    m->to = find_dwelling(s, h);
    m->offers++;
    say(s, landlord(s), "OfferMade", m->id, "dwelling=%i last=%T extra=%s", m->to,
        m->offers >= OFFERS, m->offers > OFFERS ? reason : NULL);
    m->state = MOVE_OFFERED;
    m->offered_on = s->today;
    m->answer = answer_of(s, h);
    if (m->answer == stay_silent)
        plan_on(s, civil_next_working(term_days(s->today, ANSWER_DAYS) + between(s, 1, 12)),
                stay_silent, h);
    else
        plan_in(s, 1, 5, view, h);
}

static void look_further(struct sim *s, struct home *h) {
    h->move.to = (struct id){{0}};
    go_on(s, h, 12, h->move.stays ? 150 : 70, make_offer);
}

/* T21 has fired meanwhile: the offer is gone. */
static bool is_too_late(const struct sim *s, const struct move *m) {
    return s->today > term_days(m->offered_on, ANSWER_DAYS);
}

static void view(struct sim *s, void *subject) {
    struct home *h = subject;
    struct move *m = &h->move;
    if (h->is_ended)
        return;
    if (is_too_late(s, m)) {
        look_further(s, h);
        return;
    }
    say(s, host_of(s, h), "DwellingViewed", m->id, "dwelling=%i accompanied=%T", m->to,
        has_team(s));
    plan_in(s, 1, 3, m->answer, h);
}

static void accept(struct sim *s, void *subject) {
    struct home *h = subject;
    struct move *m = &h->move;
    if (h->is_ended)
        return;
    if (is_too_late(s, m)) {
        look_further(s, h);
        return;
    }
    by_resident(s);
    say(s, answer_voice(s, h), "OfferAccepted", m->id, "dwelling=%i", m->to);
    m->state = MOVE_ACCEPTED;
    go_on(s, h, 10, 45, prepare_move);
}

static void refuse(struct sim *s, void *subject) {
    struct home *h = subject;
    struct move *m = &h->move;
    if (h->is_ended)
        return;
    if (is_too_late(s, m)) {
        look_further(s, h);
        return;
    }
    by_resident(s);
    say(s, answer_voice(s, h), "OfferRefused", m->id, "dwelling=%i reason=%s", m->to,
        ONE_OF(s, "location", "location", "size", "condition", "floor", "rent", "neighbourhood",
               "wish_to_stay", "other"));
    m->state = m->offers >= OFFERS ? MOVE_REFUSED_FINAL : MOVE_OFFERED;
    if (m->state == MOVE_OFFERED)
        look_further(s, h);
    else if (m->regime == 1 && (m->stays || m->deadline - s->today > 260))
        go_on(s, h, 20, 60, send_letter);
    else if (!m->stays)
        look_further(s, h);
}

static void stay_silent(struct sim *s, void *subject) {
    struct home *h = subject;
    if (h->is_ended || h->move.state != MOVE_OFFERED)
        return;
    look_further(s, h);
}

static void withdraw(struct sim *s, void *subject) {
    struct home *h = subject;
    struct move *m = &h->move;
    if (h->is_ended)
        return;
    if (is_too_late(s, m)) {
        look_further(s, h);
        return;
    }
    say(s, landlord(s), "OfferWithdrawn", m->id, "dwelling=%i reason=%s", m->to,
        ONE_OF(s, "unsuitable", "better", "error", "other"));
    m->offers--;
    look_further(s, h);
}

/* ---- the mayor's letter (R1), and where nobody moves by agreement the voivode's order ---- */

static const char mayor[] = "Prezydent Miasta Lodzi", voivode[] = "Wojewoda Lodzki";

/* Now and then a letter lacks the information on rights, or its service leaves too little time: a
 * breach without effect, and a new letter (A49). */
void send_letter(struct sim *s, void *subject) {
    struct home *h = subject;
    struct move *m = &h->move;
    bool is_flawed = chance(s, 45) && !is_pressed(s, h), is_slow = chance(s, 35);
    if (h->is_ended || m->state > MOVE_INDICATED)
        return;
    if (s->today < m->not_before || m->regime != 1) {
        plan_on(s, civil_next_working(m->not_before + between(s, 1, 60)), send_letter, h);
        return;
    }
    m->to = find_dwelling(s, h);
    m->vacate_by = civil_next_working(s->today + between(s, 96, 130));
    decided_by(s, ROLE_PREZYDENT, mayor);
    say(s, landlord(s), "ReplacementIndicated", m->id,
        "dwelling=%i issued_on=%D vacate_by=%D rights_info_version=%s", m->to, s->today,
        m->vacate_by, is_flawed ? NULL : "2017-1");
    if (is_flawed) {
        plan_in(s, 8, 20, send_letter, h);
        return;
    }
    m->state = MOVE_INDICATED;
    if (is_slow && !is_pressed(s, h))
        plan_on(s, civil_next_working(m->vacate_by - NOTICE_DAYS + between(s, 3, 9)), serve_notice, h);
    else
        plan_in(s, 3, 18, serve_notice, h);
}

static void serve_notice(struct sim *s, void *subject) {
    struct home *h = subject;
    struct move *m = &h->move;
    bool is_late = m->vacate_by < s->today + NOTICE_DAYS;
    if (h->is_ended || m->state != MOVE_INDICATED)
        return;
    say(s, landlord(s), "NoticeServed", m->id, "mode=%s",
        ONE_OF(s, "in_person", "post", "post", "art_44"));
    if (is_late) {
        plan_in(s, 6, 20, send_letter, h);
        return;
    }
    m->state = MOVE_SERVED;
    if (m->goes_to_order && m->deadline - m->vacate_by > 160)
        plan_on(s, civil_next_working(m->vacate_by + between(s, 3, 20)), request_order, h);
    else
        go_on(s, h, 12, 40, prepare_move);
}

static step_fn issue_order, serve_order, start_enforcement, enforce;

static void request_order(struct sim *s, void *subject) {
    struct home *h = subject;
    if (h->is_ended)
        return;
    decided_by(s, ROLE_PREZYDENT, mayor);
    say(s, landlord(s), "VacateOrderRequested", h->move.id, "dwelling=%i", h->move.to);
    plan_in(s, 14, 40, issue_order, h);
}

static void issue_order(struct sim *s, void *subject) {
    struct home *h = subject;
    if (h->is_ended)
        return;
    decided_by(s, ROLE_WOJEWODA, voivode);
    say(s, landlord(s), "VacateOrderIssued", h->move.id, "immediate=%T", false);
    h->move.state = MOVE_ORDERED;
    plan_in(s, 3, 9, serve_order, h);
}

static void serve_order(struct sim *s, void *subject) {
    struct home *h = subject;
    if (h->is_ended)
        return;
    say(s, landlord(s), "VacateOrderServed", h->move.id, "mode=%s", ONE_OF(s, "post", "art_44"));
    if (h->move.is_enforced)
        plan_in(s, 24, 35, start_enforcement, h);
    else
        plan_in(s, 5, 20, prepare_move, h);
}

static void start_enforcement(struct sim *s, void *subject) {
    struct home *h = subject;
    if (h->is_ended)
        return;
    say(s, landlord(s), "EnforcementNoticeServed", h->move.id, "");
    plan_in(s, 8, 24, enforce, h);
}

static void enforce(struct sim *s, void *subject) {
    struct home *h = subject;
    if (h->is_ended)
        return;
    decided_by(s, ROLE_BAILIFF, "organ egzekucyjny");
    say(s, landlord(s), "VacateEnforced", h->move.id, "dwelling=%i temporary=%T", h->move.to, true);
    after_move(s, h);
}
