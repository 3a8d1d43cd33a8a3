#ifndef TOOLS_LATARNIA_ROWS_H
#define TOOLS_LATARNIA_ROWS_H

/* The schema of a row by the name in the projector's answer; NULL for an unknown one. */
#include "common/codec/schema.h"

const struct schema *row_schema(struct text name);

#endif
