/* Visits, contacts, accompaniments and the assessment of effects: mostly at home (S1). */
#include <string.h>

#include "tools/latarnia/simulate_support.h"

static step_fn first_contact, visit_home, keep_contact, accompany, assess_start;

/* Entered twice: one is voided. */
static void enter_twice(struct sim *s, struct support *c, const char *result) {
    struct id id = new_id(s);
    in_case(s, c->id);
    struct id command = say(s, guide_voice(c), "HomeVisitRecorded", id,
                            "household=%i kind=%s result=%s case_id=%i", c->home->id, "home",
                            result, c->id);
    void_soon(s, coordinator(s), "Visit", id, command);
}

static struct id say_visit(struct sim *s, struct support *c, const char *result) {
    struct id id = new_id(s);
    char parts[128];
    jsonf(parts, sizeof parts, "[{\"part\":\"guide\",\"worker\":\"%s\"}]",
          words_of(guide_voice(c).id).text);
    in_case(s, c->id);
    say(s, guide_voice(c), "HomeVisitRecorded", id,
        "household=%i kind=%s result=%s case_id=%i relocation=%i participants=%j minutes=%d",
        c->home->id, "home", result, c->id, c->home->move.id, parts, between(s, 15, 110));
    if (chance(s, 4))
        enter_twice(s, c, result);
    return id;
}

static void say_contact(struct sim *s, struct support *c) {
    in_case(s, c->id);
    say(s, guide_voice(c), "ContactRecorded", new_id(s),
        "household=%i kind=%s result=%s case_id=%i minutes=%d", c->home->id,
        ONE_OF(s, "phone", "phone", "office", "street", "document"),
        ONE_OF(s, "talked", "talked", "informed", "agreed", "settled", "call_back"), c->id,
        between(s, 5, 45));
}

static void first_contact(struct sim *s, void *subject) {
    struct support *c = subject;
    if (!works_now(s, c, first_contact))
        return;
    if (chance(s, 220))
        say_contact(s, c);
    else
        c->home_visit = say_visit(s, c, ONE_OF(s, "talked", "talked", "informed", "agreed"));
    plan_in(s, 4, 15, visit_home, c);
}

static void cancel_visit(struct sim *s, struct support *c) {
    struct id id = new_id(s);
    in_case(s, c->id);
    say(s, guide_voice(c), "VisitPlanned", id, "household=%i kind=%s day=%D case_id=%i",
        c->home->id, "home", workday_in(s, 2, 6), c->id);
    say(s, guide_voice(c), "VisitCancelled", id, "reason=%s", ONE_OF(s, "household", "worker"));
}

static void visit_home(struct sim *s, void *subject) {
    struct support *c = subject;
    if (!works_now(s, c, visit_home))
        return;
    int roll = between(s, 0, 999);
    if (roll < 40)
        cancel_visit(s, c);
    else if (roll < 130)
        say_visit(s, c, "absent");
    else
        c->home_visit = say_visit(s, c, ONE_OF(s, "talked", "talked", "agreed", "informed",
                                               "settled"));
    plan_in(s, 30, 95, visit_home, c);
}

static void keep_contact(struct sim *s, void *subject) {
    struct support *c = subject;
    if (!works_now(s, c, keep_contact))
        return;
    say_contact(s, c);
    plan_in(s, 35, 100, keep_contact, c);
}

static void accompany(struct sim *s, void *subject) {
    struct support *c = subject;
    if (!works_now(s, c, accompany))
        return;
    struct partner *p = helper_for(s, c);
    in_case(s, c->id);
    say(s, guide_voice(c), "AccompanimentRecorded", new_id(s),
        "household=%i institution=%i purpose=%s result=%s case_id=%i minutes=%d", c->home->id,
        p ? p->id : (struct id){{0}},
        ONE_OF(s, "application", "application", "advice", "hearing", "treatment", "viewing"),
        ONE_OF(s, "settled", "settled", "informed", "agreed", "call_back", "refused"), c->id,
        between(s, 30, 180));
    plan_in(s, 50, 160, accompany, c);
}

/* ---- effects ---- */

void assess(struct sim *s, struct support *c, const char *phase) {
    static const char *const domains[] = {"housing", "debt", "income_work", "health", "family",
                                          "social_ties"};
    int lift = !strcmp(phase, "start") ? 0 : 1;
    bool asks_stress = chance(s, 700);
    char list[400] = "[";
    size_t size = 1;
    for (int i = between(s, 0, 1); i < 6; i += between(s, 1, 3))
        size += (size_t)snprintf(list + size, sizeof list - size,
                                 "%s{\"domain\":\"%s\",\"score\":%d}", size > 1 ? "," : "",
                                 domains[i], between(s, lift, 3 + lift));
    snprintf(list + size, sizeof list - size, "]");
    struct voice by = c->guide ? guide_voice(c) : coordinator(s);
    in_case(s, c->id);
    say(s, by, "EffectAssessed", c->home->id,
        asks_stress ? "phase=%s household=%i case_id=%i scores=%j stress=%d"
                    : "phase=%s household=%i case_id=%i scores=%j",
        phase, c->home->id, c->id, list, between(s, 2, 10 - 3 * lift));
}

static void assess_start(struct sim *s, void *subject) {
    struct support *c = subject;
    if (!works_now(s, c, assess_start))
        return;
    c->was_assessed = true;
    assess(s, c, "start");
}

void start_visits(struct sim *s, struct support *c) {
    if (c->is_reopened) {
        plan_in(s, 1, 6, visit_home, c);
        return;
    }
    plan_in(s, 1, 8, first_contact, c);
    plan_in(s, 20, 45, keep_contact, c);
    plan_in(s, 25, 90, accompany, c);
    plan_in(s, 4, 16, assess_start, c);
}
