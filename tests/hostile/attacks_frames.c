/* Frames that are no requests, sent properly. */
#include <stdlib.h>
#include <zmq.h>

#include "tests/hostile/peers.h"

static void send_malformed(struct attacker *a, enum process p) {
    static const char *const frames[] = {
        "\x92\xcd\x0a\x30\xc0", "\xdd\xff\xff\xff\xff", "hello",
        "\x92\x03\x80",         "\x92\xcd\x0a\x16\x80", "\x91\x91\x91\x91\x91"};
    void *peer = peer_open(a, p, 1000);
    for (uint64_t i = 0; goes_on(a); i++) {
        const char *frame = frames[rng_below(&a->rng, sizeof frames / sizeof *frames)];
        if (!peer_send(a, peer, i, frame, rng_below(&a->rng, 6)))
            pause_ms(1);
        if (i % 64 == 0)
            peer_skip(peer, 0);
    }
    peer_close(peer);
}

void malformed_at_eventlog(struct attacker *a) {
    send_malformed(a, EVENTLOG);
}

void malformed_at_departments(struct attacker *a) {
    send_malformed(a, a->index % 2 ? INTAKE : PROJECTOR);
}

void thousands_of_parts(struct attacker *a) {
    void *peer = peer_open(a, a->index % 2 ? INTAKE : EVENTLOG, 10);
    while (goes_on(a)) {
        bool sent = zmq_send(peer, "12345678", 8, ZMQ_SNDMORE | ZMQ_DONTWAIT) >= 0;
        for (int i = 0; sent && i < 5000; i++)
            zmq_send(peer, "another part", 12, ZMQ_SNDMORE);
        a->done += sent;
        if (sent)
            zmq_send(peer, "", 0, 0);
        else
            pause_ms(1);
    }
    peer_close(peer);
}

void mebibytes_of_garbage(struct attacker *a) {
    void *peer = peer_open(a, a->index % 2 ? INTAKE : EVENTLOG, 10);
    int few = 2;
    uint8_t *frame = malloc(1 << 20);
    must(frame != NULL, "out of memory");
    rng_fill(&a->rng, frame, 4096);
    memcpy(frame, "\x92\xcd\x0a\x14\x83", 5); /* the beginning of an AppendBatch */
    zmq_setsockopt(peer, ZMQ_SNDHWM, &few, sizeof few);
    for (uint64_t i = 0; goes_on(a); i++) {
        if (!peer_send(a, peer, i, frame, 1 << 20))
            pause_ms(1);
        peer_skip(peer, 0);
    }
    free(frame);
    peer_close(peer);
}

/* Well-formed messages that no server is ever asked with. */
static void make_answer(struct attacker *a, const struct schema **schema, void *message) {
    switch (rng_below(&a->rng, 4)) {
    case 0:
        *schema = Status_schema();
        *(struct Status *)message = (struct Status){.name = text_of("intake"), .ready = true};
        return;
    case 1:
        *schema = Answer_schema();
        *(struct Answer *)message = (struct Answer){.outcome = OUTCOME_accepted, .position = 1};
        return;
    case 2:
        *schema = FeedPage_schema();
        *(struct FeedPage *)message = (struct FeedPage){.next = 1, .size = INT64_MAX};
        return;
    default:
        *schema = Doorbell_schema();
        *(struct Doorbell *)message = (struct Doorbell){.size = INT64_MAX};
    }
}

void answers_to_servers(struct attacker *a) {
    peer_flood(a, (enum process)(a->index % PROCESSES), make_answer, 32);
}

/* As if for somebody else: envelopes of a router, identities in front, parts out of place. */
void wrong_envelopes(struct attacker *a) {
    void *peer = peer_open(a, (enum process)(a->index % PROCESSES), 100);
    for (uint64_t i = 0; goes_on(a); i++) {
        uint8_t identity[5];
        rng_fill(&a->rng, identity, sizeof identity);
        identity[0] = 0;
        if (zmq_send(peer, identity, sizeof identity, ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0) {
            pause_ms(1);
            continue;
        }
        a->done++;
        if (i % 3)
            zmq_send(peer, "", 0, ZMQ_SNDMORE);
        zmq_send(peer, &i, sizeof i, ZMQ_SNDMORE);
        zmq_send(peer, "\x92\xcd\x0a\x30\x80", 5, i % 2 ? ZMQ_SNDMORE : 0);
        if (i % 2)
            zmq_send(peer, "+", 1, 0);
        if (i % 64 == 0)
            peer_skip(peer, 0);
    }
    peer_close(peer);
}
