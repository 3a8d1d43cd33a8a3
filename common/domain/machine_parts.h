#ifndef COMMON_DOMAIN_MACHINE_PARTS_H
#define COMMON_DOMAIN_MACHINE_PARTS_H

/* What machine.c (folding) and propose.c (deciding) share; nobody else includes this. */
#include "common/domain/history.h"
#include "common/domain/machine.h"
#include "common/domain/roster.h"
#include "common/domain/streams.h"

enum { MACHINE_SCRATCH = 24 << 20 };

/* Something that follows from a cause and has not been proposed yet. */
struct pending {
    uint64_t cause;
    struct stream stream;
    const struct schema *schema; /* NULL: the cause asked for more than is kept */
    uint8_t *bytes; /* encoded payload */
    size_t size;
    civil_day occurred_on;
    struct id case_ref;
};

/* A policy set and the stream that adopted it. */
struct known_policy {
    struct id stream;
    struct PolicySetAdopted set;
};

struct machine {
    const struct domain *domain;
    machine_history *history;
    void *context;
    struct streams *streams;
    struct roster *roster;
    struct known_policy *policies;
    size_t policy_count;
    uint64_t folded;
    struct stream mark_stream; /* <daemon>/reactions */
    uint64_t reacted;          /* newest ReactedUpTo */
    uint64_t mark_seen;        /* position of that event */
    uint64_t mark_version;
    uint64_t mark_ahead;       /* marks proposed in this batch */
    struct pending *pending;   /* in order of the cause */
    size_t pending_count, pending_capacity;
    size_t pending_next; /* proposed in this batch up to here */
    void *scratch; /* MACHINE_SCRATCH bytes for refolds */
};

/* What one decision is made in. */
struct room {
    struct machine *m;
    struct proposal *out;
    const struct clock *clock;
    struct arena *arena;
};

/* What decide() must know of the entry that a correction or void is about. */
struct amendment {
    const struct history_entry *entry;
    const void *after; /* the state without the mistake */
    const struct rule *breaches[BREACHES_MAX]; /* that the right content misses */
    size_t breach_count;
};

struct slot *own_slot(struct machine *m, struct stream s); /* NULL: none yet */
struct states states_of(struct room *room);
struct facts facts_on(const struct room *room, civil_day occurred_on);
/* Decides `c` and adds its events to the proposal. NULL: not an amendment. */
void run(struct room *room, const struct command *c, const struct amendment *amendment);
void propose_amendment(struct room *room, const struct command *c);

const struct PolicySetAdopted *policy_on(const struct machine *m, civil_day day);
void retime(struct machine *m, struct slot *slot);
void note_mark(struct machine *m, uint64_t position, uint64_t reacted);
void add_pending(struct machine *m, const struct event *cause, const struct reaction *r,
                 struct bytes payload);
void collect_reactions(struct machine *m, const struct event *event);

#endif
