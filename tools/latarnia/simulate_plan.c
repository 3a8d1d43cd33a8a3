/* Diagnosis and the individual support plan: general goals, small steps of both sides, reviews. */
#include <stdlib.h>
#include <string.h>

#include "tools/latarnia/simulate_support.h"

static step_fn draft_plan, agree_plan, sign_plan, review_plan, add_small_step, amend_plan,
    report_steps, work_on_steps;

static const char *const domains[] = {"housing", "income_work", "health", "family", "education",
                                      "law", "social_ties", "official", "addiction"};
enum { DOMAINS = sizeof domains / sizeof *domains };

/* ---- diagnosis ---- */

static void choose_goals(struct sim *s, struct support *c) {
    int wanted = between(s, 2, 4), first = between(s, 0, DOMAINS - 1);
    c->goal_count = 0;
    if (c->home->debt)
        c->goals[c->goal_count++] = "debt";
    for (int i = 0; c->goal_count < wanted; i++)
        c->goals[c->goal_count++] = domains[(first + 2 * i) % DOMAINS];
}

void confirm_diagnosis(struct sim *s, void *subject) {
    struct support *c = subject;
    char list[512] = "[";
    size_t size = 1;
    if (!works_now(s, c, confirm_diagnosis) || c->state != SUPPORT_OPEN)
        return;
    choose_goals(s, c);
    for (int i = 0; i < c->goal_count; i++)
        size += (size_t)snprintf(list + size, sizeof list - size,
                                 "%s{\"domain\":\"%s\",\"score\":%d}", i ? "," : "", c->goals[i],
                                 between(s, 0, 2));
    snprintf(list + size, sizeof list - size, "]");
    in_case(s, c->id);
    say(s, guide_voice(c), "DiagnosisConfirmed", c->id, "domains=%j visit=%i no_visit=%s", list,
        c->home_visit,
        id_is_zero(c->home_visit) ? ONE_OF(s, "refused", "elsewhere", "danger") : NULL);
    c->state = SUPPORT_DIAGNOSED;
    plan_in(s, 6, 30, draft_plan, c);
}

/* ---- plan ---- */

static void invent_step(struct sim *s, struct support *c, int goal, const char *party) {
    struct small_step *step = &c->steps[c->step_count++];
    *step = (struct small_step){.number = c->step_count, .goal = goal, .party = party};
    step->due = civil_next_working(s->today + between(s, 20, 190));
}

static void invent_steps(struct sim *s, struct support *c) {
    static const char *const others[] = {"resident", "guide", "guide", "host", "resident"};
    c->step_count = 0;
    invent_step(s, c, 1, "resident");
    invent_step(s, c, 1, "guide");
    for (int goal = 2; goal <= c->goal_count; goal++)
        for (int n = between(s, 1, 2); n > 0; n--)
            invent_step(s, c, goal, one_of(s, others, 5));
}

static size_t step_json(const struct support *c, const struct small_step *step, char *to,
                        size_t room) {
    char day[CIVIL_TEXT_SIZE], owner[64] = "";
    civil_format(step->due, day);
    if (!strcmp(step->party, "guide") && c->guide)
        snprintf(owner, sizeof owner, ",\"owner\":\"%s\"", words_of(c->guide->id).text);
    return (size_t)snprintf(to, room,
                            "{\"step\":%d,\"goal\":%d,\"party\":\"%s\"%s,\"due\":\"%s\"}",
                            step->number, step->goal, step->party, owner, day);
}

static void plan_json(const struct support *c, char *goals, size_t goals_room, char *steps,
                      size_t steps_room) {
    size_t size = 1;
    snprintf(goals, goals_room, "[");
    for (int i = 0; i < c->goal_count; i++)
        size += (size_t)snprintf(goals + size, goals_room - size, "%s{\"domain\":\"%s\"}",
                                 i ? "," : "", c->goals[i]);
    snprintf(goals + size, goals_room - size, "]");
    size = 1;
    snprintf(steps, steps_room, "[");
    for (int i = 0; i < c->step_count; i++) {
        if (i)
            steps[size++] = ',';
        size += step_json(c, &c->steps[i], steps + size, steps_room - size);
    }
    snprintf(steps + size, steps_room - size, "]");
}

