/*
 * The team (S1): a coordinator, eight area hosts and eight social guides from 2017 on, all at work by
 * 2017-07-26 (T019). In 2018 one guide and one host leave; another guide is ill for a month.
 */
#include <string.h>

#include "common/base/ensure.h"
#include "tools/latarnia/simulate.h"

struct voice voice_of(const struct worker *w) {
    const struct worker *speaks = w->substitute ? w->substitute : w;
    return (struct voice){speaks->role, speaks->id};
}

struct voice coordinator(const struct sim *s) {
    ensure(s->coordinator != NULL);
    return voice_of(s->coordinator);
}

bool has_team(const struct sim *s) {
    return s->coordinator && s->coordinator->is_active;
}

struct voice host_of(const struct sim *s, const struct home *h) {
    const struct worker *host = s->hosts[h->building->works.area];
    if (host)
        return voice_of(host);
    return has_team(s) ? coordinator(s) : biuro();
}

struct voice answer_voice(const struct sim *s, const struct home *h) {
    const struct worker *host = s->hosts[h->building->works.area];
    return host ? voice_of(host) : landlord(s);
}

/* ---- induction: seven topics in two weeks ---- */

static const char *const topics[] = {"office",     "revitalisation", "social_work", "debt",
                                     "networking", "area",           "first_aid"};
enum { TOPICS = sizeof topics / sizeof *topics };

static struct voice instructor(const struct sim *s, const struct worker *w) {
    return w->role == ROLE_COORD ? biuro() : coordinator(s);
}

static void gain_rights(struct sim *s, void *subject) {
    struct worker *w = subject;
    w->stage = 2;
    say(s, instructor(s, w), "DutiesChanged", w->id, "stage=%d", 2);
}

static void gain_duties(struct sim *s, void *subject) {
    struct worker *w = subject;
    if (w->has_left)
        return;
    w->stage = 3;
    say(s, instructor(s, w), "DutiesChanged", w->id, "stage=%d", 3);
}

static void take_area(struct sim *s, void *subject) {
    struct worker *w = subject;
    char area[8];
    struct id stream = id_named("area", text_of(jsonf(area, sizeof area, "%d", w->area)));
    say(s, coordinator(s), "GoAssigned", stream, "worker=%i area=%d reason=%s", w->id, w->area,
        ONE_OF(s, "knowledge", "knowledge", "preference"));
    s->hosts[w->area] = w;
}

static void induct(struct sim *s, void *subject) {
    struct worker *w = subject;
    w->is_active = true;
    w->stage = 1;
    say(s, instructor(s, w), "WorkerInducted", w->id, "stage=%d", 1);
    if (w->role == ROLE_LS)
        plan_in(s, 10, 20, gain_rights, w);
    if (w->role == ROLE_GO)
        plan_in(s, 1, 4, take_area, w);
    plan_in(s, 120, 200, gain_duties, w);
}

static void complete_induction(struct sim *s, void *subject) {
    struct worker *w = subject;
    say(s, coordinator(s), "InductionCompleted", w->id, "stage=%d", 1);
    plan_in(s, 1, 1, induct, w);
}

static void pass_topics(struct sim *s, const struct worker *w, int from, int to) {
    for (int i = from; i < to; i++) {
        if (chance(s, 60)) {
            say(s, coordinator(s), "InductionTopicWaived", w->id, "topic=%s reason=%s", topics[i],
                "known");
            continue;
        }
        say(s, instructor(s, w), "InductionTopicPassed", w->id, "topic=%s", topics[i]);
    }
}

static void learn_second_week(struct sim *s, void *subject) {
    struct worker *w = subject;
    pass_topics(s, w, 4, TOPICS);
    bool is_late = chance(s, 150);
    plan_in(s, is_late ? 7 : 1, is_late ? 9 : 2, complete_induction, w);
}

static void learn_first_week(struct sim *s, void *subject) {
    struct worker *w = subject;
    pass_topics(s, w, 0, 4);
    plan_on(s, civil_next_working(w->hired + 9), learn_second_week, w);
}

