/*
 * What is possible here at all: the thinnest daemon that keeps the same promise. One ROUTER thread
 * takes whatever has arrived, compares the expected version with a table in memory, writes one
 * entry into a pre-written segment file, flushes it, and only then answers everybody.
 * No schema, no hash, no command ids, no index, no feed. `echo` is a ROUTER that answers at once.
 *
 *   bench_ceiling append DIR METRIC CLIENTS WINDOW SECONDS
 *   bench_ceiling echo DIR METRIC CLIENTS SECONDS
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zmq.h>

#include "tests/bench/crowd.h"
#include "tests/harness/rng.h"

enum { STREAMS = 10000, EVENT_BYTES = 250, BATCH_MAX = 1000, ECHO_BYTES = 64 };
enum { SEGMENT_BYTES = 256 << 20, HEAD_BYTES = 16 };

/* A message: stream, expected version, and the event, which nobody reads. */
struct append {
    uint64_t stream, expected;
    uint8_t event[EVENT_BYTES];
};

/* ---- the daemon ---- */

struct daemon {
    void *router;
    int fd;
    uint64_t offset, position;
    uint64_t heads[STREAMS];
    zmq_msg_t peers[BATCH_MAX];
    uint64_t answers[BATCH_MAX];
    uint8_t commit[BATCH_MAX * (HEAD_BYTES + sizeof(struct append))];
};

static int open_segment(const char *dir) {
    static uint8_t zeros[1 << 20];
    char path[512];
    snprintf(path, sizeof path, "%s/ceiling.segment", dir);
    int fd = open(path, O_RDWR | O_CREAT, 0600);
    must(fd >= 0, "%s cannot be opened", path);
    /* Written, not only allocated: otherwise each flush would journal extents. */
    for (off_t at = lseek(fd, 0, SEEK_END); at < SEGMENT_BYTES; at += (off_t)sizeof zeros)
        must(pwrite(fd, zeros, sizeof zeros, at) == sizeof zeros, "%s cannot be filled", path);
    must(fsync(fd) == 0, "%s cannot be flushed", path);
    return fd;
}

/* 0 is the answer to a wrong version. */
static uint64_t take(struct daemon *d, const struct append *a, size_t *fill) {
    if (a->stream >= STREAMS || a->expected != d->heads[a->stream])
        return 0;
    uint64_t head[2] = {sizeof *a, ++d->position};
    d->heads[a->stream]++;
    memcpy(d->commit + *fill, head, sizeof head);
    memcpy(d->commit + *fill + sizeof head, a, sizeof *a);
    *fill += sizeof head + sizeof *a;
    return d->position;
}

static unsigned take_batch(struct daemon *d, size_t *fill) {
    unsigned count = 0;
    for (; count < BATCH_MAX; count++) {
        struct append a;
        zmq_msg_init(&d->peers[count]);
        if (zmq_msg_recv(&d->peers[count], d->router, ZMQ_DONTWAIT) < 0)
            break;
        must(zmq_recv(d->router, &a, sizeof a, 0) == sizeof a, "a strange message");
        d->answers[count] = take(d, &a, fill);
    }
    return count;
}

static void commit(struct daemon *d, size_t size) {
    if (d->offset + size > SEGMENT_BYTES)
        d->offset = 0;
    must(pwrite(d->fd, d->commit, size, (off_t)d->offset) == (ssize_t)size, "the write failed");
    must(fdatasync(d->fd) == 0, "the flush failed");
    d->offset += size;
}

_Noreturn static void serve_appends(void *router, const char *dir) {
    struct daemon *d = calloc(1, sizeof *d);
    zmq_pollitem_t item = {router, 0, ZMQ_POLLIN, 0};
    must(d != NULL, "out of memory");
    d->router = router;
    d->fd = open_segment(dir);
    for (;;) {
        size_t size = 0;
        must(zmq_poll(&item, 1, -1) >= 0, "poll failed");
        unsigned count = take_batch(d, &size);
        if (size)
            commit(d, size);
        for (unsigned i = 0; i < count; i++) {
            zmq_msg_send(&d->peers[i], router, ZMQ_SNDMORE);
            zmq_send(router, &d->answers[i], sizeof d->answers[i], 0);
        }
    }
}

