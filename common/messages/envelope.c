#include "common/messages/envelope.h"

#include "common/codec/schema_tables.h"
#include "schemas/envelope.def"
#include "common/codec/schema_end.h"
