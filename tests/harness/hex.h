#ifndef TESTS_HARNESS_HEX_H
#define TESTS_HARNESS_HEX_H

/* Bytes as hexadecimal text, for test rows and golden files. Blanks in the text are skipped. */
#include <stdio.h>

#include "common/base/ensure.h"
#include "common/base/view.h"

static inline int hex_digit(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static inline struct bytes hex_bytes(const char *text, uint8_t *out, size_t room) {
    size_t digits = 0;
    for (; *text; text++) {
        if (*text == ' ')
            continue;
        ensure(hex_digit(*text) >= 0 && digits / 2 < room);
        out[digits / 2] = (uint8_t)((digits % 2 ? out[digits / 2] << 4 : 0) | hex_digit(*text));
        digits++;
    }
    ensure(digits % 2 == 0);
    return bytes_of(out, digits / 2);
}

static inline void hex_text(struct bytes in, char *out, size_t room) {
    ensure(in.size * 2 < room);
    for (size_t i = 0; i < in.size; i++)
        snprintf(out + 2 * i, 3, "%02x", in.data[i]);
    out[in.size * 2] = 0;
}

#endif
