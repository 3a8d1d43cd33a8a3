/* Below ZeroMQ: bytes written by hand on the socket files. */
#include <sys/socket.h>
#include <unistd.h>

#include "tests/hostile/peers.h"

enum { CROWD_MAX = 1000 };

/* Keeps `count` connections open, making those anew that the other side has closed. */
typedef int open_fn(struct attacker *a);

static bool is_closed(int fd) {
    uint8_t buffer[4096];
    for (;;) {
        ssize_t n = recv(fd, buffer, sizeof buffer, MSG_DONTWAIT);
        if (n <= 0)
            return n == 0;
    }
}

static void crowd(struct attacker *a, unsigned count, open_fn *open) {
    int all[CROWD_MAX];
    for (unsigned i = 0; i < count; i++)
        all[i] = -1;
    while (goes_on(a)) {
        for (unsigned i = 0; i < count && goes_on(a); i++) {
            if (all[i] >= 0 && is_closed(all[i])) {
                close(all[i]);
                all[i] = -1;
            }
            if (all[i] < 0)
                all[i] = open(a);
        }
        pause_ms(20);
    }
    for (unsigned i = 0; i < count; i++)
        if (all[i] >= 0)
            close(all[i]);
}

void garbage_bytes(struct attacker *a) {
    while (goes_on(a)) {
        uint8_t bytes[4096];
        int fd = raw_open_any(a);
        rng_fill(&a->rng, bytes, sizeof bytes);
        if (rng_chance(&a->rng, 500))
            bytes[0] = 0xff;
        if (fd >= 0) {
            raw_send(fd, bytes, 1 + rng_below(&a->rng, sizeof bytes));
            close(fd);
        }
    }
}

static int open_half(struct attacker *a) {
    static const uint8_t start[63] = {0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 0, 'N', 'U', 'L', 'L'};
    int fd = raw_open_any(a);
    if (fd >= 0)
        raw_send(fd, start, 1 + rng_below(&a->rng, sizeof start));
    return fd;
}

void half_greetings(struct attacker *a) {
    crowd(a, 200, open_half);
}

/* ZMTP 1.0 has no signature, 2.0 a revision and a socket type, and there may be later ones. */
void other_versions(struct attacker *a) {
    while (goes_on(a)) {
        static const struct {
            uint8_t bytes[64];
            size_t size;
        } hello[] = {
            {{1, 0, 3, 0, 'h', 'e', 'y'}, 7},
            {{6, 0, 'a', 'b', 'c', 'd', 'e', 3, 1, 'x', 'y'}, 11},
            {{0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 0, 5}, 12},
            {{0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 1, 5, 0, 0}, 14},
            {{0xff, 0, 0, 0, 0, 0, 0, 0, 9, 0x7f, 2, 5, 0, 8}, 14},
            {{0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 9, 9, 'N', 'U', 'L', 'L'}, 64},
            {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 3, 0}, 64},
        };
        uint64_t i = rng_below(&a->rng, sizeof hello / sizeof *hello);
        int fd = raw_open_any(a);
        if (fd < 0)
            continue;
        raw_send(fd, hello[i].bytes, hello[i].size);
        raw_frame(fd, 0, "hello", 5);
        raw_skip(fd);
        close(fd);
    }
}

void other_mechanisms(struct attacker *a) {
    static const char *const names[] = {"PLAIN", "CURVE", "GSSAPI", "null", "NULLNULLNULLNULLNUL",
                                        ""};
    while (goes_on(a)) {
        int fd = raw_open_any(a);
        if (fd < 0)
            continue;
        if (raw_greet(fd, names[rng_below(&a->rng, sizeof names / sizeof *names)])) {
            raw_frame(fd, 4, "\5HELLO\5admin\6secret", 19);
            raw_skip(fd);
        }
        close(fd);
    }
}

void strange_handshakes(struct attacker *a) {
    static const struct {
        uint8_t flags;
        const char *bytes;
        size_t size;
    } said[] = {
        {4, "\5READY\13Socket-Type\377\377\377\377DEALER", 28},
        {4, "\5READY\377Socket-Type", 18},
        {4, "\5READY\13Socket-Type\0\0\0\6ROUTER", 28},
        {4, "\5READY\13Socket-Type\0\0\0\3SUB", 25},
        {4, "\5READY\13Socket-Type\0\0\0\6WIZARD", 28},
        {4, "\5READY", 6},
        {4, "\377READY", 6},
        {4, "", 0},
        {4, "\5ERROR\5sorry", 12},
        {0, "no command at all", 17},
        {0xff, "\5READY", 6},
    };
    while (goes_on(a)) {
        uint64_t i = rng_below(&a->rng, sizeof said / sizeof *said);
        int fd = raw_open_any(a);
        if (fd < 0)
            continue;
        if (raw_greet(fd, "NULL")) {
            raw_frame(fd, said[i].flags, said[i].bytes, said[i].size);
            raw_frame(fd, 0, "hello", 5);
            raw_skip(fd);
        }
        close(fd);
    }
}

