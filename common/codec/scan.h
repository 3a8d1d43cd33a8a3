#ifndef COMMON_CODEC_SCAN_H
#define COMMON_CODEC_SCAN_H

/*
 * The first look at bytes from outside: one pass, no allocation, before anything else reads them.
 * Accepts exactly one canonical msgpack value with valid UTF-8 texts without control characters,
 * ascending integer map keys, bounded depth and element count, and nothing behind it.
 */
#include "common/base/view.h"

enum {
    SCAN_RECORD_BYTES = 65536,    /* a record on the wire and in the log (DESIGN.md 4) */
    SCAN_FRAME_BYTES = 1 << 20,   /* one frame of many records */
    SCAN_DEPTH = 8,
    SCAN_ELEMENTS = 2048,
};

enum scan_result {
    SCAN_OK = 0,
    SCAN_E_CUT_OR_FORM = 1, /* cut short, not the shortest form, or a kind that is not used */
    SCAN_E_DEPTH,
    SCAN_E_ELEMENTS,
    SCAN_E_TEXT,     /* not UTF-8, or a control character */
    SCAN_E_KEYS,     /* map keys are not ascending integers */
    SCAN_E_TRAILING, /* bytes behind the value */
    SCAN_E_SIZE,
};

/* Bounds of a record; a frame may be larger but not deeper. */
enum scan_result scan(struct bytes input, size_t max_bytes);

/* True when the text is valid UTF-8 without control characters other than line feed and tab. */
bool scan_text(struct text text);

#endif
