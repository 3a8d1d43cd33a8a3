/* The right to return (O2 art. 28): asked about, declared, waived, and where works are done, used. */
#include <string.h>

#include "tools/latarnia/simulate_moves.h"

static step_fn waive;

static bool is_open(const struct home *h) {
    return !h->is_ended && is_under_zone(h);
}

/* Before the move somebody opens the right; the move itself opens it otherwise. */
static void open_right(struct sim *s, struct home *h) {
    struct move *m = &h->move;
    char regime[4];
    if (m->returns_open)
        return;
    m->returns_open = true;
    say(s, host_of(s, h), "ReturnOpened", m->id,
        "household=%i relocation=%i dwelling=%i building=%i regime=%s", h->id, m->id, h->flat.id,
        h->building->id, jsonf(regime, sizeof regime, "R%d", m->regime));
}

void ask_about_return(struct sim *s, void *subject) {
    struct home *h = subject;
    if (!is_open(h) || !has_team(s)) {
        if (h->move.wants_zone)
            plan_on(s, civil_next_working(zone_entry() + between(s, 50, 200)), ask_about_return, h);
        return;
    }
    if (h->move.asked || s->today < zone_entry())
        return;
    open_right(s, h);
    plan_in(s, 1, 15, declare_return, h);
}

void declare_return(struct sim *s, void *subject) {
    struct home *h = subject;
    struct move *m = &h->move;
    const struct worker *host = s->hosts[h->building->works.area];
    if (!is_open(h) || m->asked)
        return;
    m->asked = true;
    by_resident(s);
    say(s, host ? voice_of(host) : unit_voice(ROLE_ZLM), "ReturnDeclared", m->id, "wish=%s",
        m->wish);
    if (!strcmp(m->wish, "no") && chance(s, 110))
        plan_in(s, 30, 300, waive, h);
}

static void waive(struct sim *s, void *subject) {
    struct home *h = subject;
    const struct worker *host = s->hosts[h->building->works.area];
    if (!is_open(h) || h->move.is_back)
        return;
    s->decider = ROLE_RESIDENT;
    s->evidence = "paper";
    h->move.is_back = true;
    say(s, host ? voice_of(host) : unit_voice(ROLE_ZLM), "ReturnWaived", h->move.id, "");
}

/* Shortly before the last day everybody has been asked (F004). */
static void ask_the_rest(struct sim *s, void *none) {
    (void)none;
    for (size_t i = 0; i < s->home_count; i++) {
        struct home *h = &s->homes[i];
        if (!is_open(h) || h->move.asked || h->move.state == MOVE_NONE)
            continue;
        open_right(s, h);
        plan_in(s, 1, 1, declare_return, h);
    }
}

/* ---- back home ---- */

static step_fn offer_return, provide_return, come_back, clear_interim;

static void refurbish(struct sim *s, void *subject) {
    struct home *h = subject;
    if (!is_open(h) || h->move.is_back)
        return;
    say(s, landlord(s), "DwellingWorksStarted", h->flat.id, "");
    say(s, landlord(s), "DwellingReady", h->flat.id,
        "renovated=%t wc=%T bath=%T heating=%T rooms_area=%d", true, true, true, true,
        h->flat.area);
    plan_in(s, 2, 20, offer_return, h);
}

static void offer_return(struct sim *s, void *subject) {
    struct home *h = subject;
    if (!is_open(h))
        return;
    say(s, landlord(s), "ReturnOffered", h->move.id, "dwelling=%i form=%s", h->flat.id,
        "same_dwelling");
    plan_in(s, 6, 25, provide_return, h);
}

static void provide_return(struct sim *s, void *subject) {
    struct home *h = subject;
    if (!is_open(h))
        return;
    decided_by(s, ROLE_PREZYDENT, "Prezydent Miasta Lodzi");
    say(s, landlord(s), "ReturnDwellingProvided", h->move.id, "dwelling=%i form=%s", h->flat.id,
        "same_dwelling");
    plan_in(s, 5, 25, come_back, h);
}

static void come_back(struct sim *s, void *subject) {
    struct home *h = subject;
    if (!is_open(h))
        return;
    h->move.is_back = true;
    say(s, host_of(s, h), "ReturnMoveDone", h->move.id, "dwelling=%i", h->flat.id);
    plan_in(s, 3, 10, clear_interim, h);
}

static void clear_interim(struct sim *s, void *subject) {
    struct home *h = subject;
    say(s, host_of(s, h), "DwellingVacated", h->move.to, "");
}

static void open_building(struct sim *s, void *subject) {
    const struct home_building *b = subject;
    for (size_t i = 0; i < s->home_count; i++) {
        struct home *h = &s->homes[i];
        bool wants = h->move.wish && !strcmp(h->move.wish, "yes");
        if (h->building == b && wants && h->move.asked && h->move.state >= MOVE_DONE)
            plan_in(s, 5, 110, refurbish, h);
    }
}

void tell_returns(struct sim *s) {
    plan_on(s, s->last - 14, ask_the_rest, NULL);
    for (size_t i = 0; i < s->building_count; i++)
        if (s->buildings[i].works.end)
            plan_on(s, civil_next_working(s->buildings[i].works.end + 5), open_building,
                    &s->buildings[i]);
}
