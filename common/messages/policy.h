#ifndef COMMON_MESSAGES_POLICY_H
#define COMMON_MESSAGES_POLICY_H

/* Structs of schemas/policy.def: the effective-dated numbers and the register of units. */
#include "common/messages/envelope.h"

#include "common/codec/schema_structs.h"
#include "schemas/policy.def"
#include "common/codec/schema_end.h"

#endif
