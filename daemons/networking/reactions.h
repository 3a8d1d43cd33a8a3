#ifndef DAEMONS_NETWORKING_REACTIONS_H
#define DAEMONS_NETWORKING_REACTIONS_H

/* What the end of a case or a household ends here (DOMAIN.md 4.6 "To networking"). A withdrawn
 * consent needs no event of ours: the copy knows it and nothing more is shared. */
#include "common/domain/domain.h"

void networking_react(const struct event *event, const struct states *states,
                      struct reactions *out);

#endif
