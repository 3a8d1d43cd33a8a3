#include "daemons/monitoring/effect.h"

#include "common/messages/monitoring.h"
#include "daemons/monitoring/copies.h"

enum { T29 = 29 };

static void check_subject(struct decision *d, const struct EffectAssessed *e) {
    const struct case_known *c = copy_of(d, COPY_CASE, e->case_id);
    if (!c || !c->is_known)
        reject(d, &RULE_EFFECT_CASE_UNKNOWN, "case_id");
    else if (!id_equal(e->household, d->command->stream.id) ||
             !id_equal(e->household, c->household))
        reject(d, &RULE_EFFECT_OTHER_HOUSEHOLD, "household");
}

static void check_scores(struct decision *d, const struct EffectAssessed *e) {
    uint32_t scored = 0;
    for (uint32_t i = 0; i < e->scores.count; i++) {
        uint32_t bit = 1u << e->scores.items[i].domain;
        if (scored & bit)
            reject(d, &RULE_DOMAIN_TWICE, "scores");
        scored |= bit;
    }
    if (scored == 0 && e->stress == 0)
        reject(d, &RULE_NOTHING_ASSESSED, "scores");
}

/* Without the assessment before there is nothing to compare with (A9, I10). */
static void check_order(struct decision *d, const struct EffectAssessed *e) {
    const struct effect *f = d->state;
    bool missing = (e->phase == PHASE_closing && !id_equal(f->start_case, e->case_id)) ||
                   (e->phase == PHASE_follow_up && !id_equal(f->closing_case, e->case_id));
    if (missing)
        refuse(d, &RULE_PHASE_ORDER, "phase");
}

static void may_assess(struct decision *d) {
    const struct EffectAssessed *e = d->command->payload;
    check_subject(d, e);
    check_scores(d, e);
    check_order(d, e);
}

static void assessed(struct effect *f, const struct event *event) {
    const struct EffectAssessed *e = event->payload;
    if (e->phase == PHASE_start) {
        f->start_case = e->case_id;
    } else if (e->phase == PHASE_closing) {
        f->closing_case = e->case_id;
        f->closing_on = event->said->occurred_on;
        f->closing_at = has_breach(event) ? 0 : event->position;
    } else if (id_equal(f->closing_case, e->case_id)) {
        f->closing_at = 0;
    }
}

static void effect_evolve(void *state, const struct event *event) {
    struct effect *f = state;
    if (event->type == EVENT_EffectAssessed)
        assessed(f, event);
    else if (event->type == EVENT_EffectFollowUpDue &&
             (uint64_t)((const struct EffectFollowUpDue *)event->payload)->start == f->closing_at)
        f->closing_at = 0;
}

static size_t effect_timers(const void *state, const struct PolicySetAdopted *policy,
                            struct timer out[TIMERS_MAX]) {
    const struct effect *f = state;
    if (f->closing_at == 0)
        return 0;
    out[0] = (struct timer){
        .number = T29,
        .start = f->closing_at,
        .due = term_months(f->closing_on, (int)policy->effect_months),
        .passed = EffectFollowUpDue_schema(),
    };
    return 1;
}

static const struct transition transitions[] = {
    {ANYWHERE, EVENT_EffectBaselineDue, IN(EFFECT_KEPT), NULL, NULL},
    {ANYWHERE, EVENT_EffectAssessed, IN(EFFECT_KEPT), may_assess, NULL},
    {EXISTING, EVENT_EffectFollowUpDue, SAME, NULL, NULL},
};

static const char *const states[] = {"none", "Kept"};

const struct aggregate effect_aggregate = {
    .category = CATEGORY_Effect,
    .name = "Effect",
    .state_size = sizeof(struct effect),
    .states = states,
    .state_count = sizeof states / sizeof *states,
    .transitions = transitions,
    .transition_count = sizeof transitions / sizeof *transitions,
    .evolve = effect_evolve,
    .timers = effect_timers,
};
