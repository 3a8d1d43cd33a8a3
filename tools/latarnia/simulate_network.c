/* Institutions around a case: contacts with them, consents, helpers, requests for help. */
#include <string.h>

#include "tools/latarnia/simulate_support.h"

static step_fn give_consent, withdraw_consent, link_helper, ask_for_help, receive_demand;

static const char statute[] = "ustawa o pomocy spolecznej, art. 100";

/* ---- helpers ---- */

static const struct {
    const char *domain, *help;
} resources[] = {
    {"social_assistance", "benefit"}, {"social_assistance", "social_work"},
    {"problem_solving", "therapy"},   {"law", "legal"},
    {"work", "work"},                 {"education", "education"},
    {"health", "health"},             {"culture", "company"},
    {"housing", "debt"},
};
enum { RESOURCES = sizeof resources / sizeof *resources };

struct partner *helper_for(struct sim *s, struct support *c) {
    if (c->helper_count)
        return c->helpers[rng_below(&s->rng, (uint64_t)c->helper_count)];
    return partner_of_domain(s, "social_assistance");
}

static bool is_linked(const struct support *c, const struct partner *p) {
    for (int i = 0; i < c->helper_count; i++)
        if (c->helpers[i] == p)
            return true;
    return false;
}

static void link_friend(struct sim *s, struct support *c) {
    say(s, guide_voice(c), "HelperLinked", c->id, "person=%i role=%s resource=%s strength=%d",
        new_id(s), ONE_OF(s, "family", "family", "neighbour", "friend", "volunteer"),
        ONE_OF(s, "company", "childcare", "transport", "repairs"), between(s, 1, 3));
}

static void link_helper(struct sim *s, void *subject) {
    struct support *c = subject;
    if (!works_now(s, c, link_helper))
        return;
    size_t i = rng_below(&s->rng, RESOURCES);
    struct partner *p = partner_of_domain(s, resources[i].domain);
    c->network_on = s->today;
    in_case(s, c->id);
    if (!p || is_linked(c, p) || c->helper_count == HELPERS_MOST || chance(s, 250)) {
        link_friend(s, c);
    } else {
        c->helpers[c->helper_count++] = p;
        say(s, guide_voice(c), "HelperLinked", c->id,
            "partner=%i role=%s resource=%s strength=%d consent=%i", p->id, "institution",
            resources[i].help, between(s, 1, 3), c->sharing);
    }
    if (chance(s, 560))
        plan_in(s, 30, 150, link_helper, c);
}

/* ---- consents ---- */

static void give_consent(struct sim *s, void *subject) {
    struct support *c = subject;
    if (!works_now(s, c, give_consent))
        return;
    c->sharing = new_id(s);
    by_resident(s);
    say(s, guide_voice(c), "ConsentGiven", c->sharing, "person=%i household=%i purpose=%s",
        resident_of(c), c->home->id, "sharing");
    plan_in(s, 3, 40, link_helper, c);
    if (chance(s, 35))
        plan_in(s, 90, 300, withdraw_consent, c);
}

/* Sharing stops at once; what is asked for afterwards rests on a statute. */
static void withdraw_consent(struct sim *s, void *subject) {
    struct support *c = subject;
    struct id consent = c->sharing;
    if (!is_at_work(c) || is_busy_today(s, c, withdraw_consent))
        return;
    c->sharing = (struct id){{0}};
    by_resident(s);
    say(s, guide_voice(c), "ConsentWithdrawn", consent, "person=%i household=%i purpose=%s",
        resident_of(c), c->home->id, "sharing");
}

/* ---- requests for help ---- */

struct asked_help {
    struct support *support;
    struct partner *partner;
    struct id id;
};

static void answer_help(struct sim *s, void *subject) {
    const struct asked_help *a = subject;
    struct support *c = a->support;
    if (c->state >= SUPPORT_CLOSED || !c->guide || c->home->is_ended)
        return;
    c->network_on = s->today;
    in_case(s, c->id);
    if (chance(s, 820))
        say(s, guide_voice(c), "HelpProvided", a->id, "case_id=%i household=%i", c->id,
            c->home->id);
    else
        say(s, guide_voice(c), "HelpDeclined", a->id, "case_id=%i household=%i reason=%s", c->id,
            c->home->id, ONE_OF(s, "no_capacity", "criteria", "not_competent", "no_contact"));
}

