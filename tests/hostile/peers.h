#ifndef TESTS_HOSTILE_PEERS_H
#define TESTS_HOSTILE_PEERS_H

/* Connections to a process of the town: bytes on the socket file, or frames of ZeroMQ. */
#include "tests/hostile/hostile.h"

bool goes_on(const struct attacker *a);

/* ---- bytes ---- */

/* Connected, with short timeouts; -1 when the backlog is full. "doorbell" is a socket too. */
int raw_open(struct attacker *a, const char *name);
int raw_open_any(struct attacker *a);
/* The 64 bytes of ZMTP 3.0 with this mechanism, and what the other side says. */
bool raw_greet(int fd, const char *mechanism);
/* Greeting and READY as a socket of this type. */
bool raw_shake_hands(int fd, const char *type, const void *identity, size_t size);
bool raw_send(int fd, const void *data, size_t size);
/* A short frame: flags 0 last, 1 more, 4 command. */
bool raw_frame(int fd, uint8_t flags, const void *data, size_t size);
/* Throws away what has arrived. */
void raw_skip(int fd);

/* ---- frames ---- */

/* A DEALER that reads at most `ahead` messages ahead. */
void *peer_open(const struct attacker *a, enum process p, int ahead);
void peer_close(void *peer);
/* Without waiting; false when the queue is full. */
bool peer_send(struct attacker *a, void *peer, uint64_t correlation, const void *frame,
               size_t size);
bool peer_ask(struct attacker *a, void *peer, uint64_t correlation, const struct schema *schema,
              const void *message);
/* Reads what has arrived, waiting for the first; how many messages. */
unsigned peer_skip(void *peer, int timeout_ms);
/* Keeps `window` requests without an answer on the way until told to stop; `make` fills them in. */
typedef void make_fn(struct attacker *a, const struct schema **schema, void *message);
void peer_flood(struct attacker *a, enum process p, make_fn *make, unsigned window);

#endif
