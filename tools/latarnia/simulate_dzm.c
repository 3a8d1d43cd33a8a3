/* The ad-hoc case conference (DZM): the guide decides if and when; every task has an owner (S1). */
#include <string.h>

#include "tools/latarnia/simulate_support.h"

enum { SEATS_MOST = 7, TASKS_MOST = 5 };

struct task_agreed {
    struct id id;
    int seat;
    bool is_over;
};

struct conference {
    struct support *support;
    struct id id;
    struct id seats[SEATS_MOST];
    struct partner *partners[SEATS_MOST];
    int seat_count, task_count, meetings;
    struct task_agreed tasks[TASKS_MOST];
    bool is_over;
};

static step_fn convene, meet, finish_task, close_conference;

static bool goes_on(struct sim *s, struct conference *z, step_fn *again) {
    struct support *c = z->support;
    if (z->is_over || c->state >= SUPPORT_CLOSED || c->home->is_ended)
        return false;
    if (!is_at_work(c)) {
        plan_in(s, 7, 16, again, z);
        return false;
    }
    c->network_on = s->today;
    in_case(s, c->id);
    return true;
}

/* The consent comes first, some days ahead. */
void propose_conference(struct sim *s, void *subject) {
    struct support *c = subject;
    if (!works_now(s, c, propose_conference) || c->has_conference)
        return;
    struct conference *z = owned(s, sizeof *z);
    *z = (struct conference){.support = c, .id = new_id(s)};
    c->has_conference = true;
    c->network_on = s->today;
    c->conference_consent = new_id(s);
    by_resident(s);
    say(s, guide_voice(c), "ConsentGiven", c->conference_consent,
        "person=%i household=%i purpose=%s", resident_of(c), c->home->id, "dzm");
    if (chance(s, 450)) {
        in_case(s, c->id);
        say(s, host_of(s, c->home), "DzmProposed", z->id, "case_id=%i household=%i reason=%s",
            c->id, c->home->id, ONE_OF(s, "many_problems", "stalled", "before_move"));
    }
    plan_in(s, 3, 18, convene, z);
}

/* ---- members ---- */

static void seat(struct sim *s, struct conference *z, const char *as, struct partner *p) {
    struct id id = new_id(s);
    bool is_bound = p && (!strncmp(p->kind, "mops", 4) || !strcmp(p->kind, "police"));
    z->seats[z->seat_count] = id;
    z->partners[z->seat_count++] = p;
    say(s, guide_voice(z->support), "DzmMemberJoined", z->id,
        "member=%i seat=%s partner=%i own_statute=%s", id, as, p ? p->id : (struct id){{0}},
        is_bound ? "ustawa wlasna instytucji" : NULL);
    if (!is_bound)
        say(s, guide_voice(z->support), "ConfidentialitySigned", z->id, "member=%i", id);
}

static void convene(struct sim *s, void *subject) {
    struct conference *z = subject;
    struct support *c = z->support;
    static const char *const domains[] = {"social_assistance", "law", "problem_solving", "health",
                                          "education"};
    if (!goes_on(s, z, convene))
        return;
    say(s, guide_voice(c), "DzmConvened", z->id,
        "case_id=%i household=%i reason=%s basis=%s consent=%i meeting=%D", c->id, c->home->id,
        ONE_OF(s, "many_problems", "many_institutions", "stalled", "before_move", "crisis"),
        "consent", c->conference_consent, workday_in(s, 10, 25));
    seat(s, z, "guide", NULL);
    seat(s, z, "host", NULL);
    for (int n = between(s, 2, 4); n > 0; n--) {
        struct partner *p = partner_of_domain(s, one_of(s, domains, 5));
        if (p)
            seat(s, z, "representative", p);
    }
    plan_in(s, 10, 28, meet, z);
}

/* ---- meetings and tasks ---- */

static void hold_meeting(struct sim *s, struct conference *z) {
    char list[SEATS_MOST * 64] = "[";
    size_t size = 1;
    for (int i = 0; i < z->seat_count; i++)
        if (i < 2 || !chance(s, 120))
            size += (size_t)snprintf(list + size, sizeof list - size, "%s{\"member\":\"%s\"}",
                                     size > 1 ? "," : "", words_of(z->seats[i]).text);
    snprintf(list + size, sizeof list - size, "]");
    say(s, guide_voice(z->support), "DzmMeetingHeld", z->id, "present=%j family=%s next=%s", list,
        ONE_OF(s, "present", "present", "present", "told_later", "declined"),
        z->meetings ? "end" : "go_on");
    z->meetings++;
}

static void assign_tasks(struct sim *s, struct conference *z) {
    for (int n = between(s, 2, TASKS_MOST); n > 0; n--) {
        struct task_agreed *t = &z->tasks[z->task_count++];
        *t = (struct task_agreed){.id = new_id(s), .seat = between(s, 0, z->seat_count - 1)};
        say(s, guide_voice(z->support), "DzmTaskAssigned", z->id,
            "task=%i owner=%i due=%D help=%s", t->id, z->seats[t->seat], workday_in(s, 20, 90),
            ONE_OF(s, "benefit", "legal", "therapy", "work", "education", "debt", "health"));
    }
}

static void meet(struct sim *s, void *subject) {
    struct conference *z = subject;
    if (!goes_on(s, z, meet))
        return;
    if (!z->meetings && chance(s, 80)) {
        z->is_over = true;
        say(s, guide_voice(z->support), "DzmDissolved", z->id, "case_id=%i reason=%s",
            z->support->id, "no_meeting");
        return;
    }
    hold_meeting(s, z);
    if (z->meetings > 1)
        return;
    assign_tasks(s, z);
    plan_in(s, 12, 40, finish_task, z);
    if (chance(s, 500))
        plan_in(s, 30, 70, meet, z);
}

static struct task_agreed *open_task(struct conference *z) {
    for (int i = 0; i < z->task_count; i++)
        if (!z->tasks[i].is_over)
            return &z->tasks[i];
    return NULL;
}

static void end_task(struct sim *s, struct conference *z, struct task_agreed *t) {
    struct support *c = z->support;
    struct partner *owner = z->partners[t->seat];
    int roll = between(s, 0, 999);
    t->is_over = true;
    if (roll < 720)
        say(s, guide_voice(c), "DzmTaskDone", z->id, "task=%i case_id=%i", t->id, c->id);
    else if (roll < 830)
        say(s, guide_voice(c), "DzmTaskToPlan", z->id, "task=%i case_id=%i", t->id, c->id);
    else if (roll < 900 && owner)
        say(s, guide_voice(c), "DzmTaskHandedOver", z->id, "task=%i case_id=%i partner=%i", t->id,
            c->id, owner->id);
    else
        say(s, guide_voice(c), "DzmTaskDropped", z->id, "task=%i case_id=%i reason=%s", t->id,
            c->id, ONE_OF(s, "not_needed", "not_possible", "household_wish"));
}

static void finish_task(struct sim *s, void *subject) {
    struct conference *z = subject;
    struct task_agreed *t = open_task(z);
    if (!goes_on(s, z, finish_task))
        return;
    end_task(s, z, t);
    plan_in(s, 8, 35, open_task(z) ? finish_task : close_conference, z);
}

static void close_conference(struct sim *s, void *subject) {
    struct conference *z = subject;
    if (!goes_on(s, z, close_conference))
        return;
    z->is_over = true;
    say(s, guide_voice(z->support), "DzmClosed", z->id, "case_id=%i result=%s", z->support->id,
        ONE_OF(s, "solved", "solved", "partly", "into_plan", "handed_over"));
}
