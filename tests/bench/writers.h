#ifndef TESTS_BENCH_WRITERS_H
#define TESTS_BENCH_WRITERS_H

/* A crowd that appends at the eventlog's socket, all under one term of one daemon. */
#include "common/bus/bus.h"
#include "tests/bench/crowd.h"
#include "tests/bench/entries.h"

enum { WRITERS_FRAME_MAX = 512 };

struct writers {
    struct entries entries;
    int64_t term;
    uint64_t span;    /* streams of one writer */
    uint32_t appends; /* in one frame */
    struct arena arena;
    uint8_t encoded[WRITERS_FRAME_MAX][ENTRIES_BYTES];
};

/* Opens a term at the eventlog of the endpoint. */
struct writers *writers_open(const char *endpoint, unsigned clients, uint32_t appends);
void writers_close(struct writers *w);

/* The crowd's functions; the context is a struct writers. */
size_t writers_next(void *context, unsigned writer, uint8_t *out, size_t room);
unsigned writers_judge(void *context, const uint8_t *answer, size_t size);

/* The endpoint of a process of the data directory. */
void endpoint_of(const char *data, const char *process, char out[BUS_ENDPOINT_SIZE]);

#endif
