#ifndef COMMON_MESSAGES_MONITORING_H
#define COMMON_MESSAGES_MONITORING_H

/* Structs of schemas/monitoring.def; life domains are those of the diagnosis in intake.def. */
#include "common/messages/intake.h"

#include "common/codec/schema_structs.h"
#include "schemas/monitoring.def"
#include "common/codec/schema_end.h"

#endif
