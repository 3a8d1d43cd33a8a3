#ifndef DAEMONS_INTAKE_REACTIONS_H
#define DAEMONS_INTAKE_REACTIONS_H

/* What other daemons' events make intake ask of itself (DOMAIN.md 4.6 "To intake"). */
#include "daemons/intake/domain.h"

void intake_react(const struct event *event, const struct states *states, struct reactions *out);

#endif
