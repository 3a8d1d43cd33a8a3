/*
 * Durable appends at the eventlog's own socket: real AppendBatch frames with expected versions.
 *
 *   bench_append DATA METRIC WRITERS WINDOW APPENDS_A_FRAME SECONDS
 */
#include <stdlib.h>

#include "tests/bench/writers.h"

int main(int argc, char **argv) {
    char endpoint[BUS_ENDPOINT_SIZE];
    need_arguments(argc, 6, "bench_append DATA METRIC WRITERS WINDOW APPENDS_A_FRAME SECONDS");
    endpoint_of(argv[1], "eventlog", endpoint);
    struct crowd c = {.endpoint = endpoint,
                      .clients = (unsigned)atoi(argv[3]),
                      .window = (unsigned)atoi(argv[4]),
                      .seconds = atof(argv[6]),
                      .is_bus = true,
                      .next = writers_next,
                      .judge = writers_judge};
    struct writers *w = writers_open(endpoint, c.clients, (uint32_t)atoi(argv[5]));
    c.context = w;
    crowd_tell(&c, argv[2], "appends/s");
    writers_close(w);
    return 0;
}
