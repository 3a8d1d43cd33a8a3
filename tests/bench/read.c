/*
 * Readers of the feed, each a thread that pulls every page from position 1 to the end and decodes
 * every record by its schema, as the daemons do.
 *
 *   bench_read DATA METRIC READERS RECORDS        RECORDS 0: all there are
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/service/follow.h"
#include "tests/bench/crowd.h"

enum { READERS_MAX = 64 };

struct reader {
    pthread_t thread;
    const char *data;
    uint64_t wanted, read;
};

static int take(void *context, const struct record *record) {
    struct reader *r = context;
    must((uint64_t)record->log.position == ++r->read, "position %llu was skipped",
         (unsigned long long)r->read);
    return 0;
}

static void *read_all(void *context) {
    struct reader *r = context;
    struct bus *bus = bus_new();
    struct follow f;
    uint64_t next = 1, before;
    must(!follow_open(bus, r->data, &f), "cannot connect to the eventlog");
    do {
        before = next;
        must(!follow_page(&f, next, 0, take, r, &next), "the eventlog does not answer");
    } while (next > before && (!r->wanted || r->read < r->wanted));
    follow_close(&f);
    bus_free(bus);
    return NULL;
}

int main(int argc, char **argv) {
    static struct reader readers[READERS_MAX];
    need_arguments(argc, 4, "bench_read DATA METRIC READERS RECORDS");
    int count = atoi(argv[3]);
    uint64_t read = 0;
    must(count > 0 && count <= READERS_MAX, "1 to %d readers", READERS_MAX);
    int64_t start = clock_ns();
    for (int i = 0; i < count; i++) {
        readers[i] = (struct reader){.data = argv[1], .wanted = strtoull(argv[4], NULL, 10)};
        must(!pthread_create(&readers[i].thread, NULL, read_all, &readers[i]), "no thread");
    }
    for (int i = 0; i < count; i++) {
        pthread_join(readers[i].thread, NULL);
        read += readers[i].read;
    }
    tell(argv[2], (double)read * 1e9 / (double)(clock_ns() - start), "records/s");
    return 0;
}
