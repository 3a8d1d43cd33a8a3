/*
 * The deciding half of the machine: commands of people, reactions to other daemons' events and
 * timers all become proposals in the same way; only who speaks differs.
 */
#include "common/base/ensure.h"
#include "common/codec/codec.h"
#include "common/codec/pack.h"
#include "common/codec/scan.h"
#include "common/domain/machine_parts.h"
#include "common/domain/speech.h"
#include "common/messages/registry.h"

#include <stdlib.h>

/* ---- looking up: what is read is checked ---- */

static bool has_read(const struct proposal *p, struct stream s) {
    for (size_t i = 0; i < p->read_count; i++)
        if (p->reads[i].category == s.category && id_equal(p->reads[i].stream, s.id))
            return true;
    return false;
}

static void note_read(struct proposal *p, struct stream s, uint64_t version) {
    if (has_read(p, s))
        return;
    ensure(p->read_count < DECISION_READS_MAX);
    p->reads[p->read_count++] =
        (struct read){.category = s.category, .stream = s.id, .expected = (int64_t)version};
}

struct slot *own_slot(struct machine *m, struct stream s) {
    const struct aggregate *a = aggregate_of(m->domain, s.category);
    return a ? streams_find(m->streams, a, NULL, s.id) : NULL;
}

static const void *look_up_stream(void *context, struct stream s) {
    struct room *room = context;
    ensure(aggregate_of(room->m->domain, s.category) != NULL);
    struct slot *slot = own_slot(room->m, s);
    const struct life *life = slot ? slot->state : NULL;
    note_read(room->out, s, life ? life->version : 0);
    return life && life->state != NONE ? slot->state : NULL;
}

static const void *look_up_copy(void *context, uint16_t number, struct id key) {
    struct room *room = context;
    for (size_t i = 0; i < room->m->domain->copy_count; i++) {
        const struct copy *c = room->m->domain->copies[i];
        if (c->number != number)
            continue;
        struct slot *slot = streams_find(room->m->streams, NULL, c, key);
        return slot ? slot->state : NULL;
    }
    return NULL;
}

struct states states_of(struct room *room) {
    return (struct states){look_up_stream, look_up_copy, room};
}

/* ---- one decision ---- */

struct facts facts_on(const struct room *room, civil_day occurred_on) {
    return (struct facts){
        .today = room->clock->today,
        .now_us = room->clock->now_us,
        .policy = policy_on(room->m, occurred_on),
        .roster = room->m->roster,
        .migration = room->clock->migration,
    };
}

/* Lets later decisions of the batch see this event, at the position it will probably have. */
static void look_ahead(struct room *room, const struct emitted *e, const struct said *said) {
    struct machine *m = room->m;
    const struct aggregate *a = aggregate_of(m->domain, e->stream.category);
    if (!a)
        return;
    struct slot *slot = streams_get(m->streams, a, NULL, e->stream.id);
    streams_save(m->streams, slot);
    struct event event = {
        .position = UINT64_MAX,
        .known_at_us = room->clock->now_us,
        .said = said,
        .schema = e->schema,
        .type = e->schema->about->type,
        .payload = e->payload,
    };
    evolve(a, slot->state, &event);
}

static void take_events(struct room *room, const struct said *common, struct decision *d) {
    struct proposal *out = room->out;
    for (size_t i = 0; i < d->event_count; i++) {
        const struct emitted *e = &d->events[i];
        struct slot *slot = own_slot(room->m, e->stream);
        const struct life *life = slot ? slot->state : NULL;
        note_read(out, e->stream, life ? life->version : 0);
        if (out->event_count == PROPOSAL_EVENTS_MAX ||
            speech_event(common, d, i, out->event_count, room->arena,
                         &out->halves[out->event_count])) {
            reject(d, &RULE_MALFORMED, NULL);
            return;
        }
        out->events[out->event_count++] = *e;
    }
}

