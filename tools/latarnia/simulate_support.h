#ifndef TOOLS_LATARNIA_SIMULATE_SUPPORT_H
#define TOOLS_LATARNIA_SIMULATE_SUPPORT_H

/* A case with its guide, plan, visits and helpers; only simulate_*.c of cases include it. */
#include "tools/latarnia/simulate.h"

enum support_state { SUPPORT_OPEN = 1, SUPPORT_WAITING, SUPPORT_DIAGNOSED, SUPPORT_PLAN,
                     SUPPORT_ENDING, SUPPORT_EVALUATED, SUPPORT_CLOSED };

enum { GOALS_MOST = 5, STEPS_MOST = 16, HELPERS_MOST = 6, GUIDE_PLACES = 30 };

struct small_step {
    int number, goal;
    const char *party;
    civil_day due;
    bool is_over;
};

struct support {
    struct home *home;
    struct id id, home_visit; /* the last visit at home */
    struct worker *guide;     /* NULL: none, or waiting */
    enum support_state state;
    bool is_held, needs_first_guide, is_pending, was_assessed, is_reopened, is_amending;
    civil_day ends_on, closed_on;
    const char *goals[GOALS_MOST];
    int goal_count, step_count, review_count;
    struct small_step steps[STEPS_MOST];
    struct id sharing, conference_consent; /* consents */
    struct partner *helpers[HELPERS_MOST];
    int helper_count;
    bool has_conference;
    civil_day network_on; /* networking spoke of it: intake ends nothing on the same day */
    int threads; /* of visits and reviews: a reopened case starts new ones */
};

struct voice guide_voice(const struct support *c);
/* There is a guide who works on it now. */
bool is_at_work(const struct support *c);
/* False and again in a week or two when nobody can work on it now; for ever when it ended. */
bool works_now(struct sim *s, struct support *c, step_fn *again);
struct id resident_of(const struct support *c);
/* Something of another department was said of the case today: again tomorrow. */
bool is_busy_today(struct sim *s, struct support *c, step_fn *again);

void release_guide(struct sim *s, struct support *c);
/* The plan is finished: assessment, evaluation and closing follow on later days. */
void end_support(struct sim *s, struct support *c);

/* simulate_plan.c */
step_fn confirm_diagnosis, finish_plan;
/* simulate_visits.c */
void start_visits(struct sim *s, struct support *c);
void assess(struct sim *s, struct support *c, const char *phase);
/* simulate_network.c, simulate_dzm.c */
void start_network(struct sim *s, struct support *c);
struct partner *helper_for(struct sim *s, struct support *c);
step_fn propose_conference;

#endif
