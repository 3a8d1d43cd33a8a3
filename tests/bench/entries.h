#ifndef TESTS_BENCH_ENTRIES_H
#define TESTS_BENCH_ENTRIES_H

/*
 * Appends as intake would send them: one ContactRecorded each, about 330 bytes as a record, to one
 * of 10,000 visits with the version that the writer expects.
 *
 * The writers share the machine with the daemon that is measured, so they must cost little: the
 * codec encodes an append once for each width of the expected version, and what differs from append
 * to append (ids, digest, version) is put into the bytes afterwards.
 */
#include "common/codec/pack.h"
#include "common/messages/record.h"
#include "tests/harness/rng.h"

/* The run of logs made by bench_grow, whose streams are numbered from 1. */
enum { GROW_RUN = 1 };

enum { ENTRIES_STREAMS = 10000, ENTRIES_BYTES = 640, ENTRIES_WIDTHS = 3, ENTRIES_PLACES = 2 };

struct form {
    uint8_t bytes[ENTRIES_BYTES];
    size_t size;
    size_t command[ENTRIES_PLACES], stream[ENTRIES_PLACES], digest[ENTRIES_PLACES];
    size_t event, version;
};

struct entries {
    struct rng rng;
    uint64_t run; /* makes streams and commands new in each run */
    uint64_t made;
    uint32_t versions[ENTRIES_STREAMS];
    struct form forms[ENTRIES_WIDTHS];
};

void entries_init(struct entries *e, uint64_t run);

struct id entries_stream(uint64_t run, uint64_t stream);

/* One ContactRecorded as a half [said, payload]: for logs that are written without a socket. */
void entries_half(struct entries *e, uint64_t stream, struct pack_writer *w);

/* An encoded `append`: one of the streams first .. first + span - 1 at random. */
size_t entries_append(struct entries *e, uint64_t first, uint64_t span, uint8_t out[ENTRIES_BYTES]);

#endif
