#ifndef DAEMONS_PROJECTOR_FOLD_H
#define DAEMONS_PROJECTOR_FOLD_H

/*
 * One fold for everything: live, rebuild, and any past day. What is known and true is asked of
 * history_limit; streams with voids or corrections are folded again through history_apply, the
 * function that also the departments use (DESIGN.md 6).
 */
#include "daemons/projector/source.h"
#include "daemons/projector/store.h"

/* Part of every digest: raise it whenever facts, definitions or rows change their meaning. */
enum { FOLD_VERSION = 2 };

enum fold_result {
    FOLD_OK = 0,
    FOLD_E_GAP = 1, /* a position was skipped or told twice */
    FOLD_E_RECORD,  /* bytes that are no record of a known event */
    FOLD_E_MEMORY,
    FOLD_E_SOURCE, /* the log could not be asked for a stream */
};

struct fold {
    struct store *store;
    const struct source *source;
    struct history_limit limit;
    bool is_deferring; /* amended streams are folded in fold_finish, not at each amendment */
    bool tracks_dirty;
    uint64_t position;       /* newest position seen */
    uint64_t known_position; /* newest position within the limit */
    int64_t known_us;        /* its known_at */
    civil_day newest_day;    /* latest occurred_on that was folded, as said or as put right */
    uint64_t events;         /* entries that moved facts */
    uint8_t *memory;         /* of the arena */
    struct arena arena;
    struct dossier **amended;
    size_t amended_count, amended_capacity;
};

int fold_init(struct fold *fold, struct store *store, const struct source *source,
              struct history_limit limit);
void fold_deinit(struct fold *fold);

/* The records that follow fold->position. What was folded before a bad record stays folded, and
 * the bad one can be given again. */
enum fold_result fold_records(struct fold *fold, const struct bytes *records, size_t count);

/* Folds the amended streams that were put off. */
enum fold_result fold_finish(struct fold *fold);

/* Reads the whole log from `fold->position` on and finishes; `root` and `has_root` as given with
 * the last page. */
enum fold_result fold_log(struct fold *fold, uint8_t root[32], bool *has_root);

const char *fold_result_text(enum fold_result result);

#endif
