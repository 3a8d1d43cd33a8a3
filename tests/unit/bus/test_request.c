/* Requests and their answers: who gets which, and what happens when nobody does. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "tests/unit/bus/fixture.h"

static const struct AskStatus ask = {0};

static void say(struct place *p, const struct bus_peer *peer, int64_t number, bool more) {
    struct Status status = {.name = text_of("server"), .ready = true, .folded = number};
    assert_int_equal(bus_server_answer(p->server, peer, Status_schema(), &status, more), 0);
}

static int64_t folded(const struct bus_answer *a) {
    assert_ptr_equal(a->schema, Status_schema());
    return ((const struct Status *)a->message)->folded;
}

static void an_answer_carries_the_correlation(void **state) {
    struct place *p = *state;
    struct bus_client *c = place_client(p);
    struct bus_answer a;
    assert_int_equal(bus_client_send(c, 0x1122334455667788, AskStatus_schema(), &ask), 0);
    assert_int_equal(place_serve(p, 1, SOON_MS), 1);
    arena_reset(&p->answered);
    assert_int_equal(bus_client_receive(c, SOON_MS, &p->answered, &a), 0);
    assert_true(a.correlation == 0x1122334455667788);
    assert_int_equal(folded(&a), 1);
    assert_false(a.more);
    assert_int_equal(bus_client_receive(c, 0, &p->answered, &a), BUS_TIMEOUT);
    bus_client_close(c);
}

static void an_answer_has_several_parts(void **state) {
    struct place *p = *state;
    struct bus_client *c = place_client(p);
    struct bus_request q;
    assert_int_equal(bus_client_send(c, 5, AskStatus_schema(), &ask), 0);
    assert_true(place_next(p, &q, SOON_MS));
    for (int i = 1; i <= 40; i++)
        say(p, &q.peer, i, i < 40);
    for (int i = 1; i <= 40; i++) {
        struct bus_answer a;
        arena_reset(&p->answered);
        assert_int_equal(bus_client_receive(c, SOON_MS, &p->answered, &a), 0);
        assert_int_equal(folded(&a), i);
        assert_int_equal(a.more, i < 40);
        assert_true(a.correlation == 5);
    }
    bus_client_close(c);
}

/* Whoever asks first may be answered last, and each gets his own. */
static void answers_find_their_askers(void **state) {
    struct place *p = *state;
    enum { ASKERS = 8 };
    struct bus_client *c[ASKERS];
    struct bus_request q[ASKERS];
    for (uint64_t i = 0; i < ASKERS; i++) {
        c[i] = place_client(p);
        assert_int_equal(bus_client_send(c[i], 100 + i, AskStatus_schema(), &ask), 0);
    }
    for (int i = 0; i < ASKERS; i++)
        assert_true(place_next(p, &q[i], SOON_MS));
    for (int i = ASKERS - 1; i >= 0; i--)
        say(p, &q[i].peer, (int64_t)q[i].peer.correlation * 10, false);
    for (uint64_t i = 0; i < ASKERS; i++) {
        struct bus_answer a;
        arena_reset(&p->answered);
        assert_int_equal(bus_client_receive(c[i], SOON_MS, &p->answered, &a), 0);
        assert_true(a.correlation == 100 + i);
        assert_int_equal(folded(&a), (int64_t)(100 + i) * 10);
        bus_client_close(c[i]);
    }
}

/* ---- calls: a server of their own thread ---- */

struct beside {
    struct place *p;
    unsigned requests;
    bool mixes; /* answers of other requests come first, one of them in parts */
    int pause_ms;
};

static void *answer_beside(void *argument) {
    struct beside *b = argument;
    for (unsigned i = 1; i <= b->requests; i++) {
        struct bus_request q;
        if (!place_next(b->p, &q, SOON_MS))
            return NULL;
        struct timespec pause = {0, b->pause_ms * 1000000L};
        nanosleep(&pause, NULL);
        if (b->mixes) {
            struct bus_peer other = q.peer;
            other.correlation--;
            say(b->p, &other, 1001, true);
            say(b->p, &other, 1002, false);
            other.correlation += 7;
            say(b->p, &other, 1003, false);
        }
        say(b->p, &q.peer, i, false);
    }
    return b;
}

