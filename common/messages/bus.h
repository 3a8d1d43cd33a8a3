#ifndef COMMON_MESSAGES_BUS_H
#define COMMON_MESSAGES_BUS_H

/* Structs of schemas/bus.def. */
#include "common/messages/envelope.h"

#include "common/codec/schema_structs.h"
#include "schemas/bus.def"
#include "common/codec/schema_end.h"

#endif
