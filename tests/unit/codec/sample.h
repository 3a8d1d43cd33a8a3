#ifndef TESTS_UNIT_CODEC_SAMPLE_H
#define TESTS_UNIT_CODEC_SAMPLE_H

#include "common/codec/schema_structs.h"
#include "tests/unit/codec/sample.def"
#include "common/codec/schema_end.h"

/* With every field but the sealed one. */
struct Sample sample_full(void);

#endif
