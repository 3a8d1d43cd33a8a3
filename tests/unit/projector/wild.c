#include "tests/unit/projector/wild.h"

#include <stdlib.h>

#include "common/base/ensure.h"
#include "common/codec/codec.h"
#include "common/codec/member.h"
#include "common/codec/pack.h"
#include "common/messages/intake.h"
#include "common/messages/monitoring.h"
#include "common/messages/registry.h"
#include "tests/harness/policy.h"

enum {
    WILD_ARENA = 1 << 20,
    PAYLOAD_MAX = 1 << 14,
    LIST_MAX = 4,
    NEAR = 40,
    TRIES = 40,
    AREAS = 8
};

struct id wild_id(uint64_t number) {
    char name[2] = {(char)('a' + number), 0};
    return id_named("wild", text_of(name));
}

static struct id any_id(struct wild *w) {
    return wild_id(rng_below(&w->rng, w->subjects));
}

/* ---- payloads ---- */

static void fill(struct wild *w, const struct schema *s, uint8_t *out);

static struct any_list fill_list(struct wild *w, const struct field *f) {
    const struct schema *record = f->record();
    uint64_t most = (uint64_t)f->max < LIST_MAX ? (uint64_t)f->max : LIST_MAX;
    struct any_list list = {NULL, (uint32_t)rng_between(&w->rng, 1, (int64_t)most)};
    uint8_t *items = arena_get(&w->arena, list.count * record->size);
    ensure(items != NULL);
    for (uint32_t i = 0; i < list.count; i++)
        fill(w, record, items + i * record->size);
    list.items = items;
    return list;
}

/* Small numbers meet rules, and each other, more often than large ones. */
static int64_t any_number(struct wild *w, const struct field *f) {
    if (f->kind == KIND_DAY)
        return w->day + rng_between(&w->rng, -40, 80);
    if (f->kind == KIND_CODE)
        return f->codes()->codes[rng_below(&w->rng, f->codes()->count)].number;
    if (f->kind == KIND_FLAG)
        return (int64_t)rng_below(&w->rng, 2);
    if (f->kind != KIND_INT)
        return (int64_t)rng_below(&w->rng, 100000);
    return rng_between(&w->rng, f->min, f->max - f->min > 12 ? f->min + 12 : f->max);
}

static void fill_field(struct wild *w, const struct field *f, void *at) {
    static const uint8_t octets[32] = {1};
    struct id id = any_id(w);
    struct any_list list;
    struct bytes view = bytes_of(f->kind == KIND_BLOB ? (const void *)octets : "A1",
                                 f->kind == KIND_BLOB && f->max >= 32 ? 32 : 2);
    if (f->kind == KIND_ID) {
        memcpy(at, &id, sizeof id);
    } else if (f->kind == KIND_TEXT || f->kind == KIND_BLOB) {
        memcpy(at, &view, sizeof view);
    } else if (f->kind == KIND_LIST) {
        list = fill_list(w, f);
        memcpy(at, &list, sizeof list);
    } else if (f->kind != KIND_SEALED) {
        set_number(f, at, any_number(w, f));
    }
}

static void fill(struct wild *w, const struct schema *s, uint8_t *out) {
    memset(out, 0, s->size);
    for (unsigned i = 0; i < s->field_count; i++)
        if (s->fields[i].required || rng_chance(&w->rng, 500))
            fill_field(w, &s->fields[i], out + s->fields[i].offset);
}

static struct id any_stream(struct wild *w, uint16_t category) {
    if (category == CATEGORY_PolicySet)
        return wild_id(0);
    return wild_id(rng_below(&w->rng, category == CATEGORY_Area ? AREAS : WILD_POOL));
}

static int64_t area_of_stream(struct id stream) {
    int64_t number = 0;
    while (!id_equal(wild_id((uint64_t)number), stream))
        number++;
    return number % AREAS + 1;
}

/* What the departments see to: an area's number is that of its stream, policies follow each other.
 */
