#ifndef TESTS_KILL_VOICE_H
#define TESTS_KILL_VOICE_H

/*
 * Somebody who sends commands: again with the same id when no answer comes, until one does. Each
 * thread has a voice of its own; what was acknowledged is noted for the check at the end.
 */
#include <pthread.h>

#include "tests/harness/rng.h"
#include "tests/kill/town.h"

enum { REPLY_EVENTS_MAX = 16, VOICE_ARENA = 4 << 20 };

struct reply {
    int32_t outcome;
    uint64_t position;
    uint32_t count;
    uint16_t types[REPLY_EVENTS_MAX];
    char code[48];
};

struct ack {
    struct id command;
    struct reply reply;
    uint8_t *bytes; /* the Command as it was sent, to send it again */
    uint32_t size;
    uint8_t to; /* enum process */
};

struct acks {
    pthread_mutex_t lock;
    struct ack *items;
    size_t count, capacity;
    uint64_t rejected, retries; /* answers "no"; sendings that stayed without an answer */
    int64_t slowest_ms;         /* from the first sending to the answer */
    uint64_t repeated;          /* sent again after the answer, and answered the same */
};

void acks_open(struct acks *a);
void acks_close(struct acks *a);

struct voice {
    struct town *town;
    struct acks *acks; /* NULL: nothing is noted */
    struct bus_client *to[PROCESSES];
    struct arena arena;
    struct rng rng;
    uint64_t newest; /* position of the newest acknowledged event */
};

void voice_open(struct voice *v, struct town *town, struct acks *acks, uint64_t seed);
void voice_close(struct voice *v);

struct id voice_id(struct voice *v); /* new, version 7 */

struct speech {
    enum process to; /* which department is asked */
    const struct schema *schema;
    const void *payload;
    struct id stream, actor;
    uint16_t category; /* only where the event lives in any */
    int32_t role, decider;
    civil_day on; /* 0: today */
    uint64_t after;
    struct id command; /* none: a new one */
};

/* The Command that is sent; its payload lives in the arena of the voice. */
void voice_command(struct voice *v, const struct speech *s, struct Command *out);
/* One sending. 0 and the reply, or BUS_TIMEOUT. */
int voice_send(struct voice *v, enum process to, const struct Command *c, int timeout_ms,
               struct reply *out);
/* Until it is accepted or refused (by a rule, or by a full log); true when accepted. */
bool voice_say(struct voice *v, const struct speech *s, struct reply *out);
/* Sends an acknowledged command once more; ends the test when the answer is another one. */
void voice_repeat(struct voice *v, const struct ack *ack);
/* voice_say that must be accepted; its position. */
uint64_t voice_tell(struct voice *v, const struct speech *s);

#endif
