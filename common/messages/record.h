#ifndef COMMON_MESSAGES_RECORD_H
#define COMMON_MESSAGES_RECORD_H

/*
 * A record is what the eventlog stores: canonical msgpack [log, said, payload] (DESIGN.md 3). The
 * daemon encodes `said` and `payload`; the eventlog puts `log` in front and never changes a byte.
 */
#include "common/base/arena.h"
#include "common/messages/envelope.h"

struct record {
    struct log_part log;
    struct said said;
    const struct schema *schema; /* of the payload */
    struct bytes payload_bytes;
    const void *payload; /* struct <type name> in the arena; after record_decode */
};

enum record_result { RECORD_OK = 0, RECORD_E_FORM = 1, RECORD_E_TYPE, RECORD_E_PAYLOAD };

/* Reads log, said and payload. Everything points into `in` or the arena. */
enum record_result record_decode(struct bytes in, struct arena *arena, struct record *out);

/* The same without the payload's struct: payload_bytes only. */
enum record_result record_peek(struct bytes in, struct arena *arena, struct record *out);

/* Only what the eventlog added; 0, or 1 when it cannot be read. */
int record_peek_log(struct bytes in, struct arena *arena, struct log_part *out);

/* The daemon's half, [said, payload]: to bytes, and split again by the eventlog, which also checks
 * that the payload fits the schema of said.type. */
struct pack_writer;
int record_encode_half(const struct said *said, const struct schema *schema, const void *payload,
                       struct pack_writer *w);
enum record_result record_open_half(struct bytes in, struct arena *arena, struct record *out,
                                    struct bytes *said_bytes);

/* [log, said, payload] from the log part and an opened half. */
int record_join(const struct log_part *log, struct bytes said_bytes, struct bytes payload_bytes,
                struct pack_writer *w);

#endif
