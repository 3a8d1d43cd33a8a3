#ifndef DAEMONS_PROJECTOR_STATE_H
#define DAEMONS_PROJECTOR_STATE_H

/* What projector.c and rebuild.c share; nobody else looks inside. */
#include "daemons/projector/kept.h"
#include "daemons/projector/projector.h"
#include "daemons/projector/tables.h"

enum { PROJECTOR_PATH_MAX = 480 };

/* The facts of a past day, kept while the log stands still. */
struct past {
    struct store *store;
    struct fold fold;
    uint64_t made_at; /* position of the live facts */
    uint8_t root[32];
    bool has_root;
};

struct projector {
    struct source source;
    void (*note)(const char *what);
    struct store *store;
    struct fold fold;
    struct tables *tables;
    struct checkpoint checkpoint;
    uint64_t unwritten; /* events since the last write */
    uint8_t root[32];
    bool has_root;
    bool is_broken; /* tables could not be written, or facts are folded by half: no more writes */
    struct past past;
    struct kept_answers kept;
    char dir[PROJECTOR_PATH_MAX], fresh[PROJECTOR_PATH_MAX + 16], text[256];
    uint8_t digest[32];
};

void projector_say(const struct projector *p, const char *what);
struct knowledge projector_knows(const struct projector *p, civil_day on);
/* The day of digests: of the newest known_at. */
civil_day projector_newest_day(const struct fold *fold);

#endif
