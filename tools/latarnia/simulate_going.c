/* Title, plan, the move itself, its costs, and how the household copes afterwards (A9, A27, O17). */
#include <string.h>

#include "tools/latarnia/simulate_moves.h"

static step_fn move_out, pay_costs, hand_over_flat, check_first, check_second, close_file;

/* ---- before ---- */

static bool is_ready_to_move(const struct move *m) {
    return m->state == MOVE_ACCEPTED || m->state == MOVE_SERVED || m->state == MOVE_ORDERED;
}

static void sign_title(struct sim *s, struct home *h) {
    struct move *m = &h->move;
    if (m->has_title)
        return;
    m->has_title = true;
    if (is_under_zone(h))
        say(s, landlord(s), "TemporaryUseRecorded", m->id, "dwelling=%i basis=%s", m->to,
            m->regime == 1 ? "art_28" : "art_10");
    else
        say(s, landlord(s), "TenancySigned", m->id, "dwelling=%i", m->to);
}

static void start_emptying(struct sim *s, struct home_building *b) {
    if (b->is_emptying)
        return;
    b->is_emptying = true;
    say(s, landlord(s), "BuildingEmptyingStarted", b->id, "");
}

static const char checklist[] =
    "[{\"item\":\"transport\",\"done\":true},{\"item\":\"helpers\"},{\"item\":\"bulky_waste\"},"
    "{\"item\":\"protocol\"},{\"item\":\"meters\"},{\"item\":\"utilities\"},{\"item\":\"allowance\"},"
    "{\"item\":\"address\"}]";

/* Blockers wait for the guide, up to three times, while there is time; they never lock (A26). */
void prepare_move(struct sim *s, void *subject) {
    struct home *h = subject;
    struct move *m = &h->move;
    if (h->is_ended || m->stays || !is_ready_to_move(m))
        return;
    if (is_blocked(h) && m->failures < 3 && !is_pressed(s, h) && m->state == MOVE_ACCEPTED) {
        m->failures++;
        plan_in(s, 15, 50, prepare_move, h);
        return;
    }
    bool seen = m->blocker_count || m->had_debt_blocker;
    sign_title(s, h);
    start_emptying(s, h->building);
    m->move_on = workday_in(s, 5, is_pressed(s, h) ? 10 : 25);
    say(s, host_of(s, h), "MovePlanned", m->id,
        "day=%D title_ready=%t keys=%t acknowledged=%T reason=%s checklist=%j", m->move_on, true,
        true, seen, seen ? ONE_OF(s, "after_move", "own_wish", "works") : NULL, checklist);
    m->state = MOVE_PLANNED;
    plan_on(s, m->move_on, move_out, h);
}

/* ---- the day ---- */

static const char *const hindrances[] = {"household", "dwelling", "transport", "illness",
                                         "weather"};

static bool is_put_off(struct sim *s, struct home *h) {
    struct move *m = &h->move;
    int roll = between(s, 0, 999);
    const char *why = one_of(s, hindrances, sizeof hindrances / sizeof *hindrances);
    if (is_pressed(s, h) || roll >= 95)
        return false;
    if (roll < 25) {
        say(s, host_of(s, h), "MoveFailed", m->id, "reason=%s", why);
        m->state = MOVE_ACCEPTED;
        plan_in(s, 8, 30, prepare_move, h);
        return true;
    }
    m->move_on = workday_in(s, 3, 16);
    say(s, host_of(s, h), "MoveRescheduled", m->id, "day=%D reason=%s", m->move_on, why);
    plan_on(s, m->move_on, move_out, h);
    return true;
}

static void move_out(struct sim *s, void *subject) {
    struct home *h = subject;
    struct move *m = &h->move;
    if (h->is_ended || m->state != MOVE_PLANNED || is_put_off(s, h))
        return;
    say(s, host_of(s, h), "HouseholdMoved", m->id, "dwelling=%i temporary=%T household=%i", m->to,
        is_under_zone(h), h->id);
    after_move(s, h);
}

static void empty_building(struct sim *s, void *subject) {
    struct home_building *b = subject;
    start_emptying(s, b);
    say(s, landlord(s), "BuildingEmptied", b->id, "");
    b->is_emptied = true;
}

void after_move(struct sim *s, void *subject) {
    struct home *h = subject;
    struct move *m = &h->move;
    m->state = MOVE_DONE;
    m->moved_on = s->today;
    m->returns_open |= is_under_zone(h);
    if (is_under_zone(h) && !m->asked)
        plan_in(s, 3, 40, declare_return, h);
    plan_in(s, 2, 14, pay_costs, h);
    plan_in(s, 2, 8, hand_over_flat, h);
    civil_day first = term_months(s->today, 1), second = term_months(s->today, 6);
    plan_on(s, first - between(s, 0, 10) + (chance(s, 110) ? between(s, 12, 40) : 0), check_first, h);
    plan_on(s, second - between(s, 0, 25) + (chance(s, 110) ? between(s, 27, 70) : 0),
            check_second, h);
    home_moved(s, h);
    if (++h->building->moved == h->building->homes)
        plan_in(s, 9, 12, empty_building, h->building);
}

/* ---- costs: the municipality pays, or has to pay back (O2 art. 28(8)) ---- */

