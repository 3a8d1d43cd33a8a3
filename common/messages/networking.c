#include "common/messages/networking.h"

#include "common/codec/schema_tables.h"
#include "schemas/networking.def"
#include "common/codec/schema_end.h"
