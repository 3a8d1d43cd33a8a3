/*
 * Stands in for any daemon of the house, so that the supervisor and the printing of answers are
 * tested alone. Its name is the program's; the environment says how it behaves:
 *
 *   STANDIN_TRACE=FILE  one line for each start and stop
 *   STANDIN_DIES=NAME   that daemon ends at once, again and again
 *   STANDIN_DEAF=NAME   that daemon ignores SIGTERM
 *   STANDIN_LATE=NAME   that daemon is never ready
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/ensure.h"
#include "common/bus/bus.h"
#include "common/codec/codec.h"
#include "common/codec/pack.h"
#include "common/messages/networking.h"
#include "common/messages/relocation.h"
#include "common/messages/views.h"

enum { ARENA_BYTES = 4 << 20, ROW_BYTES = 1024, WAIT_MS = 50 };

static const char *name;
static volatile sig_atomic_t stopping;

static void on_term(int number) {
    (void)number;
    stopping = 1;
}

static bool behaves(const char *how) {
    const char *who = getenv(how);
    return who && strcmp(who, name) == 0;
}

static void trace(const char *what) {
    const char *path = getenv("STANDIN_TRACE");
    FILE *out = path ? fopen(path, "a") : NULL;
    if (!out)
        return;
    fprintf(out, "%s %s %ld\n", what, name, (long)getpid());
    fclose(out);
}

static void answer_status(struct bus_server *s, const struct bus_request *q) {
    const struct Status status = {
        .name = text_of(name), .ready = !behaves("STANDIN_LATE"), .folded = 40, .size = 42};
    bus_server_answer(s, &q->peer, Status_schema(), &status, false);
}

static struct bytes encode_row(const struct network_row *row, uint8_t memory[ROW_BYTES]) {
    struct pack_writer w = {memory, 0, ROW_BYTES, false};
    ensure(codec_encode(network_row_schema(), row, &w).result == CODEC_OK);
    return bytes_of(w.data, w.size);
}

/* Two parts: a name that a spreadsheet would take for a formula, and one that needs quotes. What
 * was known at position 10 differs in one cell; the second row came later. */
static void answer_query(struct bus_server *s, const struct bus_request *q) {
    const struct Query *query = q->message;
    bool early = query->at == 10;
    uint8_t memory[2][ROW_BYTES];
    const struct network_row first = {.partner = id_named("institution", text_of("I001")),
                                      .name = text_of("=HYPERLINK(1)"),
                                      .area = 3,
                                      .state = text_of("Active"),
                                      .cases = early ? 1 : 2};
    const struct network_row second = {.partner = id_named("institution", text_of("I002")),
                                       .name = text_of("Łódź, \"Śródmieście\""),
                                       .area = 4,
                                       .state = text_of("Resting")};
    const struct bin rows[] = {{.data = encode_row(&first, memory[0])},
                               {.data = encode_row(&second, memory[1])}};
    const struct QueryAnswer head = {.view = query->view,
                                     .definition = 1,
                                     .row = text_of("network_row"),
                                     .position = early ? 10 : 42,
                                     .as_of = query->as_of,
                                     .n = early ? 1 : 2,
                                     .rows = {rows, 1}};
    const struct QueryRows more = {.rows = {rows + 1, 1}};
    bus_server_answer(s, &q->peer, QueryAnswer_schema(), &head, !early);
    if (!early)
        bus_server_answer(s, &q->peer, QueryRows_schema(), &more, false);
}

static void refuse(struct bus_server *s, const struct bus_request *q) {
    const struct Fault fault = {.outcome = OUTCOME_malformed,
                                .en = text_of("there is no such view"),
                                .pl = text_of("nie ma takiego widoku")};
    bus_server_answer(s, &q->peer, Fault_schema(), &fault, false);
}

static void answer(struct bus_server *s, const struct bus_request *q) {
    if (q->schema == AskStatus_schema())
        answer_status(s, q);
    else if (q->schema == Query_schema() &&
             text_is(((const struct Query *)q->message)->view, "network"))
        answer_query(s, q);
    else
        refuse(s, q);
}

static void serve(const char *data) {
    char endpoint[BUS_ENDPOINT_SIZE];
    struct bus *bus = bus_new();
    struct bus_server *server;
    struct arena arena;
    void *memory = malloc(ARENA_BYTES);
    ensure(memory && bus_endpoint(data, name, endpoint) == 0);
    ensure(bus_server_open(bus, endpoint, &server) == 0);
    while (!stopping) {
        struct bus_request request;
        struct bus_waitable items[] = {{.server = server}};
        bus_wait(items, 1, WAIT_MS);
        arena_init(&arena, memory, ARENA_BYTES);
        if (bus_server_receive(server, &arena, &request) == 0)
            answer(server, &request);
    }
    bus_server_close(server);
    bus_free(bus);
    free(memory);
}

int main(int argc, char **argv) {
    const char *dash = strrchr(argv[0], '-');
    ensure(argc >= 3 && dash && strcmp(argv[1], "--data") == 0);
    name = dash + 1;
    trace("start");
    if (behaves("STANDIN_DIES"))
        return 3;
    signal(SIGTERM, behaves("STANDIN_DEAF") ? SIG_IGN : on_term);
    serve(argv[2]);
    trace("stop");
    return 0;
}
