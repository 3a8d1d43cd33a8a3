/*
 * Cases of the social guides: referral, opening, a place or the waiting list, the guide's change, and
 * the end. No guide ever has more than thirty; one of them is asked for a language and is full.
 */
#include <string.h>

#include "tools/latarnia/simulate_support.h"

static step_fn receive_referral, screen, assign_guide, leave_early, hold, evaluate, close_case,
    follow_up, reopen;

/* At the end of the story the first guide is full and some families wait for him. */
enum { LAST_DAYS = 150 };

struct voice guide_voice(const struct support *c) {
    return voice_of(c->guide);
}

bool is_at_work(const struct support *c) {
    return c->guide && !c->is_held && c->state != SUPPORT_WAITING && c->state < SUPPORT_CLOSED;
}

bool works_now(struct sim *s, struct support *c, step_fn *again) {
    if (is_at_work(c))
        return true;
    if (c->state < SUPPORT_CLOSED)
        plan_in(s, 7, 16, again, c);
    return false;
}

bool is_busy_today(struct sim *s, struct support *c, step_fn *again) {
    if (c->network_on != s->today)
        return false;
    plan_on(s, s->today + 1, again, c);
    return true;
}

struct id resident_of(const struct support *c) {
    for (int i = 0; i < c->home->person_count; i++)
        if (!c->home->persons[i].is_gone)
            return c->home->persons[i].id;
    return c->home->persons[0].id;
}

/* ---- guides ---- */

static bool has_place(const struct worker *w) {
    return w->role == ROLE_LS && w->is_active && w->stage >= 2 && !w->substitute &&
           w->places < GUIDE_PLACES;
}

struct worker *any_guide(struct sim *s) {
    struct worker *found[TEAM_MAX];
    size_t count = 0;
    for (int i = 0; i < s->team_count; i++)
        if (s->team[i].role == ROLE_LS && s->team[i].is_active)
            found[count++] = &s->team[i];
    return count ? found[rng_below(&s->rng, count)] : NULL;
}

/* The guide whom everybody wants. */
static struct worker *first_guide(struct sim *s) {
    for (int i = 0; i < s->team_count; i++)
        if (s->team[i].role == ROLE_LS)
            return &s->team[i];
    return NULL;
}

/* The one with the fewest families; now and then the first guide, until nothing is free there. */
static struct worker *free_guide(struct sim *s, const struct worker *but) {
    struct worker *first = first_guide(s), *best = NULL;
    bool is_late = s->last - s->today < LAST_DAYS;
    if (first && first != but && has_place(first) && (is_late || chance(s, 400)))
        return first;
    for (int i = 0; i < s->team_count; i++) {
        struct worker *w = &s->team[i];
        if (w != but && has_place(w) && (!best || w->places < best->places))
            best = w;
    }
    return best;
}

static void take_guide(struct support *c, struct worker *guide) {
    c->guide = guide;
    guide->places++;
}

static step_fn call_waiting;

void release_guide(struct sim *s, struct support *c) {
    struct worker *guide = c->guide;
    c->guide = NULL;
    if (!guide)
        return;
    guide->places--;
    if (guide == first_guide(s) && s->waiting)
        plan_in(s, 1, 2, call_waiting, NULL);
}

/* ---- referral ---- */

void home_announced(struct sim *s, struct home *h) {
    civil_day team = civil_from_ymd(2017, 4, 10);
    civil_day day = s->today + between(s, 8, 100);
    bool is_early = day < team;
    if (!chance(s, is_early ? 200 : 470))
        return;
    plan_on(s, civil_next_working(is_early ? team + between(s, 0, 240) : day), receive_referral, h);
}

static void receive_referral(struct sim *s, void *subject) {
    struct home *h = subject;
    if (h->is_ended || h->support || !has_team(s) || h->move.state == MOVE_NONE)
        return;
    const char *source = ONE_OF(s, "outreach", "outreach", "host", "host", "neighbour",
                                "institution", "self");
    struct voice by = !strcmp(source, "institution") ? unit_voice(ROLE_MOPS) : host_of(s, h);
    h->referral = new_id(s);
    say(s, by, "ReferralReceived", h->referral, "source=%s household=%i relocation=%i", source,
        h->id, h->move.id);
    plan_in(s, 2, chance(s, 90) ? 22 : 10, screen, h);
}

static void turn_down(struct sim *s, struct home *h) {
    struct partner *p = partner_of_domain(s, "social_assistance");
    if (p && chance(s, 300))
        say(s, host_of(s, h), "ReferralRedirected", h->referral, "institution=%i", p->id);
    else
        say(s, host_of(s, h), "ReferralDeclined", h->referral, "reason=%s",
            ONE_OF(s, "not_wanted", "not_wanted", "no_need", "duplicate"));
}

