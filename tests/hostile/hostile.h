#ifndef TESTS_HOSTILE_HOSTILE_H
#define TESTS_HOSTILE_HOSTILE_H

/* Somebody who may connect and means harm; each attack goes on until it is told to stop. */
#include <stdatomic.h>

#include "tests/harness/rng.h"
#include "tests/kill/town.h"

struct attacker {
    struct town *town;
    void *context; /* ZeroMQ, of this attacker alone */
    const atomic_bool *stop;
    struct rng rng;
    unsigned index; /* among the attackers of one attack */
    uint64_t done;  /* connections made or messages sent */
};

typedef void attack_fn(struct attacker *a);

struct attack {
    const char *name;
    attack_fn *run;
    unsigned attackers;
};

extern const struct attack attacks[];
extern const size_t attack_count;

/* Written by an attacker, never to be found in the log: the end of stream and actor. */
struct id evil_id(struct attacker *a);
bool is_evil(struct id id);

/* attacks_bytes.c: on the socket file, below ZeroMQ */
attack_fn garbage_bytes, half_greetings, other_versions, other_mechanisms, strange_handshakes,
    commands_for_messages, giant_lengths, unfinished_frames, forged_identities, silent_connections,
    idle_connections, connection_churn, request_churn, bell_floods;

/* attacks_frames.c: what is no request */
attack_fn malformed_at_eventlog, malformed_at_departments, thousands_of_parts, mebibytes_of_garbage,
    answers_to_servers, wrong_envelopes;

/* attacks_log.c: what the eventlog should not do, or not for ever */
attack_fn feed_flood, slow_feed_readers, slow_small_readers, foreign_appends, invented_daemons,
    long_polls, long_poll_churn, absurd_reads, look_up_flood;

/* attacks_work.c: departments and views */
attack_fn status_flood, positions_to_come, absurd_commands, command_flood, replayed_command,
    absurd_queries, past_queries, slow_query_readers, rebuild_flood;

/* terms.c: with processes replaced; ends the test when a promise does not hold */
void term_of_a_replaced_daemon(struct town *t);
void term_theft(struct town *t);

#endif
