#ifndef TOOLS_LATARNIA_DOCTOR_H
#define TOOLS_LATARNIA_DOCTOR_H

/*
 * What `latarnia doctor` collects: findings in order, each ok, a warning or a problem, with a
 * sentence and what to do next. Paths, numbers and names of processes only, never content.
 *
 * The findings lie in memory that a child shares: what opens LMDB runs in a child, because LMDB may
 * crash on a damaged file.
 */
#include <stdbool.h>
#include <stdint.h>

#include "common/service/config.h"
#include "tools/latarnia/log_place.h"

enum doctor_level { DOCTOR_OK, DOCTOR_WARNING, DOCTOR_PROBLEM };

enum { DOCTOR_FINDINGS_MAX = 64, DOCTOR_TEXT_BYTES = 480 };

struct finding {
    const char *check;
    enum doctor_level level;
    char text[DOCTOR_TEXT_BYTES],
        next[DOCTOR_TEXT_BYTES]; /* next: "" when there is nothing to do */
};

struct doctor {
    struct finding findings[DOCTOR_FINDINGS_MAX];
    unsigned count;
    char log[LOG_PLACE_BYTES]; /* directory of the log */
    struct config config;
    bool has_log, log_sound;
    uint64_t size;      /* applied records */
    bool running;       /* somebody owns the log */
    int64_t supervisor; /* process, 0: none */
};

/* A finding with its sentence; then, optionally, what to do next. */
void doctor_say(struct doctor *d, const char *check, enum doctor_level level, const char *en,
                const char *pl, ...) __attribute__((format(printf, 4, 6), format(printf, 5, 6)));
void doctor_next(struct doctor *d, const char *en, const char *pl, ...)
    __attribute__((format(printf, 2, 4), format(printf, 3, 4)));

/* doctor_place.c: settings, directory, file system, disk, key, what was left behind. */
void doctor_settings(struct doctor *d);
void doctor_directory(struct doctor *d);
void doctor_disk(struct doctor *d);
void doctor_key(struct doctor *d);
void doctor_leftovers(struct doctor *d);

/* doctor_log.c: readers, before anything else of ours frees the slots of dead ones; records, head
 * and segment; LMDB, map and clock. */
void doctor_readers(struct doctor *d);
void doctor_verify(struct doctor *d);
void doctor_store(struct doctor *d);

/* doctor_run.c: processes, their lag and limits, refused appends, the views. */
void doctor_limits(struct doctor *d);
void doctor_processes(struct doctor *d);
void doctor_appends(struct doctor *d);
void doctor_views(struct doctor *d);

#endif
