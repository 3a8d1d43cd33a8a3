#include "common/domain/machine.h"

#include <stdlib.h>

#include "common/base/ensure.h"
#include "common/codec/codec.h"
#include "common/codec/pack.h"
#include "common/codec/scan.h"
#include "common/domain/machine_parts.h"

static void *must(void *memory) {
    ensure(memory != NULL);
    return memory;
}

struct machine *machine_new(const struct domain *domain, machine_history *history, void *context) {
    struct machine *m = must(calloc(1, sizeof *m));
    m->domain = domain;
    m->history = history;
    m->context = context;
    m->streams = streams_new();
    m->roster = roster_new();
    m->scratch = must(malloc(MACHINE_SCRATCH));
    m->mark_stream = (struct stream){CATEGORY_Reactions, id_named("reactions", text_of(domain->name))};
    return m;
}

void machine_free(struct machine *m) {
    if (!m)
        return;
    streams_free(m->streams);
    roster_free(m->roster);
    for (size_t i = 0; i < m->pending_count; i++)
        free(m->pending[i].bytes);
    free(m->pending);
    free(m->policies);
    free(m->scratch);
    free(m);
}

uint64_t machine_folded(const struct machine *m) {
    return m->folded;
}

struct roster *machine_roster(struct machine *m) {
    return m->roster;
}

const void *machine_state(struct machine *m, struct stream stream) {
    const struct aggregate *a = aggregate_of(m->domain, stream.category);
    struct slot *slot = a ? streams_find(m->streams, a, NULL, stream.id) : NULL;
    return slot ? slot->state : NULL;
}

static const char *name_of(const struct slot *s) {
    return s->aggregate ? s->aggregate->name : s->copy->name;
}

static bool is_blank(const struct slot *s) {
    const uint8_t *at = s->state;
    for (size_t i = 0; i < s->size; i++)
        if (at[i])
            return false;
    return true;
}

static const char *missing_in(struct machine *a, struct machine *b) {
    for (size_t i = 0; i < streams_count(a->streams); i++) {
        struct slot *s = streams_at(a->streams, i);
        struct slot *other = streams_find(b->streams, s->aggregate, s->copy, s->key.id);
        if (other ? memcmp(s->state, other->state, s->size) != 0 : !is_blank(s))
            return name_of(s);
    }
    return NULL;
}

const char *machine_difference(struct machine *a, struct machine *b) {
    const char *name = missing_in(a, b);
    return name ? name : missing_in(b, a);
}

void machine_visit(struct machine *m, machine_visit_fn *visit, void *context) {
    for (size_t i = 0; i < streams_count(m->streams); i++) {
        struct slot *s = streams_at(m->streams, i);
        if (s->aggregate)
            visit(context, s->key, s->state);
    }
}

/* ---- policy ---- */

static void enter_policy(struct machine *m, struct id stream,
                         const struct PolicySetAdopted *policy) {
    m->policies = must(realloc(m->policies, (m->policy_count + 1) * sizeof *m->policies));
    struct known_policy *known = &m->policies[m->policy_count++];
    *known = (struct known_policy){stream, *policy};
    /* Texts and lists of the event are borrowed; the numbers are what guards read. */
    known->set.instrument = (struct text){NULL, 0};
    known->set.holidays = (struct holiday_list){NULL, 0};
}

void machine_enter_policy(struct machine *m, const struct PolicySetAdopted *policy) {
    enter_policy(m, (struct id){{0}}, policy);
}

static void forget_policies(struct machine *m, struct id stream) {
    size_t kept = 0;
    for (size_t i = 0; i < m->policy_count; i++)
        if (!id_equal(m->policies[i].stream, stream))
            m->policies[kept++] = m->policies[i];
    m->policy_count = kept;
}

const struct PolicySetAdopted *policy_on(const struct machine *m, civil_day day) {
    const struct PolicySetAdopted *best = NULL;
    for (size_t i = 0; i < m->policy_count; i++) {
        const struct PolicySetAdopted *p = &m->policies[i].set;
        if (p->in_force_from <= day && (!best || p->version > best->version))
            best = p;
    }
    return best;
}

/* ---- timers ---- */

void retime(struct machine *m, struct slot *slot) {
    struct timer timers[TIMERS_MAX];
    slot->next_due = CIVIL_NEVER;
    if (!slot->aggregate->timers || m->policy_count == 0)
        return;
    const struct PolicySetAdopted *policy = &m->policies[m->policy_count - 1].set;
    size_t count = slot->aggregate->timers(slot->state, policy, timers);
    for (size_t i = 0; i < count; i++)
        if (timers[i].due < slot->next_due)
            slot->next_due = timers[i].due;
}

/* ---- folding ---- */

static struct event event_of(const struct record *r) {
    return (struct event){
        .position = (uint64_t)r->log.position,
        .known_at_us = r->log.known_at,
        .said = &r->said,
        .schema = r->schema,
        .type = (uint16_t)r->said.type,
        .payload = r->payload,
    };
}

static bool is_amendment(uint16_t type) {
    return type == EVENT_EntryVoided || type == EVENT_EntryCorrected;
}

