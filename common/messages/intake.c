#include "common/messages/intake.h"

#include "common/codec/schema_tables.h"
#include "schemas/intake.def"
#include "common/codec/schema_end.h"
