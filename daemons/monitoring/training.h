#ifndef DAEMONS_MONITORING_TRAINING_H
#define DAEMONS_MONITORING_TRAINING_H

/* Induction and training of one worker (S1, A12). Stream id = worker id. */
#include "common/domain/domain.h"

enum { TRAINING_KEPT = 1 };

struct training {
    struct life life;
    uint32_t passed, waived, deferred; /* bits of enum INDUCTION_TOPIC */
    bool is_inducted;
};

extern const struct aggregate training_aggregate;

#endif