static const char *competences(struct sim *s, char buffer[128]) {
    static const char *const all[] = {"psychology", "sociology", "pedagogy", "streetwork",
                                      "social_work", "probation", "law", "spatial"};
    size_t first = rng_below(&s->rng, 8), second = (first + 1 + rng_below(&s->rng, 7)) % 8;
    return jsonf(buffer, 128, "[{\"competence\":\"%s\"},{\"competence\":\"%s\"}]", all[first],
                 all[second]);
}

static void hire(struct sim *s, void *subject) {
    struct worker *w = subject;
    char list[128];
    w->hired = s->today;
    if (w->role == ROLE_COORD)
        s->coordinator = w;
    say(s, w->role == ROLE_COORD ? biuro() : coordinator(s), "WorkerHired", w->id,
        w->area ? "role=%s competences=%j area=%d" : "role=%s competences=%j", role_name(w->role),
        competences(s, list), w->area);
    plan_on(s, civil_next_working(s->today + 4), learn_first_week, w);
}

static struct worker *join_team(struct sim *s, int32_t role, int area, civil_day day) {
    struct worker *w = &s->team[s->team_count++];
    ensure(s->team_count <= TEAM_MAX);
    *w = (struct worker){.id = new_id(s), .role = role, .area = area};
    plan_on(s, civil_next_working(day), hire, w);
    return w;
}

/* ---- supervision by somebody from outside (O21), training (S1) ---- */

struct session {
    struct id id, supervisor;
    struct worker *only; /* NULL: everybody */
};

static bool is_supervised(const struct worker *w) {
    return w->is_active && !w->substitute && w->role != ROLE_COORD;
}

static void hold_session(struct sim *s, void *subject) {
    const struct session *session = subject;
    char list[TEAM_MAX * 64] = "[";
    size_t size = 1;
    for (int i = 0; i < s->team_count; i++) {
        const struct worker *w = &s->team[i];
        if (!is_supervised(w) || (session->only && session->only != w))
            continue;
        if (!session->only && chance(s, 80))
            continue;
        size += (size_t)snprintf(list + size, sizeof list - size, "%s{\"worker\":\"%s\"}",
                                 size > 1 ? "," : "", words_of(w->id).text);
    }
    if (size == 1)
        return;
    snprintf(list + size, sizeof list - size, "]");
    say(s, coordinator(s), "SupervisionHeld", session->id,
        "kind=%s minutes=%d supervisor=%i attendees=%j", session->only ? "individual" : "group",
        session->only ? 90 : 240, session->supervisor, list);
}

static void cancel_session(struct sim *s, void *subject) {
    const struct session *session = subject;
    say(s, coordinator(s), "SupervisionCancelled", session->id, "reason=%s",
        ONE_OF(s, "supervisor", "workers", "moved"));
}

static void plan_session(struct sim *s, struct worker *only, struct id supervisor) {
    struct session *session = owned(s, sizeof *session);
    civil_day day = workday_in(s, 12, 20);
    *session = (struct session){new_id(s), supervisor, only};
    say(s, coordinator(s), "SupervisionPlanned", session->id, "kind=%s day=%D supervisor=%i",
        only ? "individual" : "group", day, supervisor);
    plan_on(s, day, chance(s, 60) ? cancel_session : hold_session, session);
}

static struct id *supervisors(struct sim *s) {
    static const size_t count = 2;
    struct id *ids = owned(s, count * sizeof *ids);
    for (size_t i = 0; i < count; i++)
        ids[i] = new_id(s);
    return ids;
}

/* A group every month; every worker alone about once in a quarter. */
static void supervise(struct sim *s, void *subject) {
    const struct id *ids = subject;
    plan_session(s, NULL, ids[0]);
    for (int i = 0; i < s->team_count; i++)
        if (is_supervised(&s->team[i]) && chance(s, 330))
            plan_session(s, &s->team[i], ids[1]);
    plan_in(s, 28, 31, supervise, subject);
}

static const char *const trainings[] = {
    "revitalisation", "assistance_tools", "housing_policy",      "difficult_client", "networking",
    "communication",  "crisis_intervention", "first_aid", "field"};

