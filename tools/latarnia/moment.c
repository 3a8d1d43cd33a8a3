#include "tools/latarnia/moment.h"

#include <errno.h>
#include <stdlib.h>

static bool is_digits(const char *text) {
    return *text && strspn(text, "0123456789") == strlen(text);
}

int moment_read_number(const char *text, int64_t least, int64_t *out) {
    if (!is_digits(text))
        return 1;
    errno = 0;
    long long n = strtoll(text, NULL, 10);
    if (errno || n < least)
        return 1;
    *out = n;
    return 0;
}

int moment_read(const char *text, struct moment *out) {
    *out = (struct moment){0};
    if (is_digits(text))
        return moment_read_number(text, 1, &out->position);
    return moment_parse(text_of(text), &out->known_at_us);
}
