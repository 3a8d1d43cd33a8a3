/*
 * Taking appends. An append is checked against the heads and command ids as they will be once the
 * commit being filled is durable: there is one order, and what is in flight either becomes durable
 * or ends the process. Nothing behind a refusal in the same frame is taken (`conflict`): the daemon
 * decided it on what did not happen.
 */
#include <stdio.h>
#include <stdlib.h>

#include "common/base/ensure.h"
#include "common/codec/codec.h"
#include "common/codec/pack.h"
#include "common/messages/registry.h"
#include "common/service/entropy.h"
#include "daemons/eventlog/keeper.h"

/* ---- terms ---- */

/* A term says in which epoch of the log it was opened; the rest of it cannot be guessed. */
enum { TERM_RANDOM_BITS = 40 };

static int64_t new_term(const struct keeper *k) {
    uint64_t random;
    entropy_fill(&random, sizeof random);
    return (int64_t)(log_epoch(k->log) << TERM_RANDOM_BITS | random >> (64 - TERM_RANDOM_BITS));
}

static struct term *find_term(struct keeper *k, struct text daemon) {
    for (size_t i = 0; i < k->term_count; i++)
        if (text_is(daemon, k->terms[i].daemon))
            return &k->terms[i];
    return NULL;
}

/* Whoever owns a category writes; "any" and the log itself are nobody's name. */
static bool is_department(struct text name) {
    bool owns_some = false;
    for (size_t i = 0; i < registry_category_count(); i++)
        owns_some |= text_is(name, registry_category_at(i)->daemon);
    return owns_some && !text_is(name, "any") && !text_is(name, "eventlog");
}

int appends_open_term(struct keeper *k, const struct bus_peer *peer, const struct OpenTerm *ask) {
    struct term *t = find_term(k, ask->daemon);
    if (!t && (!is_department(ask->daemon) || k->term_count == KEEPER_DAEMONS_MAX))
        return keeper_fault(k, peer, OUTCOME_malformed);
    if (!t) {
        t = &k->terms[k->term_count++];
        snprintf(t->daemon, sizeof t->daemon, "%.*s", (int)ask->daemon.size, ask->daemon.data);
    }
    t->term = new_term(k);
    /* Everything that an earlier instance may have written lies at or before `size`. */
    struct TermOpened opened = {.term = t->term, .size = (int64_t)(k->next - 1)};
    return bus_server_answer(k->server, peer, TermOpened_schema(), &opened, false);
}

static int32_t check_term(struct keeper *k, const struct AppendBatch *batch) {
    const struct term *t = find_term(k, batch->daemon);
    if (!t || batch->term >> TERM_RANDOM_BITS != t->term >> TERM_RANDOM_BITS)
        return OUTCOME_later; /* opened with an earlier eventlog: open again */
    return batch->term == t->term ? OUTCOME_accepted : OUTCOME_stale;
}

/* ---- one append ---- */

/* Kept from frame to frame: what is taken next overwrites what it needs. */
struct taking {
    struct keeper *k;
    struct text daemon;
    struct append append;
    struct record halves[200];
    struct bytes said_bytes[200];
};

struct taking *appends_open(struct keeper *k) {
    struct taking *t = calloc(1, sizeof *t);
    ensure(t != NULL);
    t->k = k;
    return t;
}

static bool owns(struct text daemon, int64_t category) {
    const struct category *c = registry_category((uint16_t)category);
    return c && (text_is(text_of(c->daemon), "any") || text_is(daemon, c->daemon));
}

static bool half_fits(const struct taking *t, const struct record *half) {
    return owns(t->daemon, half->said.category) && id_equal(half->said.command, t->append.command) &&
           half->said.digest.size == t->append.digest.size &&
           memcmp(half->said.digest.data, t->append.digest.data, half->said.digest.size) == 0;
}

static int32_t open_append(struct taking *t, struct bytes encoded) {
    struct arena *arena = &t->k->requests;
    if (codec_decode(append_schema(), encoded, arena, &t->append).result)
        return OUTCOME_malformed;
    for (uint32_t i = 0; i < t->append.halves.count; i++) {
        struct record *half = &t->halves[i];
        if (record_open_half(t->append.halves.items[i].data, arena, half, &t->said_bytes[i]) ||
            !half_fits(t, half))
            return OUTCOME_malformed;
    }
    return OUTCOME_accepted;
}

