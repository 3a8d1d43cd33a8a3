#include "tests/kill/load.h"

#include <stdlib.h>

struct seat {
    struct load *load;
    size_t number;
};

static void *speak(void *argument) {
    struct seat *seat = argument;
    struct load *load = seat->load;
    while (!atomic_load(&load->stop)) {
        load->round(load, &load->voices[seat->number], seat->number);
        atomic_fetch_add(&load->rounds, 1);
    }
    free(seat);
    return NULL;
}

/* The bytes stay where they are while the list of acknowledgements grows. */
static bool pick_ack(struct load *load, struct rng *rng, struct ack *out) {
    pthread_mutex_lock(&load->acks.lock);
    bool found = load->acks.count > 0;
    if (found)
        *out = load->acks.items[rng_below(rng, load->acks.count)];
    pthread_mutex_unlock(&load->acks.lock);
    return found;
}

void load_families(struct load *load, struct voice *v, size_t number) {
    struct ack ack;
    (void)number;
    city_family(load->city, v);
    for (int i = 0; i < 2; i++)
        if (pick_ack(load, &v->rng, &ack))
            voice_repeat(v, &ack);
}

void load_start(struct load *load, size_t voices, uint64_t seed) {
    must(voices <= LOAD_VOICES_MAX, "too many voices");
    atomic_store(&load->stop, false);
    load->count = voices;
    for (size_t i = 0; i < voices; i++) {
        struct seat *seat = malloc(sizeof *seat);
        must(seat != NULL, "out of memory");
        *seat = (struct seat){load, i};
        voice_open(&load->voices[i], load->town, &load->acks, seed * 1000 + i);
        must(pthread_create(&load->threads[i], NULL, speak, seat) == 0, "no thread");
    }
}

void load_stop(struct load *load) {
    atomic_store(&load->stop, true);
    for (size_t i = 0; i < load->count; i++) {
        pthread_join(load->threads[i], NULL);
        voice_close(&load->voices[i]);
    }
    load->count = 0;
}

void load_free(struct load *load) {
    acks_close(&load->acks);
}
