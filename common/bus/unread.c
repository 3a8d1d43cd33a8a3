#include "common/bus/unread.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "common/base/ensure.h"

struct unread_line {
    _Atomic size_t bytes;     /* 0: the line is free */
    _Atomic int64_t moved_ms; /* when the peer last took something, or when the first was added */
    struct bus_peer peer;     /* identities are not given twice, descriptors are */
    bool is_shut;             /* its bytes are on their way out */
};

struct unread {
    _Atomic size_t bytes;
    size_t end; /* one beyond the last line that was ever used */
    struct unread_line lines[UNREAD_PEERS];
};

struct unread *unread_new(void) {
    struct unread *u = calloc(1, sizeof *u);
    ensure(u != NULL);
    return u;
}

void unread_free(struct unread *u) {
    free(u);
}

static int64_t now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool is_of(const struct unread_line *l, const struct bus_peer *peer) {
    return l->bytes > 0 && l->peer.identity_size == peer->identity_size &&
           memcmp(l->peer.identity, peer->identity, peer->identity_size) == 0;
}

/* The peer's line, or a free one; NULL when there is none. */
static struct unread_line *line_of(struct unread *u, const struct bus_peer *peer) {
    struct unread_line *unused = NULL;
    for (size_t i = 0; i < u->end; i++) {
        if (is_of(&u->lines[i], peer))
            return &u->lines[i];
        if (!unused && u->lines[i].bytes == 0)
            unused = &u->lines[i];
    }
    if (!unused && u->end < UNREAD_PEERS)
        unused = &u->lines[u->end++];
    return unused;
}

/* ZeroMQ owns the descriptor and closes it when it meets the end of the stream. */
void unread_shut(struct unread_line *line) {
    shutdown(line->peer.connection, SHUT_RDWR);
    line->is_shut = true;
}

/* What nobody has been told to let go of, and whose line stands still longest. */
static size_t waiting(struct unread *u, struct unread_line **stillest) {
    size_t bytes = 0;
    int64_t oldest = INT64_MAX;
    *stillest = NULL;
    for (size_t i = 0; i < u->end; i++) {
        struct unread_line *l = &u->lines[i];
        if (l->bytes == 0 || l->is_shut)
            continue;
        bytes += l->bytes;
        if (l->moved_ms < oldest) {
            oldest = l->moved_ms;
            *stillest = l;
        }
    }
    return bytes;
}

static void make_room(struct unread *u, size_t size) {
    struct unread_line *stillest;
    while (waiting(u, &stillest) + size > UNREAD_BYTES && stillest)
        unread_shut(stillest);
}

struct unread_line *unread_add(struct unread *u, const struct bus_peer *peer, size_t size) {
    struct unread_line *l = line_of(u, peer);
    if (u->bytes + size > UNREAD_BYTES)
        make_room(u, size);
    if (!l || u->bytes + size > UNREAD_BYTES_EVER) {
        shutdown(peer->connection, SHUT_RDWR);
        return NULL;
    }
    if (l->bytes == 0) {
        l->peer = *peer;
        l->moved_ms = now_ms();
        l->is_shut = false;
    }
    if (!l->is_shut && l->bytes + size > UNREAD_PEER_BYTES)
        unread_shut(l);
    if (l->is_shut)
        return NULL;
    l->bytes += size;
    u->bytes += size;
    return l;
}

void unread_take(struct unread *u, struct unread_line *line, size_t size) {
    line->moved_ms = now_ms();
    line->bytes -= size;
    u->bytes -= size;
}

bool unread_is_shut(const struct unread *u, const struct bus_peer *peer) {
    for (size_t i = 0; i < u->end; i++)
        if (u->lines[i].is_shut && is_of(&u->lines[i], peer))
            return true;
    return false;
}

size_t unread_bytes(const struct unread *u) {
    return u->bytes;
}