_Noreturn static void serve_echo(void *router) {
    for (;;) {
        zmq_msg_t peer;
        uint8_t body[ECHO_BYTES];
        zmq_msg_init(&peer);
        must(zmq_msg_recv(&peer, router, 0) >= 0, "receive failed");
        int size = zmq_recv(router, body, sizeof body, 0);
        zmq_msg_send(&peer, router, ZMQ_SNDMORE);
        zmq_send(router, body, (size_t)size, 0);
    }
}

/* A process of its own, as the product's daemon is one. */
static pid_t start(const char *dir, const char *endpoint, bool appends) {
    pid_t pid = fork();
    must(pid >= 0, "fork failed");
    if (pid)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    void *router = zmq_socket(zmq_ctx_new(), ZMQ_ROUTER);
    must(router && zmq_bind(router, endpoint) == 0, "cannot bind %s", endpoint);
    if (appends)
        serve_appends(router, dir);
    serve_echo(router);
}

/* ---- the clients ---- */

struct speaker {
    struct rng rng;
    uint64_t span;
    uint64_t versions[STREAMS];
    struct append append;
};

static size_t next_append(void *context, unsigned client, uint8_t *out, size_t room) {
    struct speaker *s = context;
    uint64_t stream = client * s->span + rng_below(&s->rng, s->span);
    must(room >= sizeof s->append, "no room");
    s->append.stream = stream;
    s->append.expected = s->versions[stream]++;
    memcpy(out, &s->append, sizeof s->append);
    return sizeof s->append;
}

static unsigned judge_append(void *context, const uint8_t *answer, size_t size) {
    uint64_t position = 0;
    (void)context;
    must(size == sizeof position, "a strange answer");
    memcpy(&position, answer, sizeof position);
    must(position > 0, "a version did not fit");
    return 1;
}

static size_t next_echo(void *context, unsigned client, uint8_t *out, size_t room) {
    (void)context;
    (void)client;
    (void)room;
    memset(out, 'e', ECHO_BYTES);
    return ECHO_BYTES;
}

static unsigned judge_echo(void *context, const uint8_t *answer, size_t size) {
    (void)context;
    must(size == ECHO_BYTES && answer[0] == 'e', "a strange echo");
    return 1;
}

static void await_socket(const char *endpoint) {
    for (int i = 0; i < 2000 && access(endpoint + strlen("ipc://"), F_OK); i++)
        pause_ms(5);
}

int main(int argc, char **argv) {
    bool appends = argc > 1 && strcmp(argv[1], "append") == 0;
    char endpoint[512];
    need_arguments(argc, appends ? 6 : 5,
                   "bench_ceiling append DIR METRIC CLIENTS WINDOW SECONDS, or "
                   "bench_ceiling echo DIR METRIC CLIENTS SECONDS");
    struct speaker *s = calloc(1, sizeof *s);
    must(s != NULL, "out of memory");
    struct crowd c = {.endpoint = endpoint,
                      .clients = (unsigned)atoi(argv[4]),
                      .window = appends ? (unsigned)atoi(argv[5]) : 1,
                      .seconds = atof(argv[argc - 1]),
                      .context = s,
                      .next = appends ? next_append : next_echo,
                      .judge = appends ? judge_append : judge_echo};
    must(c.clients > 0 && c.window > 0, "at least one client");
    rng_init(&s->rng, 7);
    s->span = STREAMS / c.clients;
    memset(s->append.event, 'a', sizeof s->append.event);
    snprintf(endpoint, sizeof endpoint, "ipc://%s/ceiling.sock", argv[2]);
    unlink(endpoint + strlen("ipc://"));
    if (appends)
        close(open_segment(argv[2]));
    pid_t daemon = start(argv[2], endpoint, appends);
    await_socket(endpoint);
    crowd_tell(&c, argv[3], appends ? "appends/s" : "requests/s");
    kill(daemon, SIGKILL);
    waitpid(daemon, NULL, 0);
    free(s);
    return 0;
}
