#ifndef COMMON_DOMAIN_DOMAIN_H
#define COMMON_DOMAIN_DOMAIN_H

/*
 * The contract of a core: what a department decides, without clock, disk, socket or memory of its
 * own (DESIGN.md 2, law 2). A core is tables of plain functions:
 *
 *   evolve(state, event)             total; the same for live folding and for replay
 *   guard and effect of a transition the decision: may refuse, may emit further events
 *   timers(state)                    which terms are running
 *   react(event)                     what another daemon's event makes this one ask of itself
 *
 * The engine (decide.c) does what all aggregates share: who may record and decide, the life-cycle
 * table, own decisions against outside facts, corrections. The shell folds, loads and appends.
 */
#include "common/base/arena.h"
#include "common/messages/envelope.h"
#include "common/messages/policy.h"

struct stream {
    uint16_t category;
    struct id id;
};

/* An entry of the log as a core sees it. Everything is borrowed for the duration of the call. */
struct event {
    uint64_t position;
    int64_t known_at_us;
    const struct said *said; /* occurred_on, actor, role, decider, breach, case_ref ... */
    const struct schema *schema;
    uint16_t type;
    const void *payload; /* struct <type name> */
};

/* The first member of the state of every aggregate. */
struct life {
    uint8_t state;          /* NONE, or one of the aggregate's states */
    uint64_t version;       /* events in the stream; kept by the engine */
    uint64_t last_position; /* of the stream's newest event; kept by the engine */
};

enum { NONE = 0 }; /* no event yet */
#define IN(state) (1u << (state))
#define EXISTING (~1u) /* from any state but NONE, final ones too */
#define ANYWHERE (~0u) /* NONE too */
#define SAME 0u

struct decision;
typedef void decide_fn(struct decision *d);

/*
 * One line of a life cycle (DOMAIN.md 4.7): in one of the states `from` the event leads to `to`.
 * SAME leaves the state; with several bits in `to` the aggregate's evolve chooses one of them.
 * The guard calls refuse() for every rule that is broken; the effect emits what else belongs to the
 * same commit. Either may be NULL. The first matching line counts.
 */
struct transition {
    uint32_t from;
    uint16_t event;
    uint32_t to;
    decide_fn *guard, *effect;
};

struct timer {
    uint8_t number;              /* T1 .. T32 of DOMAIN.md 3 */
    uint64_t start;              /* position of the event that started it */
    civil_day due;               /* last day of the term: fires on the day after */
    const struct schema *passed; /* the event to write; its fields are those of struct timer_passed */
};

/* Fields of every NATURE_TIMER event, in this order: FIELD(1, due, DAY), FIELD(2, start, INT). */
struct timer_passed {
    civil_day due;
    int64_t start;
};

enum { TIMERS_MAX = 16, DECISION_EVENTS_MAX = 128, DECISION_READS_MAX = 160, BREACHES_MAX = 8,
       REACTIONS_MAX = 64 };

struct aggregate {
    uint16_t category;
    const char *name;
    size_t state_size;
    const char *const *states; /* names by number; [0] is "none" */
    uint8_t state_count;
    uint32_t final; /* bits of the final states */
    const struct transition *transitions;
    size_t transition_count;
    void (*evolve)(void *state, const struct event *event); /* after the engine moved life.state */
    size_t (*timers)(const void *state, const struct PolicySetAdopted *policy,
                     struct timer out[TIMERS_MAX]); /* NULL: starts none */
    /* Called when an entry of this stream is voided or corrected: d->state is the state now,
     * d->after the state without the mistake. Emits what must follow (places, releases). */
    decide_fn *amended;
};

/*
 * A copy of facts that the guards and reactions need, kept by folding events of other daemons (and,
 * where useful, own ones) under a key of its own. Copies are not version checked: the position that
 * was folded stands in the event's `seen`.
 */
struct copy {
    uint16_t number; /* unique within the daemon */
    const char *name;
    size_t size;
    /* The keys under which the event is folded: how many of at most 4; 0 when it does not concern
     * the copy. */
    size_t (*keys)(const struct event *event, struct id out[4]);
    void (*evolve)(void *copy, const struct event *event);
};