static int32_t check_reads(struct taking *t) {
    for (uint32_t i = 0; i < t->append.reads.count; i++) {
        const struct read *r = &t->append.reads.items[i];
        const struct head *h = index_find(t->k->index, (uint16_t)r->category, r->stream);
        if ((h ? h->version : 0) != (uint64_t)r->expected)
            return OUTCOME_conflict;
    }
    return OUTCOME_accepted;
}

static int32_t check_known(struct taking *t, struct appended *out) {
    const struct known_command *c = index_command(t->k->index, t->append.command);
    if (!c)
        return OUTCOME_accepted;
    out->position = (int64_t)c->first;
    out->count = c->count;
    return c->digest == index_digest(t->append.digest) ? OUTCOME_repeated : OUTCOME_other;
}

static int64_t known_at_of(struct keeper *k, int64_t asked) {
    int64_t now = keeper_now_us();
    if (now > k->last_recorded_us)
        k->last_recorded_us = now;
    int64_t known = k->migration && asked ? asked : k->last_recorded_us;
    if (known > k->last_known_us)
        k->last_known_us = known;
    return k->last_known_us;
}

/* Waits for the commit in flight, so that the next one can be filled. OUTCOME_full when what had been
 * filled was refused instead. */
static int make_room(struct keeper *k) {
    uint64_t next = k->next;
    while (k->filling.count) {
        int r = appends_submit(k);
        if (r)
            return r;
        if (!k->filling.count)
            break;
        struct bus_waitable item = {.fd = log_fd(k->log)};
        r = bus_wait(&item, 1, 1000);
        r = r ? r : appends_answer(k);
        if (r)
            return r;
    }
    return k->next < next ? OUTCOME_full : 0;
}

static size_t size_of(const struct taking *t) {
    size_t size = 0;
    for (uint32_t i = 0; i < t->append.halves.count; i++)
        size += t->append.halves.items[i].data.size + 160;
    return size;
}

static int write_append(struct taking *t, struct appended *out) {
    struct keeper *k = t->k;
    uint32_t count = t->append.halves.count;
    if (k->filling.count + count > BATCH_COUNT_MAX ||
        k->filling.size + size_of(t) > log_bytes_max(k->log)) {
        int r = make_room(k);
        if (r == OUTCOME_full)
            out->outcome = OUTCOME_full;
        if (r)
            return r == OUTCOME_full ? 0 : r;
    }
    out->position = (int64_t)k->next;
    out->count = count;
    out->known_at = known_at_of(k, t->append.known_at);
    for (uint32_t i = 0; i < count; i++)
        ensure(!keeper_write(k, &t->halves[i], t->said_bytes[i], out->position, count,
                             out->known_at));
    struct known_command c = {t->append.command, index_digest(t->append.digest),
                              (uint64_t)out->position, count};
    index_add_command(k->index, &c);
    return 0;
}

static int take_one(struct taking *t, struct bytes encoded, bool is_full, struct appended *out) {
    *out = (struct appended){.outcome = open_append(t, encoded)};
    if (out->outcome == OUTCOME_accepted)
        out->outcome = check_known(t, out);
    if (out->outcome == OUTCOME_accepted)
        out->outcome = check_reads(t);
    if (out->outcome == OUTCOME_accepted && is_full)
        out->outcome = OUTCOME_full;
    return out->outcome == OUTCOME_accepted ? write_append(t, out) : 0;
}

/* ---- the frame ---- */

static void hold(struct keeper *k, const struct bus_peer *peer, struct appended *answers,
                 uint32_t count) {
    if (k->unanswered_count == k->unanswered_capacity) {
        k->unanswered_capacity = k->unanswered_capacity ? k->unanswered_capacity * 2 : 64;
        k->unanswered =
            realloc(k->unanswered, k->unanswered_capacity * sizeof *k->unanswered);
        ensure(k->unanswered != NULL);
    }
    k->unanswered[k->unanswered_count++] =
        (struct unanswered){*peer, k->next - 1, answers, count};
}

/* What stands beyond the end was told to nobody: the log refuses it, and with it all that was decided
 * on it. Nothing of the kind in an ordinary frame. */
static void refuse_beyond(struct appended *answers, uint32_t count, uint64_t end) {
    bool refused = false;
    for (uint32_t i = 0; i < count; i++) {
        struct appended *a = &answers[i];
        bool is_beyond = a->position > (int64_t)end;
        if (refused || is_beyond)
            *a = (struct appended){.outcome = refused ? OUTCOME_conflict : OUTCOME_full};
        refused |= a->outcome != OUTCOME_accepted;
    }
}

