#ifndef TESTS_UNIT_KEEPER_HOUSE_H
#define TESTS_UNIT_KEEPER_HOUSE_H

/* The eventlog daemon on a thread of this process, behind its real socket in a fresh directory, and
 * a client that speaks as the daemon `intake`. */
#include <setjmp.h>
#include <stdarg.h>
#include <pthread.h>

#include "common/bus/bus.h"

#include <cmocka.h>

struct house {
    char dir[64];
    bool migrate;
    pthread_t thread;
    struct bus *bus;
    struct bus_client *client;
    struct arena arena;
    int64_t term;
};

/* cmocka set-up and tear-down: *state is a struct house that is open. */
int house_new(void **state);
int house_new_migrating(void **state);
int house_free(void **state);
void house_start(struct house *h); /* also opens a term */
void house_stop(struct house *h);

int64_t house_open_term(struct house *h);

/* Events of one append, all on one stream; numbers make ids. */
struct said_append {
    uint8_t command, digest, stream;
    int64_t expected;
    uint8_t events;
    int64_t known_at;
    uint16_t category;    /* 0: Case */
    uint8_t half_command; /* of the halves; 0: the same */
    uint8_t half_digest;
    bool trailing; /* a byte behind the append */
};

struct bin house_append(struct house *h, const struct said_append *a);

/* Asks and demands an answer of that kind; valid until the next call. */
const void *house_ask(struct house *h, const struct schema *schema, const void *message,
                      const struct schema *answer);
/* The outcome of a Fault. */
int32_t house_fault(struct house *h, const struct schema *schema, const void *message);

/* Sends one frame of appends; the answers, as many. */
const struct appended *house_send(struct house *h, const struct said_append *appends,
                                  uint32_t count);

struct id house_id(uint8_t kind, uint8_t number);

#endif