/* evolve() reads `said` of the event itself: breach, stream, type. */
static void look_ahead_all(struct room *room, size_t from) {
    struct proposal *out = room->out;
    for (size_t i = from; i < out->event_count; i++) {
        struct record r;
        struct bytes said_bytes;
        ensure(record_open_half(out->halves[i], room->arena, &r, &said_bytes) == RECORD_OK);
        look_ahead(room, &out->events[i], &r.said);
    }
}

static void take_amendment(struct decision *d, const struct amendment *a) {
    d->entry = &a->entry->event;
    d->after = a->after;
    d->breach_count = a->breach_count;
    memcpy(d->breaches, a->breaches, sizeof d->breaches);
}

void run(struct room *room, const struct command *c, const struct amendment *amendment) {
    static const uint64_t nothing[1024];
    struct machine *m = room->m;
    struct proposal *out = room->out;
    const struct aggregate *a = aggregate_of(m->domain, c->stream.category);
    struct facts facts = facts_on(room, c->said->occurred_on);
    struct states states = states_of(room);
    struct decision *d = arena_get(room->arena, sizeof *d);
    size_t first = out->event_count;
    ensure(d != NULL && a->state_size <= sizeof nothing);
    d->command = c;
    d->facts = &facts;
    d->states = &states;
    d->arena = room->arena;
    if (amendment)
        take_amendment(d, amendment);
    struct slot *slot = own_slot(m, c->stream);
    note_read(out, c->stream, slot ? ((const struct life *)slot->state)->version : 0);
    d->state = slot ? slot->state : nothing;
    decide(a, d);
    if (!d->rejected)
        take_events(room, c->said, d);
    out->rule = d->rejected;
    out->field = d->field;
    out->entitled = d->entitled;
    out->breach_count = d->breach_count;
    memcpy(out->breaches, d->breaches, sizeof out->breaches);
    if (d->rejected)
        out->event_count = first;
    else
        look_ahead_all(room, first);
}

/* ---- commands ---- */

static void propose(struct room *room, const struct command *c) {
    if (c->type == EVENT_EntryVoided || c->type == EVENT_EntryCorrected)
        propose_amendment(room, c);
    else
        run(room, c, NULL);
}

static const struct rule *open_command(struct room *room, const struct Command *command,
                                       struct command *c) {
    c->schema = registry_by_type((uint16_t)command->type);
    const struct about *about = c->schema ? c->schema->about : NULL;
    if (!about || about->nature == NATURE_NONE || command->role == ROLE_SYSTEM)
        return &RULE_MALFORMED;
    if (about->category && about->category != command->category)
        return &RULE_MALFORMED;
    if (!aggregate_of(room->m->domain, (uint16_t)command->category))
        return &RULE_MALFORMED;
    void *payload = arena_get(room->arena, c->schema->size);
    if (!payload)
        return &RULE_MALFORMED;
    struct codec_fault bad = codec_decode(c->schema, command->payload, room->arena, payload);
    room->out->field = bad.field ? bad.field->name : NULL;
    c->payload = payload;
    return bad.result ? &RULE_MALFORMED : NULL;
}

/* A recorder who may decide this himself is taken to have done so. */
static int32_t decider_of(const struct schema *schema, const struct Command *command) {
    if (command->decider || !(schema->about->deciders & 1u << command->role))
        return command->decider;
    return command->role;
}

void machine_propose(struct machine *m, const struct Command *command, const struct clock *clock,
                     struct arena *arena, struct proposal *out) {
    struct room room = {m, out, clock, arena};
    memset(out, 0, sizeof *out);
    out->command = command->id;
    out->known_at_us = command->known_at;
    machine_digest(command, out->digest);
    struct command c = {
        .id = command->id,
        .stream = {(uint16_t)command->category, command->stream},
        .type = (uint16_t)command->type,
    };
    out->rule = open_command(&room, command, &c);
    if (out->rule)
        return;
    struct said said;
    speech_begin(command, clock, out->digest, m->folded, &said);
    said.decider = decider_of(c.schema, command);
    c.said = &said;
    propose(&room, &c);
}

/* ---- what the system asks of itself ---- */

