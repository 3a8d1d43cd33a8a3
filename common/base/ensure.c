#include "common/base/ensure.h"

#include <stdio.h>
#include <stdlib.h>

void ensure_failed(const char *expression, const char *file, int line) {
    fprintf(stderr, "ensure failed: %s at %s:%d\n", expression, file, line);
    abort();
}
