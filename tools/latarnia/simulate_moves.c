/*
 * Relocations from the announcement to the diagnosis of needs. Of 1,200 households 920 have moved and
 * 280 have not on the last day (F001, F002, I01); 920 were asked about their return and at least 220
 * want it (F004, F005). Before the special zone everything is R4, by agreement (A57).
 */
#include <stdlib.h>
#include <string.h>

#include "common/base/ensure.h"
#include "tools/latarnia/simulate_moves.h"

civil_day zone_entry(void) {
    return civil_from_ymd(2017, 3, 29);
}

bool is_under_zone(const struct home *h) {
    return h->move.regime == 1 || h->move.regime == 2;
}

bool is_pressed(const struct sim *s, const struct home *h) {
    return !h->move.stays && h->move.deadline - s->today < 150;
}

void go_on(struct sim *s, struct home *h, int least, int most, step_fn *run) {
    if (is_pressed(s, h)) {
        least = least < 3 ? least : 3;
        most = most < 12 ? most : 12;
    }
    plan_in(s, least, most, run, h);
}

/* Renovated for residents of buildings to be revitalised (F076-F078): never poorer than before. */
struct id find_dwelling(struct sim *s, const struct home *h) {
    struct id id = new_id(s);
    int persons = persons_of(h) + 1;
    int area = persons * 1000 + between(s, 600, 1900);
    say(s, landlord(s), "DwellingRegistered", id,
        "rooms_area=%d rooms=%d water=%t wc=%t bath=%t heating=%t gas=%t renovated=%t floor=%d "
        "use=%s",
        area > h->flat.area && chance(s, 500) ? area : area + 800, between(s, 1, 3), true, true,
        true, true, true, chance(s, 800), between(s, 1, 4),
        h->move.regime == 6 ? "social" : "municipal");
    return id;
}

/* ---- who moves when, and how: decided before the first day ---- */

static int by_announcement(const void *a, const void *b) {
    const struct home *const *x = a, *const *y = b;
    civil_day p = (*x)->move.announce_on, q = (*y)->move.announce_on;
    return p != q ? (p < q ? -1 : 1) : (*x)->number < (*y)->number ? -1 : 1;
}

/* In waves of a staircase or two. */
static void spread_announcements(struct sim *s) {
    for (size_t i = 0, wave = 0; i < s->home_count; i++) {
        struct home *h = &s->homes[i];
        const struct works *w = &h->building->works;
        wave = i && h->building == s->homes[i - 1].building ? wave + 1 : 0;
        int room = h->building->deadline - w->told;
        int later = (int)(wave / 14) * 45 + 45;
        if (later > room - 420)
            later = room - 420;
        civil_day day = civil_next_working(w->told + (later < 40 ? 40 : later));
        h->move.announce_on = day > h->registered ? day : h->registered + 7;
        h->move.deadline = h->building->deadline;
        h->move.id = new_id(s);
        h->move.regime = 1;
    }
}

static size_t share(const struct sim *s, size_t of_1200) {
    return (s->home_count * of_1200 + 600) / 1200;
}

static void shuffle(struct sim *s, struct home **homes, size_t count) {
    for (size_t i = count; i > 1; i--) {
        size_t k = rng_below(&s->rng, i);
        struct home *other = homes[i - 1];
        homes[i - 1] = homes[k];
        homes[k] = other;
    }
}

/* Those who stay live where no works have begun, told late. */
static void choose_who_stays(struct sim *s, struct home **homes) {
    size_t wanted = share(s, 280), count = 0;
    for (size_t i = 0; i < s->home_count; i++)
        if (!s->homes[i].building->must_empty)
            homes[count++] = &s->homes[i];
    shuffle(s, homes, count);
    ensure(count >= wanted);
    civil_day first = civil_from_ymd(2018, 9, 3), last = civil_from_ymd(2020, 1, 31);
    for (size_t i = 0; i < wanted; i++) {
        homes[i]->move.stays = true;
        homes[i]->move.announce_on = civil_next_working(first + between(s, 0, last - first));
    }
}

/* The first flats of the programme are ready: their tenants went out under R1 and may come back. */
static bool is_finished(const struct sim *s, const struct home_building *b) {
    return b->works.end && b->works.end <= s->last;
}

