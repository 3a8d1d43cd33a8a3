#ifndef COMMON_MESSAGES_INTAKE_H
#define COMMON_MESSAGES_INTAKE_H

/* Structs of schemas/intake.def. */
#include "common/messages/envelope.h"

#include "common/codec/schema_structs.h"
#include "schemas/intake.def"
#include "common/codec/schema_end.h"

#endif
