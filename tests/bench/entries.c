#define _GNU_SOURCE /* memmem */
#include "tests/bench/entries.h"

#include "common/codec/codec.h"
#include "common/messages/bus.h"
#include "common/messages/intake.h"
#include "tests/bench/sheet.h"

enum { DAY = 20000 }; /* any day */

/* Ids are numbers in a space of their own; the run tells those of two runs apart. */
enum space {
    SPACE_EVENT = 1,
    SPACE_COMMAND,
    SPACE_STREAM,
    SPACE_HOUSEHOLD,
    SPACE_CASE,
    SPACE_ACTOR
};

static struct id numbered(const struct entries *e, enum space space, uint64_t number) {
    struct id id;
    uint64_t low = (uint64_t)space << 56 | number;
    memcpy(id.bytes, &e->run, 8);
    memcpy(id.bytes + 8, &low, 8);
    return id;
}

static void digest_of(const struct entries *e, uint64_t number, uint8_t out[32]) {
    uint64_t parts[4] = {e->run, number, ~number, 0x5bd1e995u};
    memcpy(out, parts, 32);
}

static void encode_half(const struct entries *e, uint64_t number, struct id stream,
                        struct pack_writer *w) {
    uint8_t digest[32];
    struct id case_id = numbered(e, SPACE_CASE, 1);
    digest_of(e, number, digest);
    struct said said = {
        .id = numbered(e, SPACE_EVENT, number),
        .category = CATEGORY_Visit,
        .stream = stream,
        .type = EVENT_ContactRecorded,
        .schema_version = 1,
        .occurred_on = DAY,
        .actor = numbered(e, SPACE_ACTOR, 1),
        .role = ROLE_LS,
        .policy_version = 1,
        .case_ref = case_id,
        .sensitivity = 2,
        .retention = RETENTION_B10,
        .command = numbered(e, SPACE_COMMAND, number),
        .digest = bytes_of(digest, sizeof digest),
        .seen = 0,
    };
    struct ContactRecorded contact = {
        .household = numbered(e, SPACE_HOUSEHOLD, 1),
        .kind = VISIT_KIND_phone,
        .result = VISIT_RESULT_talked,
        .case_id = case_id,
        .minutes = 30,
    };
    must(!record_encode_half(&said, ContactRecorded_schema(), &contact, w),
         "the event cannot be encoded");
}

struct id entries_stream(uint64_t run, uint64_t stream) {
    struct entries e = {.run = run};
    return numbered(&e, SPACE_STREAM, stream);
}

void entries_half(struct entries *e, uint64_t stream, struct pack_writer *w) {
    encode_half(e, ++e->made, numbered(e, SPACE_STREAM, stream), w);
}

/* ---- forms ---- */

static void find(const struct form *f, const void *wanted, size_t size, size_t *places,
                 size_t count) {
    const uint8_t *at = f->bytes;
    for (size_t i = 0; i < count; i++) {
        at = memmem(at, f->size - (size_t)(at - f->bytes), wanted, size);
        must(at != NULL, "the append does not hold what it should");
        places[i] = (size_t)(at - f->bytes);
        at += size;
    }
}

static void make_form(const struct entries *e, int64_t expected, struct form *f) {
    uint8_t half_bytes[ENTRIES_BYTES], digest[32];
    struct id command = numbered(e, SPACE_COMMAND, 0), event = numbered(e, SPACE_EVENT, 0);
    struct pack_writer half = {half_bytes, 0, sizeof half_bytes, false};
    struct pack_writer w = {f->bytes, 0, sizeof f->bytes, false};
    struct read read = {
        .category = CATEGORY_Visit, .stream = numbered(e, SPACE_STREAM, 0), .expected = expected};
    encode_half(e, 0, read.stream, &half);
    digest_of(e, 0, digest);
    struct bin item = {.data = bytes_of(half.data, half.size)};
    struct append a = {.command = command,
                       .digest = bytes_of(digest, sizeof digest),
                       .reads = {&read, 1},
                       .halves = {&item, 1}};
    must(!codec_encode(append_schema(), &a, &w).result, "the append cannot be encoded");
    f->size = w.size;
    find(f, &command, sizeof command, f->command, ENTRIES_PLACES);
    find(f, &read.stream, sizeof read.stream, f->stream, ENTRIES_PLACES);
    find(f, digest, sizeof digest, f->digest, ENTRIES_PLACES);
    find(f, &event, sizeof event, &f->event, 1);
    /* In `read` the version follows the stream, behind its field number. */
    f->version = f->stream[0] + sizeof read.stream + 1;
}

void entries_init(struct entries *e, uint64_t run) {
    *e = (struct entries){.run = run};
    rng_init(&e->rng, run);
    make_form(e, 0, &e->forms[0]);
    make_form(e, 128, &e->forms[1]);
    make_form(e, 256, &e->forms[2]);
}

static void put_version(uint32_t version, uint8_t *at) {
    struct pack_writer w = {at, 0, 3, false};
    pack_int(&w, version);
}

size_t entries_append(struct entries *e, uint64_t first, uint64_t span,
                      uint8_t out[ENTRIES_BYTES]) {
    uint64_t stream = first + rng_below(&e->rng, span), number = ++e->made;
    uint32_t version = e->versions[stream]++;
    const struct form *f = &e->forms[version < 128 ? 0 : version < 256 ? 1 : 2];
    struct id command = numbered(e, SPACE_COMMAND, number);
    struct id stream_id = numbered(e, SPACE_STREAM, stream);
    struct id event = numbered(e, SPACE_EVENT, number);
    uint8_t digest[32];
    digest_of(e, number, digest);
    memcpy(out, f->bytes, f->size);
    for (size_t i = 0; i < ENTRIES_PLACES; i++) {
        memcpy(out + f->command[i], &command, sizeof command);
        memcpy(out + f->stream[i], &stream_id, sizeof stream_id);
        memcpy(out + f->digest[i], digest, sizeof digest);
    }
    memcpy(out + f->event, &event, sizeof event);
    put_version(version, out + f->version);
    return f->size;
}
