#ifndef TOOLS_SCHEMA_JSON_SCHEMA_H
#define TOOLS_SCHEMA_JSON_SCHEMA_H

/* JSON Schema of the JSON form (common/codec/render.h), which is also the form of named events. */
#include <jansson.h>

#include "tools/schema/catalogue.h"

/* The document of `schema export --format jsonschema`: a CloudEvent with its data, and every
 * message, record and code list under $defs. */
json_t *json_schema_document(void);

/* Every message, record and code list by its name; `refs` is what references start with. */
json_t *json_schema_all(const struct catalogue *c, const char *refs);

/* The attributes of a CloudEvent without its data. */
json_t *json_schema_attributes(void);

/* "pl.lodz.latarnia.LsAssigned.v1" */
json_t *json_schema_type(const struct schema *event);

#endif
