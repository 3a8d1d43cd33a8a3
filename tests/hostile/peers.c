#include "tests/hostile/peers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>
#include <zmq.h>

bool goes_on(const struct attacker *a) {
    return !atomic_load(a->stop);
}

struct id evil_id(struct attacker *a) {
    struct id id;
    rng_fill(&a->rng, id.bytes, sizeof id.bytes);
    memcpy(id.bytes + 12, "EVIL", 4);
    return id;
}

bool is_evil(struct id id) {
    return memcmp(id.bytes + 12, "EVIL", 4) == 0;
}

/* ---- bytes ---- */

int raw_open(struct attacker *a, const char *name) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct timeval wait = {0, 200000};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    must(fd >= 0, "no descriptor: errno %d", errno);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    snprintf(address.sun_path, sizeof address.sun_path, "%s/run/%s.sock", a->town->dir, name);
    a->done++;
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    close(fd);
    return -1;
}

int raw_open_any(struct attacker *a) {
    uint64_t i = rng_below(&a->rng, PROCESSES + 1);
    return raw_open(a, i == PROCESSES ? "doorbell" : process_names[i]);
}

bool raw_send(int fd, const void *data, size_t size) {
    const uint8_t *at = data;
    while (size) {
        ssize_t n = send(fd, at, size, MSG_NOSIGNAL);
        if (n <= 0)
            return false;
        at += n;
        size -= (size_t)n;
    }
    return true;
}

static bool raw_receive(int fd, void *data, size_t size) {
    uint8_t *at = data;
    while (size) {
        ssize_t n = recv(fd, at, size, 0);
        if (n <= 0)
            return false;
        at += n;
        size -= (size_t)n;
    }
    return true;
}

void raw_skip(int fd) {
    uint8_t buffer[65536];
    while (recv(fd, buffer, sizeof buffer, MSG_DONTWAIT) > 0) {
    }
}

bool raw_frame(int fd, uint8_t flags, const void *data, size_t size) {
    uint8_t frame[2 + 255] = {flags, (uint8_t)size};
    must(size <= 255, "a short frame only");
    if (size)
        memcpy(frame + 2, data, size);
    return raw_send(fd, frame, size + 2);
}

bool raw_greet(int fd, const char *mechanism) {
    uint8_t greeting[64] = {0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 0}, theirs[64];
    memcpy(greeting + 12, mechanism, strlen(mechanism));
    return raw_send(fd, greeting, sizeof greeting) && raw_receive(fd, theirs, sizeof theirs);
}

bool raw_shake_hands(int fd, const char *type, const void *identity, size_t size) {
    uint8_t ready[400] = "\5READY\13Socket-Type\0\0\0", theirs[2 + 255];
    size_t at = 21;
    ready[at++] = (uint8_t)strlen(type);
    memcpy(ready + at, type, strlen(type));
    at += strlen(type);
    memcpy(ready + at, "\10Identity\0\0\0", 12);
    at += 12;
    ready[at++] = (uint8_t)size;
    if (size)
        memcpy(ready + at, identity, size);
    at += size;
    uint8_t head[9] = {6, 0, 0, 0, 0, 0, 0, (uint8_t)(at >> 8), (uint8_t)at};
    return raw_greet(fd, "NULL") && raw_send(fd, head, sizeof head) && raw_send(fd, ready, at) &&
           raw_receive(fd, theirs, 2) && raw_receive(fd, theirs + 2, theirs[1]);
}

/* ---- frames ---- */

void *peer_open(const struct attacker *a, enum process p, int ahead) {
    char endpoint[BUS_ENDPOINT_SIZE];
    void *peer = zmq_socket(a->context, ZMQ_DEALER);
    int zero = 0, one = 1;
    must(peer && bus_endpoint(a->town->dir, process_names[p], endpoint) == 0, "no peer");
    zmq_setsockopt(peer, ZMQ_LINGER, &zero, sizeof zero);
    zmq_setsockopt(peer, ZMQ_IMMEDIATE, &one, sizeof one);
    zmq_setsockopt(peer, ZMQ_RCVHWM, &ahead, sizeof ahead);
    must(zmq_connect(peer, endpoint) == 0, "no connection to %s", endpoint);
    return peer;
}

void peer_close(void *peer) {
    zmq_close(peer);
}

bool peer_send(struct attacker *a, void *peer, uint64_t correlation, const void *frame,
               size_t size) {
    if (zmq_send(peer, &correlation, sizeof correlation, ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0)
        return false;
    a->done++;
    return zmq_send(peer, frame, size, ZMQ_DONTWAIT) >= 0;
}

bool peer_ask(struct attacker *a, void *peer, uint64_t correlation, const struct schema *schema,
              const void *message) {
    size_t size;
    uint8_t *frame = bus_encode(schema, message, &size);
    must(frame != NULL, "a request that cannot be encoded");
    bool sent = peer_send(a, peer, correlation, frame, size);
    free(frame);
    return sent;
}

static bool skip_one(void *peer) {
    for (;;) {
        zmq_msg_t part;
        zmq_msg_init(&part);
        bool is_there = zmq_msg_recv(&part, peer, ZMQ_DONTWAIT) >= 0;
        bool more = is_there && zmq_msg_more(&part);
        zmq_msg_close(&part);
        if (!more)
            return is_there;
    }
}

unsigned peer_skip(void *peer, int timeout_ms) {
    zmq_pollitem_t item = {peer, 0, ZMQ_POLLIN, 0};
    unsigned count = 0;
    if (zmq_poll(&item, 1, timeout_ms) < 1)
        return 0;
    while (skip_one(peer))
        count++;
    return count;
}

void peer_flood(struct attacker *a, enum process p, make_fn *make, unsigned window) {
    union {
        uint8_t bytes[4096];
        int64_t aligned;
    } message;
    void *peer = peer_open(a, p, 1000);
    unsigned waiting = 0;
    while (goes_on(a)) {
        const struct schema *schema;
        bool sent = true;
        while (waiting < window && sent) {
            memset(&message, 0, sizeof message);
            make(a, &schema, &message);
            sent = peer_ask(a, peer, waiting, schema, &message);
            waiting += sent;
        }
        unsigned got = peer_skip(peer, 100);
        waiting =
            got == 0 || got > waiting ? 0 : waiting - got; /* what was not answered never is */
    }
    peer_close(peer);
}
