#ifndef TESTS_UNIT_BUS_FIXTURE_H
#define TESTS_UNIT_BUS_FIXTURE_H

/* A server on a socket file of its own, and peers that speak to it: well-behaved and by hand. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <zmq.h>

#include "common/bus/bus.h"

enum { ARENA_BYTES = 24 << 20, SOON_MS = 5000, NEVER_MS = 150 };

struct place {
    char dir[64];
    char endpoint[BUS_ENDPOINT_SIZE];
    char bell[BUS_ENDPOINT_SIZE];
    struct bus *bus, *far; /* the server's context and that of its peers */
    void *context;         /* of the peers by hand */
    struct bus_server *server;
    struct arena asked, answered;
};

int place_open(void **state);
int place_close(void **state);

struct bus_client *place_client(struct place *p);
/* A DEALER with this identity (NULL: none), connected. */
void *place_peer(struct place *p, const void *identity, size_t size);

/* Serves until `count` well-formed requests were taken or the time is over; each is answered with
 * Status whose `folded` is its number, from 1. The number of them. */
unsigned place_serve(struct place *p, unsigned count, int timeout_ms);
bool place_next(struct place *p, struct bus_request *out, int timeout_ms);

/* Bytes in use by the allocator. */
size_t memory_used(void);
int64_t clock_ms(void);

#endif