void commands_for_messages(struct attacker *a) {
    while (goes_on(a)) {
        static const char *const said[] = {"\4PING\0\1hello", "\4PONG",  "\11SUBSCRIBEx", "\4JOINx",
                                           "\6WIZARD",        "\5READY", "\5ERROR\0"};
        int fd = raw_open_any(a);
        if (fd >= 0 && raw_shake_hands(fd, "DEALER", NULL, 0))
            for (int i = 0; i < 50; i++) {
                const char *s = said[rng_below(&a->rng, sizeof said / sizeof *said)];
                raw_frame(fd, rng_chance(&a->rng, 800) ? 4 : 5, s, 1 + (size_t)s[0]);
            }
        if (fd >= 0)
            close(fd);
    }
}

static int open_giant(struct attacker *a) {
    static const uint8_t lengths[][9] = {{2, 0x80},
                                         {2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
                                         {3, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
                                         {6, 0, 0, 0, 1},
                                         {2, 0, 0, 0, 0, 0x40, 0, 0, 0},
                                         {2, 0, 0, 0, 0, 0, 0x10, 0, 1}};
    static const uint8_t body[65536];
    bool goes = true;
    int fd = a->index ? raw_open_any(a) : raw_open(a, process_names[EVENTLOG]);
    if (fd < 0 || !raw_shake_hands(fd, "DEALER", NULL, 0))
        return fd;
    uint64_t i = rng_below(&a->rng, sizeof lengths / sizeof *lengths);
    raw_send(fd, lengths[a->index ? i : 4], sizeof *lengths); /* a GiB can be allocated */
    for (int k = 0; goes && k < 256; k++)
        goes = raw_send(fd, body, sizeof body);
    return fd;
}

void giant_lengths(struct attacker *a) {
    crowd(a, 60, open_giant);
}

/* A MiB each, all but its last byte, and then nothing more. */
static int open_unfinished(struct attacker *a) {
    static const uint8_t head[9] = {2, 0, 0, 0, 0, 0, 0x10, 0, 0}, body[(1 << 20) - 1];
    int fd = raw_open(a, process_names[a->index % PROCESSES]);
    if (fd >= 0 && raw_shake_hands(fd, "DEALER", NULL, 0) && raw_send(fd, head, sizeof head))
        raw_send(fd, body, sizeof body);
    return fd;
}

void unfinished_frames(struct attacker *a) {
    crowd(a, 24, open_unfinished);
}

static int open_forged(struct attacker *a) {
    uint8_t identity[255];
    size_t size = rng_chance(&a->rng, 500) ? 5 : 1 + rng_below(&a->rng, sizeof identity - 1);
    int fd = raw_open(a, process_names[rng_below(&a->rng, PROCESSES)]);
    rng_fill(&a->rng, identity, sizeof identity);
    identity[0] = 0; /* as the ones that ZeroMQ gives */
    if (rng_chance(&a->rng, 300))
        memset(identity, 'x', sizeof identity);
    if (fd >= 0 && raw_shake_hands(fd, "DEALER", identity, size)) {
        raw_frame(fd, 1, "12345678", 8);
        raw_frame(fd, 0, "\x92\xcd\x0a\x30\x80", 5);
    }
    return fd;
}

void forged_identities(struct attacker *a) {
    crowd(a, 200, open_forged);
}

static int open_silent(struct attacker *a) {
    return raw_open(a, a->index ? process_names[INTAKE] : process_names[EVENTLOG]);
}

void silent_connections(struct attacker *a) {
    crowd(a, 1000, open_silent);
}

static int open_idle(struct attacker *a) {
    int fd = open_silent(a);
    if (fd >= 0)
        raw_shake_hands(fd, "DEALER", NULL, 0);
    return fd;
}

void idle_connections(struct attacker *a) {
    crowd(a, 500, open_idle);
}

void connection_churn(struct attacker *a) {
    while (goes_on(a)) {
        int fd = raw_open_any(a);
        if (fd >= 0)
            close(fd);
    }
}

void request_churn(struct attacker *a) {
    while (goes_on(a)) {
        int fd = raw_open_any(a);
        if (fd >= 0 && raw_shake_hands(fd, "DEALER", NULL, 0)) {
            raw_frame(fd, 1, "12345678", 8);
            raw_frame(fd, 0, "\x92\xcd\x0a\x30\x80", 5);
        }
        if (fd >= 0)
            close(fd);
    }
}

/* Everybody's topics, as a subscriber and as somebody who only talks; nobody reads a ring. */
void bell_floods(struct attacker *a) {
    int fd = -1;
    while (goes_on(a)) {
        uint8_t topic[100] = {1};
        if (fd < 0) {
            fd = raw_open(a, "doorbell");
            if (fd >= 0 && !raw_shake_hands(fd, a->index % 2 ? "SUB" : "DEALER", NULL, 0)) {
                close(fd);
                fd = -1;
            }
            continue;
        }
        rng_fill(&a->rng, topic + 1, sizeof topic - 1);
        if (!raw_frame(fd, 0, topic, sizeof topic) || rng_chance(&a->rng, 1)) {
            close(fd);
            fd = -1;
        }
    }
    if (fd >= 0)
        close(fd);
}