/* What a core may look up. Reading an own stream puts it and its version under the append's check,
 * so that what is read is checked; NULL when there is no such stream or copy yet. */
struct states {
    const void *(*stream)(void *context, struct stream stream);
    const void *(*copy)(void *context, uint16_t number, struct id key);
    void *context;
};

struct command {
    struct id id;
    struct stream stream;
    const struct schema *schema; /* of the event that is asked for */
    uint16_t type;
    const void *payload;
    const struct said *said; /* actor, unit, role, decider, authority, evidence, occurred_on ... */
};

struct roster;

/* Everything from outside that a decision may depend on. */
struct facts {
    civil_day today; /* in Warsaw; in a migration the day that is being told */
    int64_t now_us;
    const struct PolicySetAdopted *policy; /* in force on occurred_on; NULL: none yet */
    const struct roster *roster;
    bool migration;
};

struct emitted {
    struct stream stream;
    const struct schema *schema;
    const void *payload; /* in the decision's arena, or the command's own payload */
};

struct decision {
    const struct command *command;
    const struct facts *facts;
    const struct states *states;
    const void *state;         /* of the command's stream; zeroed when it does not exist */
    const void *after;         /* amended(): the state without the mistaken entry */
    const struct event *entry; /* amended(), weigh(): the mistaken entry; else NULL */
    struct arena *arena;

    const struct rule *rejected; /* NULL: accepted */
    const char *field;           /* at fault, or NULL */
    uint32_t entitled;           /* with NOT_ENTITLED, NOT_COMPETENT: roles that are */
    const struct rule *breaches[BREACHES_MAX];
    size_t breach_count;
    struct emitted events[DECISION_EVENTS_MAX];
    size_t event_count;
};

/* For guards. refuse(): an own decision is rejected, an outside fact is recorded with a breach.
 * reject(): malformed or impossible, whatever the nature. Both keep the first rejection. */
void refuse(struct decision *d, const struct rule *rule, const char *field);
void reject(struct decision *d, const struct rule *rule, const char *field);
bool is_breached(const struct decision *d);

/* For effects: a further event in the same append, on any stream of this daemon. Returns the zeroed
 * payload to fill in. The engine has emitted the command's own event before the effect runs. */
void *emit(struct decision *d, uint16_t category, struct id id, const struct schema *schema);

const void *state_of(const struct decision *d, uint16_t category, struct id id);
const void *copy_of(const struct decision *d, uint16_t number, struct id key);

/* For evolve: did the event miss a rule, this rule, was the act without effect? */
bool has_breach(const struct event *event);
bool has_breach_of(const struct event *event, const char *code);

/* What react() asks of its own daemon; each becomes a command of actor `system`. */
struct reaction {
    struct stream stream;
    const struct schema *schema;
    const void *payload;
    civil_day occurred_on; /* 0: the day of the cause */
    struct id case_ref;
};

struct reactions {
    struct arena *arena;
    struct reaction items[REACTIONS_MAX];
    size_t count;
    bool is_over; /* asked for more than REACTIONS_MAX */
};

/* Returns the zeroed payload to fill in. */
void *ask(struct reactions *out, uint16_t category, struct id id, const struct schema *schema);

struct domain {
    const char *name;
    uint8_t number; /* in version-8 ids: intake 1, relocation 2, debt 3, networking 4, monitoring 5 */
    const struct aggregate *const *aggregates;
    size_t aggregate_count;
    const struct copy *const *copies;
    size_t copy_count;
    /* `event` is an entry of another daemon, or an own one of which a second step follows. */
    void (*react)(const struct event *event, const struct states *states, struct reactions *out);
};

/* The decision itself: fills d->events or d->rejected. `aggregate` owns command->stream. */
void decide(const struct aggregate *aggregate, struct decision *d);

/* The step's place in the life cycle and its guard alone, for content that is to replace an older one
 * (machine: corrections): fills d->breaches or d->rejected and emits nothing. */
void weigh(const struct aggregate *aggregate, struct decision *d);

/* Moves life.state by the table and calls the aggregate's evolve. Total: accepts every event. */
void evolve(const struct aggregate *aggregate, void *state, const struct event *event);

const struct aggregate *aggregate_of(const struct domain *domain, uint16_t category);

#endif
