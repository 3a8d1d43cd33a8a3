#ifndef COMMON_SERVICE_ENTROPY_H
#define COMMON_SERVICE_ENTROPY_H

/* Random bytes of the kernel, for new identifiers; never for a decision. */
#include <stddef.h>

void entropy_fill(void *out, size_t size);

#endif
