#include "common/bus/bus.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <zmq.h>

#include "common/base/ensure.h"
#include "common/bus/socket.h"
#include "common/bus/unread.h"
#include "common/codec/codec.h"
#include "common/codec/pack.h"
#include "common/codec/scan.h"
#include "common/messages/registry.h"

/* sun_path holds 108 bytes; ZeroMQ refuses longer ones only at bind. */
enum { UNIX_PATH_MAX_BYTES = 100, DESCRIPTORS = 16384 };

/* When descriptors run out, ZeroMQ's thread asks for one without a pause until a peer leaves. */
static void allow_descriptors(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= DESCRIPTORS)
        return;
    limit.rlim_cur = limit.rlim_max < DESCRIPTORS ? limit.rlim_max : DESCRIPTORS;
    setrlimit(RLIMIT_NOFILE, &limit);
}

struct bus *bus_new(void) {
    struct bus *bus = calloc(1, sizeof *bus);
    ensure(bus != NULL);
    allow_descriptors();
    bus->context = zmq_ctx_new();
    bus->unread = unread_new();
    ensure(bus->context != NULL);
    return bus;
}

void bus_free(struct bus *bus) {
    if (!bus)
        return;
    zmq_ctx_term(bus->context);
    unread_free(bus->unread);
    free(bus);
}

int bus_endpoint(const char *data_dir, const char *name, char out[BUS_ENDPOINT_SIZE]) {
    int size = snprintf(out, BUS_ENDPOINT_SIZE, "ipc://%s/run/%s.sock", data_dir, name);
    if (size < 0 || (size_t)size >= BUS_ENDPOINT_SIZE || size > UNIX_PATH_MAX_BYTES + 6)
        return BUS_TOO_LONG;
    return 0;
}

void socket_set(void *socket, int option, int value) {
    ensure(zmq_setsockopt(socket, option, &value, sizeof value) == 0);
}

void *socket_new(struct bus *bus, int type) {
    void *socket = zmq_socket(bus->context, type);
    int64_t most = SOCKET_FRAME_BYTES + (type == ZMQ_DEALER ? SOCKET_HEAD_BYTES : 0);
    if (!socket)
        return NULL;
    ensure(zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &most, sizeof most) == 0);
    socket_set(socket, ZMQ_LINGER, SOCKET_LINGER_MS);
    socket_set(socket, ZMQ_HANDSHAKE_IVL, SOCKET_HANDSHAKE_MS);
    socket_set(socket, ZMQ_SNDTIMEO, SOCKET_SEND_MS);
    socket_set(socket, ZMQ_SNDHWM, SOCKET_HWM);
    socket_set(socket, ZMQ_RCVHWM, SOCKET_HWM);
    socket_set(socket, ZMQ_BACKLOG, SOCKET_BACKLOG);
    socket_set(socket, ZMQ_RECONNECT_IVL, SOCKET_RECONNECT_MS);
    socket_set(socket, ZMQ_RECONNECT_IVL_MAX, SOCKET_RECONNECT_MAX_MS);
    return socket;
}

/* The socket file is born with the umask: nobody but the daemon's own user may connect. */
int socket_bind_private(void *socket, const char *endpoint) {
    mode_t before = umask(0077);
    int rc = zmq_bind(socket, endpoint);
    int error = errno;
    umask(before);
    return rc ? -error : 0;
}

int socket_fd(void *socket) {
    int fd = -1;
    size_t size = sizeof fd;
    return zmq_getsockopt(socket, ZMQ_FD, &fd, &size) ? -1 : fd;
}

/* Answers are small or pages; a page is written once into the buffer that ZeroMQ then owns, and that
 * holds no more than the page: a peer that does not read has it kept for a while. */
int socket_frame(size_t head, const struct schema *schema, const void *message,
                 struct framed *out) {
    size_t capacity = 4096;
    for (;; capacity *= 16) {
        uint8_t *data = malloc(head + capacity);
        struct pack_writer w = {data + head, 0, capacity, false};
        ensure(data != NULL);
        struct codec_fault bad = codec_encode_framed(schema, message, &w);
        if (!bad.result) {
            uint8_t *fitting = realloc(data, head + w.size);
            *out = (struct framed){fitting ? fitting : data, head + w.size};
            return 0;
        }
        free(data);
        if (bad.result != CODEC_E_FULL || capacity >= SOCKET_FRAME_BYTES)
            return BUS_MALFORMED;
    }
}

uint8_t *bus_encode(const struct schema *schema, const void *message, size_t *size) {
    struct framed frame;
    if (socket_frame(0, schema, message, &frame))
        return NULL;
    *size = frame.size;
    return frame.data;
}

int socket_open(const void *data, size_t size, struct arena *arena, const struct schema **schema,
                const void **message) {
    uint16_t type;
    struct bytes body, in = {arena_copy(arena, data, size), size};
    if (!in.data || codec_open_frame(in, &type, &body))
        return BUS_MALFORMED;
    *schema = registry_by_type(type);
    if (!*schema || (*schema)->about->nature != NATURE_NONE)
        return BUS_MALFORMED;
    void *out = arena_get(arena, (*schema)->size);
    if (!out || codec_decode(*schema, body, arena, out).result)
        return BUS_MALFORMED;
    *message = out;
    return 0;
}

static void release(void *data, void *hint) {
    (void)hint;
    free(data);
}

static int sent(int rc) {
    if (rc >= 0)
        return 0;
    if (errno == EAGAIN || errno == EHOSTUNREACH || errno == EINTR)
        return BUS_BUSY;
    return -errno;
}

int socket_send_released(void *socket, struct framed frame, socket_release *free_fn, void *hint,
                         int flags) {
    zmq_msg_t message;
    ensure(zmq_msg_init_data(&message, frame.data, frame.size, free_fn, hint) == 0);
    int r = sent(zmq_msg_send(&message, socket, flags));
    if (r)
        zmq_msg_close(&message);
    return r;
}

int socket_send_owned(void *socket, uint8_t *data, size_t size, int flags) {
    return socket_send_released(socket, (struct framed){data, size}, release, NULL, flags);
}

int socket_send_copy(void *socket, const void *data, size_t size, int flags) {
    return sent(zmq_send(socket, data, size, flags));
}

void socket_drain(void *socket) {
    int more = 1;
    size_t size = sizeof more;
    while (!zmq_getsockopt(socket, ZMQ_RCVMORE, &more, &size) && more) {
        zmq_msg_t part;
        zmq_msg_init(&part);
        if (zmq_msg_recv(&part, socket, ZMQ_DONTWAIT) < 0)
            more = 0;
        zmq_msg_close(&part);
        if (!more)
            return;
    }
}
