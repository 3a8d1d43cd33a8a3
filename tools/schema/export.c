#include "tools/schema/asyncapi.h"
#include "tools/schema/json_schema.h"
#include "tools/schema/schema_tool.h"

static int print(FILE *out, json_t *document) {
    int bad = !document || json_dumpf(document, out, JSON_INDENT(1) | JSON_ENSURE_ASCII);
    fputc('\n', out);
    json_decref(document);
    return bad || ferror(out);
}

int schema_export(FILE *out, struct text format) {
    if (text_is(format, "jsonschema"))
        return print(out, json_schema_document());
    if (text_is(format, "asyncapi"))
        return print(out, asyncapi_document());
    return text_is(format, "cddl") ? schema_export_cddl(out) : 1;
}
