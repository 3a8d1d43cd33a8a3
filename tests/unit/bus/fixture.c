#include "tests/unit/bus/fixture.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/base/ensure.h"

static void open_arena(struct arena *a) {
    void *memory = malloc(ARENA_BYTES);
    ensure(memory != NULL);
    arena_init(a, memory, ARENA_BYTES);
}

int place_open(void **state) {
    struct place *p = calloc(1, sizeof *p);
    char run[80];
    ensure(p != NULL);
    snprintf(p->dir, sizeof p->dir, "/tmp/lat-bus-XXXXXX");
    ensure(mkdtemp(p->dir) != NULL);
    snprintf(run, sizeof run, "%s/run", p->dir);
    ensure(mkdir(run, 0700) == 0);
    ensure(bus_endpoint(p->dir, "server", p->endpoint) == 0);
    ensure(bus_endpoint(p->dir, "doorbell", p->bell) == 0);
    p->bus = bus_new();
    p->far = bus_new();
    p->context = zmq_ctx_new();
    ensure(p->context && bus_server_open(p->bus, p->endpoint, &p->server) == 0);
    open_arena(&p->asked);
    open_arena(&p->answered);
    *state = p;
    return 0;
}

int place_close(void **state) {
    struct place *p = *state;
    char path[128];
    bus_server_close(p->server);
    zmq_ctx_term(p->context);
    bus_free(p->far);
    bus_free(p->bus);
    snprintf(path, sizeof path, "%s/run/server.sock", p->dir);
    unlink(path);
    snprintf(path, sizeof path, "%s/run/doorbell.sock", p->dir);
    unlink(path);
    snprintf(path, sizeof path, "%s/run", p->dir);
    rmdir(path);
    rmdir(p->dir);
    free(p->asked.memory);
    free(p->answered.memory);
    free(p);
    return 0;
}

struct bus_client *place_client(struct place *p) {
    struct bus_client *c;
    ensure(bus_client_open(p->far, p->endpoint, &c) == 0);
    return c;
}

void *place_peer(struct place *p, const void *identity, size_t size) {
    void *socket = zmq_socket(p->context, ZMQ_DEALER);
    int zero = 0;
    ensure(socket != NULL);
    zmq_setsockopt(socket, ZMQ_LINGER, &zero, sizeof zero);
    if (identity)
        ensure(zmq_setsockopt(socket, ZMQ_ROUTING_ID, identity, size) == 0);
    ensure(zmq_connect(socket, p->endpoint) == 0);
    return socket;
}

bool place_next(struct place *p, struct bus_request *out, int timeout_ms) {
    int64_t until = clock_ms() + timeout_ms;
    for (int64_t left = timeout_ms; left > 0; left = until - clock_ms()) {
        struct bus_waitable item = {.server = p->server};
        ensure(bus_wait(&item, 1, (int)left) == 0);
        arena_reset(&p->asked);
        if (bus_server_receive(p->server, &p->asked, out) == 0)
            return true;
    }
    return false;
}

unsigned place_serve(struct place *p, unsigned count, int timeout_ms) {
    int64_t until = clock_ms() + timeout_ms;
    unsigned taken = 0;
    struct bus_request q;
    while (taken < count && place_next(p, &q, (int)(until - clock_ms()))) {
        struct Status status = {.name = text_of("server"), .folded = ++taken};
        ensure(bus_server_answer(p->server, &q.peer, Status_schema(), &status, false) == 0);
    }
    return taken;
}

size_t memory_used(void) {
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

int64_t clock_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}
