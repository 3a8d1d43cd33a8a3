#ifndef DAEMONS_EVENTLOG_INDEX_H
#define DAEMONS_EVENTLOG_INDEX_H

/*
 * What the eventlog knows of its records without reading them: the head of every stream and every
 * command id. Derived, in memory, built by one scan at the start (DESIGN.md 3).
 */
#include "common/messages/record.h"

struct head {
    uint16_t category;
    struct id stream;
    uint64_t version, position;
};

struct known_command {
    struct id id;
    uint64_t digest; /* first 8 bytes of the SHA-256: tells a retry from a mistake */
    uint64_t first;
    uint32_t count;
};

struct index;

struct index *index_new(void);
void index_free(struct index *x);

/* Created with version 0 when there is none; valid until the next index_head(). */
struct head *index_head(struct index *x, uint16_t category, struct id stream);
/* NULL when the stream has no events: a question makes nothing grow. */
const struct head *index_find(const struct index *x, uint16_t category, struct id stream);
size_t index_streams(const struct index *x);

const struct known_command *index_command(const struct index *x, struct id id);
void index_add_command(struct index *x, const struct known_command *command);

uint64_t index_digest(struct bytes digest);

/* Takes one stored record into both tables. */
void index_take(struct index *x, const struct record *record);

#endif
