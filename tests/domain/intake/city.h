#ifndef TESTS_DOMAIN_INTAKE_CITY_H
#define TESTS_DOMAIN_INTAKE_CITY_H

/*
 * A small city without machine, codec or log: the streams of intake in memory, decide() and
 * evolve() called directly. Refolds after a void or correction use common/domain/history.h, as the
 * daemon does.
 */
#include "common/domain/history.h"
#include "daemons/intake/domain.h"

enum { STREAMS_MAX = 4096 };

struct told { /* one stream */
    struct stream key;
    const struct aggregate *aggregate;
    void *state;
    struct history_entry *entries;
    size_t count, capacity;
};

struct city {
    struct arena arena; /* everything; reset with the city */
    struct told *streams;
    size_t stream_count;
    uint64_t position;
    struct PolicySetAdopted policy;
    struct roster *roster;
    struct facts facts;
    struct states states;
    struct decision decision; /* the last one */
    /* Called after every single event: what must hold at each position of the log. */
    void (*watch)(struct city *city);
};

void city_init(struct city *city, void *memory, size_t size, int64_t places);
void city_deinit(struct city *city);

struct told *city_stream(struct city *city, uint16_t category, struct id id); /* or NULL */

/* Decides as COORD, folds what was accepted; the rule of the rejection, or NULL. */
const struct rule *city_send(struct city *city, uint16_t category, struct id id,
                             const struct schema *schema, const void *payload);

/* Voids the entry, or gives it the new payload, through EntryVoided and EntryCorrected. */
const struct rule *city_void(struct city *city, struct told *stream, size_t index);
const struct rule *city_correct(struct city *city, struct told *stream, size_t index,
                                const void *payload);

#endif
