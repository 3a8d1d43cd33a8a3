#include "tests/sim/world.h"

#include <stdlib.h>

#include "common/base/ensure.h"
#include "common/domain/roster.h"
#include "daemons/debt/domain.h"
#include "daemons/intake/domain.h"
#include "daemons/monitoring/domain.h"
#include "daemons/networking/domain.h"
#include "daemons/relocation/domain.h"
#include "tests/harness/policy.h"

enum {
    WORLD_ARENA = 256 << 20, /* touched as far as commands need it */
    BATCH_ARENA = 16 << 20,
    MINUTE_US = 60 * 1000000,
};
#define DAY_US ((int64_t)86400 * 1000000)

const struct domain *world_domain(unsigned daemon) {
    static const struct domain *const domains[DAEMONS] = {
        &intake_domain, &relocation_domain, &debt_domain, &networking_domain, &monitoring_domain};
    return domains[daemon];
}

void world_note(struct world *w, const void *data, size_t size) {
    const uint8_t *at = data;
    for (size_t i = 0; i < size; i++)
        w->trace = (w->trace ^ at[i]) * 1099511628211ull;
}

/* ---- machines ---- */

static int history(void *context, struct stream stream, uint64_t at, struct arena *arena,
                   struct record **records, size_t *count) {
    return sim_log_history(context, stream, at, arena, records, count);
}

/* Roster and policy come from outside the run, so that every role can speak from the first step. */
static struct machine *new_machine(struct world *w, unsigned daemon) {
    struct PolicySetAdopted policy;
    struct machine *m = machine_new(world_domain(daemon), history, &w->log);
    policy_default(&policy);
    policy.keeper_places = WORLD_KEEPER_PLACES;
    machine_enter_policy(m, &policy);
    for (int32_t role = 1; role < ROLE_SYSTEM; role++) {
        char name[8] = {'r', (char)('a' + role), 0};
        roster_enter(machine_roster(m), id_named("sim-role", text_of(name)), role);
    }
    return m;
}

static void fold_up_to(struct world *w, struct machine *m, uint64_t position) {
    static uint8_t memory[1 << 18];
    while (machine_folded(m) < position) {
        struct arena arena;
        struct record r;
        arena_init(&arena, memory, sizeof memory);
        ensure(sim_log_read(&w->log, machine_folded(m) + 1, &arena, &r) == 0);
        ensure(machine_fold(m, &r) == 0);
    }
}

struct machine *world_fresh(struct world *w, unsigned daemon) {
    struct machine *m = new_machine(w, daemon);
    fold_up_to(w, m, w->log.count);
    return m;
}

static void restart(struct world *w, struct daemon *d) {
    machine_free(d->machine);
    d->machine = new_machine(w, d->number);
    d->inbox_count = 0;
    d->ticket = 0;
    fold_up_to(w, d->machine, w->log.count);
    w->restarts++;
}

/* ---- the bus ---- */

static void post(struct world *w, struct message m) {
    unsigned copies = w->quiet ? 1 : rng_below(&w->rng, 20) == 0 ? 2 : 1;
    if (!w->quiet && rng_below(&w->rng, 25) == 0) {
        w->lost++;
        return;
    }
    for (unsigned i = 0; i < copies && w->message_count < MESSAGES_MAX; i++) {
        m.at_us = w->now_us + (w->quiet ? 1000 : (int64_t)rng_below(&w->rng, 3 * MINUTE_US));
        w->messages[w->message_count++] = m;
    }
}

static struct clock clock_of(const struct world *w) {
    return (struct clock){w->now_us, civil_in_warsaw(w->now_us), false};
}

/* ---- a daemon's batch ---- */

static struct proposal *room(struct daemon *d) {
    struct proposal *p = arena_get(&d->arena, sizeof *p);
    ensure(p != NULL);
    return p;
}

static void fill_batch(struct world *w, struct daemon *d) {
    struct clock clock = clock_of(w);
    struct proposal *p;
    arena_reset(&d->arena);
    d->batch_count = 0;
    while (d->batch_count < BATCH_MAX - 2 &&
           machine_propose_reaction(d->machine, &clock, &d->arena, p = room(d)))
        d->batch[d->batch_count++] = p;
    if (machine_propose_timer(d->machine, &clock, &d->arena, p = room(d)) && !p->rule)
        d->batch[d->batch_count++] = p;
    while (d->batch_count < BATCH_MAX && d->inbox_count) {
        struct Command *c = d->inbox[--d->inbox_count];
        machine_propose(d->machine, c, &clock, &d->arena, p = room(d));
        if (p->rule) {
            w->rejected++;
            world_note(w, p->rule->code, strlen(p->rule->code));
            continue;
        }
        d->batch[d->batch_count++] = p;
        if (p->is_amendment)
            break;
    }
}

