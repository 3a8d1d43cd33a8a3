#include "tools/latarnia/link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/ensure.h"
#include "tools/latarnia/claim.h"
#include "tools/latarnia/cli.h"
#include "tools/latarnia/probe.h"

enum { LINK_PROBE_MS = 3000 };

const char *const link_processes[LINK_PROCESSES] = {
    "eventlog", "intake", "relocation", "debt", "networking", "monitoring", "projector",
};

int link_unreachable(const struct link *l) {
    return cli_fail(CLI_LATER,
                    "%s does not answer on %s; start the system with: latarnia up --data %s",
                    "%s nie odpowiada na %s; uruchom system poleceniem: latarnia up --data %s",
                    l->process, cli_data(), cli_data());
}

int link_fault(const struct link *l, int bus_result) {
    if (bus_result == BUS_TIMEOUT || bus_result == BUS_BUSY)
        return link_unreachable(l);
    if (bus_result == BUS_TOO_LONG)
        return cli_fail(CLI_USAGE, "the path %s is too long for a socket: choose a shorter one",
                        "ścieżka %s jest za długa dla gniazda: wybierz krótszą", cli_data());
    if (bus_result > 0)
        return cli_fail(CLI_LATER, "%s answered something else than its schema says",
                        "odpowiedź usługi %s nie pasuje do schematu", l->process);
    return cli_fail(CLI_LATER, "%s: %s", "%s: %s", l->process, strerror(-bus_result));
}

static bool is_temporary(int32_t outcome) {
    return outcome == OUTCOME_later || outcome == OUTCOME_full || outcome == OUTCOME_stale ||
           outcome == OUTCOME_conflict;
}

int link_unexpected(const struct link *l, const struct bus_answer *answer) {
    if (answer->schema != Fault_schema())
        return link_fault(l, BUS_MALFORMED);
    const struct Fault *f = answer->message;
    struct text sentence = cli_polish() ? f->pl : f->en;
    return cli_fail(is_temporary(f->outcome) ? CLI_LATER : CLI_NEGATIVE, "%.*s", "%.*s",
                    (int)sentence.size, sentence.data);
}

/* A socket that was never bound needs no time-out to be known as absent. */
static bool is_bound(const char *endpoint) {
    return access(endpoint + strlen("ipc://"), F_OK) == 0;
}

/* Without a supervisor a socket file may be left over from a crash: ask before waiting long. */
static bool is_alive(const struct link *l) {
    struct probe p;
    if (claim_holder(cli_data()) > 0)
        return true;
    probe(l->bus, l->process, LINK_PROBE_MS, &p);
    return p.answered;
}

int link_open(struct link *l, const char *process) {
    char endpoint[BUS_ENDPOINT_SIZE];
    *l = (struct link){.process = process};
    int r = bus_endpoint(cli_data(), process, endpoint);
    if (r)
        return link_fault(l, r);
    if (!is_bound(endpoint))
        return link_unreachable(l);
    void *memory = malloc(LINK_ARENA_BYTES);
    ensure(memory != NULL);
    arena_init(&l->arena, memory, LINK_ARENA_BYTES);
    l->bus = bus_new();
    r = bus_client_open(l->bus, endpoint, &l->client);
    if (r == 0 && is_alive(l))
        return 0;
    r = link_fault(l, r ? r : BUS_TIMEOUT);
    link_close(l);
    return r;
}

void link_close(struct link *l) {
    bus_client_close(l->client);
    if (l->bus)
        bus_free(l->bus);
    free(l->arena.memory);
    *l = (struct link){.process = l->process};
}

int link_try(struct link *l, const struct schema *ask, const void *message, int timeout_ms,
             struct bus_answer *answer) {
    ensure(l->client != NULL);
    arena_reset(&l->arena);
    int r = bus_call(l->client, ask, message, timeout_ms, &l->arena, answer);
    if (r == 0 || r == BUS_TIMEOUT || r == BUS_BUSY)
        return r ? BUS_TIMEOUT : 0;
    return r;
}

int link_ask(struct link *l, const struct schema *ask, const void *message,
             const struct schema *expected, int timeout_ms, const void **answer) {
    struct bus_answer got;
    int r = link_try(l, ask, message, timeout_ms, &got);
    if (r)
        return link_fault(l, r);
    if (got.schema != expected)
        return link_unexpected(l, &got);
    *answer = got.message;
    return 0;
}
