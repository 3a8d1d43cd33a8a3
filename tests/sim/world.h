#ifndef TESTS_SIM_WORLD_H
#define TESTS_SIM_WORLD_H

/*
 * A whole city in one thread: the five real cores, a log in memory with the eventlog's rules, and a
 * bus that loses, delays, repeats and reorders. Time is virtual; every choice comes from one seed.
 */
#include "common/domain/machine.h"
#include "tests/harness/rng.h"

enum { DAEMONS = 5, POOL = 24, BATCH_MAX = 4, INBOX_MAX = 64, MESSAGES_MAX = 512,
       WORLD_KEEPER_PLACES = 2 /* a limit that a short run can reach */ };

/* A record with what the log looks for in it, read once. */
struct stored {
    uint8_t *bytes;
    size_t size;
    struct stream stream;
    uint64_t version;
    struct id command;
};

/* ---- the log ---- */

struct sim_log {
    struct stored *records;
    size_t count, capacity;
    int64_t last_us;
    uint64_t terms[DAEMONS];
    bool is_full; /* the disk is: appends are refused, reads go on */
};

void sim_log_init(struct sim_log *log);
void sim_log_free(struct sim_log *log);
struct sim_answer {
    int32_t outcome; /* enum OUTCOME */
    uint64_t first;
    int64_t known_at_us;
};
/* As the eventlog takes one append: ids, expected versions, all or nothing. */
struct sim_answer sim_log_append(struct sim_log *log, const struct proposal *p, int64_t now_us);
int sim_log_read(const struct sim_log *log, uint64_t position, struct arena *arena,
                 struct record *out);
int sim_log_history(struct sim_log *log, struct stream stream, uint64_t at, struct arena *arena,
                    struct record **records, size_t *count);

/* ---- messages under way ---- */

enum message_kind { TO_DAEMON_COMMAND, TO_LOG_APPEND, TO_DAEMON_ANSWER };

struct daemon;

struct message {
    enum message_kind kind;
    unsigned daemon;
    int64_t at_us; /* delivered at */
    uint64_t ticket;
    size_t index; /* of the proposal in the daemon's batch */
    struct Command *command; /* owned by the world's arena */
    struct sim_answer answers[BATCH_MAX];
    size_t answer_count;
};

struct daemon {
    unsigned number;
    struct machine *machine;
    struct sim_log *log;
    struct Command *inbox[INBOX_MAX];
    size_t inbox_count;
    /* the batch in flight */
    struct arena arena;
    struct proposal *batch[BATCH_MAX];
    size_t batch_count;
    uint64_t ticket; /* 0: nothing in flight */
    int64_t deadline_us;
};

struct world {
    struct rng rng;
    struct sim_log log;
    struct daemon daemons[DAEMONS];
    struct message *messages;
    size_t message_count;
    struct arena arena; /* commands, for the whole run */
    struct id pool[POOL], subject; /* subject: of the command that is being made */
    int64_t now_us;
    uint64_t next_ticket, next_command;
    uint64_t trace; /* hash over everything that happened */
    uint64_t accepted, rejected, lost, restarts, refused_full, jumps;
    uint64_t full_keepers; /* at the end */
    bool quiet; /* the faults are over: liveness */
};

void world_open(struct world *w, uint64_t seed);
void world_close(struct world *w);
void world_step(struct world *w);
/* Lets everything settle without faults; false when it does not. */
bool world_settle(struct world *w);

/* Every invariant; aborts with the seed in the message when one is broken. */
void world_check(struct world *w);

/* generate.c: a command that could make sense for this daemon; NULL when none was found. */
struct Command *generate_command(struct world *w, unsigned daemon);

/* A machine that has folded the whole log and nothing else; free it with machine_free(). */
struct machine *world_fresh(struct world *w, unsigned daemon);
const struct domain *world_domain(unsigned daemon);
void world_note(struct world *w, const void *data, size_t size);

#endif
