/* send DATA COMMAND UNIT ACTOR: asks monitoring to register a unit of MOPS; ids are UUIDs. It asks until
 * there is an answer, always with the same command id: applied once. cc send.c -lzmq -lmsgpackc */
#include "ask.h"

int main(int argc, char **argv) {
    msgpack_sbuffer request = {0};
    if (argc != 5 || strlen(argv[2]) != 36 || strlen(argv[3]) != 36 || strlen(argv[4]) != 36)
        return 100;
    msgpack_packer p = begin(&request, 0x0a20, 7); /* Command */
    put_id(&p, 1, argv[2]);
    put_number(&p, 2, 0x0502), put_number(&p, 3, 0x0502); /* UnitRegistered in a stream of Unit */
    put_id(&p, 4, argv[3]), put_id(&p, 5, argv[4]);
    put_number(&p, 7, 4); /* BIURO records; the payload says {role: MOPS} */
    put_bytes(&p, 16, "\x81\x01\x07", 3);
    void *socket = connect_to(argv[1], "monitoring");
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