static void put_right(struct wild *w, const struct schema *s, struct id stream, void *payload) {
    if (s == PolicySetAdopted_schema()) {
        policy_default(payload);
        ((struct PolicySetAdopted *)payload)->version = ++w->policies;
        ((struct PolicySetAdopted *)payload)->in_force_from = w->day - 10;
    }
    for (unsigned i = 0; s->about->category == CATEGORY_Area && i < s->field_count; i++)
        if (strcmp(s->fields[i].name, "area") == 0)
            set_number(&s->fields[i], (uint8_t *)payload + s->fields[i].offset,
                       area_of_stream(stream));
}

static void *payload_of(struct wild *w, const struct schema *s, struct id stream) {
    void *payload = arena_get(&w->arena, s->size);
    ensure(payload != NULL);
    fill(w, s, payload);
    put_right(w, s, stream, payload);
    return payload;
}

static struct bytes encoded(struct wild *w, const struct schema *s, const void *payload) {
    uint8_t *buffer = arena_get(&w->arena, PAYLOAD_MAX);
    struct pack_writer out = {buffer, 0, PAYLOAD_MAX, false};
    ensure(buffer != NULL);
    bool is_bad = codec_encode(s, payload, &out).result || out.full;
    return is_bad ? (struct bytes){NULL, 0} : bytes_of(buffer, out.size);
}

/* ---- what is said ---- */

static void tell(struct wild *w, struct stream stream, const struct schema *s,
                 const void *payload) {
    struct breach breach = {.rule = text_of(rng_chance(&w->rng, 300) ? "WRONG_STATE" : "A24")};
    uint64_t position = w->log->count + 1;
    struct said said = {
        .id = id_v8(position, 1, 1),
        .category = stream.category,
        .stream = stream.id,
        .type = s->about->type,
        .schema_version = 1,
        .occurred_on = w->day - (rng_chance(&w->rng, 300) ? (civil_day)rng_below(&w->rng, 9) : 0),
        .actor = any_id(w),
        .role = (int32_t)rng_between(&w->rng, 1, ROLE_SYSTEM),
        .policy_version = 1,
        .sensitivity = 1,
        .retention = RETENTION_B10,
        .command = id_v8(position, 1, 2),
        .digest = bytes_of("0123456789abcdef0123456789abcdef", 32),
        .seen = (int64_t)position - 1,
        .breach = {&breach, rng_chance(&w->rng, 120)},
    };
    memory_log_put(w->log, &said, s, payload,
                   civil_midnight_us(w->day) + (int64_t)rng_below(&w->rng, 80000) * 1000000);
    struct dossier *dossier = store_get(w->store, stream);
    struct event event = {.position = position,
                          .said = &said,
                          .schema = s,
                          .type = s->about->type,
                          .payload = payload};
    ensure(dossier != NULL);
    dossier_fold_event(dossier, &event);
}

static const struct schema *any_event(struct wild *w, uint16_t category) {
    for (unsigned tries = 0; tries < 4000; tries++) {
        const struct schema *s = registry_at(rng_below(&w->rng, registry_count()));
        if (s->about->category == category && s->about->nature != NATURE_NONE)
            return s;
    }
    return SubjectRepointed_schema();
}

static const struct schema *next_step(struct wild *w, const struct aggregate *a, uint8_t state) {
    for (unsigned tries = 0; tries < TRIES; tries++) {
        const struct transition *t = &a->transitions[rng_below(&w->rng, a->transition_count)];
        if (t->from & IN(state))
            return registry_by_type(t->event);
    }
    return NULL;
}

/* A term that runs passes. */
static bool pass_term(struct wild *w, struct stream stream, const struct dossier *dossier) {
    const struct aggregate *a = shelves_at(shelves_of(stream.category))->aggregate;
    struct PolicySetAdopted policy;
    struct timer timers[TIMERS_MAX];
    policy_default(&policy);
    size_t count = a && a->timers ? a->timers(dossier_state(dossier), &policy, timers) : 0;
    if (!count)
        return false;
    const struct timer *t = &timers[rng_below(&w->rng, count)];
    tell(w, stream, t->passed, &(struct timer_passed){t->due, (int64_t)t->start});
    return true;
}

/* Cases and visits more often than the rest: they have the most to say. */
static uint16_t any_category(struct wild *w) {
    uint64_t n = rng_below(&w->rng, shelves_count() + 10);
    if (n < shelves_count())
        return shelves_at((uint8_t)n)->category;
    return (uint16_t)(n % 2 ? CATEGORY_Case : CATEGORY_Visit);
}