static void begin_system(struct room *room, struct id id, uint64_t cause, struct said *said) {
    struct Command shape = {.id = id, .role = ROLE_SYSTEM, .actor = room->m->mark_stream.id};
    memset(room->out, 0, sizeof *room->out);
    room->out->command = id;
    room->out->known_at_us = room->clock->migration ? room->clock->now_us : 0;
    /* The id says everything that a repetition has in common: cause, daemon and ordinal. */
    memcpy(room->out->digest, id.bytes, sizeof id.bytes);
    speech_begin(&shape, room->clock, room->out->digest, room->m->folded, said);
    said->cause = (int64_t)cause;
}

static void note_refusal(struct refused_reaction *refused, size_t *count, uint64_t cause,
                         const struct rule *rule) {
    if (*count < 16)
        refused[(*count)++] = (struct refused_reaction){.position = (int64_t)cause,
                                                        .rule = text_of(rule->code)};
}

static void add_mark(struct room *room, const struct said *said, uint64_t position,
                     struct refused_reaction *refused, size_t count) {
    struct machine *m = room->m;
    struct proposal *out = room->out;
    struct ReactedUpTo *mark = arena_get(room->arena, sizeof *mark);
    struct facts facts = facts_on(room, room->clock->today);
    struct decision *d = arena_get(room->arena, sizeof *d);
    ensure(mark && d && out->event_count < PROPOSAL_EVENTS_MAX);
    mark->position = (int64_t)position;
    mark->refused = (struct refused_reaction_list){refused, (uint32_t)count};
    d->facts = &facts;
    d->events[0] = (struct emitted){m->mark_stream, ReactedUpTo_schema(), mark};
    struct said own = *said;
    own.occurred_on = room->clock->today;
    note_read(out, m->mark_stream, m->mark_version + m->mark_ahead);
    ensure(speech_event(&own, d, 0, out->event_count, room->arena,
                        &out->halves[out->event_count]) == 0);
    out->events[out->event_count++] = d->events[0];
    m->mark_ahead++;
}

static const struct rule *react_once(struct room *room, const struct pending *p,
                                     const struct said *common) {
    if (!p->schema)
        return &RULE_MALFORMED; /* more than one cause may ask for: some were left out */
    void *payload = arena_get(room->arena, p->schema->size);
    struct said said = *common;
    ensure(payload != NULL);
    ensure(!codec_decode(p->schema, bytes_of(p->bytes, p->size), room->arena, payload).result);
    said.occurred_on = p->occurred_on;
    said.case_ref = p->case_ref;
    struct command c = {
        .id = said.command,
        .stream = p->stream,
        .schema = p->schema,
        .type = p->schema->about->type,
        .payload = payload,
        .said = &said,
    };
    run(room, &c, NULL);
    return room->out->rule;
}

bool machine_propose_reaction(struct machine *m, const struct clock *clock, struct arena *arena,
                              struct proposal *out) {
    struct room room = {m, out, clock, arena};
    struct refused_reaction *refused = arena_get(arena, 16 * sizeof *refused);
    size_t refused_count = 0, done = 0;
    struct said said;
    if (m->pending_next >= m->pending_count)
        return false;
    uint64_t cause = m->pending[m->pending_next].cause;
    ensure(refused != NULL);
    begin_system(&room, id_v8(cause, m->domain->number, 0), cause, &said);
    for (; m->pending_next < m->pending_count && m->pending[m->pending_next].cause == cause;
         m->pending_next++, done++) {
        const struct rule *rule = react_once(&room, &m->pending[m->pending_next], &said);
        if (rule)
            note_refusal(refused, &refused_count, cause, rule);
    }
    out->rule = NULL;
    out->field = NULL;
    out->breach_count = 0;
    add_mark(&room, &said, cause, refused, refused_count);
    return true;
}

bool machine_propose_mark(struct machine *m, uint64_t gap, const struct clock *clock,
                          struct arena *arena, struct proposal *out) {
    struct room room = {m, out, clock, arena};
    struct said said;
    /* Only own marks may lie behind the newest one, or the log would grow by being read. */
    if (m->pending_count || m->folded <= m->mark_seen || m->folded - m->mark_seen < gap)
        return false;
    begin_system(&room, id_v8(m->folded, m->domain->number, 0xffff), m->folded, &said);
    add_mark(&room, &said, m->folded, NULL, 0);
    return true;
}

