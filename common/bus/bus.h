#ifndef COMMON_BUS_BUS_H
#define COMMON_BUS_BUS_H

/*
 * The only place with ZeroMQ sockets. Requests go DEALER to ROUTER as a correlation and a framed
 * message (schemas/bus.def), answers come back with both; the doorbell carries only a size.
 * A frame that does not scan, decode or fit is answered with Fault or dropped, never acted upon.
 *
 * Functions return 0, a positive BUS_* condition, or a negative -errno that ends the process.
 * Sockets belong to the thread that opened them.
 */
#include "common/base/arena.h"
#include "common/messages/bus.h"

enum { BUS_TIMEOUT = 1, BUS_BUSY, BUS_TOO_LONG, BUS_MALFORMED };

enum { BUS_ENDPOINT_SIZE = 128 };

struct bus; /* one ZeroMQ context per process */

struct bus *bus_new(void);
void bus_free(struct bus *bus);

/* "ipc://DIR/run/NAME.sock" ("doorbell" for the eventlog's). BUS_TOO_LONG when the path exceeds
 * what a unix socket takes: choose a shorter data directory. */
int bus_endpoint(const char *data_dir, const char *name, char out[BUS_ENDPOINT_SIZE]);

/* ---- client ---- */

struct bus_client;

int bus_client_open(struct bus *bus, const char *endpoint, struct bus_client **out);
void bus_client_close(struct bus_client *c);
int bus_client_fd(const struct bus_client *c);

/* Waits at most a second for a connection with room; the answer carries the same correlation.
 * BUS_BUSY: there is none. */
int bus_client_send(struct bus_client *c, uint64_t correlation, const struct schema *schema,
                    const void *message);

struct bus_answer {
    uint64_t correlation;
    const struct schema *schema; /* Fault_schema(), or the answer's */
    const void *message;         /* in the arena */
    bool more;                   /* further parts of the same answer follow */
};

/* The next answer, decoded into the arena (texts and blobs too). timeout_ms 0: do not wait.
 * BUS_TIMEOUT comes at once when the connection breaks: whoever was asked has ended. */
int bus_client_receive(struct bus_client *c, int timeout_ms, struct arena *arena,
                       struct bus_answer *out);

/* Sends and waits for the answer with the same correlation; others are dropped. BUS_TIMEOUT as above:
 * what became of the request is not known. */
int bus_call(struct bus_client *c, const struct schema *schema, const void *message,
             int timeout_ms, struct arena *arena, struct bus_answer *out);

/* ---- server ---- */

struct bus_server;

struct bus_peer {
    uint8_t identity[32];
    uint8_t identity_size;
    int connection; /* its descriptor, to shut it (unread.h) */
    uint64_t correlation;
};

struct bus_request {
    struct bus_peer peer;
    const struct schema *schema;
    const void *message; /* in the arena given to bus_server_receive */
};

int bus_server_open(struct bus *bus, const char *endpoint, struct bus_server **out);
void bus_server_close(struct bus_server *s);
int bus_server_fd(const struct bus_server *s);

/* The next well-formed request, BUS_TIMEOUT when none is waiting or too many malformed ones came in
 * a row: those are answered with Fault here, or with silence, and counted. The arena must hold a
 * frame of 1 MiB and its structs. */
int bus_server_receive(struct bus_server *s, struct arena *arena, struct bus_request *out);
uint64_t bus_server_malformed(const struct bus_server *s);

/* One part of an answer. To a peer that is gone nothing is sent; one that does not read is cut off
 * (unread.h). Both are silent. */
int bus_server_answer(struct bus_server *s, const struct bus_peer *peer,
                      const struct schema *schema, const void *message, bool more);

/* An answer that is encoded already: a framed message (for large pages without a second copy). */
int bus_server_answer_bytes(struct bus_server *s, const struct bus_peer *peer, struct bytes framed,
                            bool more);

/* Encodes a framed message into memory that the caller frees; NULL when it does not fit a frame. */
uint8_t *bus_encode(const struct schema *schema, const void *message, size_t *size);

/* ---- doorbell ---- */

struct bus_doorbell;

int bus_doorbell_bind(struct bus *bus, const char *endpoint, struct bus_doorbell **out);
int bus_doorbell_connect(struct bus *bus, const char *endpoint, struct bus_doorbell **out);
void bus_doorbell_close(struct bus_doorbell *b);
int bus_doorbell_fd(const struct bus_doorbell *b);
/* Tells everybody who listens, when the size is another one than last time; lets new listeners in
 * either way, so it is called at least once a second. */
int bus_doorbell_ring(struct bus_doorbell *b, uint64_t size);
/* The newest size that was rung, BUS_TIMEOUT when none is waiting. */
int bus_doorbell_hear(struct bus_doorbell *b, uint64_t *size);

/* ---- waiting ---- */

/* One of the members is set; `ready` is the answer. */
struct bus_waitable {
    struct bus_server *server;
    struct bus_client *client;
    struct bus_doorbell *doorbell;
    int fd; /* when no socket is set */
    bool ready;
};

/* Waits until one is readable or the time is over; timeout_ms -1: for ever. 0 or negative. */
int bus_wait(struct bus_waitable *items, size_t count, int timeout_ms);

#endif
