#ifndef COMMON_MESSAGES_DEBT_H
#define COMMON_MESSAGES_DEBT_H

/* Structs of schemas/debt.def. */
#include "common/messages/envelope.h"

#include "common/codec/schema_structs.h"
#include "schemas/debt.def"
#include "common/codec/schema_end.h"

#endif
