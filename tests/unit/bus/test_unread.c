/* Whoever does not read his answers: what he costs, and who pays. */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "common/base/ensure.h"
#include "common/bus/unread.h"
#include "tests/unit/bus/fixture.h"

enum { MIB = 1 << 20, PAGE = 900 * 1024 };

static void pause_ms(int ms) {
    struct timespec t = {ms / 1000, ms % 1000 * 1000000L};
    nanosleep(&t, NULL);
}

/* ---- the account ---- */

static bool is_shut(int socket) {
    char byte;
    return recv(socket, &byte, 1, MSG_DONTWAIT) == 0;
}

static void open_pairs(int pairs[][2], int count) {
    for (int i = 0; i < count; i++)
        ensure(socketpair(AF_UNIX, SOCK_STREAM, 0, pairs[i]) == 0);
}

static void close_pairs(int pairs[][2], int count) {
    for (int i = 0; i < count; i++) {
        close(pairs[i][0]);
        close(pairs[i][1]);
    }
}

static struct bus_peer peer_of(int socket, uint8_t number) {
    return (struct bus_peer){.identity = {0, number}, .identity_size = 5, .connection = socket};
}

static void one_peer_has_its_limit(void **state) {
    (void)state;
    enum { MOST = UNREAD_PEER_BYTES / MIB };
    struct unread *u = unread_new();
    struct unread_line *line = NULL;
    int pair[1][2];
    open_pairs(pair, 1);
    struct bus_peer peer = peer_of(pair[0][0], 1), next = peer_of(pair[0][0], 2);
    for (int i = 0; i < MOST; i++)
        assert_non_null(line = unread_add(u, &peer, MIB));
    assert_false(is_shut(pair[0][1]) || unread_is_shut(u, &peer));
    assert_null(unread_add(u, &peer, 1));
    assert_true(is_shut(pair[0][1]) && unread_is_shut(u, &peer));
    assert_int_equal(unread_bytes(u), UNREAD_PEER_BYTES);
    /* The descriptor's next peer is another one. */
    struct unread_line *other = unread_add(u, &next, 1);
    assert_non_null(other);
    assert_false(unread_is_shut(u, &next));
    for (int i = 0; i < MOST; i++)
        unread_take(u, line, MIB);
    assert_int_equal(unread_bytes(u), 1);
    assert_false(unread_is_shut(u, &peer));
    unread_take(u, other, 1);
    close_pairs(pair, 1);
    unread_free(u);
}

static void the_stillest_goes_first(void **state) {
    (void)state;
    enum { READERS = 40, EACH = UNREAD_BYTES / READERS };
    struct unread *u = unread_new();
    struct unread_line *lines[READERS];
    int pairs[READERS][2];
    open_pairs(pairs, READERS);
    for (uint8_t i = 0; i < READERS; i++) {
        struct bus_peer peer = peer_of(pairs[i][0], i);
        assert_non_null(lines[i] = unread_add(u, &peer, EACH));
    }
    pause_ms(30);
    unread_take(u, lines[0], EACH / 2); /* the first one reads */
    pause_ms(30);
    struct bus_peer first = peer_of(pairs[0][0], 0);
    assert_ptr_equal(unread_add(u, &first, EACH), lines[0]);
    assert_false(is_shut(pairs[0][1]));
    int shut = 0;
    for (int i = 1; i < READERS; i++)
        shut += is_shut(pairs[i][1]);
    assert_int_equal(shut, 1);
    close_pairs(pairs, READERS);
    unread_free(u);
}

/* Whatever does not let go: there is an end. */
static void there_is_an_end(void **state) {
    (void)state;
    struct unread *u = unread_new();
    size_t added = 0;
    for (uint8_t i = 0; i < 100; i++) {
        struct bus_peer peer = peer_of(-1, i);
        added += unread_add(u, &peer, MIB) ? MIB : 0;
    }
    assert_int_equal(unread_bytes(u), added);
    assert_in_range(added, UNREAD_BYTES, UNREAD_BYTES_EVER);
    unread_free(u);
}

static void peers_have_an_end(void **state) {
    (void)state;
    struct unread *u = unread_new();
    for (unsigned i = 0; i < UNREAD_PEERS + 10; i++) {
        struct bus_peer peer = {.identity_size = 5, .connection = -1};
        memcpy(peer.identity, &i, sizeof i);
        assert_int_equal(unread_add(u, &peer, 1) != NULL, i < UNREAD_PEERS);
    }
    unread_free(u);
}

/* ---- on a server ---- */

