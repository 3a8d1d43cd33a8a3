/* What is no request: answered with Fault or with silence, counted, and the next one is served. */
#include <stdlib.h>
#include <string.h>

#include "common/base/ensure.h"
#include "tests/harness/hex.h"
#include "tests/unit/bus/fixture.h"

enum expected { SILENCE, FAULT, SERVED };

enum { FAULT_TYPE = 0x0a01, STATUS = 0x0a31 };

static const char correlation[] = "00 01 02 03 04 05 06 07";
static const char status[] = "92 cd0a30 80";

enum { PARTS_MAX = 5, ROUNDS = 50 };

/* Parts as hexadecimal text; "" is an empty part. */
static const struct row {
    const char *name, *parts[PARTS_MAX];
    enum expected expected;
} rows[] = {
    {"as it should be", {correlation, status}, SERVED},
    {"one empty part", {""}, SILENCE},
    {"two empty parts", {"", ""}, SILENCE},
    {"an envelope of REQ", {"", correlation, status}, SILENCE},
    {"no correlation", {status}, SILENCE},
    {"no message", {correlation}, SILENCE},
    {"a correlation too short", {"00010203040506", status}, SILENCE},
    {"a correlation too long", {"000102030405060708", status}, SILENCE},
    {"a part too many", {correlation, status, status}, SILENCE},
    {"an empty part too many", {correlation, status, ""}, SILENCE},
    {"many parts too many", {correlation, status, "", "", ""}, SILENCE},
    {"an empty message", {correlation, ""}, FAULT},
    {"text", {correlation, "68656c6c6f"}, FAULT},
    {"a number", {correlation, "05"}, FAULT},
    {"nil", {correlation, "c0"}, FAULT},
    {"a map", {correlation, "80"}, FAULT},
    {"an array of none", {correlation, "90"}, FAULT},
    {"an array of one", {correlation, "91 cd0a30"}, FAULT},
    {"an array of three", {correlation, "93 cd0a30 80 80"}, FAULT},
    {"cut behind the type", {correlation, "92 cd0a30"}, FAULT},
    {"cut in the type", {correlation, "92 cd0a"}, FAULT},
    {"a byte behind it", {correlation, "92 cd0a30 80 00"}, FAULT},
    {"a message behind it", {correlation, "92 cd0a30 80 92 cd0a30 80"}, FAULT},
    {"no such type", {correlation, "92 cd0aff 80"}, FAULT},
    {"type 0", {correlation, "92 00 80"}, FAULT},
    {"type -1", {correlation, "92 ff 80"}, FAULT},
    {"a type beyond 16 bits", {correlation, "92 ce00010a30 80"}, FAULT},
    {"a type of 64 bits", {correlation, "92 cf8000000000000000 80"}, FAULT},
    {"the type as text", {correlation, "92 a3613330 80"}, FAULT},
    {"an event", {correlation, "92 03 82 01 01 02 01"}, FAULT},
    {"an event's number", {correlation, "92 cd0152 80"}, FAULT},
    {"the type in a longer form", {correlation, "92 ce00000a30 80"}, FAULT},
    {"the array in a longer form", {correlation, "dc0002 cd0a30 80"}, FAULT},
    {"the map in a longer form", {correlation, "92 cd0a30 de0000"}, FAULT},
    {"the body as nil", {correlation, "92 cd0a30 c0"}, FAULT},
    {"the body as an array", {correlation, "92 cd0a30 90"}, FAULT},
    {"an unknown field", {correlation, "92 cd0a30 81 01 01"}, FAULT},
    {"a field is missing", {correlation, "92 cd0a16 80"}, FAULT},
    {"a number out of bounds", {correlation, "92 cd0a16 81 01 00"}, FAULT},
    {"beyond 63 bits", {correlation, "92 cd0a16 81 01 cf8000000000000000"}, FAULT},
    {"a number in a longer form", {correlation, "92 cd0a16 81 01 cc05"}, FAULT},
    {"a float", {correlation, "92 cd0a16 81 01 cb3ff0000000000000"}, FAULT},
    {"an extension", {correlation, "92 cd0a16 81 01 d40001"}, FAULT},
    {"a field twice", {correlation, "92 cd0a16 82 01 01 01 01"}, FAULT},
    {"fields out of order", {correlation, "92 cd0a16 82 02 01 01 01"}, FAULT},
    {"an optional zero", {correlation, "92 cd0a16 82 01 01 02 00"}, FAULT},
    {"waiting a day", {correlation, "92 cd0a16 82 01 01 03 ce05265c00"}, FAULT},
    {"not UTF-8", {correlation, "92 cd0a10 81 01 a2c328"}, FAULT},
    {"a control character", {correlation, "92 cd0a10 81 01 a207 61"}, FAULT},
    {"a text too long",
     {correlation, "92 cd0a10 81 01 d921 "
                   "616161616161616161616161616161616161616161616161616161616161616161"},
     FAULT},
    {"4,294,967,295 elements", {correlation, "dd ffffffff"}, FAULT},
    {"4,294,967,295 pairs", {correlation, "92 cd0a30 df ffffffff"}, FAULT},
    {"4,294,967,295 bytes", {correlation, "92 cd0a10 81 01 db ffffffff 61"}, FAULT},
    {"4,294,967,295 commands", {correlation, "92 cd0a12 81 01 dd ffffffff"}, FAULT},
    {"513 commands", {correlation, "92 cd0a12 81 01 dc0201"}, FAULT},
    {"sixty arrays inside each other",
     {correlation, "919191919191919191919191919191919191919191919191919191919191"
                   "919191919191919191919191919191919191919191919191919191919190"},
     FAULT},
};

