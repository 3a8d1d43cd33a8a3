#ifndef TOOLS_SCHEMA_CATALOGUE_H
#define TOOLS_SCHEMA_CATALOGUE_H

/* Everything an export names once: the messages, the records inside them and their code lists, each
 * in the order in which it is met first. */
#include "common/codec/schema.h"

enum { CATALOGUE_MAX = 1024 };

struct catalogue {
    const struct schema *schemas[CATALOGUE_MAX]; /* messages and records */
    const struct code_list *codes[CATALOGUE_MAX];
    size_t schema_count, code_count;
};

void catalogue_fill(struct catalogue *out);

#endif
