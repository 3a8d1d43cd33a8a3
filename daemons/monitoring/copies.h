#ifndef DAEMONS_MONITORING_COPIES_H
#define DAEMONS_MONITORING_COPIES_H

/* What monitoring remembers of intake: whose case it is, and who belongs to the team. */
#include "common/domain/domain.h"

enum { COPY_CASE = 1, COPY_WORKER };

/* By case id. */
struct case_known {
    struct id household;
    bool is_known;
};

/* By worker id. */
struct worker_known {
    int32_t role; /* enum ROLE; 0: not of the team */
};

extern const struct copy monitoring_case_copy, monitoring_worker_copy;

bool monitoring_is_of_team(const struct decision *d, struct id worker);

#endif
