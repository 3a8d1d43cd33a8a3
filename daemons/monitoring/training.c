#include "daemons/monitoring/training.h"

#include "common/messages/monitoring.h"
#include "daemons/monitoring/copies.h"

/* All seven topics of S1, as bits 1 to 7. */
#define ALL_TOPICS ((1u << (INDUCTION_TOPIC_first_aid + 1)) - (1u << INDUCTION_TOPIC_office))

static uint32_t topic_bit(int32_t topic) {
    return 1u << topic;
}

static void check_worker(struct decision *d) {
    if (!monitoring_is_of_team(d, d->command->stream.id))
        reject(d, &RULE_WORKER_UNKNOWN, "stream");
}

/* A deferred topic may still be waived; one that was passed or waived is settled (A12). */
static void may_waive(struct decision *d) {
    const struct InductionTopicWaived *e = d->command->payload;
    const struct training *t = d->state;
    check_worker(d);
    if ((t->passed | t->waived) & topic_bit(e->topic))
        refuse(d, &RULE_TOPIC_SETTLED, "topic");
}

static void may_complete(struct decision *d) {
    const struct training *t = d->state;
    check_worker(d);
    if (t->is_inducted)
        refuse(d, &RULE_INDUCTION_OVER, "stream");
    if ((t->passed | t->waived | t->deferred) != ALL_TOPICS)
        refuse(d, &RULE_TOPICS_MISSING, "stream");
}

static void waived(struct training *t, const struct InductionTopicWaived *e) {
    if (e->deferred) {
        t->deferred |= topic_bit(e->topic);
    } else {
        t->waived |= topic_bit(e->topic);
        t->deferred &= ~topic_bit(e->topic);
    }
}

static void passed(struct training *t, const struct InductionTopicPassed *e) {
    t->passed |= topic_bit(e->topic);
    t->deferred &= ~topic_bit(e->topic);
}

static void training_evolve(void *state, const struct event *event) {
    struct training *t = state;
    if (event->type == EVENT_InductionTopicPassed)
        passed(t, event->payload);
    else if (event->type == EVENT_InductionTopicWaived)
        waived(t, event->payload);
    else if (event->type == EVENT_InductionCompleted)
        t->is_inducted = true;
}

static const struct transition transitions[] = {
    {ANYWHERE, EVENT_InductionTopicPassed, IN(TRAINING_KEPT), check_worker, NULL},
    {ANYWHERE, EVENT_InductionTopicWaived, IN(TRAINING_KEPT), may_waive, NULL},
    {EXISTING, EVENT_InductionCompleted, SAME, may_complete, NULL},
    {ANYWHERE, EVENT_TrainingCompleted, IN(TRAINING_KEPT), check_worker, NULL},
};

static const char *const states[] = {"none", "Kept"};

const struct aggregate training_aggregate = {
    .category = CATEGORY_Training,
    .name = "Training",
    .state_size = sizeof(struct training),
    .states = states,
    .state_count = sizeof states / sizeof *states,
    .transitions = transitions,
    .transition_count = sizeof transitions / sizeof *transitions,
    .evolve = training_evolve,
};