static void a_call_takes_only_its_own_answer(void **state) {
    struct beside b = {.p = *state, .requests = 50, .mixes = true};
    struct bus_client *c = place_client(b.p);
    pthread_t thread;
    pthread_create(&thread, NULL, answer_beside, &b);
    for (int i = 1; i <= 50; i++) {
        struct bus_answer a;
        arena_reset(&b.p->answered);
        assert_int_equal(bus_call(c, AskStatus_schema(), &ask, SOON_MS, &b.p->answered, &a), 0);
        assert_int_equal(folded(&a), i);
    }
    pthread_join(thread, NULL);
    bus_client_close(c);
}

static void a_late_answer_is_dropped(void **state) {
    struct beside b = {.p = *state, .requests = 2, .pause_ms = 200};
    struct bus_client *c = place_client(b.p);
    struct bus_answer a;
    pthread_t thread;
    pthread_create(&thread, NULL, answer_beside, &b);
    assert_int_equal(bus_call(c, AskStatus_schema(), &ask, 50, &b.p->answered, &a), BUS_TIMEOUT);
    arena_reset(&b.p->answered);
    assert_int_equal(bus_call(c, AskStatus_schema(), &ask, SOON_MS, &b.p->answered, &a), 0);
    assert_int_equal(folded(&a), 2);
    pthread_join(thread, NULL);
    bus_client_close(c);
}

static void silence_ends_in_time(void **state) {
    struct place *p = *state;
    struct bus_client *c = place_client(p);
    struct bus_answer a;
    int64_t begin = clock_ms();
    assert_int_equal(bus_call(c, AskStatus_schema(), &ask, 300, &p->answered, &a), BUS_TIMEOUT);
    assert_in_range(clock_ms() - begin, 290, 2000);
    bus_client_close(c);
}

static void nobody_there_ends_in_time(void **state) {
    struct place *p = *state;
    struct bus_client *c;
    struct bus_answer a;
    char nobody[BUS_ENDPOINT_SIZE];
    assert_int_equal(bus_endpoint(p->dir, "nobody", nobody), 0);
    assert_int_equal(bus_client_open(p->far, nobody, &c), 0);
    int64_t begin = clock_ms();
    assert_int_equal(bus_call(c, AskStatus_schema(), &ask, 200, &p->answered, &a), BUS_BUSY);
    assert_in_range(clock_ms() - begin, 190, 900);
    begin = clock_ms();
    assert_int_equal(bus_call(c, AskStatus_schema(), &ask, 60000, &p->answered, &a), BUS_BUSY);
    assert_in_range(clock_ms() - begin, 900, 5000);
    bus_client_close(c);
}

/* ---- who comes and goes ---- */

static void an_asker_that_is_gone_holds_nothing_up(void **state) {
    struct place *p = *state;
    struct bus_request q;
    for (int i = 0; i < 20; i++) {
        struct bus_client *c = place_client(p);
        assert_int_equal(bus_client_send(c, 1, AskStatus_schema(), &ask), 0);
        assert_true(place_next(p, &q, SOON_MS));
        bus_client_close(c);
        struct timespec pause = {0, 10000000};
        nanosleep(&pause, NULL);
        say(p, &q.peer, 1, i % 2);
    }
    an_answer_carries_the_correlation(state);
}