static void send_batch(struct world *w, struct daemon *d) {
    d->ticket = ++w->next_ticket;
    d->deadline_us = w->now_us + 10 * MINUTE_US;
    post(w, (struct message){TO_LOG_APPEND, d->number, 0, d->ticket, 0, NULL, {{0}}, 0});
}

/* Outcome unknown: forget, open a new term, read the log to its end, decide again. */
static void give_up(struct world *w, struct daemon *d) {
    machine_settle(d->machine);
    d->ticket = 0;
    w->log.terms[d->number]++;
    fold_up_to(w, d->machine, w->log.count);
}

static void work(struct world *w, struct daemon *d) {
    if (d->ticket && w->now_us > d->deadline_us)
        give_up(w, d);
    if (d->ticket)
        return;
    uint64_t to = w->log.count;
    if (!w->quiet && to > machine_folded(d->machine))
        to = machine_folded(d->machine) + rng_below(&w->rng, to - machine_folded(d->machine) + 1);
    fold_up_to(w, d->machine, to);
    fill_batch(w, d);
    if (d->batch_count)
        send_batch(w, d);
    else
        machine_settle(d->machine);
}

/* ---- deliveries ---- */

static void deliver_append(struct world *w, const struct message *m) {
    struct daemon *d = &w->daemons[m->daemon];
    struct message answer = {TO_DAEMON_ANSWER, m->daemon, 0, m->ticket, 0, NULL, {{0}}, 0};
    if (m->ticket != d->ticket)
        return; /* of an older term */
    for (size_t i = 0; i < d->batch_count; i++) {
        struct sim_answer a = {OUTCOME_conflict, 0, 0};
        if (i == 0 || answer.answers[i - 1].outcome == OUTCOME_accepted)
            a = sim_log_append(&w->log, d->batch[i], w->now_us);
        w->refused_full += a.outcome == OUTCOME_full;
        answer.answers[i] = a;
    }
    answer.answer_count = d->batch_count;
    post(w, answer);
}

static void deliver_answer(struct world *w, const struct message *m) {
    struct daemon *d = &w->daemons[m->daemon];
    if (m->ticket != d->ticket)
        return;
    machine_settle(d->machine);
    for (size_t i = 0; i < m->answer_count; i++) {
        if (m->answers[i].outcome == OUTCOME_repeated)
            continue; /* its events come by the feed */
        if (m->answers[i].outcome != OUTCOME_accepted)
            break;
        machine_commit(d->machine, d->batch[i], m->answers[i].first, m->answers[i].known_at_us);
        w->accepted++;
        world_note(w, &m->answers[i].first, sizeof m->answers[i].first);
    }
    /* A repeated delivery of the batch, or a correction: go on from what the log holds. */
    for (size_t i = 0; i < m->answer_count; i++)
        if (m->answers[i].outcome != OUTCOME_accepted || d->batch[i]->is_amendment)
            fold_up_to(w, d->machine, w->log.count);
    d->ticket = 0;
}

static void deliver(struct world *w, const struct message *m) {
    struct daemon *d = &w->daemons[m->daemon];
    if (m->kind == TO_LOG_APPEND)
        deliver_append(w, m);
    else if (m->kind == TO_DAEMON_ANSWER)
        deliver_answer(w, m);
    else if (d->inbox_count < INBOX_MAX)
        d->inbox[d->inbox_count++] = m->command;
}

static void deliver_due(struct world *w) {
    for (size_t i = 0; i < w->message_count;) {
        if (w->messages[i].at_us > w->now_us) {
            i++;
            continue;
        }
        struct message m = w->messages[i];
        w->messages[i] = w->messages[--w->message_count];
        deliver(w, &m);
    }
}

/* ---- steps ---- */

