#ifndef COMMON_BUS_SOCKET_H
#define COMMON_BUS_SOCKET_H

/* What all sockets share; only the files of common/bus include this. */
#include "common/bus/bus.h"

struct bus {
    void *context;
    struct unread *unread; /* outlives the sockets: ZeroMQ lets go of answers until its end */
};

enum {
    SOCKET_LINGER_MS = 500,
    SOCKET_HANDSHAKE_MS = 3000,
    SOCKET_SEND_MS = 1000,
    SOCKET_RECONNECT_MS = 50, /* a process that was restarted is back within tens of ms */
    SOCKET_RECONNECT_MAX_MS = 500,
    SOCKET_HWM = 1000,
    SOCKET_BACKLOG = 512,
    SOCKET_FRAME_BYTES = 1 << 20,
    SOCKET_HEAD_BYTES = 9, /* of an answer: correlation, and 1 when another one follows */
};

/* A socket of the given ZeroMQ type with the limits of DESIGN.md 4; NULL on failure. */
void *socket_new(struct bus *bus, int type);
void socket_set(void *socket, int option, int value);
int socket_fd(void *socket);
/* zmq_bind with a socket file of mode 0700; 0 or -errno. */
int socket_bind_private(void *socket, const char *endpoint);

void *server_socket(const struct bus_server *s);
void *client_socket(const struct bus_client *c);
void *doorbell_socket(const struct bus_doorbell *b);

struct framed {
    uint8_t *data;
    size_t size;
};

/* Encodes [type, map] into memory of its own, behind `head` bytes. 0 or a positive BUS_* condition. */
int socket_frame(size_t head, const struct schema *schema, const void *message, struct framed *out);

/* Decodes a frame into the arena, the bytes included. 0 or BUS_MALFORMED. */
int socket_open(const void *data, size_t size, struct arena *arena, const struct schema **schema,
                const void **message);

/* Sends one part that owns `data` (malloc); 0, BUS_BUSY or negative. */
int socket_send_owned(void *socket, uint8_t *data, size_t size, int flags);
/* The same, with what is called when ZeroMQ has no more use for it, also after a failure. */
typedef void socket_release(void *data, void *hint);
int socket_send_released(void *socket, struct framed frame, socket_release *release, void *hint,
                         int flags);
int socket_send_copy(void *socket, const void *data, size_t size, int flags);

/* Throws away the remaining parts of the message that is being received. */
void socket_drain(void *socket);

#endif
