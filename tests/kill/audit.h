#ifndef TESTS_KILL_AUDIT_H
#define TESTS_KILL_AUDIT_H

/*
 * What must be true whatever was killed when. The log is read to its end as any reader would, and
 * every promise is checked from its records alone; the first one that is broken ends the test.
 */
#include "common/domain/machine.h"
#include "tests/kill/city.h"
#include "tests/kill/tally.h"

struct kept {
    uint8_t *bytes;
    size_t size;
};

struct audit {
    struct kept *records; /* position 1 is the first */
    uint64_t count, capacity;
    struct tally seen;
    uint64_t reactions, timers, fullest; /* fullest: most families of a guide at any position */
    uint8_t *memory;                     /* one decoded record */
};

enum { AUDIT_MEMORY = 1 << 20 };

/* Kinds of the tally beside the categories of streams. */
enum { SEEN_COMMAND = 0x10000, SEEN_PLACES, SEEN_CAUSE, SEEN_TERM };

/* Waits until nothing is written any more and everybody has folded everything, then checks: the log
 * against itself and `acks`, reactions and timers, places, repeated commands, views, log verify. */
void audit_town(struct town *t, const struct acks *acks);
/* Only what the log itself says: for a town that is still at work. Returns the fullest guide. */
uint64_t audit_log(struct town *t, const struct acks *acks);

/* ---- parts ---- */

void audit_open(struct audit *a);
void audit_free(struct audit *a);
void audit_settle(struct town *t);
void audit_read(struct audit *a, struct town *t);
void audit_record(const struct audit *a, uint64_t position, struct arena *arena,
                  struct record *out);

/* audit_walk.c: every record by itself and beside those before it. */
void audit_walk(struct audit *a);
/* Not whole: what is durable and not applied yet (a full disk) is looked for later. */
void audit_acks(struct audit *a, const struct acks *acks, bool is_whole);

/* audit_streams.c: the eventlog's answers about single streams. */
void audit_streams(struct audit *a, struct town *t);

/* audit_cores.c: what the departments' own cores make of the log when they fold it anew. */
void audit_cores(struct audit *a);

#endif
