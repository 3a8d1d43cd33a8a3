#include "daemons/monitoring/survey.h"

#include "common/messages/monitoring.h"

/* A60: what could point to somebody is not recorded at all, not even with a breach. */
static void may_answer(struct decision *d) {
    const struct SurveyAnswered *e = d->command->payload;
    const struct said *said = d->command->said;
    if (said->subjects.count > 0 || !id_is_zero(said->case_ref))
        reject(d, &RULE_SURVEY_ANONYMOUS, "case_ref");
    uint32_t answered = 0;
    for (uint32_t i = 0; i < e->answers.count; i++) {
        uint32_t bit = 1u << e->answers.items[i].question;
        if (answered & bit)
            reject(d, &RULE_QUESTION_TWICE, "answers");
        answered |= bit;
    }
}

static void survey_evolve(void *state, const struct event *event) {
    (void)state;
    (void)event;
}

static const struct transition transitions[] = {
    {ANYWHERE, EVENT_SurveyAnswered, IN(SURVEY_KEPT), may_answer, NULL},
};

static const char *const states[] = {"none", "Kept"};

const struct aggregate survey_aggregate = {
    .category = CATEGORY_Survey,
    .name = "Survey",
    .state_size = sizeof(struct survey),
    .states = states,
    .state_count = sizeof states / sizeof *states,
    .transitions = transitions,
    .transition_count = sizeof transitions / sizeof *transitions,
    .evolve = survey_evolve,
};
