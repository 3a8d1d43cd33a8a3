#include "tools/schema/catalogue.h"

#include "common/base/ensure.h"
#include "common/messages/envelope.h"
#include "common/messages/registry.h"

static void add_codes(struct catalogue *c, const struct code_list *list) {
    for (size_t i = 0; i < c->code_count; i++)
        if (c->codes[i] == list)
            return;
    ensure(c->code_count < CATALOGUE_MAX);
    c->codes[c->code_count++] = list;
}

static void add_schema(struct catalogue *c, const struct schema *s) {
    for (size_t i = 0; i < c->schema_count; i++)
        if (c->schemas[i] == s)
            return;
    for (unsigned i = 0; i < s->field_count; i++) {
        if (s->fields[i].codes)
            add_codes(c, s->fields[i].codes());
        if (s->fields[i].record)
            add_schema(c, s->fields[i].record());
    }
    ensure(c->schema_count < CATALOGUE_MAX);
    c->schemas[c->schema_count++] = s;
}

void catalogue_fill(struct catalogue *out) {
    out->schema_count = out->code_count = 0;
    add_schema(out, log_part_schema());
    add_schema(out, said_schema());
    for (size_t i = 0; i < registry_count(); i++)
        add_schema(out, registry_at(i));
}