void collect_reactions(struct machine *m, const struct event *event) {
    if (!m->domain->react || event->type == EVENT_ReactedUpTo)
        return;
    struct arena arena;
    arena_init(&arena, m->scratch, MACHINE_SCRATCH);
    struct reactions *found = arena_get(&arena, sizeof *found);
    struct proposal *unused = arena_get(&arena, sizeof *unused);
    struct room room = {m, unused, NULL, &arena};
    struct states states = states_of(&room);
    found->arena = &arena;
    m->domain->react(event, &states, found);
    for (size_t i = 0; i < found->count; i++) {
        const struct reaction *r = &found->items[i];
        uint8_t *buffer = arena_get(&arena, SCAN_RECORD_BYTES);
        struct pack_writer w = {buffer, 0, SCAN_RECORD_BYTES, false};
        ensure(buffer && !codec_encode(r->schema, r->payload, &w).result);
        add_pending(m, event, r, bytes_of(w.data, w.size));
        arena.used -= SCAN_RECORD_BYTES;
    }
    if (found->is_over)
        add_pending(m, event, &(struct reaction){.schema = NULL}, bytes_of(NULL, 0));
}

/* ---- timers ---- */

static bool earliest(const struct machine *m, struct slot *slot, civil_day today,
                     struct timer *out) {
    struct timer timers[TIMERS_MAX];
    const struct PolicySetAdopted *policy = policy_on(m, today);
    bool found = false;
    size_t count = policy ? slot->aggregate->timers(slot->state, policy, timers) : 0;
    for (size_t i = 0; i < count; i++) {
        if (timers[i].due >= today || (found && timers[i].due >= out->due))
            continue;
        *out = timers[i];
        found = true;
    }
    return found;
}

static struct slot *next_slot_due(struct machine *m, civil_day today) {
    struct slot *first = NULL;
    for (size_t i = 0; i < streams_count(m->streams); i++) {
        struct slot *s = streams_at(m->streams, i);
        if (!s->aggregate || s->next_due >= today || s->is_saved)
            continue;
        if (s->refused_at && s->refused_at == ((const struct life *)s->state)->last_position)
            continue;
        if (!first || s->next_due < first->next_due)
            first = s;
    }
    return first;
}

/* One start may run several terms of the same number (T14: 1 and 6 months): the day tells them apart. */
static struct id timer_id(const struct machine *m, const struct timer *t) {
    uint16_t ordinal = (uint16_t)(t->number << 10 | (t->due & 0x3ff));
    return id_v8(t->start, m->domain->number, ordinal);
}

bool machine_propose_timer(struct machine *m, const struct clock *clock, struct arena *arena,
                           struct proposal *out) {
    struct room room = {m, out, clock, arena};
    struct timer timer = {0};
    struct said said;
    struct slot *slot = next_slot_due(m, clock->today);
    if (!slot)
        return false;
    if (!earliest(m, slot, clock->today, &timer)) {
        slot->next_due = CIVIL_NEVER; /* computed under an older policy */
        retime(m, slot);
        slot->refused_at = ((const struct life *)slot->state)->last_position;
        return machine_propose_timer(m, clock, arena, out);
    }
    begin_system(&room, timer_id(m, &timer), timer.start, &said);
    said.occurred_on = timer.due + 1 <= clock->today ? timer.due + 1 : clock->today;
    struct timer_passed *payload = arena_get(arena, timer.passed->size);
    ensure(payload != NULL);
    *payload = (struct timer_passed){timer.due, (int64_t)timer.start};
    struct command c = {
        .id = said.command,
        .stream = slot->key,
        .schema = timer.passed,
        .type = timer.passed->about->type,
        .payload = payload,
        .said = &said,
    };
    run(&room, &c, NULL);
    if (out->rule)
        slot->refused_at = ((const struct life *)slot->state)->last_position;
    return true;
}
