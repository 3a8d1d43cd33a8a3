#include "common/messages/bus.h"

#include "common/codec/schema_tables.h"
#include "schemas/bus.def"
#include "common/codec/schema_end.h"
