#ifndef DAEMONS_MONITORING_REACTIONS_H
#define DAEMONS_MONITORING_REACTIONS_H

/* What a case sets off here: an assessment at the start, and the file's retention clock
 * (DOMAIN.md 4.6 "To monitoring"). */
#include "common/domain/domain.h"

void monitoring_react(const struct event *event, const struct states *states,
                      struct reactions *out);

#endif
