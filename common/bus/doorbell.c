#include <errno.h>
#include <stdlib.h>
#include <zmq.h>

#include "common/base/ensure.h"
#include "common/bus/bus.h"
#include "common/bus/socket.h"

struct bus_doorbell {
    void *socket;
};

static int open_socket(struct bus *bus, const char *endpoint, bool binds,
                       struct bus_doorbell **out) {
    struct bus_doorbell *b = calloc(1, sizeof *b);
    ensure(b != NULL);
    b->socket = socket_new(bus, binds ? ZMQ_PUB : ZMQ_SUB);
    if (!b->socket)
        goto out;
    if (!binds && zmq_setsockopt(b->socket, ZMQ_SUBSCRIBE, "", 0))
        goto out;
    if (binds ? socket_bind_private(b->socket, endpoint) : zmq_connect(b->socket, endpoint))
        goto out;
    *out = b;
    return 0;
out:;
    int error = errno;
    bus_doorbell_close(b);
    return -error;
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

int bus_doorbell_ring(struct bus_doorbell *b, uint64_t size) {
    struct Doorbell message = {.size = (int64_t)size};
    struct framed frame;
    int r = socket_frame(Doorbell_schema(), &message, &frame);
    if (r)
        return r;
    r = socket_send_owned(b->socket, frame.data, frame.size, ZMQ_DONTWAIT);
    return r == BUS_BUSY ? 0 : r;
}

int bus_doorbell_hear(struct bus_doorbell *b, uint64_t *size) {
    int heard = BUS_TIMEOUT;
    for (;;) {
        uint8_t memory[512], frame[64];
        struct arena arena;
        const struct schema *schema;
        const void *message;
        int got = zmq_recv(b->socket, frame, sizeof frame, ZMQ_DONTWAIT);
        if (got < 0)
            return errno == EAGAIN || errno == EINTR ? heard : -errno;
        arena_init(&arena, memory, sizeof memory);
        if ((size_t)got > sizeof frame ||
            socket_open(frame, (size_t)got, &arena, &schema, &message) ||
            schema != Doorbell_schema())
            continue;
        *size = (uint64_t)((const struct Doorbell *)message)->size;
        heard = 0;
    }
}

void *doorbell_socket(const struct bus_doorbell *b) {
    return b->socket;
}
