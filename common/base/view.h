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

static inline struct bytes bytes_of(const void *data, size_t size) {
    return (struct bytes){data, size};
}

#endif
