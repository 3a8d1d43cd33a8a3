#include "tests/bench/crowd.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

enum { ANSWER_MS = 20000 };

struct client {
    void *socket;
    uint64_t sent, answered;
    bool is_inside; /* an answer of which more follows */
    int64_t sent_ns[CROWD_WINDOW_MAX];
};

struct run {
    const struct crowd *crowd;
    struct client *clients;
    zmq_pollitem_t *items;
    uint8_t *message;
    int64_t end_ns;
    uint64_t in_flight;
    struct crowd_result *out;
};

static void set(void *socket, int option, int value) {
    must(zmq_setsockopt(socket, option, &value, sizeof value) == 0, "socket option %d", option);
}

static void open_clients(struct run *r, void *context) {
    const struct crowd *c = r->crowd;
    r->clients = calloc(c->clients, sizeof *r->clients);
    r->items = calloc(c->clients, sizeof *r->items);
    r->message = malloc(CROWD_MESSAGE_MAX);
    must(r->clients && r->items && r->message, "out of memory");
    for (unsigned i = 0; i < c->clients; i++) {
        void *socket = r->clients[i].socket = zmq_socket(context, ZMQ_DEALER);
        must(socket != NULL, "no socket");
        set(socket, ZMQ_LINGER, 0);
        set(socket, ZMQ_SNDTIMEO, ANSWER_MS);
        must(zmq_connect(socket, c->endpoint) == 0, "cannot connect to %s", c->endpoint);
        r->items[i] = (zmq_pollitem_t){socket, 0, ZMQ_POLLIN, 0};
    }
}

static void send_one(struct run *r, unsigned i) {
    const struct crowd *c = r->crowd;
    struct client *x = &r->clients[i];
    size_t size = c->next(c->context, i, r->message, CROWD_MESSAGE_MAX);
    x->sent_ns[x->sent % CROWD_WINDOW_MAX] = clock_ns();
    if (c->is_bus)
        must(zmq_send(x->socket, &x->sent, sizeof x->sent, ZMQ_SNDMORE) >= 0, "send: %s",
             zmq_strerror(errno));
    must(zmq_send(x->socket, r->message, size, 0) >= 0, "send: %s", zmq_strerror(errno));
    x->sent++;
    r->in_flight++;
}

/* A process answers with the correlation, a byte that is 1 while more follows, and the message. */
enum { HEAD_BYTES = 9 };

static const uint8_t *open_answer(const struct client *x, const uint8_t *part, size_t *size,
                                  bool *more) {
    uint64_t correlation;
    must(*size > HEAD_BYTES, "a strange answer");
    memcpy(&correlation, part, sizeof correlation);
    must(correlation == x->answered, "answers out of order");
    *more = part[HEAD_BYTES - 1] == 1;
    *size -= HEAD_BYTES;
    return part + HEAD_BYTES;
}

/* True when an answer is complete; only its first message is judged. */
static bool take_part(struct run *r, struct client *x, zmq_msg_t *part, int64_t now) {
    const struct crowd *c = r->crowd;
    const uint8_t *data = zmq_msg_data(part);
    size_t size = zmq_msg_size(part);
    bool more = false;
    if (c->is_bus)
        data = open_answer(x, data, &size, &more);
    if (!x->is_inside) {
        r->out->settled += c->judge(c->context, data, size);
        latencies_add(&r->out->latencies, now - x->sent_ns[x->answered % CROWD_WINDOW_MAX]);
    }
    x->is_inside = more;
    return !more;
}

static bool take_answer(struct run *r, unsigned i) {
    struct client *x = &r->clients[i];
    zmq_msg_t part;
    zmq_msg_init(&part);
    if (zmq_msg_recv(&part, x->socket, ZMQ_DONTWAIT) < 0)
        return false;
    bool complete = take_part(r, x, &part, clock_ns());
    zmq_msg_close(&part);
    x->answered += complete;
    r->in_flight -= complete;
    return true;
}

static void serve_client(struct run *r, unsigned i) {
    struct client *x = &r->clients[i];
    while (r->in_flight && take_answer(r, i)) {
    }
    while (x->sent - x->answered < r->crowd->window && clock_ns() < r->end_ns)
        send_one(r, i);
}

static void go_round(struct run *r) {
    const struct crowd *c = r->crowd;
    int ready = zmq_poll(r->items, (int)c->clients, ANSWER_MS);
    must(ready > 0, "no answer within %d ms", ANSWER_MS);
    for (unsigned i = 0; i < c->clients; i++)
        if (r->items[i].revents & ZMQ_POLLIN)
            serve_client(r, i);
}

void crowd_run(const struct crowd *c, struct crowd_result *out) {
    void *context = zmq_ctx_new();
    struct run r = {.crowd = c, .out = out};
    must(c->clients <= CROWD_CLIENTS_MAX && c->window <= CROWD_WINDOW_MAX, "too many clients");
    *out = (struct crowd_result){0};
    open_clients(&r, context);
    int64_t start = clock_ns();
    r.end_ns = start + (int64_t)(c->seconds * 1e9);
    for (unsigned i = 0; i < c->clients; i++)
        serve_client(&r, i);
    while (r.in_flight)
        go_round(&r);
    out->seconds = (double)(clock_ns() - start) / 1e9;
    for (unsigned i = 0; i < c->clients; i++)
        zmq_close(r.clients[i].socket);
    zmq_ctx_term(context);
    free(r.clients);
    free(r.items);
    free(r.message);
}

void crowd_tell(const struct crowd *c, const char *metric, const char *unit) {
    struct crowd_result result;
    crowd_run(c, &result);
    must(result.settled > 0, "%s: nothing was settled", metric);
    tell(metric, (double)result.settled / result.seconds, unit);
    tell_latencies(metric, &result.latencies);
    latencies_free(&result.latencies);
}
