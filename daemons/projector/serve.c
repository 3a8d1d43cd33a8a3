#include "daemons/projector/serve.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "common/base/ensure.h"
#include "common/service/answer.h"
#include "common/service/diag.h"
#include "common/service/signals.h"
#include "daemons/projector/log_source.h"
#include "daemons/projector/projector.h"

enum { REQUEST_ARENA = 2 << 20, QUERY_WAIT_MS = 2000, FLUSH_SECONDS = 2 };

struct server {
    struct bus *bus;
    struct bus_server *socket;
    struct bus_doorbell *doorbell;
    struct log_source log;
    struct source source;
    struct projector *projector;
    struct arena requests;
    int signal_fd;
    bool met, stop; /* met: the checkpoint was compared with the log once */
    time_t last_flush, last_pull;
};

static int64_t now_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void note(const char *what) {
    diag(DIAG_NOTICE, "%s", what);
}

/* ---- following ---- */

/* A view that belongs to another log, or is ahead of this one, is folded anew. */
static int meet(struct server *s) {
    struct source_page page;
    uint64_t position = projector_position(s->projector);
    if (s->met)
        return 0;
    if (s->source.page(s->source.context, position ? position : 1, &page))
        return 1;
    bool at_end = position == page.size && page.has_root;
    if (projector_meet(s->projector, page.size, at_end ? page.root : NULL))
        diag(DIAG_NOTICE, "the views belonged to another log; folding from the beginning");
    s->met = true;
    return 0;
}

/* 0, or 1 when the log did not answer: again in a moment. */
static int catch_up(struct server *s) {
    if (meet(s))
        return 1;
    for (;;) {
        struct source_page page;
        if (s->source.page(s->source.context, projector_position(s->projector) + 1, &page))
            return 1;
        if (page.count == 0)
            return 0;
        enum projector_result r = projector_fold(s->projector, page.records, page.count,
                                                 page.has_root ? page.root : NULL);
        if (r == PROJECTOR_E_SOURCE)
            return 1;
        if (r) {
            diag(DIAG_ERROR, "position %llu: %s",
                 (unsigned long long)projector_position(s->projector) + 1,
                 projector_result_text(r));
            if (r == PROJECTOR_E_SOURCE)
                return 1;
            return r == PROJECTOR_E_FULL ? 0 : -1;
        }
    }
}

/* A doorbell can be lost and questions can come without a pause: neither may hold the fold up. */
static int follow(struct server *s, uint64_t rung) {
    time_t now = time(NULL);
    if (s->met && rung <= projector_position(s->projector) && now == s->last_pull)
        return 0;
    s->last_pull = now;
    return catch_up(s);
}

static int flush(struct server *s) {
    time_t now = time(NULL);
    if (now - s->last_flush < FLUSH_SECONDS)
        return 0;
    s->last_flush = now;
    enum projector_result r = projector_flush(s->projector);
    if (r)
        diag(DIAG_WARNING, "the views are not stored: %s", projector_result_text(r));
    return 0;
}

/* ---- answering ---- */

/* Parts are held back by one, so that the last one can say that it is the last. */
struct telling {
    struct server *server;
    const struct bus_peer *peer;
    uint8_t *held;
    size_t held_size;
    int result;
};

static void hold(void *context, const struct schema *schema, const void *message) {
    struct telling *t = context;
    if (t->held && !t->result)
        t->result = bus_server_answer_bytes(t->server->socket, t->peer,
                                            bytes_of(t->held, t->held_size), true);
    free(t->held);
    t->held = bus_encode(schema, message, &t->held_size);
}

static int end_telling(struct telling *t) {
    if (t->held && !t->result)
        t->result = bus_server_answer_bytes(t->server->socket, t->peer,
                                            bytes_of(t->held, t->held_size), false);
    free(t->held);
    return t->result;
}

static int refuse_query(struct server *s, const struct bus_peer *peer, const char *en, const char *pl) {
    struct Fault f = {.outcome = OUTCOME_rejected, .en = text_of(en), .pl = text_of(pl)};
    return bus_server_answer(s->socket, peer, Fault_schema(), &f, false);
}

static int tell_query(struct server *s, const struct bus_peer *peer, const struct Query *query) {
    struct telling t = {.server = s, .peer = peer};
    if ((uint64_t)query->after > projector_position(s->projector)) {
        int r = catch_up(s);
        if (r || (uint64_t)query->after > projector_position(s->projector))
            return r < 0 ? r : answer_fault(s->socket, peer, OUTCOME_later);
    }
    enum query_result r =
        projector_query(s->projector, query, civil_in_warsaw(now_us()), hold, &t);
    if (r == QUERY_E_VIEW)
        return refuse_query(s, peer, "There is no such view; see latarnia view list.",
                      "Nie ma takiego widoku; zobacz: latarnia view list.");
    if (r == QUERY_E_KEY)
        return refuse_query(s, peer, "This view needs --key, the id of a household or case.",
                      "Ten widok wymaga --key: identyfikatora środowiska lub sprawy.");
    if (r)
        return answer_fault(s->socket, peer, OUTCOME_later);
    return end_telling(&t);
}