static void pass_time(struct world *w) {
    static const int64_t span[] = {1000, MINUTE_US, 20ll * MINUTE_US, 6 * 60ll * MINUTE_US};
    w->now_us += span[rng_below(&w->rng, 4)];
    if (rng_below(&w->rng, 50) == 0)
        w->now_us += 20 * DAY_US;
    if (rng_below(&w->rng, 300) == 0) { /* somebody sets the clock */
        w->now_us += (int64_t)rng_below(&w->rng, 4 * DAY_US) - 2 * DAY_US;
        w->jumps++;
    }
}

/* The disk fills and is cleared again; full it is less often and not for long. */
static void fill_or_clear(struct world *w) {
    if (rng_below(&w->rng, w->log.is_full ? 15 : 400) == 0)
        w->log.is_full = !w->log.is_full;
}

static void speak(struct world *w) {
    unsigned daemon = (unsigned)rng_below(&w->rng, DAEMONS + 3);
    if (daemon >= DAEMONS) /* the household's and the relocation's rules are the ones that meet */
        daemon -= DAEMONS - (daemon == DAEMONS + 2 ? 1u : 0u);
    daemon %= DAEMONS;
    struct Command *c = generate_command(w, daemon);
    if (!c)
        return;
    world_note(w, c->id.bytes, sizeof c->id.bytes);
    post(w, (struct message){TO_DAEMON_COMMAND, daemon, 0, 0, 0, c, {{0}}, 0});
    if (rng_below(&w->rng, 15) == 0) /* an impatient client sends again */
        post(w, (struct message){TO_DAEMON_COMMAND, daemon, 0, 0, 0, c, {{0}}, 0});
}

void world_step(struct world *w) {
    pass_time(w);
    fill_or_clear(w);
    if (!w->quiet)
        for (uint64_t n = rng_below(&w->rng, 4); n > 0; n--)
            speak(w);
    deliver_due(w);
    for (unsigned i = 0; i < DAEMONS; i++)
        if (w->quiet || rng_below(&w->rng, 3))
            work(w, &w->daemons[i]);
    if (!w->quiet && rng_below(&w->rng, 150) == 0)
        restart(w, &w->daemons[rng_below(&w->rng, DAEMONS)]);
}

bool world_settle(struct world *w) {
    w->quiet = true;
    w->log.is_full = false;
    for (int calm = 0, steps = 0; steps < 5000; steps++) {
        size_t before = w->log.count;
        w->now_us += 1000;
        deliver_due(w);
        for (unsigned i = 0; i < DAEMONS; i++)
            work(w, &w->daemons[i]);
        bool busy = w->message_count || w->log.count != before;
        for (unsigned i = 0; i < DAEMONS; i++)
            busy |= w->daemons[i].inbox_count || w->daemons[i].ticket ||
                    machine_folded(w->daemons[i].machine) != w->log.count;
        if (!busy && ++calm == 3)
            return true;
        if (busy) {
            calm = 0;
            w->now_us += MINUTE_US;
        }
    }
    return false;
}

void world_open(struct world *w, uint64_t seed) {
    memset(w, 0, sizeof *w);
    rng_init(&w->rng, seed);
    w->trace = 14695981039346656037ull;
    sim_log_init(&w->log);
    void *memory = malloc(WORLD_ARENA);
    w->messages = calloc(MESSAGES_MAX, sizeof *w->messages);
    ensure(memory && w->messages);
    arena_init(&w->arena, memory, WORLD_ARENA);
    w->now_us = civil_midnight_us(civil_from_ymd(2018, 3, 5)) + 10 * 3600ll * 1000000;
    for (size_t i = 0; i < POOL; i++) {
        char name[8] = {'p', (char)('a' + i), 0};
        w->pool[i] = id_named("sim-pool", text_of(name));
    }
    for (unsigned i = 0; i < DAEMONS; i++) {
        struct daemon *d = &w->daemons[i];
        void *batch = malloc(BATCH_ARENA);
        ensure(batch != NULL);
        *d = (struct daemon){.number = i, .machine = new_machine(w, i), .log = &w->log};
        arena_init(&d->arena, batch, BATCH_ARENA);
    }
}

void world_close(struct world *w) {
    for (unsigned i = 0; i < DAEMONS; i++) {
        machine_free(w->daemons[i].machine);
        free(w->daemons[i].arena.memory);
    }
    sim_log_free(&w->log);
    free(w->messages);
    free(w->arena.memory);
}
