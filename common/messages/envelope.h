#ifndef COMMON_MESSAGES_ENVELOPE_H
#define COMMON_MESSAGES_ENVELOPE_H

/* Structs of schemas/envelope.def: who speaks, what every event carries, events of any stream. */
#include "common/codec/schema_structs.h"
#include "schemas/envelope.def"
#include "common/codec/schema_end.h"

/* Every role that may act at all; for events whose recorder is checked elsewhere. */
#define ROLES_ANYBODY 0xffffffffu

#endif
