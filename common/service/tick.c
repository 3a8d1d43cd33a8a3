#include "common/service/tick.h"

#include "common/base/ensure.h"
#include "common/codec/codec.h"
#include "common/codec/pack.h"
#include "common/codec/scan.h"
#include "common/service/answer.h"
#include "common/service/diag.h"

enum { APPEND_TIMEOUT_MS = 15000, APPEND_OVERHEAD = 64 };

void tick_begin(struct tick *t) {
    arena_reset(&t->arena);
    t->count = 0;
    t->frame_bytes = 0;
}

bool tick_has_room(const struct tick *t) {
    return t->count < TICK_COMMANDS_MAX && t->frame_bytes < TICK_FRAME_BYTES / 2;
}

static size_t size_of(const struct proposal *p) {
    size_t size = APPEND_OVERHEAD + p->read_count * 32;
    for (size_t i = 0; i < p->event_count; i++)
        size += p->halves[i].size + 8;
    return size;
}

static struct proposal *new_proposal(struct tick *t) {
    struct proposal *p = arena_get(&t->arena, sizeof *p);
    ensure(p != NULL);
    return p;
}

static void add(struct tick *t, struct asker asker, struct proposal *p) {
    t->askers[t->count] = asker;
    t->proposals[t->count++] = p;
    if (!p->rule)
        t->frame_bytes += size_of(p);
}

bool tick_command(struct tick *t, const struct bus_peer *peer, const struct Command *command) {
    struct proposal *p = new_proposal(t);
    machine_propose(t->machine, command, &t->clock, &t->arena, p);
    add(t, (struct asker){true, *peer, command}, p);
    return !p->is_amendment;
}

bool tick_reaction(struct tick *t) {
    struct proposal *p = new_proposal(t);
    if (!machine_propose_reaction(t->machine, &t->clock, &t->arena, p))
        return false;
    add(t, (struct asker){.is_waiting = false}, p);
    return true;
}

bool tick_timer(struct tick *t) {
    size_t mark = t->arena.used;
    struct proposal *p = new_proposal(t);
    if (!machine_propose_timer(t->machine, &t->clock, &t->arena, p))
        return false;
    if (p->rule)
        t->arena.used = mark; /* however many are refused, they take no room */
    else
        add(t, (struct asker){.is_waiting = false}, p);
    return true;
}

bool tick_mark(struct tick *t, uint64_t gap) {
    struct proposal *p = new_proposal(t);
    if (!machine_propose_mark(t->machine, gap, &t->clock, &t->arena, p))
        return false;
    add(t, (struct asker){.is_waiting = false}, p);
    return true;
}

/* ---- the frame ---- */

static struct bytes encode_append(struct tick *t, const struct proposal *p) {
    struct bin *halves = arena_get(&t->arena, p->event_count * sizeof *halves);
    size_t capacity = size_of(p) + 256;
    uint8_t *buffer = arena_get(&t->arena, capacity);
    ensure(halves && buffer);
    for (size_t i = 0; i < p->event_count; i++)
        halves[i].data = p->halves[i];
    struct append a = {
        .command = p->command,
        .digest = bytes_of(p->digest, sizeof p->digest),
        .reads = {p->reads, (uint32_t)p->read_count},
        .halves = {halves, (uint32_t)p->event_count},
        .known_at = p->known_at_us,
    };
    struct pack_writer w = {buffer, 0, capacity, false};
    ensure(!codec_encode(append_schema(), &a, &w).result);
    return bytes_of(w.data, w.size);
}

static int call_append(struct tick *t, struct bin *appends, size_t count,
                       const struct Appended **out) {
    struct AppendBatch batch = {
        .daemon = text_of(t->domain->name),
        .term = t->term,
        .appends = {appends, (uint32_t)count},
    };
    struct bus_answer answer;
    int r = bus_call(t->log->log, AppendBatch_schema(), &batch, APPEND_TIMEOUT_MS, &t->arena,
                     &answer);
    if (r > 0)
        return TICK_LOST;
    if (r < 0)
        return r;
    if (answer.schema == Fault_schema())
        return ((const struct Fault *)answer.message)->outcome == OUTCOME_stale ? TICK_STALE
                                                                                : TICK_LOST;
    *out = answer.message;
    return answer.schema == Appended_schema() && (*out)->answers.count == count ? 0 : TICK_LOST;
}

/* ---- outcomes ---- */

static int commit_one(struct tick *t, size_t index, const struct appended *a) {
    const struct proposal *p = t->proposals[index];
    machine_commit(t->machine, p, (uint64_t)a->position, a->known_at);
    t->wrote = (uint64_t)(a->position + a->count - 1);
    t->wrote_events += (uint64_t)a->count;
    if (t->askers[index].is_waiting)
        answer_accepted(t->server, &t->askers[index].peer, p, (uint64_t)a->position, &t->arena);
    return 0;
}

static int tell_refused(struct tick *t, size_t index, const struct appended *a) {
    const struct asker *asker = &t->askers[index];
    if (!asker->is_waiting)
        return a->outcome == OUTCOME_full || a->outcome == OUTCOME_repeated ? 0 : TICK_LOST;
    if (a->outcome == OUTCOME_repeated)
        return answer_repeated(t->server, &asker->peer, t->log, (uint64_t)a->position,
                               (uint64_t)a->count);
    if (a->outcome == OUTCOME_other)
        return answer_rule(t->server, &asker->peer, &RULE_OTHER_CONTENT, "id");
    return answer_fault(t->server, &asker->peer, a->outcome);
}

