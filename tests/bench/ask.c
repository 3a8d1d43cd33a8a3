/*
 * Clients in a closed loop at a daemon.
 *
 *   bench_ask command DATA METRIC CLIENTS SECONDS   RegisterHousehold through intake to the log
 *   bench_ask query DATA METRIC CLIENTS SECONDS     caseload of one guide from the projector
 *   bench_ask stream DATA METRIC CLIENTS SECONDS    events of one visit from the eventlog
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/codec/codec.h"
#include "common/messages/intake.h"
#include "common/messages/views.h"
#include "tests/bench/writers.h"

enum { ARENA_BYTES = 4 << 20, CALL_MS = 10000, WORKERS_MAX = 64 };

struct asking {
    struct rng rng;
    uint64_t made;
    struct arena arena;
    struct id workers[WORKERS_MAX];
    size_t worker_count;
};

static size_t encode(const struct schema *schema, const void *message, uint8_t *out, size_t room) {
    struct pack_writer w = {out, 0, room, false};
    must(!codec_encode_framed(schema, message, &w).result, "%s cannot be encoded",
         schema->about->name);
    return w.size;
}

static struct id new_id(struct asking *a) {
    uint8_t random[10];
    rng_fill(&a->rng, random, sizeof random);
    return id_v7((uint64_t)clock_ns() / 1000000, random);
}

static size_t next_command(void *context, unsigned client, uint8_t *out, size_t room) {
    struct asking *a = context;
    uint8_t payload[64];
    struct HouseholdRegistered nobody = {.split_from = {{0}}};
    struct pack_writer w = {payload, 0, sizeof payload, false};
    must(!codec_encode(HouseholdRegistered_schema(), &nobody, &w).result, "no payload");
    struct Command c = {
        .id = new_id(a),
        .type = EVENT_HouseholdRegistered,
        .category = CATEGORY_Household,
        .stream = new_id(a),
        .actor = a->workers[0],
        .role = ROLE_LS,
        .payload = bytes_of(w.data, w.size),
    };
    (void)client;
    return encode(Command_schema(), &c, out, room);
}

static size_t next_query(void *context, unsigned client, uint8_t *out, size_t room) {
    struct asking *a = context;
    struct Query q = {.view = text_of("caseload"),
                      .key = a->workers[rng_below(&a->rng, a->worker_count)]};
    (void)client;
    return encode(Query_schema(), &q, out, room);
}

/* All events of one visit of a log that bench_grow made. */
static size_t next_stream(void *context, unsigned client, uint8_t *out, size_t room) {
    struct asking *a = context;
    uint64_t stream = 1 + rng_below(&a->rng, ENTRIES_STREAMS);
    struct ReadStream ask = {.category = CATEGORY_Visit,
                             .stream = entries_stream(GROW_RUN, stream)};
    (void)client;
    return encode(ReadStream_schema(), &ask, out, room);
}

static const void *open_answer(struct asking *a, const uint8_t *answer, size_t size,
                               const struct schema *schema) {
    struct bytes body;
    uint16_t type;
    arena_reset(&a->arena);
    void *out = arena_get(&a->arena, schema->size);
    must(out && !codec_open_frame(bytes_of(answer, size), &type, &body) &&
             type == schema->about->type && !codec_decode(schema, body, &a->arena, out).result,
         "the answer is no %s", schema->about->name);
    return out;
}

static unsigned judge_command(void *context, const uint8_t *answer, size_t size) {
    const struct Answer *a = open_answer(context, answer, size, Answer_schema());
    must(a->outcome == OUTCOME_accepted, "a command was refused: %.*s", (int)a->en.size,
         a->en.data);
    return 1;
}

static unsigned judge_query(void *context, const uint8_t *answer, size_t size) {
    const struct QueryAnswer *a = open_answer(context, answer, size, QueryAnswer_schema());
    must(a->n > 0, "a guide without a row");
    return 1;
}

static unsigned judge_stream(void *context, const uint8_t *answer, size_t size) {
    const struct StreamPage *page = open_answer(context, answer, size, StreamPage_schema());
    must(page->records.count > 0, "an empty stream");
    return 1;
}

/* The guides of the town, from the whole caseload. */
static void find_workers(struct asking *a, const char *data) {
    char endpoint[BUS_ENDPOINT_SIZE];
    struct bus *bus = bus_new();
    struct bus_client *client;
    struct bus_answer answer;
    struct Query q = {.view = text_of("caseload")};
    endpoint_of(data, "projector", endpoint);
    must(!bus_client_open(bus, endpoint, &client), "cannot connect to %s", endpoint);
    must(!bus_call(client, Query_schema(), &q, CALL_MS, &a->arena, &answer) &&
             answer.schema == QueryAnswer_schema(),
         "the projector does not answer");
    const struct QueryAnswer *all = answer.message;
    for (uint32_t i = 0; i < all->rows.count && a->worker_count < WORKERS_MAX; i++) {
        struct caseload_row row;
        must(!codec_decode(caseload_row_schema(), all->rows.items[i].data, &a->arena, &row).result,
             "a row that cannot be read");
        if (row.role == ROLE_LS && row.open > 0)
            a->workers[a->worker_count++] = row.worker;
    }
    must(a->worker_count > 0, "a town without guides");
    bus_client_close(client);
    bus_free(bus);
}

struct errand {
    const char *name, *process, *unit;
    bool needs_workers;
    size_t (*next)(void *context, unsigned client, uint8_t *out, size_t room);
    unsigned (*judge)(void *context, const uint8_t *answer, size_t size);
};

static const struct errand errands[] = {
    {"command", "intake", "commands/s", true, next_command, judge_command},
    {"query", "projector", "queries/s", true, next_query, judge_query},
    {"stream", "eventlog", "streams/s", false, next_stream, judge_stream},
};

static const struct errand *errand_of(const char *name) {
    for (size_t i = 0; i < sizeof errands / sizeof *errands; i++)
        if (strcmp(errands[i].name, name) == 0)
            return &errands[i];
    give_up("ask for a command, a query or a stream");
}

int main(int argc, char **argv) {
    char endpoint[BUS_ENDPOINT_SIZE];
    struct asking a = {0};
    need_arguments(argc, 5, "bench_ask command|query|stream DATA METRIC CLIENTS SECONDS");
    const struct errand *errand = errand_of(argv[1]);
    void *memory = malloc(ARENA_BYTES);
    must(memory != NULL, "out of memory");
    arena_init(&a.arena, memory, ARENA_BYTES);
    rng_init(&a.rng, (uint64_t)clock_ns());
    endpoint_of(argv[2], errand->process, endpoint);
    if (errand->needs_workers)
        find_workers(&a, argv[2]);
    struct crowd c = {.endpoint = endpoint,
                      .clients = (unsigned)atoi(argv[4]),
                      .window = 1,
                      .seconds = atof(argv[5]),
                      .is_bus = true,
                      .context = &a,
                      .next = errand->next,
                      .judge = errand->judge};
    crowd_tell(&c, argv[3], errand->unit);
    free(memory);
    return 0;
}
