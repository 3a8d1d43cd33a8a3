/* follow DATA STATE: follows the feed. STATE holds "next count sum" (of the positions): checkpoint
 * and effect, moved by one rename; killed anywhere, it goes on there. cc follow.c -lzmq -lmsgpackc
 */
#include <unistd.h>
#include "ask.h"

static unsigned long
position_of(msgpack_object item) { /* {1: bin [{1: position}, said, payload]} */
    msgpack_object_bin record = field(item, 1).via.bin;
    msgpack_unpacked u = {0};
    int bad = msgpack_unpack_next(&u, record.ptr, record.size, NULL) <= 0;
    unsigned long position = bad ? 0 : field(u.data.via.array.ptr[0], 1).via.u64;
    msgpack_unpacked_destroy(&u);
    return position;
}

int main(int argc, char **argv) {
    unsigned long next = 1, count = 0, sum = 0;
    char path[300], fresh[300];
    FILE *file = argc == 3 ? fopen(argv[2], "r") : NULL;
    if (argc != 3 || (file && fscanf(file, "%lu %lu %lu", &next, &count, &sum) != 3))
        return 100;
    void *socket = zmq_socket(zmq_ctx_new(), ZMQ_DEALER);
    snprintf(path, sizeof path, "ipc://%s/run/eventlog.sock", argv[1]);
    snprintf(fresh, sizeof fresh, "%s.new", argv[2]);
    zmq_connect(socket, path);
    for (msgpack_unpacked page;; msgpack_unpacked_destroy(&page)) {
        msgpack_sbuffer request = {0};
        msgpack_packer p = {&request, msgpack_sbuffer_write};
        msgpack_pack_array(&p, 2), msgpack_pack_int(&p, 0x0a16), msgpack_pack_map(&p, 2);
        msgpack_pack_int(&p, 1), msgpack_pack_uint64(&p, next); /* from */
        msgpack_pack_int(&p, 3), msgpack_pack_int(&p, 1000);    /* wait_ms */
        msgpack_object *got = ask(socket, &request, &page);
        msgpack_sbuffer_destroy(&request);
        if (!got || got[0].via.u64 != 0x0a17) /* time-out or Fault: again */
            continue;
        msgpack_object records = field(got[1], 1);
        for (uint32_t i = 0; records.type && i < records.via.array.size;
             i++, count++, sum += next++)
            if (position_of(records.via.array.ptr[i]) != next)
                return fprintf(stderr, "the feed has a gap at position %lu\n", next), 1;
        file = fopen(fresh, "w");
        if (!file || fprintf(file, "%lu %lu %lu\n", next, count, sum) < 0 || fflush(file) ||
            fsync(fileno(file)) || fclose(file) || rename(fresh, argv[2]))
            return 111;
    }
}
