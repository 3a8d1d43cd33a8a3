/*
 * Durable appends at the eventlog's own socket: real AppendBatch frames with expected versions.
 *
 *   bench_append DATA METRIC WRITERS WINDOW APPENDS_A_FRAME SECONDS
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/bus/bus.h"
#include "common/codec/codec.h"
#include "tests/bench/crowd.h"
#include "tests/bench/entries.h"

enum { FRAME_MAX = 512, ARENA_BYTES = 4 << 20, CALL_MS = 10000 };

struct writers {
    struct entries entries;
    int64_t term;
    uint64_t span; /* streams of one writer */
    uint32_t appends;
    struct arena arena;
    uint8_t encoded[FRAME_MAX][ENTRIES_BYTES];
};

static size_t next_frame(void *context, unsigned writer, uint8_t *out, size_t room) {
    struct writers *w = context;
    struct bin items[FRAME_MAX];
    struct pack_writer frame = {out, 0, room, false};
    for (uint32_t i = 0; i < w->appends; i++)
        items[i].data = bytes_of(w->encoded[i], entries_append(&w->entries, writer * w->span,
                                                               w->span, w->encoded[i]));
    struct AppendBatch batch = {
        .daemon = text_of("intake"), .term = w->term, .appends = {items, w->appends}};
    must(!codec_encode_framed(AppendBatch_schema(), &batch, &frame).result, "the frame is too large");
    return frame.size;
}

static unsigned judge(void *context, const uint8_t *answer, size_t size) {
    struct writers *w = context;
    struct Appended appended;
    struct bytes body;
    uint16_t type;
    arena_reset(&w->arena);
    must(!codec_open_frame(bytes_of(answer, size), &type, &body) &&
             type == Appended_schema()->about->type &&
             !codec_decode(Appended_schema(), body, &w->arena, &appended).result,
         "the eventlog answered with something else");
    for (uint32_t i = 0; i < appended.answers.count; i++)
        must(appended.answers.items[i].outcome == OUTCOME_accepted, "an append was refused (%d)",
             appended.answers.items[i].outcome);
    return appended.answers.count;
}

static void open_term(struct writers *w, const char *endpoint) {
    struct bus *bus = bus_new();
    struct bus_client *client;
    struct bus_answer answer;
    struct OpenTerm ask = {.daemon = text_of("intake")};
    must(!bus_client_open(bus, endpoint, &client), "cannot connect to %s", endpoint);
    must(!bus_call(client, OpenTerm_schema(), &ask, CALL_MS, &w->arena, &answer) &&
             answer.schema == TermOpened_schema(),
         "the eventlog opens no term");
    w->term = ((const struct TermOpened *)answer.message)->term;
    bus_client_close(client);
    bus_free(bus);
}

int main(int argc, char **argv) {
    char endpoint[BUS_ENDPOINT_SIZE];
    need_arguments(argc, 6, "bench_append DATA METRIC WRITERS WINDOW APPENDS_A_FRAME SECONDS");
    struct writers *w = calloc(1, sizeof *w);
    void *memory = malloc(ARENA_BYTES);
    must(w && memory, "out of memory");
    must(!bus_endpoint(argv[1], "eventlog", endpoint), "the path is too long");
    arena_init(&w->arena, memory, ARENA_BYTES);
    entries_init(&w->entries, (uint64_t)clock_ns());
    struct crowd c = {.endpoint = endpoint,
                      .clients = (unsigned)atoi(argv[3]),
                      .window = (unsigned)atoi(argv[4]),
                      .seconds = atof(argv[6]),
                      .is_bus = true,
                      .context = w,
                      .next = next_frame,
                      .judge = judge};
    w->appends = (uint32_t)atoi(argv[5]);
    must(c.clients > 0 && c.window > 0 && w->appends > 0 && w->appends <= FRAME_MAX,
         "at least one of each");
    w->span = ENTRIES_STREAMS / c.clients;
    open_term(w, endpoint);
    crowd_tell(&c, argv[2], "appends/s");
    free(memory);
    free(w);
    return 0;
}
