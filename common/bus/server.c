#include <errno.h>
#include <stdlib.h>
#include <zmq.h>

#include "common/base/ensure.h"
#include "common/bus/bus.h"
#include "common/bus/socket.h"
#include "common/bus/unread.h"

enum {
    /* A frame may be 1 MiB, and each peer has so many of them read ahead: the others wait in the
     * queues of whoever sends them. */
    REQUESTS_AHEAD = 16,
    MALFORMED_IN_A_ROW = 16,
};

struct bus_server {
    void *socket;
    struct unread *unread;
    uint64_t malformed;
};

int bus_server_open(struct bus *bus, const char *endpoint, struct bus_server **out) {
    struct bus_server *s = calloc(1, sizeof *s);
    ensure(s != NULL);
    s->unread = bus->unread;
    s->socket = socket_new(bus, ZMQ_ROUTER);
    int r = s->socket ? 0 : -errno;
    if (!r) {
        socket_set(s->socket, ZMQ_ROUTER_MANDATORY, 1);
        socket_set(s->socket, ZMQ_RCVHWM, REQUESTS_AHEAD);
        socket_set(s->socket, ZMQ_LINGER, 0); /* what was meant for a peer goes with it */
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
    if (s->socket) {
        socket_set(s->socket, ZMQ_LINGER, SOCKET_LINGER_MS);
        zmq_close(s->socket);
    }
    free(s);
}

uint64_t bus_server_malformed(const struct bus_server *s) {
    return s->malformed;
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
    peer->connection = zmq_msg_get(body, ZMQ_SRCFD);
    return 0;
}

int bus_server_receive(struct bus_server *s, struct arena *arena, struct bus_request *out) {
    for (int i = 0; i < MALFORMED_IN_A_ROW; i++) {
        zmq_msg_t body;
        size_t mark = arena->used;
        zmq_msg_init(&body);
        int r = receive_parts(s, &out->peer, &body);
        bool is_frame = r == 0, is_shut = is_frame && unread_is_shut(s->unread, &out->peer);
        if (is_frame && !is_shut)
            r = socket_open(zmq_msg_data(&body), zmq_msg_size(&body), arena, &out->schema,
                            &out->message);
        zmq_msg_close(&body);
        if (is_shut)
            continue;
        if (r != BUS_MALFORMED)
            return r;
        arena->used = mark;
        s->malformed++;
        if (is_frame)
            refuse_frame(s, &out->peer);
    }
    return BUS_TIMEOUT;
}

/* What is counted while ZeroMQ has it. */
struct owed {
    struct unread *unread;
    struct unread_line *line;
    size_t size;
};

static void settle(void *data, void *hint) {
    struct owed *owed = hint;
    unread_take(owed->unread, owed->line, owed->size);
    free(owed);
    free(data);
}

static void send_counted(struct bus_server *s, struct unread_line *line, struct framed frame) {
    struct owed *owed = malloc(sizeof *owed);
    ensure(owed != NULL);
    *owed = (struct owed){s->unread, line, frame.size};
    socket_send_released(s->socket, frame, settle, owed, ZMQ_DONTWAIT);
}

/* The peer is gone, or has so many answers before it that ZeroMQ takes no more. */
static int give_up(struct bus_server *s, struct unread_line *line, struct framed frame, int r) {
    if (r == BUS_BUSY && errno == EAGAIN)
        unread_shut(line);
    unread_take(s->unread, line, frame.size);
    free(frame.data);
    return r == BUS_BUSY ? 0 : r;
}

/* The frame has its head before it. */
static int answer(struct bus_server *s, const struct bus_peer *peer, struct framed frame,
                  bool more) {
    struct unread_line *line = unread_add(s->unread, peer, frame.size);
    memcpy(frame.data, &peer->correlation, sizeof peer->correlation);
    frame.data[sizeof peer->correlation] = more;
    if (!line) {
        free(frame.data);
        return 0;
    }
    int r = socket_send_copy(s->socket, peer->identity, peer->identity_size,
                             ZMQ_DONTWAIT | ZMQ_SNDMORE);
    if (r)
        return give_up(s, line, frame, r);
    send_counted(s, line, frame);
    return 0;
}

int bus_server_answer(struct bus_server *s, const struct bus_peer *peer,
                      const struct schema *schema, const void *message, bool more) {
    struct framed frame;
    int r = socket_frame(SOCKET_HEAD_BYTES, schema, message, &frame);
    return r ? r : answer(s, peer, frame, more);
}

int bus_server_answer_bytes(struct bus_server *s, const struct bus_peer *peer, struct bytes framed,
                            bool more) {
    size_t size = SOCKET_HEAD_BYTES + framed.size;
    struct framed frame = {malloc(size), size};
    ensure(frame.data != NULL);
    memcpy(frame.data + SOCKET_HEAD_BYTES, framed.data, framed.size);
    return answer(s, peer, frame, more);
}

void *server_socket(const struct bus_server *s) {
    return s->socket;
}
