#include "common/messages/debt.h"

#include "common/codec/schema_tables.h"
#include "schemas/debt.def"
#include "common/codec/schema_end.h"
