#ifndef TOOLS_LATARNIA_OUTCOME_H
#define TOOLS_LATARNIA_OUTCOME_H

/* What became of a command, for programs and as an exit code. */
#include <jansson.h>

#include "common/messages/bus.h"

/* {status: accepted, position, events, breach} or {status: rejected | later, code, rule, field,
 * message} with the message in the user's language. */
json_t *outcome_json(const struct Answer *answer);

/* CLI_DONE, CLI_NEGATIVE for a rejection, CLI_LATER for what another try may change. */
int outcome_code(const struct Answer *answer);

/* The department asks for another try soon: behind, or a lost race. */
bool outcome_may_change(const struct Answer *answer);

#endif