static void tell_page(struct place *p, const struct bus_peer *peer, int64_t number) {
    static uint8_t page[PAGE];
    memcpy(page, &number, sizeof number);
    assert_int_equal(bus_server_answer_bytes(p->server, peer, (struct bytes){page, PAGE}, false),
                     0);
}

static void *slow_reader(struct place *p, uint64_t requests) {
    void *peer = place_peer(p, NULL, 0);
    int few = 1;
    zmq_setsockopt(peer, ZMQ_RCVHWM, &few, sizeof few);
    for (uint64_t i = 0; i < requests; i++) {
        zmq_send(peer, &i, sizeof i, ZMQ_SNDMORE);
        zmq_send(peer, "\x92\xcd\x0a\x30\x80", 5, 0);
    }
    return peer;
}

static unsigned tell_pages(struct place *p, unsigned most, int timeout_ms) {
    unsigned told = 0;
    struct bus_request q;
    while (told < most && place_next(p, &q, timeout_ms)) {
        tell_page(p, &q.peer, (int64_t)q.peer.correlation);
        told++;
    }
    return told;
}

/* What was read before the end: whole answers, in order, none left out. */
static uint64_t read_in_order(void *peer) {
    static uint8_t answer[9 + PAGE];
    uint64_t next = 0;
    zmq_pollitem_t item = {peer, 0, ZMQ_POLLIN, 0};
    while (zmq_poll(&item, 1, 300) == 1) {
        assert_int_equal(zmq_recv(peer, answer, sizeof answer, 0), sizeof answer);
        assert_memory_equal(answer, &next, sizeof next);
        assert_memory_equal(answer + 9, &next, sizeof next);
        next++;
    }
    return next;
}

static void a_slow_reader_is_cut_off(void **state) {
    struct place *p = *state;
    size_t before = memory_used();
    void *slow = slow_reader(p, 200);
    tell_pages(p, 200, 500);
    pause_ms(50);
    assert_true(memory_used() < before + UNREAD_PEER_BYTES + 8 * MIB);
    uint64_t whole = read_in_order(slow);
    assert_true(whole < 30);
    zmq_close(slow);
    assert_true(tell_pages(p, 1, 0) == 0);
}

static void many_slow_readers_do_not_stop_a_good_one(void **state) {
    struct place *p = *state;
    enum { SLOW = 60 };
    void *slow[SLOW];
    size_t before = memory_used();
    struct bus_client *good;
    for (int i = 0; i < SLOW; i++)
        slow[i] = slow_reader(p, 3);
    tell_pages(p, SLOW * 3, 300);
    /* Their own contexts hold what they received; the server's share is what is bounded. */
    assert_true(memory_used() < before + UNREAD_BYTES + SLOW * 3 * (size_t)PAGE);
    good = place_client(p);
    for (int i = 0; i < 20; i++) {
        struct AskStatus ask = {0};
        struct bus_answer a;
        int64_t begin = clock_ms();
        assert_int_equal(bus_client_send(good, 1, AskStatus_schema(), &ask), 0);
        assert_int_equal(place_serve(p, 1, SOON_MS), 1);
        assert_int_equal(bus_client_receive(good, SOON_MS, &p->answered, &a), 0);
        assert_true(clock_ms() - begin < 1000);
    }
    bus_client_close(good);
    for (int i = 0; i < SLOW; i++)
        zmq_close(slow[i]);
}

/* Small answers too: ZeroMQ's own count of messages ends in the same way. */
static void small_answers_are_bounded(void **state) {
    struct place *p = *state;
    void *slow = place_peer(p, NULL, 0);
    int few = 1;
    size_t before = memory_used();
    zmq_setsockopt(slow, ZMQ_RCVHWM, &few, sizeof few);
    for (unsigned i = 0; i < 60000; i++) {
        zmq_send(slow, "12345678", 8, ZMQ_SNDMORE | ZMQ_DONTWAIT);
        zmq_send(slow, "\x92\xcd\x0a\x30\x80", 5, ZMQ_DONTWAIT);
        if (i % 100 == 99)
            place_serve(p, 100, 10);
    }
    assert_true(memory_used() < before + 4 * MIB);
    zmq_close(slow);
}

#define in_place(test) cmocka_unit_test_setup_teardown(test, place_open, place_close)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_peer_has_its_limit),
        cmocka_unit_test(the_stillest_goes_first),
        cmocka_unit_test(there_is_an_end),
        cmocka_unit_test(peers_have_an_end),
        in_place(a_slow_reader_is_cut_off),
        in_place(many_slow_readers_do_not_stop_a_good_one),
        in_place(small_answers_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
