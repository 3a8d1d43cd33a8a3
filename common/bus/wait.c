#include <errno.h>
#include <zmq.h>

#include "common/base/ensure.h"
#include "common/bus/bus.h"
#include "common/bus/socket.h"

enum { WAIT_ITEMS_MAX = 16 };

static void *socket_of(const struct bus_waitable *w) {
    if (w->server)
        return server_socket(w->server);
    if (w->client)
        return client_socket(w->client);
    return w->doorbell ? doorbell_socket(w->doorbell) : NULL;
}

int bus_wait(struct bus_waitable *items, size_t count, int timeout_ms) {
    zmq_pollitem_t poll[WAIT_ITEMS_MAX];
    ensure(count <= WAIT_ITEMS_MAX);
    for (size_t i = 0; i < count; i++)
        poll[i] = (zmq_pollitem_t){socket_of(&items[i]), items[i].fd, ZMQ_POLLIN, 0};
    int ready = zmq_poll(poll, (int)count, timeout_ms);
    for (size_t i = 0; i < count; i++)
        items[i].ready = ready > 0 && poll[i].revents & ZMQ_POLLIN;
    return ready < 0 && errno != EINTR ? -errno : 0;
}
