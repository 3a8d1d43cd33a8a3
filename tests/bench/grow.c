/*
 * Makes a log of so many events without sockets: real records through the order and into LMDB, as
 * the eventlog's own path does, in whole commits. Adds to a log that exists.
 *
 *   bench_grow DATA EVENTS
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "common/codec/codec.h"
#include "common/eventlog/log.h"
#include "tests/bench/entries.h"
#include "tests/bench/sheet.h"

enum { EVENTS_A_STREAM = 20, ARENA_BYTES = 1 << 20, BASE_US = 1500000000 };

struct growing {
    struct log *log;
    struct batch batch;
    struct entries entries;
    struct arena arena;
    uint64_t position, end;
    uint64_t first; /* of the streams at hand: every stream is written EVENTS_A_STREAM times */
    uint64_t previous[ENTRIES_STREAMS];
    int64_t version;
    uint64_t stream; /* 0 .. ENTRIES_STREAMS - 1 */
};

static struct log_part part_of(struct growing *g) {
    return (struct log_part){
        .position = (int64_t)g->position,
        .recorded_at = (int64_t)(BASE_US + g->position) * 1000,
        .known_at = (int64_t)(BASE_US + g->position) * 1000,
        .version = g->version,
        .previous = (int64_t)g->previous[g->stream],
        .first = (int64_t)g->position,
        .count = 1,
        .epoch = (int64_t)log_epoch(g->log),
    };
}

static void step(struct growing *g) {
    g->previous[g->stream] = g->position++;
    if (++g->stream < ENTRIES_STREAMS)
        return;
    g->stream = 0;
    if (++g->version <= EVENTS_A_STREAM)
        return;
    g->version = 1;
    g->first += ENTRIES_STREAMS;
    memset(g->previous, 0, sizeof g->previous);
}

static void add_record(struct growing *g) {
    uint8_t half_bytes[ENTRIES_BYTES], bytes[ENTRIES_BYTES * 2];
    struct pack_writer half = {half_bytes, 0, sizeof half_bytes, false};
    struct pack_writer w = {bytes, 0, sizeof bytes, false};
    struct record record;
    struct bytes said;
    struct log_part part = part_of(g);
    entries_half(&g->entries, g->first + g->stream, &half);
    arena_reset(&g->arena);
    must(!record_open_half(bytes_of(half.data, half.size), &g->arena, &record, &said) &&
             !record_join(&part, said, record.payload_bytes, &w) &&
             !batch_add(&g->batch, w.data, w.size),
         "a record cannot be made");
    step(g);
}

static void fill(struct growing *g) {
    batch_clear(&g->batch);
    while (g->batch.count < BATCH_COUNT_MAX && g->position <= g->end &&
           g->batch.size + 2 * ENTRIES_BYTES < log_bytes_max(g->log))
        add_record(g);
}

static void commit(struct growing *g) {
    struct pollfd fds[2] = {{.fd = log_fd(g->log), .events = POLLIN},
                            {.fd = log_applied_fd(g->log), .events = POLLIN}};
    struct order_point applied;
    struct log_done done;
    int r;
    while ((r = log_submit(g->log, &g->batch)) == LOG_BUSY) {
        poll(&fds[1], 1, 100);
        log_applied(g->log, &applied);
    }
    must(r == 0, "the log takes nothing more (%d)", r);
    while ((r = log_poll(g->log, &done)) == LOG_NOTHING)
        poll(fds, 2, 100);
    must(r == 0, "the log failed (%d)", r);
}

int main(int argc, char **argv) {
    static struct growing g;
    char path[4096];
    need_arguments(argc, 2, "bench_grow DATA EVENTS");
    snprintf(path, sizeof path, "%s/log", argv[1]);
    mkdir(argv[1], 0700);
    mkdir(path, 0700);
    must(log_open(&g.log, path, &(struct log_options){0}) == 0, "%s cannot be opened", path);
    void *batch = malloc(BATCH_BYTES_MAX), *arena = malloc(ARENA_BYTES);
    must(batch && arena, "out of memory");
    batch_init(&g.batch, batch, BATCH_BYTES_MAX);
    arena_init(&g.arena, arena, ARENA_BYTES);
    g.position = log_next_position(g.log);
    g.end = strtoull(argv[2], NULL, 10);
    g.version = 1;
    entries_init(&g.entries, GROW_RUN);
    g.entries.made = g.first = g.position; /* streams of an earlier run are left alone */
    int64_t start = clock_ns();
    uint64_t before = g.position;
    while (g.position <= g.end) {
        fill(&g);
        commit(&g);
    }
    if (g.position > before)
        tell("grow", (double)(g.position - before) * 1e9 / (double)(clock_ns() - start),
             "records/s");
    log_close(g.log);
    free(batch);
    free(arena);
    return 0;
}
