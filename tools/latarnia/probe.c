#include "tools/latarnia/probe.h"

#include <string.h>
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

void probe(struct bus *bus, const char *process, int timeout_ms, struct probe *out) {
    char endpoint[BUS_ENDPOINT_SIZE];
    struct bus_client *client;
    *out = (struct probe){0};
    if (bus_endpoint(cli_data(), process, endpoint) ||
        access(endpoint + strlen("ipc://"), F_OK) || bus_client_open(bus, endpoint, &client))
        return;
    ask(client, timeout_ms, out);
    bus_client_close(client);
}
