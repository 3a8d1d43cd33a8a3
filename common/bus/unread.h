#ifndef COMMON_BUS_UNREAD_H
#define COMMON_BUS_UNREAD_H

/*
 * Answers that ZeroMQ still holds because their readers have not taken them. ZeroMQ's limits count
 * messages, and a thousand pages are a gigabyte: here the bytes are counted, by peer. The
 * connection of a peer that lets too many lie is shut. Nothing is left out of the middle of an
 * answer, so that whoever reads one has all of it or none.
 *
 * The owner's thread adds; ZeroMQ's thread takes.
 */
#include "common/bus/bus.h"

enum {
    UNREAD_PEER_BYTES = 8 << 20,
    UNREAD_BYTES = 16 << 20,      /* of all peers: beyond it the stillest is shut */
    UNREAD_BYTES_EVER = 32 << 20, /* with those that were shut and have not let go yet */
    UNREAD_PEERS = 4096,          /* that have something unread at the same time */
};

struct unread;
struct unread_line; /* of one peer, as long as it has something unread */

struct unread *unread_new(void);
void unread_free(struct unread *u);

/* Before an answer is handed over: counts it, or NULL: the peer is shut, now or before. */
struct unread_line *unread_add(struct unread *u, const struct bus_peer *peer, size_t size);
/* Once for every unread_add: the peer has it, or is gone. */
void unread_take(struct unread *u, struct unread_line *line, size_t size);

void unread_shut(struct unread_line *line);
/* What it asks need not be answered any more. */
bool unread_is_shut(const struct unread *u, const struct bus_peer *peer);

size_t unread_bytes(const struct unread *u);

#endif
