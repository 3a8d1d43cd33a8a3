#ifndef DAEMONS_DEBT_REACTIONS_H
#define DAEMONS_DEBT_REACTIONS_H

/* What other departments' events make debt ask of itself (DOMAIN.md 4.6 "To debt"). */
#include "common/domain/domain.h"

void debt_react(const struct event *event, const struct states *states, struct reactions *out);

#endif
