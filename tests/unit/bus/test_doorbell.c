/* The doorbell only says when: it may be lost, and it may not do harm. */
#include <stdlib.h>
#include <time.h>

#include "common/base/ensure.h"
#include "tests/unit/bus/fixture.h"

static void pause_ms(int ms) {
    struct timespec t = {ms / 1000, ms % 1000 * 1000000L};
    nanosleep(&t, NULL);
}

static struct bus_doorbell *bind_bell(struct place *p) {
    struct bus_doorbell *b;
    ensure(bus_doorbell_bind(p->bus, p->bell, &b) == 0);
    return b;
}

static struct bus_doorbell *listen_to(struct place *p) {
    struct bus_doorbell *b;
    ensure(bus_doorbell_connect(p->far, p->bell, &b) == 0);
    return b;
}

/* 0 when nothing is heard in time. */
static uint64_t heard(struct bus_doorbell *b, int timeout_ms) {
    struct bus_waitable item = {.doorbell = b};
    uint64_t size = 0;
    assert_int_equal(bus_wait(&item, 1, timeout_ms), 0);
    return bus_doorbell_hear(b, &size) == 0 ? size : 0;
}

/* Older rings may still be on their way. */
static bool hears_at_last(struct bus_doorbell *b, uint64_t size) {
    int64_t until = clock_ms() + SOON_MS;
    while (clock_ms() < until)
        if (heard(b, 100) == size)
            return true;
    return false;
}

/* Rings until the listener hears: connecting takes a moment. */
static uint64_t ring_until_heard(struct bus_doorbell *bell, struct bus_doorbell *listener,
                                 uint64_t *size) {
    int64_t until = clock_ms() + SOON_MS;
    while (clock_ms() < until) {
        assert_int_equal(bus_doorbell_ring(bell, ++*size), 0);
        uint64_t got = heard(listener, 20);
        if (got)
            return got;
    }
    return 0;
}

static void everybody_hears(void **state) {
    struct place *p = *state;
    struct bus_doorbell *bell = bind_bell(p), *listener[5];
    uint64_t size = 0;
    for (int i = 0; i < 5; i++) {
        listener[i] = listen_to(p);
        assert_true(ring_until_heard(bell, listener[i], &size) > 0);
    }
    assert_int_equal(bus_doorbell_ring(bell, 7000), 0);
    for (int i = 0; i < 5; i++) {
        assert_true(hears_at_last(listener[i], 7000));
        bus_doorbell_close(listener[i]);
    }
    bus_doorbell_close(bell);
}

static void the_newest_counts_and_only_news(void **state) {
    struct place *p = *state;
    struct bus_doorbell *bell = bind_bell(p), *listener = listen_to(p);
    uint64_t size = 0;
    assert_true(ring_until_heard(bell, listener, &size) > 0);
    for (uint64_t i = 100; i <= 110; i++)
        assert_int_equal(bus_doorbell_ring(bell, i), 0);
    assert_true(hears_at_last(listener, 110));
    assert_int_equal(bus_doorbell_ring(bell, 110), 0);
    assert_int_equal(heard(listener, NEVER_MS), 0);
    bus_doorbell_close(listener);
    bus_doorbell_close(bell);
}

static void what_was_rung_before_is_lost(void **state) {
    struct place *p = *state;
    struct bus_doorbell *bell = bind_bell(p);
    uint64_t size = 40;
    assert_int_equal(bus_doorbell_ring(bell, 40), 0);
    struct bus_doorbell *listener = listen_to(p);
    assert_int_equal(heard(listener, NEVER_MS), 0);
    assert_true(ring_until_heard(bell, listener, &size) > 40);
    bus_doorbell_close(listener);
    bus_doorbell_close(bell);
}

static void a_bell_that_comes_back_is_heard(void **state) {
    struct place *p = *state;
    struct bus_doorbell *listener = listen_to(p);
    for (int i = 0; i < 3; i++) {
        struct bus_doorbell *bell = bind_bell(p);
        uint64_t size = 10 * (uint64_t)i;
        assert_true(ring_until_heard(bell, listener, &size) > 0);
        bus_doorbell_close(bell);
        pause_ms(200);
    }
    bus_doorbell_close(listener);
}

