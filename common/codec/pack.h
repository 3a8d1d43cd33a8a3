#ifndef COMMON_CODEC_PACK_H
#define COMMON_CODEC_PACK_H

/*
 * Canonical msgpack, one token at a time: the shortest form of every integer and length, no floats,
 * no extensions. The reader refuses everything the writer would not have written, so that a value
 * has exactly one encoding and bytes can be compared and hashed (DESIGN.md 3).
 */
#include "common/base/view.h"

enum pack_kind { PACK_NIL, PACK_BOOL, PACK_INT, PACK_TEXT, PACK_BIN, PACK_ARRAY, PACK_MAP };

struct pack_token {
    enum pack_kind kind;
    int64_t number;   /* PACK_INT, PACK_BOOL; the count of an array or a map */
    const void *data; /* PACK_TEXT, PACK_BIN: points into the input */
    size_t size;
};

struct pack_reader {
    const uint8_t *at, *end;
};

/* Reads one token; 0, or 1 when the bytes are cut, not canonical, or of a kind that is not used.
 * A declared count never exceeds the bytes that are left. */
int pack_next(struct pack_reader *r, struct pack_token *out);

/* A writer over a fixed buffer: after an overflow `full` is set and nothing more is written. */
struct pack_writer {
    uint8_t *data;
    size_t size, capacity;
    bool full;
};

void pack_nil(struct pack_writer *w);
void pack_bool(struct pack_writer *w, bool value);
void pack_int(struct pack_writer *w, int64_t value);
void pack_text(struct pack_writer *w, struct text value);
void pack_bin(struct pack_writer *w, struct bytes value);
void pack_array(struct pack_writer *w, uint32_t count);
void pack_map(struct pack_writer *w, uint32_t count);
void pack_raw(struct pack_writer *w, struct bytes encoded);

#endif
