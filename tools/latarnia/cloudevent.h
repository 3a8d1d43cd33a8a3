#ifndef TOOLS_LATARNIA_CLOUDEVENT_H
#define TOOLS_LATARNIA_CLOUDEVENT_H

/*
 * A record as a CloudEvent 1.0 in JSON. Attribute values are ASCII; `sequence` is the position.
 * Extension attributes carry the envelope under names without underscores, as the standard asks.
 */
#include <jansson.h>

#include "common/messages/record.h"

/* NULL when memory is exhausted. The record is decoded with its payload. */
json_t *cloudevent(const struct record *r);

/* Everything in a record: {log, said, type, payload}; codes by name, bytes in base64. */
json_t *cloudevent_record(const struct record *r);

#endif
