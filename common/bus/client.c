#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <zmq.h>

#include "common/base/ensure.h"
#include "common/bus/bus.h"
#include "common/bus/socket.h"

struct bus_client {
    void *socket;
    void *monitor;  /* tells when the connection is made and when it breaks */
    bool connected;
    bool broken;    /* since the last request: the answer that is awaited never comes */
    uint64_t last;  /* correlation of bus_call */
};

static int open_monitor(struct bus *bus, struct bus_client *c) {
    char endpoint[48];
    int none = 0;
    snprintf(endpoint, sizeof endpoint, "inproc://client-%p", c->socket);
    c->monitor = zmq_socket(bus->context, ZMQ_PAIR);
    if (!c->monitor || zmq_setsockopt(c->monitor, ZMQ_LINGER, &none, sizeof none))
        return -1;
    return zmq_socket_monitor(c->socket, endpoint,
                              ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_DISCONNECTED) ||
           zmq_connect(c->monitor, endpoint);
}

int bus_client_open(struct bus *bus, const char *endpoint, struct bus_client **out) {
    struct bus_client *c = calloc(1, sizeof *c);
    ensure(c != NULL);
    c->socket = socket_new(bus, ZMQ_DEALER);
    if (c->socket) /* nothing queues for a peer that is not there: the caller decides again */
        socket_set(c->socket, ZMQ_IMMEDIATE, 1);
    if (!c->socket || open_monitor(bus, c) || zmq_connect(c->socket, endpoint)) {
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
    if (c->socket) {
        zmq_socket_monitor(c->socket, NULL, 0);
        zmq_close(c->socket);
    }
    if (c->monitor)
        zmq_close(c->monitor);
    free(c);
}

int bus_client_fd(const struct bus_client *c) {
    return socket_fd(c->socket);
}

static int64_t now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Takes in what the monitor has to tell: two parts, the first begins with the event. */
static void hear(struct bus_client *c) {
    uint8_t part[16];
    uint16_t event;
    while (zmq_recv(c->monitor, part, sizeof part, ZMQ_DONTWAIT) >= (int)sizeof event) {
        memcpy(&event, part, sizeof event);
        socket_drain(c->monitor);
        c->connected = event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED;
        c->broken |= event == ZMQ_EVENT_DISCONNECTED;
    }
}

/* A request that goes into the pipe of a connection that has just broken would be lost without a
 * word: the socket is made to look at what has become of its pipes first. */
static int await_connection(struct bus_client *c, int timeout_ms) {
    int64_t deadline = now_ms() + timeout_ms;
    int events;
    size_t size = sizeof events;
    hear(c);
    for (int64_t left; !c->connected && (left = deadline - now_ms()) > 0; hear(c)) {
        zmq_pollitem_t item = {c->monitor, 0, ZMQ_POLLIN, 0};
        if (zmq_poll(&item, 1, (long)left) < 0)
            return errno == EINTR ? BUS_BUSY : -errno;
    }
    if (!c->connected)
        return BUS_BUSY;
    return zmq_getsockopt(c->socket, ZMQ_EVENTS, &events, &size) ? -errno : 0;
}

int bus_client_send(struct bus_client *c, uint64_t correlation, const struct schema *schema,
                    const void *message) {
    struct framed frame;
    int r = socket_frame(0, schema, message, &frame);
    if (r)
        return r;
    r = await_connection(c, SOCKET_SEND_MS);
    r = r ? r : socket_send_copy(c->socket, &correlation, sizeof correlation, ZMQ_SNDMORE);
    if (r) {
        free(frame.data);
        return r;
    }
    return socket_send_owned(c->socket, frame.data, frame.size, 0);
}

static int open_answer(zmq_msg_t *part, struct arena *arena, struct bus_answer *out) {
    const uint8_t *data = zmq_msg_data(part);
    size_t size = zmq_msg_size(part);
    if (size < SOCKET_HEAD_BYTES || data[8] > 1)
        return BUS_MALFORMED;
    memcpy(&out->correlation, data, sizeof out->correlation);
    out->more = data[8] == 1;
    return socket_open(data + SOCKET_HEAD_BYTES, size - SOCKET_HEAD_BYTES, arena, &out->schema,
                       &out->message);
}

/* An answer is one part: a connection that breaks while a socket with ZMQ_IMMEDIATE is between two
 * parts of a message ends the process (an assertion of fq.cpp in libzmq 4.3.4). */
static int receive_one(struct bus_client *c, struct arena *arena, struct bus_answer *out) {
    zmq_msg_t part;
    int r = BUS_MALFORMED;
    zmq_msg_init(&part);
    if (zmq_msg_recv(&part, c->socket, ZMQ_DONTWAIT) < 0)
        r = errno == EAGAIN || errno == EINTR ? BUS_TIMEOUT : -errno;
    else if (zmq_msg_more(&part))
        socket_drain(c->socket);
    else
        r = open_answer(&part, arena, out);
    zmq_msg_close(&part);
    return r;
}

/* Waits no longer than the connection lives: BUS_BUSY when it broke. What had arrived before is still
 * told. */
static int receive_while_connected(struct bus_client *c, int64_t left_ms, struct arena *arena,
                                   struct bus_answer *out) {
    zmq_pollitem_t items[] = {{c->socket, 0, ZMQ_POLLIN, 0}, {c->monitor, 0, ZMQ_POLLIN, 0}};
    if (zmq_poll(items, 2, c->broken ? 0 : (long)left_ms) < 0 && errno != EINTR)
        return -errno;
    if (items[0].revents)
        return receive_one(c, arena, out);
    hear(c);
    return c->broken ? BUS_BUSY : BUS_TIMEOUT;
}

int bus_client_receive(struct bus_client *c, int timeout_ms, struct arena *arena,
                       struct bus_answer *out) {
    int r = receive_while_connected(c, timeout_ms, arena, out);
    if (r == BUS_BUSY)
        c->broken = false; /* told */
    return r == BUS_BUSY ? BUS_TIMEOUT : r;
}

int bus_call(struct bus_client *c, const struct schema *schema, const void *message,
             int timeout_ms, struct arena *arena, struct bus_answer *out) {
    int64_t deadline = now_ms() + timeout_ms;
    size_t mark = arena->used;
    uint64_t correlation = ++c->last;
    int r = await_connection(c, timeout_ms < SOCKET_SEND_MS ? timeout_ms : SOCKET_SEND_MS);
    c->broken = false; /* that was an earlier request's */
    r = r ? r : bus_client_send(c, correlation, schema, message);
    while (!r) {
        int64_t left = deadline - now_ms();
        if (left <= 0)
            return BUS_TIMEOUT;
        arena->used = mark;
        r = receive_while_connected(c, left, arena, out);
        if (!r && out->correlation == correlation)
            return 0;
        if (r == BUS_BUSY)
            return BUS_TIMEOUT;
        if (r == BUS_TIMEOUT)
            r = 0;
    }
    return r;
}

void *client_socket(const struct bus_client *c) {
    return c->socket;
}
