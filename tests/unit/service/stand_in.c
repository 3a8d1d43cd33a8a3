#define _DEFAULT_SOURCE /* mkdtemp */
#include "tests/unit/service/stand_in.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "common/base/ensure.h"
#include "common/codec/pack.h"
#include "common/messages/intake.h"
#include "common/messages/record.h"

int stand_in_new(void **state) {
    struct stand_in *s = calloc(1, sizeof *s);
    char path[BUS_ENDPOINT_SIZE];
    strcpy(s->dir, "/tmp/lat.XXXXXX");
    assert_non_null(mkdtemp(s->dir));
    snprintf(path, sizeof path, "%s/run", s->dir);
    assert_int_equal(mkdir(path, 0700), 0);
    s->bus = bus_new();
    arena_init(&s->arena, malloc(8 * STAND_IN_BYTES), 8 * STAND_IN_BYTES);
    assert_int_equal(bus_endpoint(s->dir, "eventlog", path), 0);
    assert_int_equal(bus_server_open(s->bus, path, &s->server), 0);
    *state = s;
    return 0;
}

int stand_in_free(void **state) {
    struct stand_in *s = *state;
    char command[96];
    bus_server_close(s->server);
    bus_free(s->bus);
    snprintf(command, sizeof command, "rm -rf %s", s->dir);
    int r = system(command);
    free(s->arena.memory);
    free(s);
    return r;
}

/* Not cmocka's assertions: they belong to the test's own thread. */
static void *serve(void *context) {
    struct stand_in *s = context;
    while (s->asked_count < s->step_count) {
        struct bus_waitable item = {.server = s->server};
        struct bus_request q;
        ensure(bus_wait(&item, 1, 20000) == 0 && item.ready);
        if (bus_server_receive(s->server, &s->arena, &q))
            continue;
        const struct stand_in_step *step = &s->steps[s->asked_count];
        s->asked[s->asked_count] = q.schema;
        s->requests[s->asked_count++] = q.message;
        if (step->schema)
            ensure(!bus_server_answer(s->server, &q.peer, step->schema, step->message, false));
    }
    return NULL;
}

void stand_in_begin(struct stand_in *s, const struct stand_in_step *steps, size_t count) {
    assert_true(count <= STAND_IN_STEPS_MAX);
    s->steps = steps;
    s->step_count = count;
    s->asked_count = 0;
    assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

void stand_in_end(struct stand_in *s) {
    pthread_join(s->thread, NULL);
}

struct bin stand_in_record(struct arena *arena, int64_t position, int64_t first, int64_t count) {
    struct MigrationClosed payload = {.rows = position};
    static const uint8_t digest[32] = {1};
    struct said said = {
        .id = {{1}},
        .category = CATEGORY_Log,
        .stream = {{2}},
        .type = EVENT_MigrationClosed,
        .schema_version = 1,
        .occurred_on = 17600,
        .actor = {{3}},
        .role = ROLE_SYSTEM,
        .retention = RETENTION_A,
        .command = {{4}},
        .digest = {digest, sizeof digest},
    };
    struct log_part log = {
        .position = position, .version = position, .first = first, .count = count, .epoch = 1};
    struct record half;
    struct bytes said_bytes;
    struct pack_writer w = {arena_get(arena, 512), 0, 512, false};
    struct pack_writer whole = {arena_get(arena, 512), 0, 512, false};
    ensure(record_encode_half(&said, MigrationClosed_schema(), &payload, &w) == 0);
    ensure(!record_open_half(bytes_of(w.data, w.size), arena, &half, &said_bytes));
    ensure(record_join(&log, said_bytes, half.payload_bytes, &whole) == 0);
    return (struct bin){.data = bytes_of(whole.data, whole.size)};
}