static void reimburse(struct sim *s, void *subject) {
    struct home *h = subject;
    say(s, landlord(s), "ReimbursementPaid", h->move.id, "amount=%m", h->move.to_reimburse);
}

/* A sum with two digits exchanged is corrected later. */
static void mistype(struct sim *s, struct home *h, struct id command, int64_t right) {
    char payload[160];
    jsonf(payload, sizeof payload,
          "{\"MovingCostRecorded\":{\"amount\":\"%lld.00\",\"payer\":\"gmina\","
          "\"item\":\"transport\"}}",
          (long long)right / 100);
    correct_soon(s, coordinator(s), "Relocation", h->move.id, command, s->today, payload);
}

static void pay_costs(struct sim *s, void *subject) {
    struct home *h = subject;
    struct move *m = &h->move;
    bool by_tenant = (is_under_zone(h) || m->regime == 3) && chance(s, 25);
    int64_t amount = between(s, 280, 1450) * 100;
    if (h->is_ended)
        return;
    struct id command = say(s, host_of(s, h), "MovingCostRecorded", m->id,
                            "amount=%m payer=%s item=%s", amount,
                            by_tenant ? "resident" : "gmina", "transport");
    if (!by_tenant && has_team(s) && chance(s, 14))
        mistype(s, h, command, amount + 27000);
    if (chance(s, 250))
        say(s, host_of(s, h), "MovingCostRecorded", m->id, "amount=%m payer=%s item=%s",
            (int64_t)between(s, 90, 700) * 100, "gmina", ONE_OF(s, "utilities", "adaptation",
                                                                "storage"));
    if (!by_tenant)
        return;
    m->to_reimburse = amount;
    if (chance(s, 850))
        plan_in(s, 20, 60, reimburse, h);
}

static void hand_over_flat(struct sim *s, void *subject) {
    struct home *h = subject;
    say(s, host_of(s, h), "DwellingVacated", h->flat.id, "");
}

/* ---- afterwards ---- */

static void check(struct sim *s, struct home *h, int month) {
    struct move *m = &h->move;
    if (!has_team(s))
        say(s, biuro(), "PostMoveCheckExcused", m->id, "month=%d reason=%s", month, "not_team");
    else if (chance(s, 45))
        say(s, host_of(s, h), "PostMoveCheckExcused", m->id, "month=%d reason=%s", month,
            ONE_OF(s, "declined", "not_found", "left_city"));
    else
        say(s, host_of(s, h), "PostMoveCheckDone", m->id, "month=%d stable=%t phone=%T stress=%d",
            month, chance(s, month == 1 ? 840 : 890), chance(s, 250),
            between(s, 2, month == 1 ? 9 : 7));
}

static void settle_for_good(struct sim *s, struct home *h) {
    struct move *m = &h->move;
    if (m->regime != 5 && m->regime != 6)
        return;
    say(s, has_team(s) ? host_of(s, h) : biuro(), "PermanentSolutionRecorded", m->id,
        "kind=%s dwelling=%i", m->regime == 6 ? ONE_OF(s, "social", "regularised") : "replacement",
        m->to);
}

static void check_first(struct sim *s, void *subject) {
    struct home *h = subject;
    if (h->is_ended || h->move.state != MOVE_DONE)
        return;
    check(s, h, 1);
    h->move.checks |= 1;
}

static void check_second(struct sim *s, void *subject) {
    struct home *h = subject;
    if (h->is_ended || h->move.state != MOVE_DONE)
        return;
    if (!(h->move.checks & 1)) {
        plan_in(s, 15, 30, check_second, h);
        return;
    }
    check(s, h, 6);
    h->move.checks |= 2;
    if (!h->move.is_settled)
        settle_for_good(s, h);
    plan_in(s, 5, 60, close_file, h);
}

static void close_file(struct sim *s, void *subject) {
    struct home *h = subject;
    if (h->is_ended)
        return;
    say(s, host_of(s, h), "RelocationClosed", h->move.id, "result=%s household=%i",
        chance(s, 880) ? "settled" : "unstable", h->id);
    h->move.state = MOVE_CLOSED;
}

/* ---- an emergency (R5): out first, papers afterwards (A54) ---- */

static void inform_afterwards(struct sim *s, void *subject) {
    struct home *h = subject;
    if (!h->is_ended)
        say(s, host_of(s, h), "TenantInformed", h->move.id, "leaflet_version=%s", "2017-1");
}

static void find_solution(struct sim *s, void *subject) {
    struct home *h = subject;
    if (h->is_ended || h->move.state != MOVE_DONE)
        return;
    settle_for_good(s, h);
    h->move.is_settled = true;
}

void flee(struct sim *s, void *subject) {
    struct home *h = subject;
    struct move *m = &h->move;
    if (h->is_ended || m->state >= MOVE_OFFERED)
        return;
    m->to = find_dwelling(s, h);
    m->regime = 5;
    say(s, host_of(s, h), "EmergencyMoveRecorded", m->id,
        "household=%i cause=%s persons=%d area=%d building=%i dwelling=%i to=%i", h->id,
        ONE_OF(s, "ceiling", "inspection", "gas", "water", "fire"), persons_of(h),
        h->building->works.area, h->building->id, h->flat.id, m->to);
    start_emptying(s, h->building);
    plan_in(s, 3, 12, inform_afterwards, h);
    plan_in(s, 40, 120, find_solution, h);
    after_move(s, h);
}
