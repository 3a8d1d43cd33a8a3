#ifndef COMMON_DOMAIN_STREAMS_H
#define COMMON_DOMAIN_STREAMS_H

/*
 * The memory of one daemon: a slot per own stream and per copy, found by its key. While a batch of
 * commands is being decided the slots may run ahead of the log; what they held before is kept aside
 * and put back when the answer of the log is known.
 */
#include "common/domain/domain.h"

struct slot {
    struct stream key; /* for a copy: category 0 and the copy's number in `copy` */
    const struct aggregate *aggregate; /* NULL for a copy */
    const struct copy *copy;           /* NULL for an aggregate */
    void *state;
    size_t size;
    civil_day next_due;   /* of the state's earliest timer; CIVIL_NEVER: none */
    uint64_t refused_at;  /* last_position at which a due timer was refused; 0: never */
    struct stream *feeders; /* copies: the streams they were folded from */
    size_t feeder_count, feeder_capacity;
    bool is_saved; /* its state stands aside */
};

struct streams;

struct streams *streams_new(void);
void streams_free(struct streams *s);

/* NULL when there is none. */
struct slot *streams_find(struct streams *s, const struct aggregate *a, const struct copy *c,
                          struct id id);
/* Creates a zeroed one where there is none. */
struct slot *streams_get(struct streams *s, const struct aggregate *a, const struct copy *c,
                         struct id id);

size_t streams_count(const struct streams *s);
struct slot *streams_at(struct streams *s, size_t index); /* in order of creation */

void streams_save(struct streams *s, struct slot *slot); /* before the first change ahead */
void streams_restore(struct streams *s);                 /* everything that was saved */

void streams_note_feeder(struct slot *slot, struct stream feeder);

#endif