/* 280 without a right to return: the early ones by agreement, some without title, some ended by
 * a notice (R3), some in an emergency later on. */
static void choose_regimes(struct sim *s, struct home **homes) {
    size_t without = share(s, 280), early = share(s, 248), count = 0;
    for (size_t i = 0; i < s->home_count; i++)
        if (!s->homes[i].move.stays && !is_finished(s, s->homes[i].building))
            homes[count++] = &s->homes[i];
    qsort(homes, count, sizeof *homes, by_announcement);
    for (size_t i = 0; i < early; i++)
        homes[i]->move.regime = 4;
    shuffle(s, homes + early, count - early);
    for (size_t i = early; i < without; i++) {
        homes[i]->move.regime = i % 3 == 0 ? 6 : i % 8 == 1 ? 3 : 4;
        homes[i]->move.is_emergency = i % 3 && i % 4 == 2;
    }
    for (size_t i = without; i < count; i++)
        if (homes[i]->move.announce_on > zone_entry() && chance(s, 60))
            homes[i]->move.regime = 2;
}

static void choose_wishes(struct sim *s, struct home **homes) {
    size_t count = 0, yes = share(s, 226);
    for (size_t i = 0; i < s->home_count; i++)
        if (is_under_zone(&s->homes[i]))
            homes[count++] = &s->homes[i];
    shuffle(s, homes, count);
    for (size_t i = 0; i < count; i++)
        homes[i]->move.wish = i < yes ? "yes" : chance(s, 780) ? "no" : "undecided";
}

static void choose_letters(struct sim *s) {
    size_t orders = share(s, 14), enforced = share(s, 3);
    for (size_t i = 0; i < s->home_count; i++) {
        struct move *m = &s->homes[i].move;
        m->goes_by_letter = m->regime == 1 && chance(s, 110);
        civil_day begin = m->announce_on > zone_entry() ? m->announce_on : zone_entry();
        if (!m->goes_by_letter || m->stays || m->deadline - begin < 620 || !orders)
            continue;
        m->goes_to_order = true;
        m->is_enforced = enforced > 0;
        enforced -= enforced > 0;
        orders--;
    }
}

/* ---- announcement ---- */

static step_fn inform_staircase, inform_alone, diagnose, change_regime;

static void announce(struct sim *s, void *subject) {
    struct home *h = subject;
    struct move *m = &h->move;
    char regime[4];
    if (m->regime == 1 && s->today <= zone_entry()) {
        m->regime = 4;
        m->wants_zone = true;
        m->not_before = civil_from_ymd(2017, 5, 22);
        plan_on(s, civil_next_working(zone_entry() + between(s, 5, 40)), change_regime, h);
    }
    say(s, host_of(s, h), "RelocationAnnounced", m->id,
        "household=%i building=%i dwelling=%i regime=%s area=%d persons=%d gpr_necessary=%T",
        h->id, h->building->id, h->flat.id, jsonf(regime, sizeof regime, "R%d", m->regime),
        h->building->works.area, persons_of(h), m->regime == 1);
    m->state = MOVE_ANNOUNCED;
    home_announced(s, h);
    if (m->is_emergency)
        plan_in(s, 10, 40, flee, h);
    if (!has_team(s))
        plan_in(s, 6, 25, inform_alone, h);
    else if (!h->building->waves++)
        plan_in(s, 5, 14, inform_staircase, h->building);
}

static void change_regime(struct sim *s, void *subject) {
    struct home *h = subject;
    struct move *m = &h->move;
    m->regime = 1;
    m->wants_zone = false;
    say(s, biuro(), "RegimeChanged", m->id, "regime=%s reason=%s gpr_necessary=%t", "R1",
        "zone_entered", true);
}

/* ---- information ---- */

static void informed(struct sim *s, struct home *h) {
    h->move.state = MOVE_INFORMED;
    go_on(s, h, 8, 45, diagnose);
}

static const char leaflet[] = "2017-1";

static void inform_alone(struct sim *s, void *subject) {
    struct home *h = subject;
    if (h->move.state != MOVE_ANNOUNCED)
        return;
    say(s, host_of(s, h), "TenantInformed", h->move.id, "leaflet_version=%s",
        s->today < zone_entry() ? "2015-1" : leaflet);
    informed(s, h);
}