static void open_case(struct sim *s, struct home *h) {
    struct support *c = owned(s, sizeof *c);
    *c = (struct support){.home = h, .id = new_id(s), .state = SUPPORT_OPEN};
    h->support = c;
    say(s, host_of(s, h), "EligibilityAssessed", c->id,
        "household=%i programme=%s eligible=%t basis=%s building=%i readiness=%s", h->id, "LODZ",
        true, "relocation", h->building->id, chance(s, 850) ? "yes" : "later");
    in_case(s, c->id);
    say(s, host_of(s, h), "CaseOpened", c->id, "household=%i programme=%s referral=%i", h->id,
        "LODZ", h->referral);
    say(s, host_of(s, h), "ReferralAccepted", h->referral, "household=%i case_id=%i", h->id,
        c->id);
    plan_in(s, 0, 3, assign_guide, c);
}

static void screen(struct sim *s, void *subject) {
    struct home *h = subject;
    if (h->is_ended)
        return;
    if (chance(s, 190))
        turn_down(s, h);
    else
        open_case(s, h);
}

/* ---- a place ---- */

static void begin_work(struct sim *s, struct support *c) {
    c->threads++;
    if (!c->ends_on)
        c->ends_on = civil_next_working(s->today + between(s, 400, 1150));
    start_visits(s, c);
    plan_in(s, 18, 55, confirm_diagnosis, c);
    if (c->is_reopened)
        return;
    if (chance(s, 75))
        plan_in(s, 20, 400, leave_early, c);
    if (chance(s, 90))
        plan_in(s, 60, 400, hold, c);
    start_network(s, c);
}

static void wait_for_place(struct sim *s, struct support *c, const char *reason) {
    in_case(s, c->id);
    say(s, coordinator(s), "CaseWaitlisted", c->id, "reason=%s priority=%s", reason,
        ONE_OF(s, "vulnerable", "other", "other"));
    c->state = SUPPORT_WAITING;
    s->waiting++;
}

static void assign_guide(struct sim *s, void *subject) {
    struct support *c = subject;
    struct worker *first = first_guide(s);
    bool is_last = s->last - s->today < LAST_DAYS && s->waiting < 4;
    bool wants_first = c->state == SUPPORT_OPEN && first && first->places >= GUIDE_PLACES &&
                       (is_last || chance(s, 70));
    if (c->guide || c->state >= SUPPORT_CLOSED || c->state == SUPPORT_WAITING)
        return;
    struct worker *guide = wants_first ? NULL : free_guide(s, NULL);
    if (!guide && c->state != SUPPORT_OPEN) {
        plan_in(s, 3, 8, assign_guide, c);
        return;
    }
    if (!guide) {
        c->needs_first_guide = wants_first;
        wait_for_place(s, c, wants_first ? "language" : "no_place");
        return;
    }
    in_case(s, c->id);
    say(s, coordinator(s), "LsAssigned", c->id, "worker=%i", guide->id);
    bool is_new = !c->threads;
    take_guide(c, guide);
    if (is_new || c->is_reopened)
        begin_work(s, c);
}

static struct support *longest_waiting(struct sim *s) {
    for (size_t i = 0; i < s->home_count; i++) {
        struct support *c = s->homes[i].support;
        if (c && c->state == SUPPORT_WAITING)
            return c;
    }
    return NULL;
}

/* The order of the list depends on what others know today: the reason is given whenever somebody
 * else waits too (A52). */
static void call_waiting(struct sim *s, void *none) {
    struct support *c = longest_waiting(s);
    (void)none;
    if (!c)
        return;
    struct worker *guide = c->needs_first_guide ? first_guide(s) : free_guide(s, NULL);
    if (!guide || !has_place(guide))
        return;
    in_case(s, c->id);
    say(s, coordinator(s), "LsAssigned", c->id, "worker=%i skip=%s", guide->id,
        s->waiting > 1 ? "language" : NULL);
    s->waiting--;
    c->state = SUPPORT_OPEN;
    take_guide(c, guide);
    begin_work(s, c);
}

static void look_at_list(struct sim *s, void *none) {
    if (s->waiting)
        call_waiting(s, none);
    plan_in(s, 6, 14, look_at_list, none);
}

/* ---- another guide ---- */

void supports_without_guide(struct sim *s, const struct worker *left) {
    for (size_t i = 0; i < s->home_count; i++) {
        struct support *c = s->homes[i].support;
        if (!c || c->guide != left)
            continue;
        c->guide = NULL;
        if (c->state < SUPPORT_CLOSED)
            plan_in(s, 1, 9, assign_guide, c);
    }
}

static void transfer(struct sim *s, void *subject) {
    struct support *c = subject;
    struct worker *to = c->guide ? free_guide(s, c->guide) : NULL;
    if (!is_at_work(c) || !to || is_busy_today(s, c, transfer))
        return;
    in_case(s, c->id);
    say(s, coordinator(s), "CaseTransferred", c->id, "from_worker=%i to_worker=%i handover_note=%T",
        c->guide->id, to->id, true);
    release_guide(s, c);
    take_guide(c, to);
}

