/*
 * How long after its answer an append is seen by a reader of the feed who waits for it, and in a
 * view that is asked for nothing older, while other writers keep the log busy.
 *
 *   bench_visible DATA METRIC LOAD_WRITERS SECONDS
 *
 * Intake must not run: the appends are made under its name.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/codec/codec.h"
#include "tests/bench/writers.h"

enum { CALL_MS = 10000, PAUSE_MS = 5, ARENA_BYTES = 8 << 20 };

struct probe {
    struct bus *bus;
    struct bus_client *eventlog, *reader, *projector;
    struct writers *writers;
    unsigned writer; /* our number among the writers: its streams are ours alone */
    uint8_t frame[CROWD_MESSAGE_MAX];
    struct arena arena;
    struct latencies feed, view;
};

static const void *call(struct probe *p, struct bus_client *client, const struct schema *ask,
                        const void *message, const struct schema *answer_schema) {
    struct bus_answer answer;
    arena_reset(&p->arena);
    must(!bus_call(client, ask, message, CALL_MS, &p->arena, &answer), "no answer to %s",
         ask->about->name);
    must(answer.schema == answer_schema, "%s was answered with %s", ask->about->name,
         answer.schema->about->name);
    return answer.message;
}

static int64_t append_one(struct probe *p) {
    uint8_t encoded[ENTRIES_BYTES];
    struct writers *w = p->writers;
    struct bin item = {.data = bytes_of(encoded, entries_append(&w->entries, p->writer * w->span,
                                                                w->span, encoded))};
    struct AppendBatch batch = {
        .daemon = text_of("intake"), .term = w->term, .appends = {&item, 1}};
    const struct Appended *done =
        call(p, p->eventlog, AppendBatch_schema(), &batch, Appended_schema());
    must(done->answers.items[0].outcome == OUTCOME_accepted, "an append was refused");
    return done->answers.items[0].position;
}

static void see_on_feed(struct probe *p) {
    int64_t position = append_one(p), start = clock_ns();
    struct ReadFeed feed = {.from = position, .most = 1, .wait_ms = CALL_MS / 2};
    const struct FeedPage *page = call(p, p->reader, ReadFeed_schema(), &feed, FeedPage_schema());
    must(page->records.count > 0, "position %lld never came", (long long)position);
    latencies_add(&p->feed, clock_ns() - start);
}

static void see_in_view(struct probe *p) {
    int64_t position = append_one(p), start = clock_ns();
    struct Query query = {.view = text_of("caseload"), .after = position};
    for (;;) { /* the projector answers "later" when the log has not come so far */
        struct bus_answer answer;
        arena_reset(&p->arena);
        must(!bus_call(p->projector, Query_schema(), &query, CALL_MS, &p->arena, &answer),
             "the projector does not answer");
        if (answer.schema == QueryAnswer_schema())
            break;
        must(clock_ns() - start < (int64_t)CALL_MS * 1000000, "the view does not follow");
        pause_ms(1);
    }
    latencies_add(&p->view, clock_ns() - start);
}

static struct bus_client *client_of(struct probe *p, const char *data, const char *process) {
    char endpoint[BUS_ENDPOINT_SIZE];
    struct bus_client *client;
    endpoint_of(data, process, endpoint);
    must(!bus_client_open(p->bus, endpoint, &client), "cannot connect to %s", endpoint);
    return client;
}

static void *load(void *crowd) {
    struct crowd_result result;
    crowd_run(crowd, &result);
    latencies_free(&result.latencies);
    return NULL;
}

/* The load and the probe make entries under one term, from two threads: each has its own. */
static struct writers *twin_of(const struct writers *w) {
    struct writers *twin = malloc(sizeof *twin);
    must(twin != NULL, "out of memory");
    *twin = *w;
    entries_init(&twin->entries, w->entries.run + 1);
    return twin;
}

int main(int argc, char **argv) {
    static struct probe p;
    char endpoint[BUS_ENDPOINT_SIZE], metric[128];
    pthread_t thread;
    need_arguments(argc, 4, "bench_visible DATA METRIC LOAD_WRITERS SECONDS");
    endpoint_of(argv[1], "eventlog", endpoint);
    unsigned writers = (unsigned)atoi(argv[3]);
    struct writers *loaders = writers_open(endpoint, writers, 1);
    struct crowd crowd = {.endpoint = endpoint,
                          .clients = writers,
                          .window = 1,
                          .seconds = atof(argv[4]),
                          .is_bus = true,
                          .context = loaders,
                          .next = writers_next,
                          .judge = writers_judge};
    p.bus = bus_new();
    p.writers = twin_of(loaders);
    p.eventlog = client_of(&p, argv[1], "eventlog");
    p.reader = client_of(&p, argv[1], "eventlog");
    p.projector = client_of(&p, argv[1], "projector");
    void *memory = malloc(ARENA_BYTES);
    must(memory != NULL, "out of memory");
    arena_init(&p.arena, memory, ARENA_BYTES);
    int64_t end = clock_ns() + (int64_t)(crowd.seconds * 0.95e9);
    must(!pthread_create(&thread, NULL, load, &crowd), "no thread");
    for (; clock_ns() < end; pause_ms(PAUSE_MS)) {
        see_on_feed(&p);
        see_in_view(&p);
    }
    pthread_join(thread, NULL);
    snprintf(metric, sizeof metric, "%s.feed", argv[2]);
    tell_latencies(metric, &p.feed);
    snprintf(metric, sizeof metric, "%s.view", argv[2]);
    tell_latencies(metric, &p.view);
    latencies_free(&p.feed);
    latencies_free(&p.view);
    bus_client_close(p.eventlog);
    bus_client_close(p.reader);
    bus_client_close(p.projector);
    bus_free(p.bus);
    free(memory);
    free(p.writers);
    writers_close(loaders);
    return 0;
}
