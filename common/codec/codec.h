#ifndef COMMON_CODEC_CODEC_H
#define COMMON_CODEC_CODEC_H

/*
 * Structs to canonical bytes and back, driven by the schema tables. A message is a msgpack map of
 * ascending field numbers; a framed message is the array [type number, map].
 *
 * Decoding is strict: whatever decodes would be encoded to the identical bytes again. Decoded texts
 * and blobs point into the input; lists live in the arena.
 */
#include "common/base/arena.h"
#include "common/codec/schema.h"

enum codec_result {
    CODEC_OK = 0,
    CODEC_E_FORM = 1, /* not canonical msgpack of the expected kind */
    CODEC_E_UNKNOWN,  /* a field number that the schema does not have, or out of order */
    CODEC_E_MISSING,  /* a required field is absent or zero */
    CODEC_E_RANGE,    /* a number, length or count outside its bounds, an unknown code */
    CODEC_E_TEXT,     /* not UTF-8, or a control character */
    CODEC_E_SEALED,   /* a value in a sealed field while no vault exists */
    CODEC_E_FULL,     /* the arena or the output buffer is full */
    CODEC_E_TRAILING,
};

struct codec_fault {
    enum codec_result result;
    const struct field *field; /* the innermost field at fault, or NULL */
};

/* `out` is schema->size bytes, zeroed here. */
struct codec_fault codec_decode(const struct schema *schema, struct bytes in, struct arena *arena,
                                void *out);

/* The same for a message that others follow: the reader then stands behind it. */
struct pack_reader;
struct codec_fault codec_decode_next(const struct schema *schema, struct pack_reader *in,
                                     struct arena *arena, void *out);

/* Appends the map to the writer's buffer. The struct must be valid: required fields set, bounds
 * kept; what is not is reported and leaves the buffer as it was. */
struct pack_writer;
struct codec_fault codec_encode(const struct schema *schema, const void *message,
                                struct pack_writer *w);

/* The same with the type number in front. */
struct codec_fault codec_encode_framed(const struct schema *schema, const void *message,
                                       struct pack_writer *w);

/* Splits a framed message: 0 and the type and body, or 1. */
int codec_open_frame(struct bytes in, uint16_t *type, struct bytes *body);

const char *codec_result_text(enum codec_result result);

#endif