/* Before the guide leaves, some families are handed over with a note. */
static void hand_over(struct sim *s, void *none) {
    int count = 0, guides = 0;
    const struct worker *leaving = NULL;
    (void)none;
    for (int i = 0; i < s->team_count && !leaving; i++)
        if (s->team[i].role == ROLE_LS && ++guides == 3)
            leaving = &s->team[i];
    for (size_t i = 0; i < s->home_count && count < 6; i++)
        if (s->homes[i].support && s->homes[i].support->guide == leaving && ++count)
            plan_in(s, 0, 8, transfer, s->homes[i].support);
}

/* ---- interruptions ---- */

static void resume(struct sim *s, void *subject) {
    struct support *c = subject;
    if (c->state >= SUPPORT_CLOSED || !c->is_held)
        return;
    if (!c->guide) {
        plan_in(s, 5, 12, resume, c);
        return;
    }
    c->is_held = false;
    in_case(s, c->id);
    say(s, guide_voice(c), "CaseResumed", c->id, "");
}

static void hold(struct sim *s, void *subject) {
    struct support *c = subject;
    if (!is_at_work(c) || c->state >= SUPPORT_ENDING)
        return;
    c->is_held = true;
    in_case(s, c->id);
    say(s, guide_voice(c), "CaseHeld", c->id, "reason=%s",
        ONE_OF(s, "hospital", "away", "no_contact", "own_wish", "prison"));
    plan_in(s, 20, 75, resume, c);
}

static void end(struct sim *s, struct support *c) {
    c->state = SUPPORT_CLOSED;
    c->is_held = false;
    c->closed_on = s->today;
    release_guide(s, c);
}

/* The family that everybody wants to keep its guide stays to the last day. */
static bool must_stay(struct sim *s, const struct support *c) {
    return c->guide == first_guide(s) && s->last - s->today < LAST_DAYS;
}

static void leave_early(struct sim *s, void *subject) {
    struct support *c = subject;
    if (!is_at_work(c) || c->state >= SUPPORT_ENDING || must_stay(s, c) ||
        is_busy_today(s, c, leave_early))
        return;
    in_case(s, c->id);
    if (chance(s, 500)) {
        by_resident(s);
        say(s, guide_voice(c), "SupportDeclined", c->id, "reason=%s",
            ONE_OF(s, "not_wanted", "own_wish", "no_need"));
    } else {
        say(s, guide_voice(c), "CaseClosed", c->id, "reason=%s",
            ONE_OF(s, "lost_contact", "left_city", "withdrew"));
        if (chance(s, 300))
            plan_in(s, 40, 250, reopen, c);
    }
    end(s, c);
}

/* ---- the end ---- */

void end_support(struct sim *s, struct support *c) {
    if (must_stay(s, c))
        return;
    c->state = SUPPORT_ENDING;
    assess(s, c, "closing");
    plan_in(s, 2, 12, evaluate, c);
}

static void evaluate(struct sim *s, void *subject) {
    struct support *c = subject;
    if (!works_now(s, c, evaluate))
        return;
    in_case(s, c->id);
    say(s, guide_voice(c), "CaseEvaluated", c->id, "outcome=%s",
        ONE_OF(s, "improved", "improved", "improved", "unchanged", "worse"));
    c->state = SUPPORT_EVALUATED;
    plan_in(s, 1, 15, close_case, c);
}

static void close_case(struct sim *s, void *subject) {
    struct support *c = subject;
    if (!works_now(s, c, close_case) || is_busy_today(s, c, close_case))
        return;
    bool has_moved = c->home->move.state >= MOVE_DONE;
    in_case(s, c->id);
    say(s, guide_voice(c), "CaseClosed", c->id, "reason=%s",
        has_moved && chance(s, 600) ? "moved_stable" : ONE_OF(s, "goals_reached", "goals_reached",
                                                              "handed_over"));
    end(s, c);
    plan_in(s, 150, 230, follow_up, c);
    if (chance(s, 45))
        plan_in(s, 30, 300, reopen, c);
}

/* Whether it lasts: six months later (A9). */
static void follow_up(struct sim *s, void *subject) {
    struct support *c = subject;
    if (c->state == SUPPORT_CLOSED && !c->home->is_ended && !chance(s, 120))
        assess(s, c, "follow_up");
}

static void reopen(struct sim *s, void *subject) {
    struct support *c = subject;
    struct worker *guide = free_guide(s, NULL);
    if (c->state != SUPPORT_CLOSED || c->home->is_ended || !guide)
        return;
    in_case(s, c->id);
    say(s, coordinator(s), "CaseReopened", c->id, "worker=%i", guide->id);
    c->state = SUPPORT_OPEN;
    c->is_reopened = true;
    c->ends_on = civil_next_working(s->today + between(s, 150, 420));
    take_guide(c, guide);
    begin_work(s, c);
}

void home_moved(struct sim *s, struct home *h) {
    (void)s;
    if (h->support && h->support->ends_on)
        h->support->ends_on += 30;
}

void tell_supports(struct sim *s) {
    plan_on(s, civil_from_ymd(2018, 6, 18), hand_over, NULL);
    plan_on(s, civil_from_ymd(2017, 6, 1), look_at_list, NULL);
}
