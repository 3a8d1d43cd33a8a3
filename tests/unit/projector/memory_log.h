#ifndef TESTS_UNIT_PROJECTOR_MEMORY_LOG_H
#define TESTS_UNIT_PROJECTOR_MEMORY_LOG_H

/* A log in memory: real record bytes, told page by page and stream by stream like the eventlog. */
#include "common/messages/record.h"
#include "daemons/projector/source.h"

struct kept {
    size_t offset, size;
    struct stream stream;
    uint64_t previous; /* position, 0 for the first */
    uint64_t version;
    int64_t known_us;
};

struct memory_log {
    uint8_t *bytes;
    size_t size, capacity;
    struct kept *records; /* position - 1 */
    size_t count, record_capacity;
    uint64_t *heads; /* newest position of a stream, by hash */
    size_t head_count;
    struct bytes *lent, *lent_of_stream;
    size_t page;  /* records a page */
    uint64_t end; /* told as the end of the log; 0: all */
};

struct entry {
    struct stream stream;
    const struct schema *schema;
    const void *payload;
    civil_day day;
    civil_day known; /* day on which it became known; 0: the same */
    struct id actor;
    int32_t role;       /* 0: SYSTEM */
    const char *breach; /* code of a rule that was missed */
};

void memory_log_init(struct memory_log *log);
void memory_log_free(struct memory_log *log);

/* Both return the position. */
uint64_t memory_log_add(struct memory_log *log, const struct entry *entry);
/* What a daemon said, known at that moment or, where the log is further, at its newest one. */
uint64_t memory_log_put(struct memory_log *log, const struct said *said,
                        const struct schema *schema, const void *payload, int64_t known_us);
struct bytes memory_log_at(const struct memory_log *log, uint64_t position);

/* A stand-in for the tree root at a position: changes with every record before it. */
void memory_log_root(const struct memory_log *log, uint64_t position, uint8_t out[32]);

struct source memory_log_source(struct memory_log *log);

#endif
