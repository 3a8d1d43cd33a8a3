/*
 * The eventlog's own two locks against a writer who is behind, asked as a department would: an
 * append that read older versions is refused, and so is everything of an older term.
 */
#include "common/codec/codec.h"
#include "common/codec/pack.h"
#include "tests/kill/audit.h"
#include "tests/kill/suites.h"

enum { READY_MS = 60000, ASK_MS = 10000, HALF_BYTES = 4096 };

struct writer {
    struct bus_client *log;
    struct arena arena;
    struct id stream;
    int64_t term;
    uint64_t number; /* of the newest append */
    uint8_t digest[32];
};

static const void *ask_log(struct writer *w, const struct schema *schema, const void *message,
                           const struct schema *expected) {
    struct bus_answer answer;
    int r = bus_call(w->log, schema, message, ASK_MS, &w->arena, &answer);
    must(r == 0 && answer.schema == expected, "the eventlog answers %s otherwise (%d)",
         schema->about->name, r);
    return answer.message;
}

static int64_t open_term(struct writer *w) {
    struct OpenTerm open = {.daemon = text_of("networking")};
    const struct TermOpened *opened = ask_log(w, OpenTerm_schema(), &open, TermOpened_schema());
    return opened->term;
}

/* A mark in a stream of its own: the only category that any department may write. */
static struct bytes half_of(struct writer *w, struct id command, struct bytes digest) {
    struct ReactedUpTo mark = {.position = (int64_t)w->number};
    struct said said = {.id = command,
                        .category = CATEGORY_Reactions,
                        .stream = w->stream,
                        .type = EVENT_ReactedUpTo,
                        .schema_version = 1,
                        .occurred_on = civil_from_ymd(2018, 1, 2),
                        .actor = w->stream,
                        .role = ROLE_SYSTEM,
                        .retention = RETENTION_A,
                        .command = command,
                        .digest = digest};
    struct pack_writer out = {arena_get(&w->arena, HALF_BYTES), 0, HALF_BYTES, false};
    must(!record_encode_half(&said, ReactedUpTo_schema(), &mark, &out), "no half");
    return bytes_of(out.data, out.size);
}

static struct AppendBatch batch_of(struct writer *w, struct bin *append, int64_t expected) {
    struct id command = id_v8(++w->number, 99, 1);
    struct bytes digest = bytes_of(w->digest, sizeof w->digest);
    struct bin half = {.data = half_of(w, command, digest)};
    struct read read = {.category = CATEGORY_Reactions, .stream = w->stream, .expected = expected};
    struct append a = {
        .command = command, .digest = digest, .reads = {&read, 1}, .halves = {&half, 1}};
    struct pack_writer out = {arena_get(&w->arena, HALF_BYTES), 0, HALF_BYTES, false};
    must(!codec_encode(append_schema(), &a, &out).result, "no append");
    append->data = bytes_of(out.data, out.size);
    return (struct AppendBatch){
        .daemon = text_of("networking"), .term = w->term, .appends = {append, 1}};
}

static void expect(struct writer *w, int64_t version, int32_t outcome, const char *what) {
    struct bin append;
    struct AppendBatch batch = batch_of(w, &append, version);
    const struct Appended *a = ask_log(w, AppendBatch_schema(), &batch, Appended_schema());
    must(a->answers.items[0].outcome == outcome, "%s: outcome %d", what,
         a->answers.items[0].outcome);
}

void check_writers(struct town *t) {
    static uint8_t memory[8 << 20];
    struct writer w = {.log = town_client(t, EVENTLOG),
                       .stream = id_named("reactions", text_of("writer"))};
    struct bin append;
    arena_init(&w.arena, memory, sizeof memory);
    town_kill(t, NETWORKING); /* in whose name is written */
    w.term = open_term(&w);
    expect(&w, 0, OUTCOME_accepted, "a first append");
    expect(&w, 0, OUTCOME_conflict, "an append that read an older version");
    expect(&w, 2, OUTCOME_conflict, "an append that read a version to come");
    expect(&w, 1, OUTCOME_accepted, "an append that read the newest version");
    must(open_term(&w) != w.term, "a second term is the first one again");
    struct AppendBatch batch = batch_of(&w, &append, 2);
    const struct Fault *f = ask_log(&w, AppendBatch_schema(), &batch, Fault_schema());
    must(f->outcome == OUTCOME_stale, "an append of an older term: outcome %d", f->outcome);
    bus_client_close(w.log);
    town_start(t, NETWORKING);
    must(town_await(t, NETWORKING, READY_MS) >= 0, "networking does not come back");
}
