#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <zmq.h>

#include "common/base/ensure.h"
#include "common/bus/bus.h"
#include "common/bus/socket.h"

struct bus_client {
    void *socket;
    uint64_t last; /* correlation of bus_call */
};

int bus_client_open(struct bus *bus, const char *endpoint, struct bus_client **out) {
    struct bus_client *c = calloc(1, sizeof *c);
    ensure(c != NULL);
    c->socket = socket_new(bus, ZMQ_DEALER);
    int one = 1; /* nothing queues for a peer that is not there: the caller decides again */
    if (c->socket)
        ensure(zmq_setsockopt(c->socket, ZMQ_IMMEDIATE, &one, sizeof one) == 0);
    if (!c->socket || zmq_connect(c->socket, endpoint)) {
        int error = errno;
        bus_client_close(c);
        return -error;
    }
    *out = c;
    return 0;
}

void bus_client_close(struct bus_client *c) {
    if (!c)
        return;
    if (c->socket)
        zmq_close(c->socket);
    free(c);
}

int bus_client_fd(const struct bus_client *c) {
    return socket_fd(c->socket);
}

int bus_client_send(struct bus_client *c, uint64_t correlation, const struct schema *schema,
                    const void *message) {
    struct framed frame;
    int r = socket_frame(schema, message, &frame);
    if (r)
        return r;
    r = socket_send_copy(c->socket, &correlation, sizeof correlation, ZMQ_SNDMORE);
    if (r) {
        free(frame.data);
        return r;
    }
    return socket_send_owned(c->socket, frame.data, frame.size, 0);
}

static int receive_parts(struct bus_client *c, struct arena *arena, struct bus_answer *out) {
    zmq_msg_t body;
    int more = 0, r = BUS_MALFORMED;
    if (zmq_recv(c->socket, &out->correlation, sizeof out->correlation, ZMQ_DONTWAIT) !=
        sizeof out->correlation) {
        socket_drain(c->socket);
        return BUS_MALFORMED;
    }
    zmq_msg_init(&body);
    if (zmq_msg_recv(&body, c->socket, ZMQ_DONTWAIT) >= 0) {
        r = socket_open(zmq_msg_data(&body), zmq_msg_size(&body), arena, &out->schema,
                        &out->message);
        more = zmq_msg_more(&body);
    }
    zmq_msg_close(&body);
    out->more = false;
    if (more) { /* the third part says that another answer of the same request follows */
        out->more = true;
        socket_drain(c->socket);
    }
    return r;
}

int bus_client_receive(struct bus_client *c, int timeout_ms, struct arena *arena,
                       struct bus_answer *out) {
    zmq_pollitem_t item = {c->socket, 0, ZMQ_POLLIN, 0};
    int ready = zmq_poll(&item, 1, timeout_ms);
    if (ready < 0)
        return errno == EINTR ? BUS_TIMEOUT : -errno;
    if (ready == 0)
        return BUS_TIMEOUT;
    return receive_parts(c, arena, out);
}

static int64_t now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int bus_call(struct bus_client *c, const struct schema *schema, const void *message,
             int timeout_ms, struct arena *arena, struct bus_answer *out) {
    int64_t deadline = now_ms() + timeout_ms;
    size_t mark = arena->used;
    uint64_t correlation = ++c->last;
    int r = bus_client_send(c, correlation, schema, message);
    while (!r) {
        int64_t left = deadline - now_ms();
        if (left <= 0)
            return BUS_TIMEOUT;
        arena->used = mark;
        r = bus_client_receive(c, (int)left, arena, out);
        if (!r && out->correlation == correlation)
            return 0;
        if (r == BUS_TIMEOUT)
            r = 0;
    }
    return r;
}

void *client_socket(const struct bus_client *c) {
    return c->socket;
}
