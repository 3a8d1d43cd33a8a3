#include "common/messages/monitoring.h"

#include "common/codec/schema_tables.h"
#include "schemas/monitoring.def"
#include "common/codec/schema_end.h"
