#ifndef TESTS_UNIT_TOOLS_PLAY_H
#define TESTS_UNIT_TOOLS_PLAY_H

/*
 * Plays files of registers and commands through the five real cores in one process, in the order and
 * with the barriers of `latarnia import` on a log that is open for migration. No sockets, no disk.
 */
#include "common/domain/machine.h"
#include "tools/latarnia/import.h"

enum { PLAY_DAEMONS = 5, PLAY_CODES = 64 };

struct play_count {
    const char *code;
    size_t count;
};

struct play {
    struct machine *machines[PLAY_DAEMONS];
    struct play_log *log;
    struct arena arena;
    struct proposal *proposal;
    size_t accepted, rejected, events, reactions, timers, refused_reactions, refused_timers, amendments;
    struct play_count rejections[PLAY_CODES], breaches[PLAY_CODES], refusals[PLAY_CODES];
    size_t most_places; /* of any guide at any time */
    bool talks;         /* prints every rejection */
    /* Called when all days up to and including this one have been told. */
    civil_day at;
    void (*look)(struct play *p, void *context);
    void *context;
};

enum { PLAY_INTAKE, PLAY_RELOCATION, PLAY_DEBT, PLAY_NETWORKING, PLAY_MONITORING };

void play_open(struct play *p);
void play_rows(struct play *p, const struct import *im);
void play_close(struct play *p);

#endif
