#ifndef DAEMONS_PROJECTOR_TABLES_H
#define DAEMONS_PROJECTOR_TABLES_H

/*
 * The durable side of the views: an LMDB environment of two named tables.
 *
 *   facts   category (2 bytes, big-endian) and stream id -> the bytes of its facts
 *   meta    "checkpoint" -> struct checkpoint, written in the same transaction as the facts
 *
 * The tables can always be built again from the log, so they are written without flushes. What a
 * power failure may have torn is never opened: the file `state` names the boot in which the tables
 * were last written, or says that they were flushed at the end. kill -9 tears nothing.
 */
#include "daemons/projector/store.h"

struct checkpoint {
    uint64_t position;     /* everything up to here is folded */
    int64_t known_us;      /* known_at of that position */
    uint64_t fold_version; /* of the code and of the sizes of its facts */
    uint64_t streams;      /* rows in `facts` */
    uint64_t sum;          /* of the rows' hashes: what comes back is what was put */
    uint8_t root[32];      /* tree root as given with the page; zeros: none was given */
    civil_day newest_day;
    uint32_t has_root;
    uint64_t hash; /* of all above */
};

enum tables_result {
    TABLES_OK = 0,
    TABLES_EMPTY = 1, /* nothing there yet */
    TABLES_E_DAMAGED, /* torn, of another fold version, or not what was written */
    TABLES_E_FULL,    /* no room on the disk or in the map */
    TABLES_E_SYSTEM,
};

struct tables;

/* Opens or creates the tables in a directory that exists. */
enum tables_result tables_open(const char *dir, struct tables **out);
/* Flushes, so that the next start after a power failure can trust them. */
void tables_close(struct tables *tables);

/* The same from a directory that somebody else may have open: nothing is made or written there. */
enum tables_result tables_read(const char *dir, struct store *store, struct checkpoint *checkpoint);

/* Reads every row into the store; TABLES_E_DAMAGED leaves the store half filled. */
enum tables_result tables_load(struct tables *tables, struct store *store,
                               struct checkpoint *checkpoint);

/* Writes the dirty facts and the checkpoint in one transaction and cleans the store. */
enum tables_result tables_write(struct tables *tables, struct store *store,
                                struct checkpoint *checkpoint);

/* Moves a damaged directory out of the way, to `dir`.aside; an older one there is removed. */
int tables_set_aside(const char *dir);

/* Replaces the tables in `live` by those in `fresh` in one rename; neither is open meanwhile. */
int tables_switch(const char *fresh, const char *live);

int tables_remove(const char *dir);

#endif
