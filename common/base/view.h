#ifndef COMMON_BASE_VIEW_H
#define COMMON_BASE_VIEW_H

/*
 * Borrowed views of memory. The lender says until when: a frame, a read transaction or a tick.
 * A text is valid UTF-8 without a terminating zero; a view with size 0 may have a NULL pointer.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct text {
    const char *data;
    size_t size;
};

struct bytes {
    const uint8_t *data;
    size_t size;
};

static inline struct text text_of(const char *string) {
    return (struct text){string, string ? strlen(string) : 0};
}

static inline bool text_equal(struct text a, struct text b) {
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static inline bool text_is(struct text a, const char *string) {
    return text_equal(a, text_of(string));
}

/* At most `most` bytes of it, cut between characters. */
static inline struct text text_cut(struct text a, size_t most) {
    if (a.size > most)
        for (a.size = most; a.size > 0 && ((unsigned char)a.data[a.size] & 0xc0) == 0x80;)
            a.size--;
    return a;
}

/* Before sodium_base642bin: libsodium 1.0.18 takes bytes above 127 for digits. */
static inline bool text_is_ascii(struct text a) {
    for (size_t i = 0; i < a.size; i++)
        if ((unsigned char)a.data[i] > 0x7f)
            return false;
    return true;
}

static inline struct bytes bytes_of(const void *data, size_t size) {
    return (struct bytes){data, size};
}

#endif