static int tell_views(struct server *s, const struct bus_peer *peer) {
    struct telling t = {.server = s, .peer = peer};
    if (projector_views(s->projector, hold, &t))
        return answer_fault(s->socket, peer, OUTCOME_later);
    return end_telling(&t);
}

static int rebuild(struct server *s, const struct bus_peer *peer) {
    struct ViewsRebuilt done;
    enum projector_result r = projector_rebuild(s->projector, now_us, &done);
    if (r) {
        diag(DIAG_ERROR, "rebuild: %s", projector_result_text(r));
        return answer_fault(s->socket, peer, OUTCOME_later);
    }
    return bus_server_answer(s->socket, peer, ViewsRebuilt_schema(), &done, false);
}

static int tell_status(struct server *s, const struct bus_peer *peer) {
    struct Status status = {
        .name = text_of("projector"),
        .ready = s->met,
        .folded = (int64_t)projector_position(s->projector),
        .size = (int64_t)s->log.size,
    };
    return bus_server_answer(s->socket, peer, Status_schema(), &status, false);
}

static int dispatch(struct server *s, const struct bus_request *q) {
    if (q->schema == Query_schema())
        return tell_query(s, &q->peer, q->message);
    if (q->schema == AskStatus_schema())
        return tell_status(s, &q->peer);
    if (q->schema == AskViews_schema())
        return tell_views(s, &q->peer);
    if (q->schema == RebuildViews_schema())
        return rebuild(s, &q->peer);
    return answer_fault(s->socket, &q->peer, OUTCOME_malformed);
}

static int answer_requests(struct server *s) {
    for (int i = 0; i < 64; i++) {
        struct bus_request q;
        arena_reset(&s->requests);
        int r = bus_server_receive(s->socket, &s->requests, &q);
        if (r == BUS_TIMEOUT)
            return 0;
        r = r ? r : dispatch(s, &q);
        if (r)
            return r < 0 ? r : 0;
    }
    return 0;
}

static int go_round(struct server *s) {
    struct bus_waitable items[] = {
        {.server = s->socket}, {.doorbell = s->doorbell}, {.fd = s->signal_fd}};
    uint64_t size = 0;
    int r = bus_wait(items, 3, s->met ? 1000 : 100);
    if (r)
        return r;
    if (items[2].ready && signals_read(s->signal_fd)) {
        s->stop = true;
        return 0;
    }
    while (bus_doorbell_hear(s->doorbell, &size) == 0) {
    }
    r = follow(s, size);
    if (r >= 0 && items[0].ready)
        r = answer_requests(s);
    return r < 0 ? r : flush(s);
}

/* ---- start and end ---- */

static int open_sockets(struct server *s, const char *dir) {
    char own[BUS_ENDPOINT_SIZE], bell[BUS_ENDPOINT_SIZE];
    if (bus_endpoint(dir, "projector", own) || bus_endpoint(dir, "doorbell", bell)) {
        diag(DIAG_ERROR, "the data directory's path is too long for a socket; choose a shorter one");
        return -1;
    }
    int r = bus_doorbell_connect(s->bus, bell, &s->doorbell);
    return r ? r : bus_server_open(s->bus, own, &s->socket);
}

static int open_server(struct server *s, const char *dir) {
    char views[4096];
    void *memory = malloc(REQUEST_ARENA);
    ensure(memory != NULL);
    *s = (struct server){.bus = bus_new()};
    arena_init(&s->requests, memory, REQUEST_ARENA);
    snprintf(views, sizeof views, "%s/views", dir);
    int r = log_source_open(&s->log, s->bus, dir);
    if (r)
        return r;
    s->source = log_source_of(&s->log);
    enum projector_result opened = projector_open(views, &s->source, note, &s->projector);
    if (opened) {
        diag(DIAG_ERROR, "the views cannot be opened: %s", projector_result_text(opened));
        return -1;
    }
    return open_sockets(s, dir);
}

static void close_server(struct server *s) {
    bus_server_close(s->socket);
    bus_doorbell_close(s->doorbell);
    if (s->projector)
        projector_close(s->projector);
    log_source_close(&s->log);
    free(s->requests.memory);
    bus_free(s->bus);
}

int serve(const struct options *options) {
    struct server s;
    int signal_fd = signals_open();
    int r = open_server(&s, options->data_dir);
    s.signal_fd = signal_fd;
    while (!r && !s.stop)
        r = go_round(&s);
    if (r)
        diag(DIAG_ERROR, "stopping (%d); the views can be folded again from the log", r);
    close_server(&s);
    close(signal_fd);
    return r ? 111 : 0;
}
