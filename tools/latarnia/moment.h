#ifndef TOOLS_LATARNIA_MOMENT_H
#define TOOLS_LATARNIA_MOMENT_H

/* Points in the log as people type them. Each 0, or 1 when the text is none. */
#include "common/base/civil.h"

/* A whole number from `least` on. */
int moment_read_number(const char *text, int64_t least, int64_t *out);

/* "1200" is a position, everything else a moment: a day or RFC 3339. */
struct moment {
    int64_t position; /* 0: known_at_us counts */
    int64_t known_at_us;
};
int moment_read(const char *text, struct moment *out);

#endif
