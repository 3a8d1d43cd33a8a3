#ifndef DAEMONS_INTAKE_PLAN_H
#define DAEMONS_INTAKE_PLAN_H

/*
 * The support plan inside the stream of its case (DOMAIN.md 4.1 SupportPlan, 4.7 Plan). It has a
 * life cycle of its own beside the case's; both tables must allow a step.
 */
#include "daemons/intake/domain.h"

enum {
    PLAN_DRAFT = 1,
    PLAN_IN_FORCE,
    PLAN_COMPLETED,
    PLAN_PARTLY_COMPLETED,
    PLAN_DISCONTINUED,
    PLAN_SUMMARISED
};
enum { GOALS_MAX = 8, STEPS_MAX = 24 };

struct small_step {
    struct id owner;
    civil_day due;
    uint8_t number, goal, party, state; /* goal counts from 1; state is a STEP_STATE */
};

struct plan_content {
    uint8_t goal_count, step_count;
    uint8_t goals[GOALS_MAX]; /* LIFE_DOMAIN of each */
    struct small_step steps[STEPS_MAX];
};

struct plan {
    uint8_t state, kind, version;
    bool has_next; /* a draft, or the next version, waits for agreement */
    bool is_signature_pending;
    bool is_alerted; /* T12 has passed since the last review */
    civil_day reviewed_on;
    uint64_t reviewed_at;
    struct plan_content now, next;
};

/* A draft or a plan in force. */
bool is_plan_open(const struct plan *p);

/* The step, or NULL. */
const struct small_step *plan_step_of(const struct plan_content *content, int64_t number);
bool is_step_open(const struct small_step *step);

/* The first open step whose goal lies in the domain, or NULL. */
const struct small_step *open_step_in_domain(const struct plan *p, int32_t domain);
/* The first open step that the partner owns, or NULL. */
const struct small_step *open_step_of(const struct plan *p, struct id owner);

void plan_guard_draft(struct decision *d);
void plan_guard_agree(struct decision *d);
void plan_guard_sign(struct decision *d);
void plan_guard_amend(struct decision *d);
void plan_guard_add_step(struct decision *d);
void plan_guard_step(struct decision *d);
void plan_guard(struct decision *d); /* the plan's own table and who may, nothing more */

void plan_evolve(struct plan *p, const struct event *event);
size_t plan_timers(const struct plan *p, const struct PolicySetAdopted *policy,
                   struct timer out[TIMERS_MAX]);

/* The plan's own table, for the reachability test and the state diagram. */
const struct transition *plan_transitions(size_t *count);

#endif
