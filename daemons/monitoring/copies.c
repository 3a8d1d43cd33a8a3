#include "daemons/monitoring/copies.h"

#include "common/messages/intake.h"

static size_t case_keys(const struct event *event, struct id out[4]) {
    bool follows = event->type == EVENT_SubjectRepointed && event->said->category == CATEGORY_Case;
    if (event->type != EVENT_CaseOpened && !follows)
        return 0;
    out[0] = event->said->stream;
    return 1;
}

static void case_evolve(void *copy, const struct event *event) {
    struct case_known *c = copy;
    if (event->type == EVENT_CaseOpened) {
        c->household = ((const struct CaseOpened *)event->payload)->household;
        c->is_known = true;
    } else {
        c->household = ((const struct SubjectRepointed *)event->payload)->to_household;
    }
}

static size_t worker_keys(const struct event *event, struct id out[4]) {
    if (event->type != EVENT_WorkerHired)
        return 0;
    out[0] = event->said->stream;
    return 1;
}

static void worker_evolve(void *copy, const struct event *event) {
    struct worker_known *w = copy;
    w->role = ((const struct WorkerHired *)event->payload)->role;
}

const struct copy monitoring_case_copy = {
    COPY_CASE, "case", sizeof(struct case_known), case_keys, case_evolve,
};
const struct copy monitoring_worker_copy = {
    COPY_WORKER, "worker", sizeof(struct worker_known), worker_keys, worker_evolve,
};

bool monitoring_is_of_team(const struct decision *d, struct id worker) {
    const struct worker_known *w = copy_of(d, COPY_WORKER, worker);
    return w && w->role != 0;
}
