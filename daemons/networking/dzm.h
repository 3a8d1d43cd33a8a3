#ifndef DAEMONS_NETWORKING_DZM_H
#define DAEMONS_NETWORKING_DZM_H

/*
 * The ad-hoc case conference (Doraźny Zespół Merytoryczny, S1; DOMAIN.md 4.4 and 4.7): optional;
 * the guide of the case decides if and when; the present have signed confidentiality or are bound
 * by a statute of their own; it closes when every task has ended (A36-A38).
 */
#include "common/domain/domain.h"

enum { DZM_PROPOSED = 1, DZM_CONVENED, DZM_MET, DZM_CLOSED, DZM_DISSOLVED };
#define DZM_OPEN (IN(DZM_PROPOSED) | IN(DZM_CONVENED) | IN(DZM_MET))

enum { DZM_MEMBERS_MAX = 20, DZM_TASKS_MAX = 24 };

struct dzm_member {
    struct id id;
    bool is_bound; /* signed, or a statute of his own */
};

struct dzm_task {
    struct id id;
    bool is_open;
};

struct dzm {
    struct life life;
    struct id case_id, household;
    struct id consent; /* on which it was convened; zero: a statute */
    uint8_t member_count, task_count;
    struct dzm_member members[DZM_MEMBERS_MAX];
    struct dzm_task tasks[DZM_TASKS_MAX]; /* an ended one makes room when there is no other */
};

extern const struct aggregate dzm_aggregate;

#endif
