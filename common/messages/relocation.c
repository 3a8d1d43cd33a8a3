#include "common/messages/relocation.h"

#include "common/codec/schema_tables.h"
#include "schemas/relocation.def"
#include "common/codec/schema_end.h"
