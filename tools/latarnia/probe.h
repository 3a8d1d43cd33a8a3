#ifndef TOOLS_LATARNIA_PROBE_H
#define TOOLS_LATARNIA_PROBE_H

/* One question to one process: how are you? Without any message to the user. */
#include "common/bus/bus.h"

struct probe {
    bool answered, ready;
    uint64_t folded, size;
    char note[201];
};

void probe(struct bus *bus, const char *process, int timeout_ms, struct probe *out);

#endif
