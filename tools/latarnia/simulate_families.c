/* Births, departures, deaths, splits and a merge; what ZLM took over; the anonymous survey (S0). */
#include <string.h>

#include "common/messages/intake.h"
#include "tools/latarnia/simulate_debt.h"
#include "tools/latarnia/simulate_support.h"

/* ---- the board takes over the files of those who still live where they were registered ---- */

static void take_over(struct sim *s, void *none) {
    (void)none;
    for (size_t i = 0; i < s->home_count; i++) {
        struct home *h = &s->homes[i];
        if (h->registered >= civil_from_ymd(2016, 4, 1) || h->move.state >= MOVE_DONE)
            continue;
        struct voice zlm = unit_voice(ROLE_ZLM);
        say(s, zlm, "ResidenceStarted", h->id, "dwelling=%i area=%d", h->flat.id,
            h->building->works.area);
        say(s, zlm, "TenancyLinked", h->id, "dwelling=%i", h->flat.id);
    }
}

/* ---- somebody comes, somebody goes ---- */

static struct home *some_home(struct sim *s, int least) {
    for (int i = 0; i < 40; i++) {
        struct home *h = &s->homes[rng_below(&s->rng, s->home_count)];
        if (!h->is_ended && h->registered < s->today && persons_of(h) >= least)
            return h;
    }
    return NULL;
}

static void be_born(struct sim *s, struct home *h) {
    int year, month, day;
    if (h->person_count == PERSONS_MAX)
        return;
    civil_to_ymd(s->today, &year, &month, &day);
    struct person *p = &h->persons[h->person_count++];
    *p = (struct person){.id = new_id(s), .role = MEMBER_ROLE_child, .born = year};
    say(s, host_of(s, h), "MemberBorn", h->id, "person=%i born_year=%d", p->id, year);
}

/* Anybody but the tenant, on whom title, debt and consents hang. */
static struct person *somebody(const struct home *h, struct person *persons) {
    for (int i = h->person_count - 1; i > 0; i--)
        if (!persons[i].is_gone)
            return &persons[i];
    return NULL;
}

static void go_away(struct sim *s, struct home *h, bool dies) {
    struct person *p = somebody(h, h->persons);
    if (!p)
        return;
    p->is_gone = true;
    if (dies)
        say(s, host_of(s, h), "MemberDied", h->id, "person=%i", p->id);
    else
        say(s, host_of(s, h), "MemberLeft", h->id, "person=%i reason=%s", p->id,
            ONE_OF(s, "moved", "moved", "marriage", "care"));
}

static void live(struct sim *s, void *none) {
    if (has_team(s)) {
        struct home *h = some_home(s, 2);
        int roll = between(s, 0, 999);
        if (h && roll < 420)
            be_born(s, h);
        else if (h)
            go_away(s, h, roll >= 760);
    }
    plan_in(s, 8, 22, live, none);
}

/* ---- a household ends: a tenant who lived alone, after the move ---- */

static bool may_end(const struct sim *s, const struct home *h) {
    const struct support *c = h->support;
    bool is_quiet = !c || c->state == SUPPORT_CLOSED ||
                    (is_at_work(c) && c->network_on != s->today && s->last - s->today > 90);
    return persons_of(h) == 1 && h->move.state >= MOVE_DONE && !h->is_ended && is_quiet &&
           (h->move.asked || h->move.regime > 2);
}

static void end_home(struct sim *s, struct home *h) {
    struct support *c = h->support;
    for (int i = 0; i < h->person_count; i++)
        if (!h->persons[i].is_gone)
            say(s, host_of(s, h), "MemberDied", h->id, "person=%i household_empty=%t",
                h->persons[i].id, true);
    h->is_ended = true;
    if (h->debt)
        h->debt->is_over = true;
    if (!c || c->state == SUPPORT_CLOSED)
        return;
    c->state = SUPPORT_CLOSED;
    release_guide(s, c);
}

static void die_alone(struct sim *s, void *none) {
    for (int i = 0; i < 200; i++) {
        struct home *h = &s->homes[rng_below(&s->rng, s->home_count)];
        if (!may_end(s, h))
            continue;
        end_home(s, h);
        break;
    }
    plan_in(s, 60, 140, die_alone, none);
}

/* ---- a split, and for some a merge again ---- */

struct parting {
    struct home *home;
    struct id id; /* of the household split off */
};

static void merge(struct sim *s, void *subject) {
    const struct parting *p = subject;
    if (!p->home->is_ended)
        say(s, host_of(s, p->home), "HouseholdsMerged", p->id, "into=%i", p->home->id);
}

static bool may_split(const struct home *h) {
    return h->person_count >= 3 && persons_of(h) >= 3 && h->persons[1].role == MEMBER_ROLE_adult &&
           !h->persons[1].is_gone && !h->support && !h->is_ended && h->move.state != MOVE_NONE;
}

static void split(struct sim *s, void *none) {
    (void)none;
    for (int i = 0; i < 400; i++) {
        struct home *h = &s->homes[rng_below(&s->rng, s->home_count)];
        char persons[96];
        if (!may_split(h))
            continue;
        struct parting *p = owned(s, sizeof *p);
        *p = (struct parting){h, new_id(s)};
        h->persons[1].is_gone = true;
        h->has_split = true;
        say(s, host_of(s, h), "HouseholdSplit", h->id, "new_household=%i persons=%j", p->id,
            jsonf(persons, sizeof persons, "[{\"person\":\"%s\"}]",
                  words_of(h->persons[1].id).text));
        if (chance(s, 400))
            plan_in(s, 60, 200, merge, p);
        return;
    }
}

/* ---- survey: nobody knows who answered ---- */

static void ask_survey(struct sim *s, void *subject) {
    int *asked = subject;
    int year, month, day;
    char name[8];
    civil_to_ymd(s->today, &year, &month, &day);
    struct id survey = id_named("survey", text_of(jsonf(name, sizeof name, "%d", year)));
    for (int n = between(s, 4, 9); n > 0; n--) {
        char list[256];
        static const char *const answers[] = {"disagree", "rather_disagree", "hard_to_say",
                                              "rather_agree", "rather_agree", "agree", "agree"};
        int area = between(s, 1, AREA_COUNT);
        const struct worker *host = s->hosts[area];
        *asked += between(s, 1, 3);
        jsonf(list, sizeof list,
              "[{\"question\":\"acceptance\",\"answer\":\"%s\"},{\"question\":\"safety\","
              "\"answer\":\"%s\"},{\"question\":\"support\",\"answer\":\"%s\"}]",
              one_of(s, answers, 7), one_of(s, answers, 7), one_of(s, answers, 7));
        say(s, host ? voice_of(host) : coordinator(s), "SurveyAnswered", survey,
            "answers=%j area=%d asked=%d", list, area, *asked);
    }
    plan_in(s, 40, 70, ask_survey, subject);
}

void tell_families(struct sim *s) {
    plan_on(s, civil_from_ymd(2016, 4, 5), take_over, NULL);
    plan_on(s, civil_from_ymd(2017, 3, 6), live, NULL);
    plan_on(s, civil_from_ymd(2018, 1, 15), die_alone, NULL);
    for (int i = 0; i < 5; i++)
        plan_on(s, civil_from_ymd(2018, 3, 5) + i * 140, split, NULL);
    plan_on(s, civil_from_ymd(2017, 11, 6), ask_survey, owned(s, sizeof(int)));
}
