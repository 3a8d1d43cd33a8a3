/* follow DATA STATE: follows the feed. STATE holds "next count sum" (of the positions): checkpoint and
 * effect, moved by one rename; killed anywhere, it goes on there. cc follow.c -lzmq -lmsgpackc */
#include "ask.h"

int main(int argc, char **argv) {
    unsigned long next = 1, count = 0, sum = 0;
    char fresh[300];
    FILE *file = argc == 3 ? fopen(argv[2], "r") : NULL;
    if (argc != 3 || (file && fscanf(file, "%lu %lu %lu", &next, &count, &sum) != 3))
        return 100;
    void *socket = connect_to(argv[1], "eventlog");
    snprintf(fresh, sizeof fresh, "%s.new", argv[2]);
    for (msgpack_unpacked page;; msgpack_unpacked_destroy(&page)) {
        msgpack_sbuffer request = {0};
        msgpack_packer p = begin(&request, 0x0a16, 2); /* ReadFeed */
        put_number(&p, 1, next), put_number(&p, 3, 1000); /* from, wait_ms */
        msgpack_object *got = ask(socket, &request, &page);
        msgpack_sbuffer_destroy(&request);
        msgpack_object records = {0};
        if (got && got[0].via.u64 == 0x0a17) /* else time-out or Fault: again */
            records = field(got[1], 1);
        for (uint32_t i = 0; records.type && i < records.via.array.size; i++, count++, sum += next++)
            if (position_of(records.via.array.ptr[i]) != next)
                return fprintf(stderr, "the feed has a gap at position %lu\n", next), 1;
        if (!(file = fopen(fresh, "w")) || fprintf(file, "%lu %lu %lu\n", next, count, sum) < 0 ||
            fflush(file) || fsync(fileno(file)) || fclose(file) || rename(fresh, argv[2]))
            return 111;
    }
}
