/*
 * A ROUTER that speaks and DEALERs that listen, instead of PUB and SUB: a publisher keeps whatever
 * its subscribers subscribe to, without a bound. A listener makes itself known by the empty message
 * that ZMQ_PROBE_ROUTER sends on every connection, also after the eventlog came back.
 */
#include <errno.h>
#include <stdlib.h>
#include <zmq.h>

#include "common/base/ensure.h"
#include "common/bus/bus.h"
#include "common/bus/socket.h"

enum {
    FRAME_BYTES = 64,
    HANDSHAKE_BYTES = 512, /* the longest that may come in: an identity has 255 bytes */
    LISTENERS_MAX = 256,   /* whoever comes later hears nothing and finds out by asking the log */
    RINGS_AHEAD = 16,      /* beyond them a ring is lost to a listener that is not listening */
    HELLOS_AT_ONCE = 8192,
};

struct listener {
    uint8_t identity[32];
    size_t size;
};

struct bus_doorbell {
    void *socket;
    bool binds;
    uint64_t told;
    size_t count;
    struct listener listeners[LISTENERS_MAX];
};

static void set_options(struct bus_doorbell *b) {
    int64_t most = HANDSHAKE_BYTES;
    ensure(zmq_setsockopt(b->socket, ZMQ_MAXMSGSIZE, &most, sizeof most) == 0);
    socket_set(b->socket, ZMQ_SNDHWM, RINGS_AHEAD);
    socket_set(b->socket, ZMQ_RCVHWM, RINGS_AHEAD);
    socket_set(b->socket, ZMQ_LINGER, 0);
    socket_set(b->socket, b->binds ? ZMQ_ROUTER_MANDATORY : ZMQ_PROBE_ROUTER, 1);
    if (!b->binds)
        socket_set(b->socket, ZMQ_IMMEDIATE, 1);
}

static int open_socket(struct bus *bus, const char *endpoint, bool binds,
                       struct bus_doorbell **out) {
    struct bus_doorbell *b = calloc(1, sizeof *b);
    ensure(b != NULL);
    b->binds = binds;
    b->socket = socket_new(bus, binds ? ZMQ_ROUTER : ZMQ_DEALER);
    int r = b->socket ? 0 : -errno;
    if (!r) {
        set_options(b);
        if (binds)
            r = socket_bind_private(b->socket, endpoint);
        else if (zmq_connect(b->socket, endpoint))
            r = -errno;
    }
    if (r)
        bus_doorbell_close(b);
    else
        *out = b;
    return r;
}

int bus_doorbell_bind(struct bus *bus, const char *endpoint, struct bus_doorbell **out) {
    return open_socket(bus, endpoint, true, out);
}

int bus_doorbell_connect(struct bus *bus, const char *endpoint, struct bus_doorbell **out) {
    return open_socket(bus, endpoint, false, out);
}

void bus_doorbell_close(struct bus_doorbell *b) {
    if (!b)
        return;
    if (b->socket)
        zmq_close(b->socket);
    free(b);
}

int bus_doorbell_fd(const struct bus_doorbell *b) {
    return socket_fd(b->socket);
}

static void admit(struct bus_doorbell *b, const uint8_t *identity, size_t size) {
    struct listener *all = b->listeners;
    for (size_t i = 0; i < b->count; i++)
        if (all[i].size == size && memcmp(all[i].identity, identity, size) == 0)
            return;
    if (b->count == LISTENERS_MAX)
        return;
    memcpy(all[b->count].identity, identity, size);
    all[b->count++].size = size;
}

static int admit_all(struct bus_doorbell *b) {
    for (int i = 0; i < HELLOS_AT_ONCE; i++) {
        uint8_t identity[sizeof b->listeners->identity];
        int size = zmq_recv(b->socket, identity, sizeof identity, ZMQ_DONTWAIT);
        if (size < 0)
            return errno == EAGAIN || errno == EINTR ? 0 : -errno;
        socket_drain(b->socket);
        if ((size_t)size <= sizeof identity)
            admit(b, identity, (size_t)size);
    }
    return 0;
}

/* False when the listener is gone; a ring that does not fit is lost, and the next one says as much.
 */
static bool tell(struct bus_doorbell *b, const struct listener *l, struct framed frame) {
    if (socket_send_copy(b->socket, l->identity, l->size, ZMQ_DONTWAIT | ZMQ_SNDMORE))
        return errno != EHOSTUNREACH;
    socket_send_copy(b->socket, frame.data, frame.size, ZMQ_DONTWAIT);
    return true;
}

int bus_doorbell_ring(struct bus_doorbell *b, uint64_t size) {
    struct Doorbell message = {.size = (int64_t)size};
    struct framed frame;
    int r = admit_all(b);
    if (r || size == b->told)
        return r;
    r = socket_frame(0, Doorbell_schema(), &message, &frame);
    if (r)
        return r;
    b->told = size;
    for (size_t i = b->count; i > 0; i--)
        if (!tell(b, &b->listeners[i - 1], frame))
            b->listeners[i - 1] = b->listeners[--b->count];
    free(frame.data);
    return 0;
}

int bus_doorbell_hear(struct bus_doorbell *b, uint64_t *size) {
    int heard = BUS_TIMEOUT;
    for (int i = 0; i <= RINGS_AHEAD; i++) {
        uint8_t memory[512], frame[FRAME_BYTES];
        struct arena arena;
        const struct schema *schema;
        const void *message;
        int got = zmq_recv(b->socket, frame, sizeof frame, ZMQ_DONTWAIT);
        if (got < 0)
            return errno == EAGAIN || errno == EINTR ? heard : -errno;
        socket_drain(b->socket);
        arena_init(&arena, memory, sizeof memory);
        if ((size_t)got > sizeof frame ||
            socket_open(frame, (size_t)got, &arena, &schema, &message) ||
            schema != Doorbell_schema())
            continue;
        *size = (uint64_t)((const struct Doorbell *)message)->size;
        heard = 0;
    }
    return heard;
}

void *doorbell_socket(const struct bus_doorbell *b) {
    return b->socket;
}
