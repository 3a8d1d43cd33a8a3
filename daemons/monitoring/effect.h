#ifndef DAEMONS_MONITORING_EFFECT_H
#define DAEMONS_MONITORING_EFFECT_H

/*
 * What support has changed in one household: at the start, at closing and some months after (A9,
 * A40). Stream id = household id. Only life domains that were touched are scored.
 */
#include "common/domain/domain.h"

enum { EFFECT_KEPT = 1 };

struct effect {
    struct life life;
    struct id start_case, closing_case; /* cases last assessed in that phase */
    uint64_t closing_at;                /* position that started T29; 0: not running */
    civil_day closing_on;
};

extern const struct aggregate effect_aggregate;

#endif