static void a_server_that_comes_back_is_found(void **state) {
    struct place *p = *state;
    struct bus_client *c = place_client(p);
    for (int i = 0; i < 3; i++) {
        struct bus_answer a;
        assert_int_equal(bus_client_send(c, 9, AskStatus_schema(), &ask), 0);
        assert_int_equal(place_serve(p, 1, SOON_MS), 1);
        int r = bus_client_receive(c, SOON_MS, &p->answered, &a);
        if (i > 0 && r == BUS_TIMEOUT) /* that the connection broke is told once */
            r = bus_client_receive(c, SOON_MS, &p->answered, &a);
        assert_int_equal(r, 0);
        bus_server_close(p->server);
        p->server = NULL;
        struct timespec pause = {0, 200000000};
        nanosleep(&pause, NULL);
        assert_int_equal(bus_server_open(p->bus, p->endpoint, &p->server), 0);
    }
    bus_client_close(c);
}

static void nothing_grows_while_they_come_and_go(void **state) {
    struct place *p = *state;
    enum { ROUNDS = 1500, WARM = 300 };
    size_t before = 0;
    for (int i = 0; i < ROUNDS; i++) {
        void *peer = place_peer(p, NULL, 0);
        zmq_send(peer, "12345678", 8, ZMQ_SNDMORE);
        zmq_send(peer, "\x92\xcd\x0a\x30\x80", 5, 0);
        assert_int_equal(place_serve(p, 1, SOON_MS), 1);
        zmq_close(peer);
        if (i == WARM)
            before = memory_used();
    }
    struct timespec pause = {0, 200000000};
    nanosleep(&pause, NULL);
    place_serve(p, 1, 10);
    assert_true(memory_used() < before + (2 << 20));
}

/* ---- names and files ---- */

static void a_path_that_is_too_long_is_refused(void **state) {
    (void)state;
    static const struct {
        size_t size; /* of "DIR/run/NAME.sock" */
        int result;
    } row[] = {{40, 0},
               {99, 0},
               {100, 0},
               {101, BUS_TOO_LONG},
               {108, BUS_TOO_LONG},
               {120, BUS_TOO_LONG},
               {127, BUS_TOO_LONG},
               {400, BUS_TOO_LONG}};
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        char dir[512], out[BUS_ENDPOINT_SIZE];
        size_t size = row[i].size - strlen("/run/name.sock");
        memset(dir, 'd', size);
        dir[0] = '/';
        dir[size] = 0;
        assert_int_equal(bus_endpoint(dir, "name", out), row[i].result);
    }
}

static void a_socket_file_is_private(void **state) {
    struct place *p = *state;
    struct bus_doorbell *bell;
    struct stat info;
    mode_t before = umask(0);
    assert_int_equal(bus_doorbell_bind(p->bus, p->bell, &bell), 0);
    assert_int_equal(umask(before), 0); /* as it was */
    assert_int_equal(stat(p->endpoint + strlen("ipc://"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0700);
    assert_int_equal(stat(p->bell + strlen("ipc://"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0700);
    bus_doorbell_close(bell);
}

static void descriptors_are_allowed_for(void **state) {
    (void)state;
    struct rlimit before, few, after;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    few = before;
    few.rlim_cur = 300;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    struct bus *bus = bus_new();
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &after), 0);
    assert_true(after.rlim_cur == (before.rlim_max < 16384 ? before.rlim_max : 16384));
    bus_free(bus);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
}

#define in_place(test) cmocka_unit_test_setup_teardown(test, place_open, place_close)

int main(void) {
    const struct CMUnitTest tests[] = {
        in_place(an_answer_carries_the_correlation),
        in_place(an_answer_has_several_parts),
        in_place(answers_find_their_askers),
        in_place(a_call_takes_only_its_own_answer),
        in_place(a_late_answer_is_dropped),
        in_place(silence_ends_in_time),
        in_place(nobody_there_ends_in_time),
        in_place(an_asker_that_is_gone_holds_nothing_up),
        in_place(a_server_that_comes_back_is_found),
        in_place(nothing_grows_while_they_come_and_go),
        cmocka_unit_test(a_path_that_is_too_long_is_refused),
        in_place(a_socket_file_is_private),
        cmocka_unit_test(descriptors_are_allowed_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
