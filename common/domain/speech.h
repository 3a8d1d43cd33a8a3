#ifndef COMMON_DOMAIN_SPEECH_H
#define COMMON_DOMAIN_SPEECH_H

/*
 * From a command to what the log is told: the `said` part of each event, its sensitivity, the
 * digest, and the encoded halves.
 */
#include "common/domain/machine.h"

/* The common part of `said`, before the decision. */
void speech_begin(const struct Command *c, const struct clock *clock, const uint8_t digest[32],
                  uint64_t seen, struct said *out);

/* `said` of one event of the decision, and its half. 0, or 1 when the payload does not encode or the
 * arena is full. */
int speech_event(const struct said *common, const struct decision *d, size_t index,
                 size_t ordinal, struct arena *arena, struct bytes *half);

/* The highest class of the type and of the fields that are present (DOMAIN.md 3 "Sensitivity"). */
enum class speech_class(const struct schema *schema, const void *payload);

#endif