static int read_history(struct machine *m, struct stream stream, uint64_t at, struct arena *arena,
                        struct history_entry **entries, size_t *count) {
    struct record *records;
    int r = m->history(m->context, stream, at, arena, &records, count);
    if (r)
        return r > 0 ? MACHINE_LATER : r;
    *entries = arena_get(arena, *count * sizeof **entries);
    if (!*entries)
        return -1;
    struct history_limit limit = {at, INT64_MAX, CIVIL_NEVER};
    return history_apply(records, *count, limit, 0, arena, *entries) ? -1 : 0;
}

static int refold_own(struct machine *m, struct slot *slot, uint64_t at) {
    struct arena arena;
    struct history_entry *entries;
    size_t count;
    arena_init(&arena, m->scratch, MACHINE_SCRATCH);
    int r = read_history(m, slot->key, at, &arena, &entries, &count);
    if (r)
        return r;
    history_fold(slot->aggregate, entries, count, slot->state);
    retime(m, slot);
    return 0;
}

static bool concerns(const struct copy *c, const struct event *e, struct id key) {
    struct id keys[4];
    size_t count = c->keys(e, keys);
    for (size_t i = 0; i < count; i++)
        if (id_equal(keys[i], key))
            return true;
    return false;
}

struct merged {
    struct history_entry *entries;
    size_t count, next;
};

static struct history_entry *next_of(struct merged *parts, size_t count) {
    struct merged *first = NULL;
    for (size_t i = 0; i < count; i++) {
        struct merged *p = &parts[i];
        if (p->next < p->count && (!first || p->entries[p->next].event.position <
                                                 first->entries[first->next].event.position))
            first = p;
    }
    return first ? &first->entries[first->next++] : NULL;
}

/* A copy is folded from several streams: all of them again, in log order. */
static int refold_copy(struct machine *m, struct slot *slot, uint64_t at) {
    struct arena arena;
    arena_init(&arena, m->scratch, MACHINE_SCRATCH);
    struct merged *parts = arena_get(&arena, slot->feeder_count * sizeof *parts);
    if (!parts)
        return -1;
    for (size_t i = 0; i < slot->feeder_count; i++) {
        int r = read_history(m, slot->feeders[i], at, &arena, &parts[i].entries, &parts[i].count);
        if (r)
            return r;
    }
    memset(slot->state, 0, slot->size);
    for (struct history_entry *e; (e = next_of(parts, slot->feeder_count));)
        if (!e->is_void && concerns(slot->copy, &e->event, slot->key.id))
            slot->copy->evolve(slot->state, &e->event);
    return 0;
}

/* A correction may have moved an entry to another key: that copy is fed by the stream from now on. */
static int note_new_keys(struct machine *m, struct stream stream, uint64_t at) {
    struct arena arena;
    struct history_entry *entries;
    size_t count;
    arena_init(&arena, m->scratch, MACHINE_SCRATCH);
    int r = read_history(m, stream, at, &arena, &entries, &count);
    for (size_t i = 0; !r && i < count; i++) {
        for (size_t c = 0; !entries[i].is_void && c < m->domain->copy_count; c++) {
            struct id keys[4];
            size_t n = m->domain->copies[c]->keys(&entries[i].event, keys);
            for (size_t k = 0; k < n; k++)
                streams_note_feeder(
                    streams_get(m->streams, NULL, m->domain->copies[c], keys[k]), stream);
        }
    }
    return r;
}

static int refold_copies_fed_by(struct machine *m, struct stream stream, uint64_t at) {
    int noted = note_new_keys(m, stream, at);
    if (noted)
        return noted;
    for (size_t i = 0; i < streams_count(m->streams); i++) {
        struct slot *slot = streams_at(m->streams, i);
        for (size_t f = 0; f < slot->feeder_count; f++) {
            if (slot->feeders[f].category != stream.category ||
                !id_equal(slot->feeders[f].id, stream.id))
                continue;
            int r = refold_copy(m, slot, at);
            if (r)
                return r;
        }
    }
    return 0;
}

static void fold_copies(struct machine *m, const struct event *e) {
    struct stream from = {(uint16_t)e->said->category, e->said->stream};
    for (size_t i = 0; i < m->domain->copy_count; i++) {
        const struct copy *c = m->domain->copies[i];
        struct id keys[4];
        size_t count = c->keys(e, keys);
        ensure(count <= 4);
        for (size_t k = 0; k < count; k++) {
            struct slot *slot = streams_get(m->streams, NULL, c, keys[k]);
            c->evolve(slot->state, e);
            streams_note_feeder(slot, from);
        }
    }
}

static int fold_own(struct machine *m, const struct aggregate *a, const struct event *e) {
    struct slot *slot = streams_get(m->streams, a, NULL, e->said->stream);
    if (is_amendment(e->type))
        return refold_own(m, slot, e->position);
    const struct life *life = slot->state;
    if (life->last_position >= e->position)
        return 0; /* committed by this machine itself */
    evolve(a, slot->state, e);
    retime(m, slot);
    return 0;
}