static void ask_for_help(struct sim *s, void *subject) {
    struct support *c = subject;
    struct partner *p = helper_for(s, c);
    if (!works_now(s, c, ask_for_help))
        return;
    if (!p) {
        plan_in(s, 20, 60, ask_for_help, c);
        return;
    }
    struct asked_help *a = owned(s, sizeof *a);
    *a = (struct asked_help){c, p, new_id(s)};
    bool has_consent = !id_is_zero(c->sharing);
    c->network_on = s->today;
    in_case(s, c->id);
    say(s, guide_voice(c), "HelpRequested", a->id,
        "case_id=%i household=%i partner=%i help=%s basis=%s consent=%i statute=%s", c->id,
        c->home->id, p->id, resources[rng_below(&s->rng, RESOURCES)].help,
        has_consent ? "consent" : "statute", c->sharing, has_consent ? NULL : statute);
    if (!chance(s, 90))
        plan_in(s, 8, 70, answer_help, a);
    if (chance(s, 300))
        say(s, guide_voice(c), "InformationShared", c->id,
            "what=%s partner=%i basis=%s consent=%i statute=%s",
            ONE_OF(s, "contact", "housing", "arrears", "family", "plan"), p->id,
            has_consent ? "consent" : "statute", c->sharing, has_consent ? NULL : statute);
    plan_in(s, 70, 220, ask_for_help, c);
}

/* ---- MOPS wants to know for a benefit: seven days (O6 art. 105) ---- */

struct demand {
    struct support *support;
    struct id id;
};

static void answer_demand(struct sim *s, void *subject) {
    const struct demand *d = subject;
    struct voice by = d->support->guide ? guide_voice(d->support) : coordinator(s);
    say(s, by, "InfoRequestAnswered", d->id, "answer=%s", ONE_OF(s, "given", "given", "no_data"));
}

static void receive_demand(struct sim *s, void *subject) {
    struct support *c = subject;
    if (!works_now(s, c, receive_demand))
        return;
    struct demand *d = owned(s, sizeof *d);
    *d = (struct demand){c, new_id(s)};
    c->network_on = s->today;
    say(s, guide_voice(c), "InfoRequestReceived", d->id,
        "household=%i case_id=%i partner=%i purpose=%s what=%s", c->home->id, c->id,
        id_named("institution", text_of("I002")), "benefit_decision",
        ONE_OF(s, "housing", "income", "family"));
    if (chance(s, 850))
        plan_in(s, 2, 5, answer_demand, d);
    else
        plan_in(s, 10, 20, answer_demand, d);
}

void start_network(struct sim *s, struct support *c) {
    if (chance(s, 860))
        plan_in(s, 10, 45, give_consent, c);
    plan_in(s, 50, 150, ask_for_help, c);
    if (chance(s, 170))
        plan_in(s, 50, 400, receive_demand, c);
    if (chance(s, 170))
        plan_in(s, 70, 420, propose_conference, c);
}

/* ---- contacts with institutions: front staff and decision-makers (S1) ---- */

static void contact_partners(struct sim *s, void *none) {
    for (int n = between(s, 12, 24); n > 0; n--) {
        struct partner *p = &s->partners[rng_below(&s->rng, s->partner_count)];
        const struct worker *guide = any_guide(s);
        if (p->from >= s->today || !guide || p->contacted == s->today)
            continue;
        p->contacted = s->today;
        say(s, chance(s, 250) ? coordinator(s) : voice_of(guide), "PartnerContacted", p->id,
            "level=%s", ONE_OF(s, "front", "front", "decision"));
    }
    plan_in(s, 14, 24, contact_partners, none);
}

void tell_partners(struct sim *s) {
    plan_on(s, civil_from_ymd(2017, 4, 3), contact_partners, NULL);
}