enum { DOORS_MAX = 50 };

/* Who opens the door has the leaflet; the others are met later. */
static void knock(struct sim *s, struct home *h, char *list, size_t *size, size_t room) {
    const char *result = chance(s, 820) ? "informed" : ONE_OF(s, "absent", "absent", "call_back",
                                                              "refused");
    *size += (size_t)snprintf(list + *size, room - *size,
                              "%s{\"relocation\":\"%s\",\"result\":\"%s\"}", *size > 1 ? "," : "",
                              words_of(h->move.id).text, result);
    if (!strcmp(result, "informed"))
        informed(s, h);
    else
        go_on(s, h, 4, 21, inform_alone);
}

static void inform_staircase(struct sim *s, void *subject) {
    struct home_building *b = subject;
    char list[DOORS_MAX * 96] = "[";
    size_t size = 1;
    int doors = 0;
    struct home *first = NULL;
    b->waves = 0;
    for (size_t i = 0; i < s->home_count && doors < DOORS_MAX; i++) {
        struct home *h = &s->homes[i];
        if (h->building != b || h->move.state != MOVE_ANNOUNCED)
            continue;
        first = first ? first : h;
        knock(s, h, list, &size, sizeof list);
        doors++;
    }
    if (!doors)
        return;
    snprintf(list + size, sizeof list - size, "]");
    say(s, host_of(s, first), "InformationActionHeld", new_id(s),
        "kind=%s topic=%s area=%d building=%i households=%d leaflet_version=%s doors=%j",
        "door_to_door", "rights", b->works.area, b->id, doors, leaflet, list);
    if (doors == DOORS_MAX)
        plan_in(s, 1, 3, inform_staircase, b);
}

/* ---- needs ---- */

static void begin_search(struct sim *s, struct home *h) {
    struct move *m = &h->move;
    if (m->regime == 1 && m->goes_by_letter && !is_pressed(s, h))
        go_on(s, h, 30, 120, send_letter);
    else
        go_on(s, h, 20, m->stays ? 200 : 130, make_offer);
}

static void diagnose(struct sim *s, void *subject) {
    struct home *h = subject;
    struct move *m = &h->move;
    if (m->state != MOVE_INFORMED || h->is_ended)
        return;
    say(s, host_of(s, h), "RelocationNeedsDiagnosed", m->id,
        "persons=%d return_wish=%s accessible=%T ground=%T", persons_of(h),
        m->wish && chance(s, 600) ? m->wish : "undecided", chance(s, 50), chance(s, 110));
    m->state = MOVE_DIAGNOSED;
    meet_blockers(s, h);
    if (is_under_zone(h) || m->wants_zone)
        plan_in(s, 15, 90, ask_about_return, h);
    begin_search(s, h);
}

/* Meetings, letters and duty hours in the quarters (S1). */
static void inform_quarter(struct sim *s, void *subject) {
    int *area = subject;
    const struct worker *host = s->hosts[*area];
    if (host)
        say(s, voice_of(host), "InformationActionHeld", new_id(s),
            "kind=%s topic=%s area=%d households=%d leaflet_version=%s",
            ONE_OF(s, "meeting", "letter", "duty_hours", "publication", "call"),
            ONE_OF(s, "investment", "rights", "relocation", "arrears", "support", "comeback"),
            *area, between(s, 5, 60), leaflet);
    plan_in(s, 18, 45, inform_quarter, subject);
}

void tell_moves(struct sim *s) {
    struct home **homes = owned(s, (s->home_count + 1) * sizeof *homes);
    spread_announcements(s);
    choose_who_stays(s, homes);
    choose_regimes(s, homes);
    choose_wishes(s, homes);
    choose_letters(s);
    for (size_t i = 0; i < s->home_count; i++)
        plan_on(s, s->homes[i].move.announce_on, announce, &s->homes[i]);
    for (int area = 1; area <= AREA_COUNT; area++) {
        int *number = owned(s, sizeof *number);
        *number = area;
        plan_on(s, civil_from_ymd(2017, 6, 1) + area * 3, inform_quarter, number);
    }
    tell_returns(s);
}
