#ifndef COMMON_SERVICE_TICK_H
#define COMMON_SERVICE_TICK_H

/*
 * One batch: propose, append in one frame, wait for the durable answer, commit, and only then answer
 * whoever asked (DESIGN.md 2, law 3). Commands of people, reactions and timers go the same way.
 */
#include "common/domain/machine.h"
#include "common/service/follow.h"

enum { TICK_COMMANDS_MAX = 128, TICK_FRAME_BYTES = 900 * 1024 };

/* What asked for a proposal, and what it will be told. */
struct asker {
    bool is_waiting; /* a peer waits for the answer; false: reaction, timer or mark */
    struct bus_peer peer;
    const struct Command *command;
};

struct tick {
    struct machine *machine;
    struct follow *log;
    struct bus_server *server;
    const struct domain *domain;
    int64_t term; /* 0: to be opened */
    struct clock clock;
    struct arena arena; /* everything of one batch */
    struct asker askers[TICK_COMMANDS_MAX];
    struct proposal *proposals[TICK_COMMANDS_MAX];
    size_t count;
    size_t frame_bytes;
    uint64_t wrote;        /* newest own position */
    uint64_t wrote_events; /* own events since the start */
};

/* TICK_LOST: the eventlog did not answer; the outcome is unknown, open a new term and catch up. */
enum { TICK_LOST = 1, TICK_STALE };

void tick_begin(struct tick *t);
bool tick_has_room(const struct tick *t);

/* Decides a command into the batch. False: the batch must be ended before anything else is added. */
bool tick_command(struct tick *t, const struct bus_peer *peer, const struct Command *command);

/* Adds what machine_propose_* gave. */
bool tick_reaction(struct tick *t);
bool tick_timer(struct tick *t);
bool tick_mark(struct tick *t, uint64_t gap);

/* Appends, commits and answers. What came into conflict is decided again inside. 0, TICK_LOST,
 * TICK_STALE or negative. */
int tick_end(struct tick *t);

#endif
