#ifndef TESTS_SCENARIOS_WORLD_H
#define TESTS_SCENARIOS_WORLD_H

/*
 * One daemon's machine over a log in memory, on a civil calendar that a scenario moves. Every
 * command is decided, appended, folded, and all that it sets off is carried out before the next.
 */
#include "common/domain/machine.h"

struct kept {
    uint8_t *bytes;
    size_t size;
    struct stream stream;
    uint16_t type;
};

struct outcome {
    const struct rule *rule; /* NULL: accepted */
    const char *field;
    char detail[320];
    const struct rule *breaches[BREACHES_MAX];
    size_t breach_count;
};

struct world {
    const struct domain *domain;
    struct machine *machine;
    struct clock clock;
    struct kept *log;
    size_t count, capacity;
    size_t window; /* index of the first event since the present step began */
    struct outcome outcome;
    const char *trouble; /* the machine broke a promise: the scenario fails with this */
    struct id entered[256];
    size_t entered_count;
    uint8_t *memory, *scratch; /* for a decision; for one record */
};

void world_open(struct world *w, const struct domain *domain);
void world_close(struct world *w);

/* Puts the speaker of a line into the roster, unless the log knows him as a worker. */
void world_enter(struct world *w, struct id id, int32_t role);

/* Moves the calendar day by day; timers due before each day fire. */
void world_move_to(struct world *w, civil_day day);

/* Decides; the result is in `outcome`. */
void world_command(struct world *w, const struct Command *command);

/* An event of another daemon arrives. `said` lacks what the world knows: ids and digest. */
void world_foreign(struct world *w, struct said *said, const struct schema *schema,
                   const void *payload);

/* The record at an index, decoded into the arena. */
void world_read(const struct world *w, size_t index, struct arena *arena, struct record *out);

/* Position of the newest event of a type in a stream, 0 for none. */
uint64_t world_last(const struct world *w, struct stream stream, uint16_t type);

/* Folds the whole log into a new machine and compares every own stream; sets `trouble`. */
void world_check_replay(struct world *w);

#endif
