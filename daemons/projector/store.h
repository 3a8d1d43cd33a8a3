#ifndef DAEMONS_PROJECTOR_STORE_H
#define DAEMONS_PROJECTOR_STORE_H

/*
 * What the views know: one plain record of facts per stream, folded from that stream's events
 * alone.
 *
 * A shelf holds the facts of one aggregate: the aggregate's own state, moved by its own evolve() so
 * that a view can never disagree with the department; its running terms; and the counts that only
 * views need. Every row of a view is a sum or a join over shelves, so that refolding one stream
 * replaces exactly its share of every row.
 */
#include "common/domain/domain.h"
#include "common/domain/history.h"

/* The terms of DOMAIN.md 3 in a stream, kept by comparing the aggregate's timers() before and after
 * each event: a term that is gone was met, unless its own timer event took it away (terms.c). */
enum { TERMS_RUNNING_MAX = 8, TERMS_NUMBER_MAX = 33 };

struct term {
    uint8_t number; /* T1 .. T32 */
    bool is_passed; /* its timer event is in the log, what it asked for is not */
    civil_day due;  /* of a passed one; what still runs has the due day of timers() */
    uint64_t start;
};

struct terms {
    struct term open[TERMS_RUNNING_MAX];
    uint8_t count;
    uint16_t breaches; /* events that missed a rule (A49) */
    uint16_t met[TERMS_NUMBER_MAX], passed[TERMS_NUMBER_MAX];
};

/* The head of one stream's facts; state, terms and counts lie behind it (dossier.c). */
struct dossier {
    struct stream stream;
    uint8_t shelf;
    bool is_dirty : 1;   /* differs from the durable table */
    bool is_amended : 1; /* holds a void or a correction */
    uint64_t stored;     /* hash of what the durable table holds, 0: nothing */
};

/* `before` is the state of the life cycle that the event found; `state` already moved on. */
typedef void note_fn(void *counts, const void *state, uint8_t before, const struct event *event);

struct shelf {
    uint16_t category;
    const struct aggregate *aggregate; /* NULL: counts only */
    size_t counts_size;                /* what views count beside the state */
    note_fn *note;                     /* NULL: counts nothing */
};

/* The shelves, in a fixed order (shelves.c). */
enum { SHELVES_MAX = 40, NO_SHELF = 0xff };
size_t shelves_count(void);
const struct shelf *shelves_at(uint8_t number);
uint8_t shelves_of(uint16_t category); /* NO_SHELF: views do not look at it */

/* Bytes of facts on a shelf behind the struct facts. */
size_t shelf_size(uint8_t number);

struct store;

struct store *store_new(void); /* NULL when memory is exhausted */
void store_free(struct store *store);

struct dossier *store_find(const struct store *store, uint16_t category, struct id id);
/* Creates zeroed ones; NULL when memory is exhausted or the category has no shelf. */
struct dossier *store_get(struct store *store, struct stream stream);

size_t store_count(const struct store *store, uint8_t shelf);
struct dossier *store_at(const struct store *store, uint8_t shelf, size_t index);

/* Everything that is dirty since the last store_clean; in order of first change. */
void store_touch(struct store *store, struct dossier *dossier);
size_t store_dirty_count(const struct store *store);
struct dossier *store_dirty_at(const struct store *store, size_t index);
void store_clean(struct store *store);

/* State, terms and counts of facts; NULL where the shelf has none. */
void *dossier_bytes(struct dossier *dossier);
const void *dossier_state(const struct dossier *dossier);
const struct terms *dossier_terms(const struct dossier *dossier);
const void *dossier_counts(const struct dossier *dossier);

/* Sets state, terms and counts back to nothing. */
void dossier_clear(struct dossier *dossier);

/* Folds one entry of history into the facts of its stream. A void one counts as a version only. */
void dossier_fold(struct dossier *dossier, const struct history_entry *entry);
void dossier_fold_event(struct dossier *dossier, const struct event *event);

/* Compares the running terms after an event of the stream; `moved`: the life cycle's state did. */
void terms_follow(struct terms *terms, const struct aggregate *aggregate, const void *state,
                  bool moved, const struct event *event);

/* Did the event do what it says? A breached legal act did not, nor did what came in a wrong state
 * (A49). The same rule by which evolve() decides. */
bool has_effect(const struct event *event);

#endif