/* What a stranger rings on the same file is no size. */
static void garbage_is_not_heard(void **state) {
    struct place *p = *state;
    static const struct {
        const char *data;
        size_t size;
    } garbage[] = {{"", 0},
                   {"hello", 5},
                   {"\x92\xcd\x0a\x30\x80", 5},
                   {"\x92\x03\x80", 3},
                   {"\x92\xcd\x0a\x60\x80", 5},
                   {"\xdd\xff\xff\xff\xff", 5}};
    void *bell = zmq_socket(p->context, ZMQ_ROUTER);
    uint8_t identity[32], large[400] = {0}, empty[1];
    int zero = 0;
    zmq_setsockopt(bell, ZMQ_LINGER, &zero, sizeof zero);
    assert_int_equal(zmq_bind(bell, p->bell), 0);
    struct bus_doorbell *listener = listen_to(p);
    zmq_pollitem_t item = {bell, 0, ZMQ_POLLIN, 0};
    for (int i = 0; i < 100 && !(item.revents & ZMQ_POLLIN); i++) {
        assert_int_equal(heard(listener, 10), 0); /* it says hello from its own thread */
        zmq_poll(&item, 1, 0);
    }
    int size = zmq_recv(bell, identity, sizeof identity, ZMQ_DONTWAIT);
    assert_true(size > 0);
    assert_int_equal(zmq_recv(bell, empty, 1, ZMQ_DONTWAIT), 0);
    for (size_t i = 0; i < sizeof garbage / sizeof *garbage; i++) {
        zmq_send(bell, identity, (size_t)size, ZMQ_SNDMORE);
        zmq_send(bell, garbage[i].data, garbage[i].size, i % 2 ? ZMQ_SNDMORE : 0);
        if (i % 2)
            zmq_send(bell, "more", 4, 0);
    }
    zmq_send(bell, identity, (size_t)size, ZMQ_SNDMORE);
    zmq_send(bell, large, sizeof large, 0);
    pause_ms(NEVER_MS);
    assert_int_equal(heard(listener, 0), 0);
    zmq_close(bell);
    bus_doorbell_close(listener);
}

/* ---- whoever does not listen ---- */

static void a_deaf_listener_costs_little(void **state) {
    struct place *p = *state;
    struct bus_doorbell *bell = bind_bell(p), *deaf = listen_to(p), *good = listen_to(p);
    uint64_t size = 0;
    assert_true(ring_until_heard(bell, deaf, &size) > 0);
    assert_true(ring_until_heard(bell, good, &size) > 0);
    size_t before = memory_used();
    for (uint64_t i = 1000; i < 101000; i++) {
        assert_int_equal(bus_doorbell_ring(bell, i), 0);
        if (i % 10 == 0)
            heard(good, 0);
    }
    assert_int_equal(bus_doorbell_ring(bell, 500000), 0);
    uint64_t newest = 0;
    for (int64_t until = clock_ms() + SOON_MS; newest < 500000 && clock_ms() < until;) {
        assert_int_equal(bus_doorbell_ring(bell, ++size + 500000), 0);
        newest = heard(good, 20);
    }
    assert_true(newest >= 500000);
    assert_true(memory_used() < before + (1 << 20));
    bus_doorbell_close(deaf);
    bus_doorbell_close(good);
    bus_doorbell_close(bell);
}

/* Subscriptions of PUB and SUB would be kept; a listener that talks is not listened to. */
static void a_talking_listener_costs_little(void **state) {
    struct place *p = *state;
    struct bus_doorbell *bell = bind_bell(p), *good = listen_to(p);
    void *talker = zmq_socket(p->context, ZMQ_DEALER);
    int zero = 0;
    uint64_t size = 0;
    zmq_setsockopt(talker, ZMQ_LINGER, &zero, sizeof zero);
    assert_int_equal(zmq_connect(talker, p->bell), 0);
    assert_true(ring_until_heard(bell, good, &size) > 0);
    size_t before = memory_used();
    for (uint32_t i = 0; i < 200000; i++) {
        uint8_t topic[100] = {1};
        memcpy(topic + 1, &i, sizeof i);
        zmq_send(talker, topic, sizeof topic, ZMQ_DONTWAIT);
        if (i % 100 == 0)
            assert_int_equal(bus_doorbell_ring(bell, size), 0);
    }
    assert_true(ring_until_heard(bell, good, &size) > 0);
    /* What the talker's own queue of 1,000 messages holds is counted here too. */
    assert_true(memory_used() < before + (2 << 20));
    zmq_close(talker);
    bus_doorbell_close(good);
    bus_doorbell_close(bell);
}

static void many_come_and_go(void **state) {
    struct place *p = *state;
    struct bus_doorbell *bell = bind_bell(p);
    uint64_t size = 0;
    for (int round = 0; round < 4; round++) {
        struct bus_doorbell *all[150];
        for (int i = 0; i < 150; i++)
            all[i] = listen_to(p);
        for (int i = 0; i < 150; i += 50)
            assert_true(ring_until_heard(bell, all[i], &size) > 0);
        for (int i = 0; i < 150; i++)
            bus_doorbell_close(all[i]);
        pause_ms(50);
        bus_doorbell_ring(bell, ++size); /* the gone make room: 600 would not fit */
    }
    struct bus_doorbell *last = listen_to(p);
    assert_true(ring_until_heard(bell, last, &size) > 0);
    bus_doorbell_close(last);
    bus_doorbell_close(bell);
}

#define in_place(test) cmocka_unit_test_setup_teardown(test, place_open, place_close)

int main(void) {
    const struct CMUnitTest tests[] = {
        in_place(everybody_hears),
        in_place(the_newest_counts_and_only_news),
        in_place(what_was_rung_before_is_lost),
        in_place(a_bell_that_comes_back_is_heard),
        in_place(garbage_is_not_heard),
        in_place(a_deaf_listener_costs_little),
        in_place(a_talking_listener_costs_little),
        in_place(many_come_and_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
