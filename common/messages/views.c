#include "common/messages/views.h"

#include "common/codec/schema_tables.h"
#include "schemas/views.def"
#include "common/codec/schema_end.h"
