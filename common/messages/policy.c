#include "common/messages/policy.h"

#include "common/codec/schema_tables.h"
#include "schemas/policy.def"
#include "common/codec/schema_end.h"