static void train(struct sim *s, void *subject) {
    int *next = subject;
    for (int i = 0; i < s->team_count; i++)
        if (is_supervised(&s->team[i]) && !chance(s, 70))
            say(s, coordinator(s), "TrainingCompleted", s->team[i].id, "training=%s minutes=%d",
                trainings[*next], 60 * between(s, 4, 12));
    *next = (*next + 1) % (int)(sizeof trainings / sizeof *trainings);
    plan_in(s, 50, 75, train, subject);
}

/* ---- who comes and goes ---- */

static void fall_ill(struct sim *s, void *subject) {
    struct worker *w = subject, *substitute = w + 1;
    say(s, coordinator(s), "WorkerSuspended", w->id, "reason=%s", "illness");
    say(s, coordinator(s), "CoverStarted", w->id, "substitute=%i from=%D to=%D scope=%s",
        substitute->id, s->today, s->today + 35, "full");
    w->substitute = substitute;
}

static void recover(struct sim *s, void *subject) {
    struct worker *w = subject;
    w->substitute = NULL;
    say(s, coordinator(s), "WorkerReturned", w->id, "stage=%d", w->stage);
    say(s, coordinator(s), "CoverEnded", w->id, "substitute=%i", (w + 1)->id);
}

static void leave(struct sim *s, void *subject) {
    struct worker *w = subject;
    say(s, coordinator(s), "WorkerLeft", w->id, "reason=%s", w->role == ROLE_LS ? "resigned" : "moved");
    w->is_active = false;
    w->has_left = true;
    w->places = 0;
    if (w->role == ROLE_GO)
        s->hosts[w->area] = NULL;
    else
        supports_without_guide(s, w);
}

/* A neighbouring host stands in; the vacancy lasted too long (T25). */
static void name_acting(struct sim *s, void *subject) {
    struct worker *gone = subject, *acting = s->hosts[gone->area % AREA_COUNT + 1];
    char area[8];
    if (!acting)
        return;
    struct id stream = id_named("area", text_of(jsonf(area, sizeof area, "%d", gone->area)));
    say(s, coordinator(s), "ActingGoNamed", stream, "worker=%i area=%d", acting->id, gone->area);
    s->hosts[gone->area] = acting;
}

static void name_deputy(struct sim *s, void *subject) {
    struct worker *w = subject;
    say(s, coordinator(s), "DeputyNamed", w->id, "reason=%s", "need");
}

void tell_team(struct sim *s) {
    struct worker *guides[8], *hosts[AREA_COUNT + 1];
    int *next_training = owned(s, sizeof *next_training);
    join_team(s, ROLE_COORD, 0, civil_from_ymd(2017, 1, 9));
    for (int i = 0; i < 8; i++)
        guides[i] = join_team(s, ROLE_LS, 0, civil_from_ymd(2017, 2, 6) + i * 14);
    for (int area = 1; area <= AREA_COUNT; area++)
        hosts[area] = join_team(s, ROLE_GO, area, civil_from_ymd(2017, 2, 1) + area * 12);
    plan_on(s, civil_from_ymd(2018, 2, 5), fall_ill, guides[5]);
    plan_on(s, civil_from_ymd(2018, 3, 5), recover, guides[5]);
    join_team(s, ROLE_LS, 0, civil_from_ymd(2018, 6, 4));
    plan_on(s, civil_from_ymd(2018, 6, 29), leave, guides[2]);
    plan_on(s, civil_from_ymd(2018, 9, 28), leave, hosts[5]);
    plan_on(s, civil_from_ymd(2018, 10, 8), name_acting, hosts[5]);
    join_team(s, ROLE_GO, 5, civil_from_ymd(2018, 10, 15));
    plan_on(s, civil_from_ymd(2017, 11, 6), name_deputy, hosts[1]);
    plan_on(s, civil_from_ymd(2017, 8, 7), supervise, supervisors(s));
    plan_on(s, civil_from_ymd(2017, 9, 11), train, next_training);
}
