#define _DEFAULT_SOURCE /* mkdtemp */
#include "tests/unit/keeper/house.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/codec/codec.h"
#include "common/codec/pack.h"
#include "common/codec/scan.h"
#include "common/messages/intake.h"
#include "common/messages/record.h"
#include "daemons/eventlog/serve.h"

enum { ARENA_BYTES = 8 << 20, ANSWER_MS = 20000 };

struct id house_id(uint8_t kind, uint8_t number) {
    return (struct id){{kind, 0, 0, 0, 0, 0, 0x70, 0, 0x80, [15] = number}};
}

static void *run(void *context) {
    struct house *h = context;
    char name[] = "latarnia-eventlog", data[] = "--data", migrate[] = "--migrate";
    char *argv[] = {name, data, h->dir, h->migrate ? migrate : NULL, NULL};
    return (void *)(intptr_t)serve_main(h->migrate ? 4 : 3, argv);
}

int64_t house_open_term(struct house *h) {
    struct OpenTerm ask = {.daemon = text_of("intake")};
    const struct TermOpened *opened = house_ask(h, OpenTerm_schema(), &ask, TermOpened_schema());
    return opened->term;
}

/* The daemon's sockets appear a moment after its thread began: a request waits for them. */
void house_start(struct house *h) {
    char endpoint[BUS_ENDPOINT_SIZE];
    assert_int_equal(pthread_create(&h->thread, NULL, run, h), 0);
    assert_int_equal(bus_endpoint(h->dir, "eventlog", endpoint), 0);
    assert_int_equal(bus_client_open(h->bus, endpoint, &h->client), 0);
    h->term = house_open_term(h);
}

void house_stop(struct house *h) {
    void *result;
    bus_client_close(h->client);
    kill(getpid(), SIGTERM);
    pthread_join(h->thread, &result);
    assert_null(result);
}

static int open_house(void **state, bool migrate) {
    struct house *h = calloc(1, sizeof *h);
    sigset_t stops;
    sigemptyset(&stops);
    sigaddset(&stops, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &stops, NULL);
    strcpy(h->dir, "/tmp/lat.XXXXXX");
    assert_non_null(mkdtemp(h->dir));
    h->migrate = migrate;
    h->bus = bus_new();
    arena_init(&h->arena, malloc(ARENA_BYTES), ARENA_BYTES);
    house_start(h);
    *state = h;
    return 0;
}

int house_new(void **state) {
    return open_house(state, false);
}

int house_new_migrating(void **state) {
    return open_house(state, true);
}

int house_free(void **state) {
    struct house *h = *state;
    char command[96];
    house_stop(h);
    bus_free(h->bus);
    snprintf(command, sizeof command, "rm -rf %s", h->dir);
    int r = system(command);
    free(h->arena.memory);
    free(h);
    return r;
}

static const struct bus_answer *call(struct house *h, const struct schema *schema,
                                     const void *message) {
    static struct bus_answer answer;
    int r = BUS_BUSY;
    for (int wait = 0; r == BUS_BUSY && wait < 1000; wait++) {
        r = bus_call(h->client, schema, message, ANSWER_MS, &h->arena, &answer);
        if (r == BUS_BUSY) /* the daemon is still starting */
            usleep(10000);
    }
    assert_int_equal(r, 0);
    return &answer;
}

const void *house_ask(struct house *h, const struct schema *schema, const void *message,
                      const struct schema *answer) {
    const struct bus_answer *got = call(h, schema, message);
    assert_ptr_equal(got->schema, answer);
    return got->message;
}

int32_t house_fault(struct house *h, const struct schema *schema, const void *message) {
    return ((const struct Fault *)house_ask(h, schema, message, Fault_schema()))->outcome;
}

static struct bytes half(struct house *h, const struct said_append *a, uint8_t index,
                         struct bytes digest) {
    struct SubjectRepointed payload = {.from_household = house_id(9, 1),
                                       .to_household = house_id(9, index)};
    struct said said = {
        .id = house_id(3, index),
        .category = a->category ? a->category : CATEGORY_Case,
        .stream = house_id(2, a->stream),
        .type = EVENT_SubjectRepointed,
        .schema_version = 1,
        .occurred_on = 17240,
        .actor = house_id(4, 1),
        .role = ROLE_COORD,
        .retention = RETENTION_B10,
        .command = house_id(1, a->half_command ? a->half_command : a->command),
        .digest = digest,
    };
    struct pack_writer w = {arena_get(&h->arena, 1024), 0, 1024, false};
    assert_int_equal(record_encode_half(&said, SubjectRepointed_schema(), &payload, &w), 0);
    return bytes_of(w.data, w.size);
}

static struct bytes digest_of(struct house *h, uint8_t number) {
    uint8_t *digest = arena_get(&h->arena, 32);
    memset(digest, number, 32);
    return bytes_of(digest, 32);
}

struct bin house_append(struct house *h, const struct said_append *a) {
    struct bin *halves = arena_get(&h->arena, 200 * sizeof *halves);
    struct read read = {CATEGORY_Case, house_id(2, a->stream), a->expected, 0};
    struct bytes digest = digest_of(h, a->digest);
    struct bytes half_digest = a->half_digest ? digest_of(h, a->half_digest) : digest;
    for (uint8_t i = 0; i < a->events; i++)
        halves[i].data = half(h, a, (uint8_t)(i + 1), half_digest);
    struct append append = {
        .command = house_id(1, a->command),
        .digest = digest,
        .reads = {&read, 1},
        .halves = {halves, a->events},
        .known_at = a->known_at,
    };
    struct pack_writer w = {arena_get(&h->arena, 1 << 16), 0, 1 << 16, false};
    assert_int_equal(codec_encode(append_schema(), &append, &w).result, CODEC_OK);
    w.size += a->trailing;
    return (struct bin){.data = bytes_of(w.data, w.size)};
}

const struct appended *house_send(struct house *h, const struct said_append *appends,
                                  uint32_t count) {
    struct bin *bins;
    arena_reset(&h->arena);
    bins = arena_get(&h->arena, count * sizeof *bins);
    for (uint32_t i = 0; i < count; i++)
        bins[i] = house_append(h, &appends[i]);
    struct AppendBatch batch = {
        .daemon = text_of("intake"), .term = h->term, .appends = {bins, count}};
    const struct Appended *answer = house_ask(h, AppendBatch_schema(), &batch, Appended_schema());
    assert_int_equal(answer->answers.count, count);
    return answer->answers.items;
}
