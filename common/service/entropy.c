#define _GNU_SOURCE
#include "common/service/entropy.h"

#include <sys/random.h>

#include "common/base/ensure.h"

void entropy_fill(void *out, size_t size) {
    ensure(getrandom(out, size, 0) == (ssize_t)size);
}
