#ifndef TESTS_KILL_LOAD_H
#define TESTS_KILL_LOAD_H

/* Several voices at once, each in a thread of its own, until they are told to stop. */
#include <stdatomic.h>

#include "tests/kill/city.h"

enum { LOAD_VOICES_MAX = 16 };

struct load;

/* What a voice says in one round; `number` tells the voices apart. */
typedef void load_round(struct load *load, struct voice *v, size_t number);

struct load {
    struct town *town;
    const struct city *city;
    struct acks acks;
    load_round *round;
    void *context; /* of the round */
    atomic_bool stop;
    atomic_ulong rounds;
    pthread_t threads[LOAD_VOICES_MAX];
    struct voice voices[LOAD_VOICES_MAX];
    size_t count;
};

/* A family, and now and then an acknowledged command once more. */
load_round load_families;

void load_start(struct load *load, size_t voices, uint64_t seed);
void load_stop(struct load *load);
void load_free(struct load *load);

#endif
