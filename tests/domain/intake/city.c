#include "tests/domain/intake/city.h"

#include "common/base/ensure.h"
#include "common/domain/roster.h"
#include "tests/harness/policy.h"

static const struct id coordinator = {{0xc0}};

static void *keep(struct city *city, size_t size) {
    void *memory = arena_get(&city->arena, size);
    ensure(memory != NULL);
    return memory;
}

struct told *city_stream(struct city *city, uint16_t category, struct id id) {
    for (size_t i = 0; i < city->stream_count; i++) {
        struct told *t = &city->streams[i];
        if (t->key.category == category && id_equal(t->key.id, id))
            return t;
    }
    return NULL;
}

static struct told *found(struct city *city, struct stream key) {
    struct told *t = city_stream(city, key.category, key.id);
    if (t)
        return t;
    ensure(city->stream_count < STREAMS_MAX);
    t = &city->streams[city->stream_count++];
    t->key = key;
    t->aggregate = aggregate_of(&intake_domain, key.category);
    t->state = keep(city, t->aggregate->state_size);
    return t;
}

static const void *look_up(void *context, struct stream key) {
    struct told *t = city_stream(context, key.category, key.id);
    return t && ((const struct life *)t->state)->state != NONE ? t->state : NULL;
}

static const void *no_copy(void *context, uint16_t number, struct id key) {
    (void)context;
    (void)number;
    (void)key;
    return NULL;
}

void city_init(struct city *city, void *memory, size_t size, int64_t places) {
    void (*watch)(struct city *) = city->watch;
    memset(city, 0, sizeof *city);
    city->watch = watch;
    arena_init(&city->arena, memory, size);
    city->streams = keep(city, STREAMS_MAX * sizeof *city->streams);
    policy_default(&city->policy);
    city->policy.keeper_places = places;
    city->roster = roster_new();
    roster_enter(city->roster, coordinator, ROLE_COORD);
    city->facts = (struct facts){
        .today = civil_from_ymd(2018, 1, 2), .policy = &city->policy, .roster = city->roster};
    city->states = (struct states){look_up, no_copy, city};
}

void city_deinit(struct city *city) {
    roster_free(city->roster);
}

/* ---- folding ---- */

static void push(struct city *city, struct told *t, const struct said *said,
                 const struct emitted *e) {
    if (t->count == t->capacity) {
        size_t capacity = t->capacity ? 2 * t->capacity : 8;
        struct history_entry *more = keep(city, capacity * sizeof *more);
        if (t->count)
            memcpy(more, t->entries, t->count * sizeof *more);
        for (size_t i = 0; i < t->count; i++)
            more[i].event.said = &more[i].said;
        t->entries = more;
        t->capacity = capacity;
    }
    struct history_entry *entry = &t->entries[t->count++];
    entry->said = *said;
    entry->said.category = e->stream.category;
    entry->said.stream = e->stream.id;
    entry->is_void = false;
    entry->event = (struct event){.position = ++city->position,
                                  .said = &entry->said,
                                  .schema = e->schema,
                                  .type = e->schema->about->type,
                                  .payload = e->payload};
}

static void fold(struct city *city, const struct said *said, const struct emitted *e) {
    struct told *t = found(city, e->stream);
    push(city, t, said, e);
    evolve(t->aggregate, t->state, &t->entries[t->count - 1].event);
    city->watch(city);
}

static void tell(struct city *city, const struct said *said, size_t from) {
    const struct decision *d = &city->decision;
    for (size_t i = from; i < d->event_count; i++)
        fold(city, said, &d->events[i]);
}

/* ---- deciding ---- */

static struct said speaking(const struct city *city, const struct schema *schema) {
    struct said said = {.actor = coordinator,
                        .role = ROLE_COORD,
                        .occurred_on = city->facts.today,
                        .type = schema->about->type};
    if (schema->about->deciders & 1u << ROLE_RESIDENT) {
        said.decider = ROLE_RESIDENT;
        said.evidence = EVIDENCE_paper;
    } else if (schema->about->deciders) {
        said.decider = ROLE_COORD;
    }
    return said;
}

static const struct rule *run(struct city *city, const struct command *c, const struct event *entry,
                              const void *after) {
    struct decision *d = &city->decision;
    const struct aggregate *a = aggregate_of(&intake_domain, c->stream.category);
    struct told *t = city_stream(city, c->stream.category, c->stream.id);
    memset(d, 0, sizeof *d);
    d->command = c;
    d->facts = &city->facts;
    d->states = &city->states;
    d->state = t ? t->state : keep(city, a->state_size);
    d->entry = entry;
    d->after = after;
    d->arena = &city->arena;
    decide(a, d);
    ensure(!d->rejected || d->event_count == 0);
    return d->rejected;
}

const struct rule *city_send(struct city *city, uint16_t category, struct id id,
                             const struct schema *schema, const void *payload) {
    struct said said = speaking(city, schema);
    void *kept = keep(city, schema->size);
    memcpy(kept, payload, schema->size);
    struct command c = {.stream = {category, id},
                        .schema = schema,
                        .type = schema->about->type,
                        .payload = kept,
                        .said = &said};
    const struct rule *rule = run(city, &c, NULL, NULL);
    if (!rule)
        tell(city, &said, 0);
    return rule;
}

/* ---- amending ---- */

static const struct rule *amend(struct city *city, struct told *t, size_t index, bool is_void,
                                const void *payload, const struct schema *schema,
                                const void *amendment) {
    struct said said = speaking(city, schema);
    struct history_entry *entry = &t->entries[index], before = *entry;
    struct command c = {.stream = t->key,
                        .schema = schema,
                        .type = schema->about->type,
                        .payload = amendment,
                        .said = &said};
    void *after = keep(city, t->aggregate->state_size);
    entry->is_void = is_void;
    entry->event.payload = payload;
    history_fold(t->aggregate, t->entries, t->count, after);
    const struct rule *rule = run(city, &c, &entry->event, after);
    if (rule) {
        *entry = before;
        return rule;
    }
    struct emitted first = city->decision.events[0];
    push(city, t, &said, &first);
    history_fold(t->aggregate, t->entries, t->count, t->state);
    city->watch(city);
    tell(city, &said, 1);
    return NULL;
}

const struct rule *city_void(struct city *city, struct told *stream, size_t index) {
    struct EntryVoided *p = keep(city, sizeof *p);
    p->entry = (int64_t)stream->entries[index].event.position;
    p->reason = MISTAKE_opened_in_error;
    return amend(city, stream, index, true, stream->entries[index].event.payload,
                 EntryVoided_schema(), p);
}

const struct rule *city_correct(struct city *city, struct told *stream, size_t index,
                                const void *payload) {
    const struct schema *schema = stream->entries[index].event.schema;
    struct EntryCorrected *p = keep(city, sizeof *p);
    void *kept = keep(city, schema->size);
    memcpy(kept, payload, schema->size);
    p->entry = (int64_t)stream->entries[index].event.position;
    p->reason = MISTAKE_wrong_content;
    p->occurred_on = stream->entries[index].said.occurred_on;
    return amend(city, stream, index, false, kept, EntryCorrected_schema(), p);
}
