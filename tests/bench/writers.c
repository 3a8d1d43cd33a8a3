#include "tests/bench/writers.h"

#include <stdlib.h>

#include "common/codec/codec.h"

enum { ARENA_BYTES = 4 << 20, CALL_MS = 10000 };

void endpoint_of(const char *data, const char *process, char out[BUS_ENDPOINT_SIZE]) {
    must(!bus_endpoint(data, process, out), "the path %s is too long for a socket", data);
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

struct writers *writers_open(const char *endpoint, unsigned clients, uint32_t appends) {
    struct writers *w = calloc(1, sizeof *w);
    void *memory = malloc(ARENA_BYTES);
    must(w && memory, "out of memory");
    must(clients > 0 && appends > 0 && appends <= WRITERS_FRAME_MAX, "at least one of each");
    arena_init(&w->arena, memory, ARENA_BYTES);
    entries_init(&w->entries, (uint64_t)clock_ns());
    w->appends = appends;
    w->span = ENTRIES_STREAMS / clients;
    open_term(w, endpoint);
    return w;
}

void writers_close(struct writers *w) {
    free(w->arena.memory);
    free(w);
}

size_t writers_next(void *context, unsigned writer, uint8_t *out, size_t room) {
    struct writers *w = context;
    struct bin items[WRITERS_FRAME_MAX];
    struct pack_writer frame = {out, 0, room, false};
    for (uint32_t i = 0; i < w->appends; i++)
        items[i].data = bytes_of(
            w->encoded[i], entries_append(&w->entries, writer * w->span, w->span, w->encoded[i]));
    struct AppendBatch batch = {
        .daemon = text_of("intake"), .term = w->term, .appends = {items, w->appends}};
    must(!codec_encode_framed(AppendBatch_schema(), &batch, &frame).result,
         "the frame is too large");
    return frame.size;
}

unsigned writers_judge(void *context, const uint8_t *answer, size_t size) {
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