static void draft_plan(struct sim *s, void *subject) {
    struct support *c = subject;
    char goals[256], steps[STEPS_MOST * 140];
    if (!works_now(s, c, draft_plan) || c->state != SUPPORT_DIAGNOSED)
        return;
    if (chance(s, 60)) {
        plan_in(s, 60, 160, draft_plan, c);
        return;
    }
    invent_steps(s, c);
    plan_json(c, goals, sizeof goals, steps, sizeof steps);
    in_case(s, c->id);
    say(s, guide_voice(c), "PlanDrafted", c->id, "kind=%s goals=%j steps=%j", "IPW", goals, steps);
    plan_in(s, 2, 14, agree_plan, c);
}

static void start_reviews(struct sim *s, struct support *c) {
    if (chance(s, 150))
        plan_in(s, 93, 140, review_plan, c);
    else
        plan_in(s, 62, 84, review_plan, c);
}

static void agree_plan(struct sim *s, void *subject) {
    struct support *c = subject;
    if (!works_now(s, c, agree_plan) || c->state != SUPPORT_DIAGNOSED)
        return;
    c->is_pending = chance(s, 160);
    in_case(s, c->id);
    if (!c->is_pending)
        by_resident(s);
    say(s, guide_voice(c), "PlanAgreed", c->id, "signature_pending=%s",
        c->is_pending ? ONE_OF(s, "later", "representative", "unwilling") : NULL);
    c->state = SUPPORT_PLAN;
    if (c->is_pending && chance(s, 750))
        plan_in(s, 15, 80, sign_plan, c);
    start_reviews(s, c);
    plan_in(s, 8, 25, work_on_steps, c);
    if (chance(s, 300))
        plan_in(s, 30, 200, add_small_step, c);
    if (chance(s, 140))
        plan_in(s, 80, 250, amend_plan, c);
    plan_on(s, c->ends_on > s->today + 40 ? c->ends_on : s->today + 40, finish_plan, c);
}

static bool has_plan_in_force(const struct support *c) {
    return is_at_work(c) && c->state == SUPPORT_PLAN;
}

static void sign_plan(struct sim *s, void *subject) {
    struct support *c = subject;
    if (!has_plan_in_force(c))
        return;
    c->is_pending = false;
    by_resident(s);
    in_case(s, c->id);
    say(s, guide_voice(c), "IpwSigned", c->id, "party=%s", "resident");
}

static void add_small_step(struct sim *s, void *subject) {
    struct support *c = subject;
    if (!has_plan_in_force(c) || c->is_amending || c->step_count == STEPS_MOST)
        return;
    invent_step(s, c, between(s, 1, c->goal_count), ONE_OF(s, "resident", "guide"));
    const struct small_step *step = &c->steps[c->step_count - 1];
    in_case(s, c->id);
    say(s, guide_voice(c), "StepAdded", c->id, "step=%d goal=%d party=%s due=%D", step->number,
        step->goal, step->party, step->due);
}

/* The next version: the same goals and one more, agreed a few days later. */
static void agree_amendment(struct sim *s, void *subject) {
    struct support *c = subject;
    if (!has_plan_in_force(c))
        return;
    c->is_amending = false;
    c->steps[c->step_count - 1].is_over = false;
    by_resident(s);
    in_case(s, c->id);
    say(s, guide_voice(c), "PlanAgreed", c->id, "");
}

static void amend_plan(struct sim *s, void *subject) {
    struct support *c = subject;
    char goals[256], steps[STEPS_MOST * 140];
    if (!has_plan_in_force(c) || c->goal_count == GOALS_MOST || c->step_count == STEPS_MOST)
        return;
    c->goals[c->goal_count++] = ONE_OF(s, "social_ties", "official", "health");
    invent_step(s, c, c->goal_count, "guide");
    plan_json(c, goals, sizeof goals, steps, sizeof steps);
    c->steps[c->step_count - 1].is_over = true; /* until the version is agreed nothing is reported */
    c->is_amending = true;
    in_case(s, c->id);
    say(s, guide_voice(c), "PlanAmended", c->id, "goals=%j steps=%j", goals, steps);
    plan_in(s, 2, 10, agree_amendment, c);
}

