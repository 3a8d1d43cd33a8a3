/*
 * Corrections and voids (DOMAIN.md 3, A51): what the stream would be without the mistake, and which
 * rules the right content misses. The right content is weighed at its own place in the history.
 */
#include "common/base/ensure.h"
#include "common/codec/codec.h"
#include "common/domain/machine_parts.h"

/* The entry in question, with its stream as it stands and as it would. */
struct mistake {
    const struct aggregate *aggregate;
    struct record *records;
    size_t count;
    struct history_entry *entries; /* as they stand */
    const struct history_entry *entry;
    struct arena *arena;
};

static int64_t entry_of(const struct command *c) {
    return c->type == EVENT_EntryVoided ? ((const struct EntryVoided *)c->payload)->entry
                                        : ((const struct EntryCorrected *)c->payload)->entry;
}

static bool is_amendment(const struct history_entry *entry) {
    return entry->event.type == EVENT_EntryVoided || entry->event.type == EVENT_EntryCorrected;
}

static void refuse_amendment(struct proposal *out, const struct rule *rule, const char *field) {
    out->rule = rule;
    out->field = field;
}

static const struct rule *read_stream(struct room *room, const struct command *c,
                                      struct mistake *at) {
    struct machine *m = room->m;
    struct slot *slot = own_slot(m, c->stream);
    /* History ends at what is folded, the version that is checked does not: both must be the same. */
    bool is_behind = slot && ((const struct life *)slot->state)->last_position > m->folded;
    if (is_behind || m->history(m->context, c->stream, m->folded, at->arena, &at->records, &at->count))
        return &RULE_TRY_AGAIN;
    at->entries = arena_get(at->arena, (at->count + 1) * sizeof *at->entries);
    ensure(at->entries != NULL);
    ensure(history_apply(at->records, at->count, HISTORY_NOW, 0, at->arena, at->entries) == 0);
    return NULL;
}

static const struct rule *find_entry(const struct command *c, struct mistake *at) {
    at->entry = NULL;
    for (size_t i = 0; i < at->count; i++)
        if ((int64_t)at->entries[i].event.position == entry_of(c))
            at->entry = &at->entries[i];
    if (!at->entry)
        return &RULE_UNKNOWN_ENTRY;
    if (at->entry->is_void)
        return &RULE_ALREADY_VOIDED;
    if (c->type == EVENT_EntryCorrected && is_amendment(at->entry))
        return &RULE_CORRECT_THE_ENTRY;
    return NULL;
}

/* ---- the right content ---- */

static const void *state_before(const struct mistake *at) {
    void *state = arena_get(at->arena, at->aggregate->state_size);
    ensure(state != NULL);
    history_fold(at->aggregate, at->entries, (size_t)(at->entry - at->entries), state);
    return state;
}

/* What decide() would say of this content at the entry's place, looking up the rest as it is now. */
static struct decision *weigh_content(struct room *room, const struct mistake *at,
                                      const void *state, const void *payload, civil_day on) {
    struct decision *d = arena_get(at->arena, sizeof *d);
    struct command *c = arena_get(at->arena, sizeof *c);
    struct said *said = arena_get(at->arena, sizeof *said);
    struct facts *facts = arena_get(at->arena, sizeof *facts);
    struct states *states = arena_get(at->arena, sizeof *states);
    const struct event *e = &at->entry->event;
    ensure(d && c && said && facts && states);
    *said = *e->said;
    said->occurred_on = on;
    *c = (struct command){
        .id = said->command,
        .stream = {(uint16_t)said->category, said->stream},
        .schema = e->schema,
        .type = e->type,
        .payload = payload,
        .said = said,
    };
    *facts = facts_on(room, on);
    *states = states_of(room);
    *d = (struct decision){.command = c, .facts = facts, .states = states, .state = state,
                           .entry = e, .arena = at->arena};
    if (facts->policy)
        weigh(at->aggregate, d);
    return d;
}

static bool misses(const struct decision *d, const struct rule *rule) {
    for (size_t i = 0; i < d->breach_count; i++)
        if (d->breaches[i] == rule)
            return true;
    return d->rejected == rule;
}

/* Both contents are weighed today. What the mistaken one misses too, though it was accepted, says
 * something of today and nothing of the correction. */
static bool is_new(const struct mistake *at, const struct decision *wrong,
                   const struct rule *rule) {
    return !misses(wrong, rule) || has_breach_of(&at->entry->event, rule->code);
}

static void weigh_correction(struct room *room, const struct command *c, const struct mistake *at,
                             struct amendment *out) {
    const struct EntryCorrected *correction = c->payload;
    const struct event *e = &at->entry->event;
    void *right_payload = arena_get(at->arena, e->schema->size);
    ensure(right_payload != NULL);
    if (codec_decode(e->schema, correction->payload, at->arena, right_payload).result) {
        refuse_amendment(room->out, &RULE_MALFORMED, "payload");
        return;
    }
    const void *before = state_before(at);
    struct decision *wrong = weigh_content(room, at, before, e->payload, e->said->occurred_on);
    struct decision *right =
        weigh_content(room, at, before, right_payload, correction->occurred_on);
    if (right->rejected && is_new(at, wrong, right->rejected)) {
        refuse_amendment(room->out, right->rejected, right->field);
        return;
    }
    for (size_t i = 0; i < right->breach_count; i++)
        if (is_new(at, wrong, right->breaches[i]))
            out->breaches[out->breach_count++] = right->breaches[i];
}

/* ---- the stream without the mistake ---- */

static struct breach_list breaches_of(const struct amendment *a, struct arena *arena) {
    struct breach *items = arena_get(arena, (a->breach_count + 1) * sizeof *items);
    ensure(items != NULL);
    for (size_t i = 0; i < a->breach_count; i++)
        items[i].rule = text_of(a->breaches[i]->code);
    return (struct breach_list){items, (uint32_t)a->breach_count};
}

static const void *state_after(const struct command *c, const struct mistake *at,
                               const struct amendment *a) {
    size_t count = at->count + 1;
    struct record *records = arena_get(at->arena, count * sizeof *records);
    struct history_entry *entries = arena_get(at->arena, count * sizeof *entries);
    void *state = arena_get(at->arena, at->aggregate->state_size);
    ensure(records && entries && state);
    memcpy(records, at->records, at->count * sizeof *records);
    records[at->count] = (struct record){
        .log = {.position = INT64_MAX},
        .said = *c->said,
        .schema = c->schema,
        .payload = c->payload,
    };
    records[at->count].said.type = c->type;
    records[at->count].said.breach = breaches_of(a, at->arena);
    ensure(history_apply(records, count, HISTORY_NOW, 0, at->arena, entries) == 0);
    history_fold(at->aggregate, entries, count, state);
    return state;
}

void propose_amendment(struct room *room, const struct command *c) {
    struct arena arena;
    struct mistake at = {.aggregate = aggregate_of(room->m->domain, c->stream.category),
                         .arena = &arena};
    struct amendment amendment = {0};
    arena_init(&arena, room->m->scratch, MACHINE_SCRATCH);
    const struct rule *rule = read_stream(room, c, &at);
    rule = rule ? rule : find_entry(c, &at);
    if (rule) {
        refuse_amendment(room->out, rule, "entry");
        return;
    }
    if (c->type == EVENT_EntryCorrected)
        weigh_correction(room, c, &at, &amendment);
    if (room->out->rule)
        return;
    amendment.entry = at.entry;
    amendment.after = state_after(c, &at, &amendment);
    room->out->is_amendment = true;
    run(room, c, &amendment);
}
