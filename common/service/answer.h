#ifndef COMMON_SERVICE_ANSWER_H
#define COMMON_SERVICE_ANSWER_H

/* What a department tells whoever sent a command: always a sentence in Polish and in English, with
 * the rule, its source and the field (schemas/bus.def Answer). 0 or negative. */
#include "common/domain/machine.h"
#include "common/service/follow.h"

int answer_accepted(struct bus_server *s, const struct bus_peer *peer, const struct proposal *p,
                    uint64_t position, struct arena *arena);
int answer_rejected(struct bus_server *s, const struct bus_peer *peer, const struct proposal *p);
int answer_rule(struct bus_server *s, const struct bus_peer *peer, const struct rule *rule,
                const char *field);
/* The first answer again, read back from the log; TICK_LOST's number when that cannot be read. */
int answer_repeated(struct bus_server *s, const struct bus_peer *peer, struct follow *log,
                    uint64_t position, uint64_t count);
/* full, later, malformed ...: the sentence of the outcome. */
int answer_fault(struct bus_server *s, const struct bus_peer *peer, int32_t outcome);

#endif
