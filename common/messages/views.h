#ifndef COMMON_MESSAGES_VIEWS_H
#define COMMON_MESSAGES_VIEWS_H

/* Structs of schemas/views.def. */
#include "common/messages/envelope.h"
#include "common/messages/networking.h"
#include "common/messages/relocation.h"

#include "common/codec/schema_structs.h"
#include "schemas/views.def"
#include "common/codec/schema_end.h"

#endif
