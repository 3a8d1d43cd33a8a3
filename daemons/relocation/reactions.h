#ifndef DAEMONS_RELOCATION_REACTIONS_H
#define DAEMONS_RELOCATION_REACTIONS_H

/* What the events of intake and debt make this department ask of itself (DOMAIN.md 4.6). */
#include "common/domain/domain.h"

void relocation_react(const struct event *event, const struct states *states,
                      struct reactions *out);

#endif
