#ifndef TESTS_HOSTILE_RECORD_H
#define TESTS_HOSTILE_RECORD_H

/* Appends as a daemon sends them, by somebody who is none; commands as a person sends them. */
#include "common/messages/record.h"
#include "tests/hostile/hostile.h"

struct forgery {
    const char *daemon;
    int64_t term;
    const struct schema *schema;
    const void *payload;
    uint16_t category;
    struct id stream, command;
    int64_t expected; /* version of the stream */
};

/* One append of one event; everything lives in the arena. */
void record_forge(const struct forgery *f, struct arena *arena, struct AppendBatch *out);

/* RegisterHousehold by this actor; the same bytes for the same ids. */
void record_household(struct id command, struct id household, struct id actor, int32_t role,
                      struct arena *arena, struct Command *out);

#endif