/* ---- steps ---- */

static struct small_step *next_open(struct support *c) {
    struct small_step *next = NULL;
    for (int i = 0; i < c->step_count; i++)
        if (!c->steps[i].is_over && (!next || c->steps[i].due < next->due))
            next = &c->steps[i];
    return next;
}

static void work_on_steps(struct sim *s, void *subject) {
    struct support *c = subject;
    if (c->state >= SUPPORT_ENDING || !works_now(s, c, work_on_steps))
        return;
    struct small_step *step = c->state == SUPPORT_PLAN ? next_open(c) : NULL;
    if (!step)
        return;
    in_case(s, c->id);
    say(s, guide_voice(c), "StepStarted", c->id, "step=%d", step->number);
    plan_on(s, civil_next_working(step->due > s->today ? step->due + between(s, -12, 9)
                                                       : s->today + between(s, 3, 20)),
            report_steps, c);
}

static void report_step(struct sim *s, struct support *c, struct small_step *step) {
    int roll = between(s, 0, 999);
    if (roll < 110) {
        step->due = civil_next_working(s->today + between(s, 14, 60));
        say(s, guide_voice(c), "StepRescheduled", c->id, "step=%d due=%D reason=%s", step->number,
            step->due, ONE_OF(s, "resident_wish", "circumstances", "institution"));
        return;
    }
    step->is_over = true;
    if (roll < 780)
        say(s, guide_voice(c), "StepDone", c->id, "step=%d", step->number);
    else if (roll < 900)
        say(s, guide_voice(c), "StepPartlyDone", c->id, "step=%d", step->number);
    else
        say(s, guide_voice(c), "StepDropped", c->id, "step=%d reason=%s", step->number,
            ONE_OF(s, "not_needed", "circumstances", "resident_wish"));
}

static void report_steps(struct sim *s, void *subject) {
    struct support *c = subject;
    if (c->state >= SUPPORT_ENDING || !works_now(s, c, report_steps))
        return;
    struct small_step *step = c->state == SUPPORT_PLAN ? next_open(c) : NULL;
    if (!step)
        return;
    in_case(s, c->id);
    report_step(s, c, step);
    plan_in(s, 4, 22, work_on_steps, c);
}

/* ---- reviews and the end ---- */

static const char *scores(struct sim *s, const struct support *c, char *list, size_t room) {
    size_t size = 1;
    snprintf(list, room, "[");
    for (int goal = 1; goal <= c->goal_count; goal++)
        if (chance(s, 750))
            size += (size_t)snprintf(list + size, room - size, "%s{\"goal\":%d,\"score\":%d}",
                                     size > 1 ? "," : "", goal,
                                     between(s, 0, c->review_count < 3 ? 3 : 4));
    snprintf(list + size, room - size, "]");
    return size > 1 ? list : NULL;
}

static void review_plan(struct sim *s, void *subject) {
    struct support *c = subject;
    char list[256];
    if (c->state >= SUPPORT_ENDING || !works_now(s, c, review_plan) || c->state != SUPPORT_PLAN)
        return;
    in_case(s, c->id);
    say(s, guide_voice(c), "PlanReviewed", c->id, "scores=%j", scores(s, c, list, sizeof list));
    c->review_count++;
    start_reviews(s, c);
}

void finish_plan(struct sim *s, void *subject) {
    struct support *c = subject;
    char list[256];
    if (c->state != SUPPORT_PLAN)
        return;
    if (!works_now(s, c, finish_plan))
        return;
    if (s->today < c->ends_on || s->last - s->today < 80) {
        plan_on(s, civil_next_working(c->ends_on > s->today ? c->ends_on : s->today + 60),
                finish_plan, c);
        return;
    }
    in_case(s, c->id);
    say(s, guide_voice(c), chance(s, 650) ? "PlanCompleted" : "PlanPartlyCompleted", c->id,
        "scores=%j", scores(s, c, list, sizeof list));
    c->state = SUPPORT_DIAGNOSED;
    end_support(s, c);
}