int appends_take(struct keeper *k, const struct bus_peer *peer, const struct AppendBatch *batch) {
    int32_t term = check_term(k, batch);
    if (term != OUTCOME_accepted)
        return keeper_fault(k, peer, term);
    bool is_full = log_full(k->log);
    uint32_t count = batch->appends.count;
    struct taking *t = k->taking;
    struct appended *answers = calloc(count, sizeof *answers);
    ensure(answers != NULL);
    t->daemon = batch->daemon;
    bool refused = false;
    for (uint32_t i = 0; i < count; i++) {
        size_t mark = k->requests.used;
        if (refused) {
            answers[i].outcome = OUTCOME_conflict;
            continue;
        }
        int r = take_one(t, batch->appends.items[i].data, is_full, &answers[i]);
        k->requests.used = mark;
        if (r) {
            free(answers);
            return r;
        }
        refused = answers[i].outcome != OUTCOME_accepted;
    }
    refuse_beyond(answers, count, k->next - 1);
    hold(k, peer, answers, count);
    return 0;
}

static int await_applied(struct keeper *k, uint64_t durable) {
    int r = 0;
    while (!r && log_applied_size(k->log) < durable) {
        struct bus_waitable item = {.fd = log_applied_fd(k->log)};
        struct order_point applied;
        r = bus_wait(&item, 1, 1000);
        log_applied(k->log, &applied);
    }
    return r;
}

/* The disk filled up between taking the appends and handing them over. Heads and ids ran ahead of the
 * log: they are built again from what it holds. Nothing is in flight here. */
static int refuse_filled(struct keeper *k) {
    uint64_t durable = log_durable_size(k->log);
    int r = await_applied(k, durable);
    if (r)
        return r;
    batch_clear(&k->filling);
    index_free(k->index);
    k->index = index_new();
    r = genesis_load(k);
    for (size_t i = 0; i < k->unanswered_count; i++) {
        struct unanswered *u = &k->unanswered[i];
        refuse_beyond(u->answers, u->count, durable);
        if (u->last > durable)
            u->last = durable;
    }
    return r;
}

int appends_submit(struct keeper *k) {
    if (k->in_flight || k->filling.count == 0)
        return 0;
    int r = log_submit(k->log, &k->filling);
    if (r == LOG_BUSY)
        return 0;
    if (r == LOG_FULL)
        return refuse_filled(k);
    if (r)
        return r < 0 ? r : -5;
    batch_clear(&k->filling);
    k->in_flight = true;
    return 0;
}

static int answer_up_to(struct keeper *k, uint64_t durable) {
    size_t done = 0;
    int r = 0;
    for (; !r && done < k->unanswered_count && k->unanswered[done].last <= durable; done++) {
        struct unanswered *u = &k->unanswered[done];
        struct Appended message = {.answers = {u->answers, u->count}};
        r = bus_server_answer(k->server, &u->peer, Appended_schema(), &message, false);
        free(u->answers);
    }
    if (done == 0)
        return r; /* before the first frame there is no memory to move in */
    k->unanswered_count -= done;
    memmove(k->unanswered, k->unanswered + done, k->unanswered_count * sizeof *k->unanswered);
    return r;
}

int appends_answer(struct keeper *k) {
    struct log_done done;
    int r;
    while ((r = log_poll(k->log, &done)) == 0) {
        k->in_flight = false;
        k->commits++;
    }
    if (r != LOG_NOTHING)
        return r;
    r = appends_submit(k);
    return r ? r : answer_up_to(k, log_durable_size(k->log));
}

int appends_look_up(struct keeper *k, const struct bus_peer *peer, const struct LookUp *ask) {
    struct found *answers = arena_get(&k->requests, ask->commands.count * sizeof *answers);
    ensure(answers != NULL);
    for (uint32_t i = 0; i < ask->commands.count; i++) {
        const struct wanted *w = &ask->commands.items[i];
        const struct known_command *c = index_command(k->index, w->command);
        if (!c)
            continue;
        answers[i].outcome =
            c->digest == index_digest(w->digest) ? OUTCOME_repeated : OUTCOME_other;
        answers[i].position = (int64_t)c->first;
        answers[i].count = c->count;
    }
    struct LookedUp message = {.answers = {answers, ask->commands.count}};
    return bus_server_answer(k->server, peer, LookedUp_schema(), &message, false);
}
