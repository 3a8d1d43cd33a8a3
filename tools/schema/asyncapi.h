#ifndef TOOLS_SCHEMA_ASYNCAPI_H
#define TOOLS_SCHEMA_ASYNCAPI_H

#include <jansson.h>

/* The document of `schema export --format asyncapi`. */
json_t *asyncapi_document(void);

#endif
