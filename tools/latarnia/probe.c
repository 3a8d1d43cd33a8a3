#include "tools/latarnia/probe.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tools/latarnia/cli.h"

static void keep(const struct Status *s, struct probe *out) {
    size_t size = s->note.size < sizeof out->note ? s->note.size : sizeof out->note - 1;
    *out = (struct probe){.answered = true,
                          .ready = s->ready,
                          .folded = (uint64_t)s->folded,
                          .size = (uint64_t)s->size};
    if (size)
        memcpy(out->note, s->note.data, size);
}

static void ask(struct bus_client *client, int timeout_ms, struct probe *out) {
    _Alignas(8) uint8_t memory[4096];
    struct AskStatus question = {0};
    struct bus_answer answer;
    struct arena arena;
    arena_init(&arena, memory, sizeof memory);
    int r = bus_call(client, AskStatus_schema(), &question, timeout_ms, &arena, &answer);
    if (r == 0 && answer.schema == Status_schema())
        keep(answer.message, out);
}

/* ZeroMQ leaves its socket file behind; where nobody listens at it the kernel says so at once, and
 * nobody has to be waited for. */
static bool is_listened_at(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t size = strlen(path);
    if (size >= sizeof address.sun_path)
        return false;
    memcpy(address.sun_path, path, size);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return true; /* not known: ask */
    bool refused = connect(fd, (const struct sockaddr *)&address, sizeof address) &&
                   (errno == ECONNREFUSED || errno == ENOENT);
    close(fd);
    return !refused;
}

void probe(struct bus *bus, const char *process, int timeout_ms, struct probe *out) {
    char endpoint[BUS_ENDPOINT_SIZE];
    struct bus_client *client;
    *out = (struct probe){0};
    if (bus_endpoint(cli_data(), process, endpoint) ||
        !is_listened_at(endpoint + strlen("ipc://")) || bus_client_open(bus, endpoint, &client))
        return;
    ask(client, timeout_ms, out);
    bus_client_close(client);
}