static int tell_found(struct tick *t, size_t index, const struct found *found) {
    const struct asker *asker = &t->askers[index];
    if (found->outcome == OUTCOME_other)
        return answer_rule(t->server, &asker->peer, &RULE_OTHER_CONTENT, "id");
    return answer_repeated(t->server, &asker->peer, t->log, (uint64_t)found->position,
                           (uint64_t)found->count);
}

/* A rejection is told only when the log does not know the command: a retry of what was accepted
 * gets its first answer, whatever the rules say by now. */
static int tell_rejected(struct tick *t, size_t index) {
    const struct asker *asker = &t->askers[index];
    const struct proposal *p = t->proposals[index];
    struct wanted wanted = {.command = p->command,
                            .digest = bytes_of(p->digest, sizeof p->digest)};
    struct LookUp ask = {.commands = {&wanted, 1}};
    struct bus_answer answer;
    if (!asker->is_waiting)
        return 0;
    int r = bus_call(t->log->log, LookUp_schema(), &ask, APPEND_TIMEOUT_MS, &t->arena, &answer);
    if (r || answer.schema != LookedUp_schema())
        return r < 0 ? r : TICK_LOST;
    const struct found *found = ((const struct LookedUp *)answer.message)->answers.items;
    return found->outcome ? tell_found(t, index, found)
                          : answer_rejected(t->server, &asker->peer, p);
}

/* What the log knows of the commands from `index` on that somebody waits for. */
static int look_up_from(struct tick *t, size_t index, const struct found **out) {
    struct wanted *wanted = arena_get(&t->arena, TICK_COMMANDS_MAX * sizeof *wanted);
    struct bus_answer answer;
    uint32_t count = 0;
    ensure(wanted != NULL);
    for (size_t i = index; i < t->count; i++)
        if (t->askers[i].is_waiting) {
            const struct proposal *p = t->proposals[i];
            wanted[count].command = p->command;
            wanted[count++].digest = bytes_of(p->digest, sizeof p->digest);
        }
    struct LookUp ask = {.commands = {wanted, count}};
    *out = NULL;
    if (count == 0)
        return 0;
    int r = bus_call(t->log->log, LookUp_schema(), &ask, APPEND_TIMEOUT_MS, &t->arena, &answer);
    if (r || answer.schema != LookedUp_schema())
        return r < 0 ? r : TICK_LOST;
    const struct LookedUp *known = answer.message;
    *out = known->answers.items;
    return known->answers.count == count ? 0 : TICK_LOST;
}

/* Decides from `index` on again, on what is committed now. Retries are told apart first: where there
 * was one there are often more. Reactions and timers come back by themselves in a later batch. */
static int decide_again(struct tick *t, size_t index) {
    const struct found *found;
    size_t kept = index;
    int r = look_up_from(t, index, &found);
    for (size_t i = index; !r && i < t->count; i++) {
        if (!t->askers[i].is_waiting)
            continue;
        const struct found *known = found++;
        if (known->outcome) {
            r = tell_found(t, i, known);
            continue;
        }
        struct proposal *p = new_proposal(t);
        machine_propose(t->machine, t->askers[i].command, &t->clock, &t->arena, p);
        t->askers[kept] = t->askers[i];
        t->proposals[kept++] = p;
    }
    t->count = kept;
    return r;
}

/* Commits the accepted ones up to the first refusal; returns where to go on. */
static int settle(struct tick *t, size_t from, const struct Appended *answers, size_t *next) {
    size_t a = 0;
    machine_settle(t->machine);
    for (size_t i = from; i < t->count; i++) {
        const struct appended *answer =
            t->proposals[i]->rule ? NULL : &answers->answers.items[a++];
        int r = 0;
        if (!answer)
            r = tell_rejected(t, i);
        else if (answer->outcome == OUTCOME_accepted)
            r = commit_one(t, i, answer);
        else if (answer->outcome != OUTCOME_conflict)
            r = tell_refused(t, i, answer);
        if (r)
            return r;
        if (answer && answer->outcome != OUTCOME_accepted) {
            /* The ones behind it were decided on what did not happen: the log has left them out
             * (daemons/eventlog, "nothing behind a refusal"), they are decided again. */
            *next = answer->outcome == OUTCOME_conflict ? i : i + 1;
            return 0;
        }
    }
    *next = t->count;
    return 0;
}

static int append_from(struct tick *t, size_t from, size_t *next) {
    struct bin appends[TICK_COMMANDS_MAX];
    const struct Appended *answers = NULL;
    size_t count = 0;
    for (size_t i = from; i < t->count; i++)
        if (!t->proposals[i]->rule)
            appends[count++].data = encode_append(t, t->proposals[i]);
    if (count) {
        int r = call_append(t, appends, count, &answers);
        if (r)
            return r;
    }
    return settle(t, from, answers, next);
}

static int end_rounds(struct tick *t) {
    size_t from = 0;
    for (int round = 0; from < t->count; round++) {
        size_t next;
        int r = append_from(t, from, &next);
        if (!r && next < t->count)
            r = round > 8 ? TICK_LOST : decide_again(t, next);
        if (r)
            return r;
        from = next;
    }
    return 0;
}

/* However it ends, nothing that was only proposed stays in the machine: the log is folded next. */
int tick_end(struct tick *t) {
    int r = end_rounds(t);
    machine_settle(t->machine);
    return r;
}