static void fold_mark(struct machine *m, const struct event *e) {
    if (e->type != EVENT_ReactedUpTo || !id_equal(e->said->stream, m->mark_stream.id))
        return;
    if (m->mark_seen >= e->position)
        return;
    note_mark(m, e->position, (uint64_t)((const struct ReactedUpTo *)e->payload)->position);
}

void note_mark(struct machine *m, uint64_t position, uint64_t reacted) {
    m->mark_seen = position;
    m->mark_version++;
    m->reacted = reacted;
    while (m->pending_count && m->pending[0].cause <= reacted) {
        free(m->pending[0].bytes);
        memmove(m->pending, m->pending + 1, --m->pending_count * sizeof *m->pending);
    }
}

void add_pending(struct machine *m, const struct event *cause, const struct reaction *r,
                 struct bytes payload) {
    if (m->pending_count == m->pending_capacity) {
        m->pending_capacity = m->pending_capacity ? m->pending_capacity * 2 : 64;
        m->pending = must(realloc(m->pending, m->pending_capacity * sizeof *m->pending));
    }
    uint8_t *copy = must(malloc(payload.size));
    memcpy(copy, payload.data, payload.size);
    m->pending[m->pending_count++] = (struct pending){
        .cause = cause->position,
        .stream = r->stream,
        .schema = r->schema,
        .bytes = copy,
        .size = payload.size,
        .occurred_on = r->occurred_on ? r->occurred_on : cause->said->occurred_on,
        .case_ref = r->case_ref,
    };
}

static void retime_all(struct machine *m) {
    for (size_t i = 0; i < streams_count(m->streams); i++)
        if (streams_at(m->streams, i)->aggregate)
            retime(m, streams_at(m->streams, i));
}

static void fold_common_entry(struct machine *m, const struct event *e) {
    roster_fold(m->roster, e);
    if (e->type == EVENT_PolicySetAdopted)
        enter_policy(m, e->said->stream, e->payload);
}

/* What the stream said is forgotten and told again. */
static int refold_common(struct machine *m, const struct event *e) {
    struct stream stream = {(uint16_t)e->said->category, e->said->stream};
    struct arena arena;
    struct history_entry *entries;
    size_t count;
    arena_init(&arena, m->scratch, MACHINE_SCRATCH);
    int r = read_history(m, stream, e->position, &arena, &entries, &count);
    if (r)
        return r;
    roster_forget(m->roster, stream.id);
    forget_policies(m, stream.id);
    for (size_t i = 0; i < count; i++)
        if (!entries[i].is_void)
            fold_common_entry(m, &entries[i].event);
    return 0;
}

/* Daemons answer for the roster and the policy alike, whoever owns their streams. */
static int fold_common(struct machine *m, const struct event *e) {
    uint16_t category = (uint16_t)e->said->category;
    bool is_told_again =
        is_amendment(e->type) && (category == CATEGORY_PolicySet || roster_concerns(category));
    int r = 0;
    if (is_told_again)
        r = refold_common(m, e);
    else
        fold_common_entry(m, e);
    if (category == CATEGORY_PolicySet)
        retime_all(m);
    return r;
}

int machine_fold(struct machine *m, const struct record *record) {
    struct event e = event_of(record);
    if (e.position <= m->folded)
        return 0;
    if (e.position != m->folded + 1)
        return MACHINE_GAP;
    const struct aggregate *a = aggregate_of(m->domain, (uint16_t)e.said->category);
    int r = fold_common(m, &e);
    fold_mark(m, &e);
    if (!r && a)
        r = fold_own(m, a, &e);
    if (!r && is_amendment(e.type))
        r = refold_copies_fed_by(m, (struct stream){(uint16_t)e.said->category, e.said->stream},
                                 e.position);
    else if (!r)
        fold_copies(m, &e);
    if (r)
        return r;
    m->folded = e.position;
    if (e.position > m->reacted && !is_amendment(e.type))
        collect_reactions(m, &e);
    return 0;
}

/* ---- after the log's answer ---- */

void machine_settle(struct machine *m) {
    streams_restore(m->streams);
    m->mark_ahead = 0;
    m->pending_next = 0;
}

void machine_commit(struct machine *m, const struct proposal *p, uint64_t first,
                    int64_t known_at_us) {
    uint8_t *memory = m->scratch;
    for (size_t i = 0; i < p->event_count; i++) {
        struct arena arena;
        struct record r = {.log = {.position = (int64_t)(first + i), .known_at = known_at_us}};
        struct bytes said_bytes;
        arena_init(&arena, memory, MACHINE_SCRATCH);
        ensure(record_open_half(p->halves[i], &arena, &r, &said_bytes) == RECORD_OK);
        struct event e = event_of(&r);
        const struct aggregate *a = aggregate_of(m->domain, (uint16_t)e.said->category);
        if (!a) {
            fold_mark(m, &e);
            continue;
        }
        struct slot *slot = streams_get(m->streams, a, NULL, e.said->stream);
        evolve(a, slot->state, &e);
        retime(m, slot);
    }
}