static void say(struct wild *w) {
    uint16_t category = any_category(w);
    struct stream stream = {category, any_stream(w, category)};
    const struct dossier *dossier = store_get(w->store, stream);
    const struct aggregate *a = shelves_at(shelves_of(category))->aggregate;
    const struct schema *s = NULL;
    ensure(dossier != NULL);
    if (rng_chance(&w->rng, 100) && pass_term(w, stream, dossier))
        return;
    if (a && rng_chance(&w->rng, 850))
        s = next_step(w, a, ((const struct life *)dossier_state(dossier))->state);
    if (!s || s->about->nature == NATURE_TIMER)
        s = any_event(w, category);
    const void *payload = payload_of(w, s, stream.id);
    if (encoded(w, s, payload).size)
        tell(w, stream, s, payload);
}

/* ---- what was wrong ---- */

static bool is_amendment(const struct record *r) {
    return r->schema == EntryVoided_schema() || r->schema == EntryCorrected_schema();
}

static struct record *read_entry(struct wild *w, uint64_t position) {
    struct record *r = arena_get(&w->arena, sizeof *r);
    struct bytes bytes = memory_log_at(w->log, position); /* adding an entry may move the log */
    uint8_t *copy = arena_copy(&w->arena, bytes.data, bytes.size);
    ensure(r && copy);
    ensure(record_decode(bytes_of(copy, bytes.size), &w->arena, r) == RECORD_OK);
    return r;
}

/* Another content of the same type: for an amendment, of what it amends. */
static const void *other_content(struct wild *w, const struct record *r) {
    if (r->schema == EntryCorrected_schema()) {
        struct EntryCorrected *c = arena_get(&w->arena, sizeof *c);
        ensure(c != NULL);
        *c = *(const struct EntryCorrected *)r->payload;
        const struct record *first = read_entry(w, (uint64_t)c->entry);
        c->occurred_on -= (civil_day)rng_below(&w->rng, 4);
        if (!is_amendment(first))
            c->payload = encoded(w, first->schema, payload_of(w, first->schema, r->said.stream));
        return c;
    }
    if (r->schema == EntryVoided_schema())
        return r->payload;
    return payload_of(w, r->schema, r->said.stream);
}

static void amend(struct wild *w) {
    uint64_t count = w->log->count;
    uint64_t back = rng_below(&w->rng, rng_chance(&w->rng, 600) && count > NEAR ? NEAR : count);
    const struct record *r = read_entry(w, count - back);
    struct stream stream = {(uint16_t)r->said.category, r->said.stream};
    if (rng_chance(&w->rng, 500)) {
        struct EntryVoided v = {.entry = r->log.position, .reason = MISTAKE_duplicate};
        tell(w, stream, EntryVoided_schema(), &v);
        return;
    }
    struct EntryCorrected c = {
        .entry = r->log.position,
        .reason = MISTAKE_wrong_content,
        .occurred_on = r->said.occurred_on + (civil_day)rng_between(&w->rng, -6, 3),
        .payload = encoded(w, r->schema, other_content(w, r)),
    };
    if (c.payload.size)
        tell(w, stream, EntryCorrected_schema(), &c);
}

void wild_init(struct wild *w, struct memory_log *log, uint64_t seed) {
    *w = (struct wild){.log = log,
                       .day = civil_from_ymd(2019, 2, 4),
                       .mistakes = 250,
                       .pace = 150,
                       .subjects = WILD_POOL,
                       .store = store_new(),
                       .memory = malloc(WILD_ARENA)};
    ensure(w->store && w->memory);
    rng_init(&w->rng, seed);
    arena_init(&w->arena, w->memory, WILD_ARENA);
}

void wild_free(struct wild *w) {
    store_free(w->store);
    free(w->memory);
}

void wild_until(struct wild *w, size_t entries) {
    while (w->log->count < entries) {
        arena_reset(&w->arena);
        w->day += rng_chance(&w->rng, w->pace) ? (civil_day)rng_below(&w->rng, 12) : 0;
        if (w->log->count > 20 && rng_chance(&w->rng, w->mistakes))
            amend(w);
        else
            say(w);
    }
}