/* ---- sending by hand ---- */

static void send_row(void *socket, const struct row *row) {
    int count = 0;
    while (count < PARTS_MAX && row->parts[count])
        count++;
    for (int i = 0; i < count; i++) {
        uint8_t out[128];
        struct bytes b = hex_bytes(row->parts[i], out, sizeof out);
        assert_true(zmq_send(socket, b.data, b.size, i + 1 < count ? ZMQ_SNDMORE : 0) >= 0);
    }
}

/* True when the peer got an answer of this type. */
static bool hears(void *peer, uint16_t type, int timeout_ms) {
    zmq_pollitem_t item = {peer, 0, ZMQ_POLLIN, 0};
    uint8_t answer[1024];
    if (zmq_poll(&item, 1, timeout_ms) < 1)
        return false;
    assert_true(zmq_recv(peer, answer, sizeof answer, 0) > 9 + 4);
    const uint8_t *frame = answer + 9;
    return frame[0] == 0x92 && frame[2] == type >> 8 && frame[3] == (type & 0xff);
}

static void send_good(void *peer) {
    zmq_send(peer, "good day", 8, ZMQ_SNDMORE);
    zmq_send(peer, "\x92\xcd\x0a\x30\x80", 5, 0);
}

/* ---- what was sent is seen in what is heard before the next answer ---- */

static void every_row(void **state) {
    struct place *p = *state;
    void *peer = place_peer(p, NULL, 0);
    uint64_t malformed = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *row = &rows[i];
        bool is_served = row->expected == SERVED;
        malformed += !is_served;
        send_row(peer, row);
        send_good(peer);
        if (place_serve(p, 1 + is_served, SOON_MS) != 1u + is_served)
            fail_msg("%s: the next request is not served", row->name);
        if (is_served && !hears(peer, STATUS, SOON_MS))
            fail_msg("%s: no answer", row->name);
        if (row->expected == FAULT && !hears(peer, FAULT_TYPE, SOON_MS))
            fail_msg("%s: no Fault", row->name);
        if (!hears(peer, STATUS, SOON_MS))
            fail_msg("%s: something else before the next answer", row->name);
        if (bus_server_malformed(p->server) != malformed)
            fail_msg("%s: not counted", row->name);
    }
    zmq_close(peer);
}

/* ---- size ---- */

static void send_large(void *peer, size_t size) {
    uint8_t *data = calloc(1, size);
    ensure(data != NULL);
    zmq_send(peer, "12345678", 8, ZMQ_SNDMORE);
    zmq_send(peer, data, size, 0);
    free(data);
}

static void a_mebibyte_is_refused_in_words(void **state) {
    struct place *p = *state;
    void *peer = place_peer(p, NULL, 0);
    send_large(peer, 1 << 20);
    send_good(peer);
    assert_int_equal(place_serve(p, 1, SOON_MS), 1);
    assert_true(hears(peer, FAULT_TYPE, SOON_MS));
    assert_true(hears(peer, STATUS, SOON_MS));
    zmq_close(peer);
}

static void more_than_a_mebibyte_ends_the_connection(void **state) {
    struct place *p = *state;
    void *peer = place_peer(p, NULL, 0);
    size_t before = memory_used();
    send_large(peer, (1 << 20) + 1);
    assert_int_equal(place_serve(p, 1, NEVER_MS), 0);
    assert_false(hears(peer, FAULT_TYPE, 0));
    assert_true(memory_used() < before + (1 << 20));
    send_good(peer); /* on the next connection */
    assert_int_equal(place_serve(p, 1, SOON_MS), 1);
    assert_true(hears(peer, STATUS, SOON_MS));
    assert_int_equal(bus_server_malformed(p->server), 0);
    zmq_close(peer);
}

