#ifndef DAEMONS_MONITORING_POLICY_SET_H
#define DAEMONS_MONITORING_POLICY_SET_H

/* Effective-dated numbers of law and programme (A2). One stream: id_named("policy", "lodz"). */
#include "common/domain/domain.h"

enum { POLICY_ADOPTED = 1 };

struct policy_set {
    struct life life;
    int64_t version;
    civil_day in_force_from;
};

extern const struct aggregate policy_set_aggregate;

#endif
