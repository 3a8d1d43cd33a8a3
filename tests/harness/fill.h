#ifndef TESTS_HARNESS_FILL_H
#define TESTS_HARNESS_FILL_H

/* A message of any schema with the same plausible values each time, for golden bytes and oracles.
 */
#include "common/base/arena.h"
#include "common/codec/schema.h"

enum fill {
    FILL_LEAST, /* required fields, each with its smallest value */
    FILL_ALL,   /* every field but the sealed ones, with a value that differs by field */
};

/* `out` is schema->size bytes. The arena must be large enough. */
void fill_message(const struct schema *schema, enum fill how, struct arena *arena, void *out);

#endif
