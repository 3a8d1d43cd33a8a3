#ifndef COMMON_MESSAGES_RELOCATION_H
#define COMMON_MESSAGES_RELOCATION_H

/* Structs of schemas/relocation.def. */
#include "common/messages/envelope.h"

#include "common/codec/schema_structs.h"
#include "schemas/relocation.def"
#include "common/codec/schema_end.h"

#endif