static void thousands_of_parts_are_thrown_away(void **state) {
    struct place *p = *state;
    void *peer = place_peer(p, NULL, 0);
    for (int i = 0; i < 5000; i++)
        zmq_send(peer, "12345678", 8, ZMQ_SNDMORE);
    zmq_send(peer, "12345678", 8, 0);
    send_good(peer);
    assert_int_equal(place_serve(p, 1, SOON_MS), 1);
    assert_true(hears(peer, STATUS, SOON_MS));
    assert_int_equal(bus_server_malformed(p->server), 1);
    zmq_close(peer);
}

/* ---- identity ---- */

static void identities(void **state) {
    struct place *p = *state;
    static const struct {
        size_t size;
        bool is_served;
    } row[] = {{1, true},   {5, true},    {31, true},  {32, true},
               {33, false}, {128, false}, {255, false}};
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        char identity[255];
        memset(identity, 'i', sizeof identity);
        void *peer = place_peer(p, identity, row[i].size);
        send_good(peer);
        assert_int_equal(place_serve(p, 1, row[i].is_served ? SOON_MS : NEVER_MS),
                         row[i].is_served);
        assert_int_equal(hears(peer, STATUS, row[i].is_served ? SOON_MS : 0), row[i].is_served);
        zmq_close(peer);
    }
    assert_int_equal(bus_server_malformed(p->server), 3);
}

/* Whoever calls himself like somebody who is there already takes nothing from him. */
static void an_identity_cannot_be_taken(void **state) {
    struct place *p = *state;
    void *first = place_peer(p, "name", 4);
    send_good(first);
    assert_int_equal(place_serve(p, 1, SOON_MS), 1);
    assert_true(hears(first, STATUS, SOON_MS));
    void *second = place_peer(p, "name", 4);
    send_good(second);
    place_serve(p, 1, NEVER_MS);
    assert_false(hears(second, STATUS, 0));
    send_good(first);
    assert_int_equal(place_serve(p, 1, SOON_MS), 1);
    assert_true(hears(first, STATUS, SOON_MS));
    assert_false(hears(second, STATUS, 0));
    zmq_close(second);
    zmq_close(first);
}

/* ---- floods ---- */

/* The caller has other work: a flood gives the thread back after a few. */
static void a_flood_gives_the_thread_back(void **state) {
    struct place *p = *state;
    void *peer = place_peer(p, NULL, 0);
    struct bus_request q;
    for (int i = 0; i < 200; i++)
        zmq_send(peer, "", 0, 0);
    struct bus_waitable item = {.server = p->server};
    for (int i = 0; i < 100 && bus_server_malformed(p->server) == 0; i++) {
        assert_int_equal(bus_wait(&item, 1, SOON_MS), 0);
        assert_int_equal(bus_server_receive(p->server, &p->asked, &q), BUS_TIMEOUT);
    }
    assert_in_range(bus_server_malformed(p->server), 1, 16);
    zmq_close(peer);
}

static void nothing_grows_under_a_flood(void **state) {
    struct place *p = *state;
    void *peer = place_peer(p, NULL, 0);
    size_t before = 0;
    for (unsigned round = 0; round < ROUNDS; round++) {
        for (unsigned i = 0; i < 400; i++)
            send_row(peer, &rows[1 + (round * 400 + i) % (sizeof rows / sizeof *rows - 1)]);
        send_good(peer);
        assert_int_equal(place_serve(p, 1, SOON_MS), 1);
        while (hears(peer, FAULT_TYPE, SOON_MS)) {
        }
        if (round == 5)
            before = memory_used();
    }
    assert_true(bus_server_malformed(p->server) == ROUNDS * 400);
    assert_true(memory_used() < before + (2 << 20));
    zmq_close(peer);
}

#define in_place(test) cmocka_unit_test_setup_teardown(test, place_open, place_close)

int main(void) {
    const struct CMUnitTest tests[] = {
        in_place(every_row),
        in_place(a_mebibyte_is_refused_in_words),
        in_place(more_than_a_mebibyte_ends_the_connection),
        in_place(thousands_of_parts_are_thrown_away),
        in_place(identities),
        in_place(an_identity_cannot_be_taken),
        in_place(a_flood_gives_the_thread_back),
        in_place(nothing_grows_under_a_flood),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
