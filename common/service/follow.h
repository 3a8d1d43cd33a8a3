#ifndef COMMON_SERVICE_FOLLOW_H
#define COMMON_SERVICE_FOLLOW_H

/*
 * Following the log: pages are pulled by position, the doorbell only says when (law 4). Also the
 * older entries of one stream, for corrections.
 */
#include "common/bus/bus.h"
#include "common/messages/record.h"

struct follow {
    struct bus_client *log; /* to the eventlog */
    struct arena pages;     /* one page and its records at a time */
    uint64_t size;          /* newest applied size that was told */
};

enum { FOLLOW_TIMEOUT_MS = 10000 };

int follow_open(struct bus *bus, const char *data_dir, struct follow *out);
void follow_close(struct follow *f);

/* Called for each record in order; what is not 0 ends the page and is returned. */
typedef int follow_take(void *context, const struct record *record);

/* One page from a position on, waiting up to wait_ms for it. *next is where to go on. 0, BUS_TIMEOUT
 * when the eventlog does not answer, or what `take` returned. */
int follow_page(struct follow *f, uint64_t from, int wait_ms, follow_take *take, void *context,
                uint64_t *next);

/* A machine_history over the eventlog; BUS_TIMEOUT when it does not answer. */
int follow_history(struct follow *f, uint16_t category, struct id stream, uint64_t at,
                   struct arena *arena, struct record **records, size_t *count);

#endif
