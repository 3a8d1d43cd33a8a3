#ifndef COMMON_DOMAIN_MACHINE_H
#define COMMON_DOMAIN_MACHINE_H

/*
 * One daemon without its sockets: step(state, input, facts) -> outputs. The real shell, the scenario
 * runner and the simulator drive the same machine; it owns memory, and nothing in it reads a clock,
 * a disk or a socket.
 *
 * In order: fold records of the log; propose events for commands, reactions and timers, each seeing
 * what the earlier ones of the batch proposed; then commit with the positions that the log gave, or
 * drop. Proposals never change what was folded.
 */
#include "common/domain/domain.h"
#include "common/messages/bus.h"
#include "common/messages/record.h"

struct machine;

/* Reads all records of a stream up to and including position `at`, oldest first, decoded into the
 * arena; 0, positive when the log cannot be asked now, or negative. */
typedef int machine_history(void *context, struct stream stream, uint64_t at, struct arena *arena,
                            struct record **records, size_t *count);

struct clock {
    int64_t now_us;
    civil_day today;
    bool migration;
};

enum { PROPOSAL_EVENTS_MAX = 200 };

struct proposal {
    const struct rule *rule; /* NULL: accepted */
    const char *field;
    uint32_t entitled; /* roles that would be, with NOT_ENTITLED and NOT_COMPETENT */
    const struct rule *breaches[BREACHES_MAX];
    size_t breach_count;
    struct id command;
    uint8_t digest[32];
    int64_t known_at_us; /* 0: the log's own clock */
    struct read reads[DECISION_READS_MAX];
    size_t read_count;
    struct emitted events[PROPOSAL_EVENTS_MAX]; /* payloads in the arena */
    struct bytes halves[PROPOSAL_EVENTS_MAX];   /* [said, payload] in the arena */
    size_t event_count;
    bool is_amendment; /* what follows must wait until it is folded */
};

struct machine *machine_new(const struct domain *domain, machine_history *history, void *context);
void machine_free(struct machine *m);

enum { MACHINE_GAP = 1, MACHINE_LATER };

/* Folds the record at machine_folded() + 1: own streams, copies, roster, policy, reactions. Older
 * ones are skipped. 0; MACHINE_GAP when a position was skipped; MACHINE_LATER when a correction needs
 * history and the log cannot be asked now: the same record again; negative when it cannot be read. */
int machine_fold(struct machine *m, const struct record *record);
uint64_t machine_folded(const struct machine *m);

/* Decides a command; the arena keeps everything in `out` until the batch is over. */
void machine_propose(struct machine *m, const struct Command *command, const struct clock *clock,
                     struct arena *arena, struct proposal *out);

/* The oldest cause that has not been reacted to; proposes all that follows from it, with the mark
 * ReactedUpTo in the same append. False when there is none. */
bool machine_propose_reaction(struct machine *m, const struct clock *clock, struct arena *arena,
                              struct proposal *out);

/* A mark alone, when the newest is older than `gap` positions or `anyway`. */
bool machine_propose_mark(struct machine *m, uint64_t gap, const struct clock *clock,
                          struct arena *arena, struct proposal *out);

/* The next timer whose last day lies before clock->today; false when there is none. Call again
 * for the next one; a proposal that is refused is not proposed again until its stream changes. */
bool machine_propose_timer(struct machine *m, const struct clock *clock, struct arena *arena,
                           struct proposal *out);

/* The log accepted the proposal: its events stand at `first` and behind. */
void machine_commit(struct machine *m, const struct proposal *p, uint64_t first,
                    int64_t known_at_us);

/* Ends a batch: everything that was proposed and not yet committed is forgotten. Call before the
 * first machine_commit of a batch. */
void machine_settle(struct machine *m);

/* SHA-256 of the canonical command without what a retry may change. */
void machine_digest(const struct Command *command, uint8_t out[32]);

/* For tests: the state of an own stream, or NULL; the roster to enter workers into. */
const void *machine_state(struct machine *m, struct stream stream);
struct roster *machine_roster(struct machine *m);
/* For tests: a policy without an event. */
void machine_enter_policy(struct machine *m, const struct PolicySetAdopted *policy);

/* For tests: every own stream and every copy is the same in both; else the name of one that is not. */
const char *machine_difference(struct machine *a, struct machine *b);
/* For tests: each own stream's state. */
typedef void machine_visit_fn(void *context, struct stream stream, const void *state);
void machine_visit(struct machine *m, machine_visit_fn *visit, void *context);

#endif
