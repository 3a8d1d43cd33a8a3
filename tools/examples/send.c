/* send DATA COMMAND UNIT ACTOR: asks monitoring to register a unit of MOPS; ids are UUIDs. It asks
 * until there is an answer, always with the same command id: applied once. cc send.c -lzmq
 * -lmsgpackc */
#include "ask.h"

static void put_id(msgpack_packer *p, int number, const char *uuid) {
    unsigned char id[16];
    for (int i = 0; i < 16; uuid += 2, i++)
        sscanf(uuid += *uuid == '-', "%2hhx", &id[i]);
    msgpack_pack_int(p, number), msgpack_pack_bin(p, 16), msgpack_pack_bin_body(p, id, 16);
}

static void put_number(msgpack_packer *p, int number, int value) {
    msgpack_pack_int(p, number), msgpack_pack_int(p, value);
}

int main(int argc, char **argv) {
    char path[300];
    msgpack_sbuffer request = {0};
    msgpack_packer p = {&request, msgpack_sbuffer_write};
    if (argc != 5 || strlen(argv[2]) != 36 || strlen(argv[3]) != 36 || strlen(argv[4]) != 36)
        return 100;
    msgpack_pack_array(&p, 2), msgpack_pack_int(&p, 0x0a20), msgpack_pack_map(&p, 7);
    put_id(&p, 1, argv[2]);
    put_number(&p, 2, 0x0502), put_number(&p, 3, 0x0502); /* UnitRegistered in a stream of Unit */
    put_id(&p, 4, argv[3]), put_id(&p, 5, argv[4]);
    put_number(&p, 7, 4); /* BIURO records; the payload says {role: MOPS} */
    msgpack_pack_int(&p, 16), msgpack_pack_bin(&p, 3), msgpack_pack_bin_body(&p, "\x81\x01\x07", 3);
    void *socket = zmq_socket(zmq_ctx_new(), ZMQ_DEALER);
    snprintf(path, sizeof path, "ipc://%s/run/monitoring.sock", argv[1]);
    zmq_connect(socket, path);
    for (msgpack_unpacked answer;; msgpack_unpacked_destroy(&answer), zmq_poll(NULL, 0, 200)) {
        msgpack_object *got = ask(socket, &request, &answer);
        uint64_t outcome = got ? field(got[1], 1).via.u64 : 9;
        if (outcome == 9) /* later, from Answer and from Fault alike */
            continue;
        printf(outcome == 1 ? "accepted %lu\n" : "rejected\n",
               (unsigned long)field(got[1], 2).via.u64);
        return outcome != 1;
    }
}
