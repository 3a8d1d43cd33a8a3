#ifndef COMMON_MESSAGES_NETWORKING_H
#define COMMON_MESSAGES_NETWORKING_H

/* Structs of schemas/networking.def. */
#include "common/messages/envelope.h"

#include "common/codec/schema_structs.h"
#include "schemas/networking.def"
#include "common/codec/schema_end.h"

#endif
