#include <errno.h>
#include <stdlib.h>
#include <zmq.h>

#include "common/base/ensure.h"
#include "common/bus/bus.h"
#include "common/bus/socket.h"

struct bus_server {
    void *socket;
    uint64_t malformed;
};

int bus_server_open(struct bus *bus, const char *endpoint, struct bus_server **out) {
    struct bus_server *s = calloc(1, sizeof *s);
    int one = 1;
    ensure(s != NULL);
    s->socket = socket_new(bus, ZMQ_ROUTER);
    int r = s->socket ? 0 : -errno;
    if (!r) {
        ensure(zmq_setsockopt(s->socket, ZMQ_ROUTER_MANDATORY, &one, sizeof one) == 0);
        r = socket_bind_private(s->socket, endpoint);
    }
    if (r) {
        bus_server_close(s);
        return r;
    }
    *out = s;
    return 0;
}

void bus_server_close(struct bus_server *s) {
    if (!s)
        return;
    if (s->socket)
        zmq_close(s->socket);
    free(s);
}

int bus_server_fd(const struct bus_server *s) {
    return socket_fd(s->socket);
}

static void refuse_frame(struct bus_server *s, const struct bus_peer *peer) {
    struct Fault fault = {
        .outcome = OUTCOME_malformed,
        .en = text_of("The message does not fit its schema; see schemas/README.md."),
        .pl = text_of("Komunikat niezgodny ze schematem; zobacz schemas/README.md."),
    };
    s->malformed++;
    bus_server_answer(s, peer, Fault_schema(), &fault, false);
}

/* Two parts behind the identity: correlation and message. Anything else is not ours: silence. */
static int receive_parts(struct bus_server *s, struct bus_peer *peer, zmq_msg_t *body) {
    int size = zmq_recv(s->socket, peer->identity, sizeof peer->identity, ZMQ_DONTWAIT);
    if (size < 0)
        return errno == EAGAIN || errno == EINTR ? BUS_TIMEOUT : -errno;
    if ((size_t)size > sizeof peer->identity)
        return socket_drain(s->socket), BUS_MALFORMED;
    peer->identity_size = (uint8_t)size;
    size = zmq_recv(s->socket, &peer->correlation, sizeof peer->correlation, ZMQ_DONTWAIT);
    int more = 0;
    size_t more_size = sizeof more;
    zmq_getsockopt(s->socket, ZMQ_RCVMORE, &more, &more_size);
    if (size != sizeof peer->correlation || !more)
        return socket_drain(s->socket), BUS_MALFORMED;
    if (zmq_msg_recv(body, s->socket, ZMQ_DONTWAIT) < 0 || zmq_msg_more(body))
        return socket_drain(s->socket), BUS_MALFORMED;
    return 0;
}

int bus_server_receive(struct bus_server *s, struct arena *arena, struct bus_request *out) {
    for (;;) {
        zmq_msg_t body;
        size_t mark = arena->used;
        zmq_msg_init(&body);
        int r = receive_parts(s, &out->peer, &body);
        bool is_frame = r == 0;
        if (is_frame)
            r = socket_open(zmq_msg_data(&body), zmq_msg_size(&body), arena, &out->schema,
                            &out->message);
        zmq_msg_close(&body);
        if (r != BUS_MALFORMED)
            return r;
        arena->used = mark;
        if (is_frame)
            refuse_frame(s, &out->peer);
    }
}

static int answer(struct bus_server *s, const struct bus_peer *peer, struct framed frame,
                  bool more) {
    int flags = ZMQ_DONTWAIT | ZMQ_SNDMORE;
    int r = socket_send_copy(s->socket, peer->identity, peer->identity_size, flags);
    if (r) {
        free(frame.data);
        return r == BUS_BUSY ? 0 : r;
    }
    socket_send_copy(s->socket, &peer->correlation, sizeof peer->correlation, flags);
    if (more) {
        socket_send_owned(s->socket, frame.data, frame.size, flags);
        socket_send_copy(s->socket, "+", 1, ZMQ_DONTWAIT);
    } else {
        socket_send_owned(s->socket, frame.data, frame.size, ZMQ_DONTWAIT);
    }
    return 0;
}

int bus_server_answer(struct bus_server *s, const struct bus_peer *peer,
                      const struct schema *schema, const void *message, bool more) {
    struct framed frame;
    int r = socket_frame(schema, message, &frame);
    return r ? r : answer(s, peer, frame, more);
}

int bus_server_answer_bytes(struct bus_server *s, const struct bus_peer *peer, struct bytes framed,
                            bool more) {
    struct framed frame = {malloc(framed.size), framed.size};
    ensure(frame.data != NULL);
    memcpy(frame.data, framed.data, framed.size);
    return answer(s, peer, frame, more);
}

void *server_socket(const struct bus_server *s) {
    return s->socket;
}
