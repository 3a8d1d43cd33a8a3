#ifndef TOOLS_SCHEMA_SCHEMA_TOOL_H
#define TOOLS_SCHEMA_SCHEMA_TOOL_H

/* `latarnia schema list`, `latarnia schema show NAME` and `latarnia schema export`: what can be said and who may say it, read
 * from the same tables as the codec. 0, or 1 when there is no such message. */
#include <jansson.h>
#include <stdio.h>

#include "common/codec/schema.h"

/* One line (NDJSON object) for each message, in order of the type number. */
int schema_list(FILE *out, bool json);

/* One message with its fields, codes and nested records. An event also by the name of its command;
 * a command that may ask for several events shows all of them. */
int schema_show(FILE *out, struct text name, bool json);

/* All of it for other languages: "jsonschema" (2020-12), "asyncapi" (3.0), "cddl" (RFC 8610). 0, or 1
 * when there is no such format or no memory. */
int schema_export(FILE *out, struct text format);

/* Shared by these files. */
const char *schema_nature(const struct schema *schema);
json_t *schema_as_json(const struct schema *schema);
json_t *schema_codes_as_json(const struct code_list *list);
int schema_export_cddl(FILE *out);

#endif
