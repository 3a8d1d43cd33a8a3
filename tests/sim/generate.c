/*
 * Commands that walk the life cycles: a stream, a step that its table allows (mostly), and payload
 * fields from small pools, so that references meet. One id names a stream of every category at once.
 */
#include <stdlib.h>

#include "common/base/ensure.h"
#include "common/codec/codec.h"
#include "common/codec/pack.h"
#include "common/domain/roster.h"
#include "common/messages/intake.h"
#include "common/messages/registry.h"
#include "daemons/intake/worker.h"
#include "tests/sim/world.h"

static struct id any_id(struct world *w) {
    return w->pool[rng_below(&w->rng, POOL)];
}

/* Half of the references lead to what has the same id as the stream: household, case, worker, file. */
static struct id any_reference(struct world *w) {
    return rng_below(&w->rng, 2) ? w->subject : any_id(w);
}

static civil_day today(const struct world *w) {
    return civil_in_warsaw(w->now_us);
}

static void fill(struct world *w, const struct schema *s, uint8_t *out);

static void fill_list(struct world *w, const struct field *f, uint8_t *at) {
    const struct schema *record = f->record();
    uint64_t most = (uint64_t)f->max < 3 ? (uint64_t)f->max : 3;
    uint64_t count = rng_below(&w->rng, most) + 1;
    struct {
        const void *items;
        uint32_t count;
    } list;
    uint8_t *items = arena_get(&w->arena, count * record->size);
    ensure(items != NULL);
    for (uint64_t i = 0; i < count; i++)
        fill(w, record, items + i * record->size);
    memset(&list, 0, sizeof list);
    list.items = items;
    list.count = (uint32_t)count;
    memcpy(at, &list, sizeof list);
}

static int64_t any_number(struct world *w, const struct field *f) {
    int64_t low = f->min, high = f->max;
    /* Small numbers meet rules more often than large ones. */
    if (high - low > 100 && rng_below(&w->rng, 4))
        high = low + 100;
    if (high <= low)
        return low;
    return low + (int64_t)rng_below(&w->rng, (uint64_t)(high - low) + 1);
}

static void fill_field(struct world *w, const struct field *f, uint8_t *at) {
    struct id id = any_reference(w);
    struct text text = text_of("A1");
    int32_t narrow;
    int64_t wide;
    switch (f->kind) {
    case KIND_ID:
        memcpy(at, &id, sizeof id);
        return;
    case KIND_DAY:
        narrow = today(w) + (int32_t)rng_below(&w->rng, 120) - 40;
        memcpy(at, &narrow, sizeof narrow);
        return;
    case KIND_CODE: {
        const struct code_list *list = f->codes();
        narrow = list->codes[rng_below(&w->rng, list->count)].number;
        memcpy(at, &narrow, sizeof narrow);
        return;
    }
    case KIND_TEXT:
        memcpy(at, &text, sizeof text);
        return;
    case KIND_FLAG:
        *(bool *)at = rng_below(&w->rng, 2);
        return;
    case KIND_LIST:
        fill_list(w, f, at);
        return;
    case KIND_BLOB:
    case KIND_SEALED:
        return;
    default:
        wide = f->kind == KIND_INT ? any_number(w, f) : (int64_t)rng_below(&w->rng, 100000);
        memcpy(at, &wide, sizeof wide);
    }
}

static void fill(struct world *w, const struct schema *s, uint8_t *out) {
    for (unsigned i = 0; i < s->field_count; i++)
        if (s->fields[i].required || rng_below(&w->rng, 3) == 0)
            fill_field(w, &s->fields[i], out + s->fields[i].offset);
}

static struct bytes encoded(struct world *w, const struct schema *s, const void *payload) {
    uint8_t *buffer = arena_get(&w->arena, 16384);
    struct pack_writer out = {buffer, 0, 16384, false};
    ensure(buffer != NULL);
    if (codec_encode(s, payload, &out).result)
        return (struct bytes){NULL, 0};
    w->arena.used -= 16384 - out.size;
    return bytes_of(buffer, out.size);
}

static int32_t one_of(struct world *w, uint32_t roles) {
    for (int tries = 0; tries < 200; tries++) {
        int32_t role = (int32_t)rng_below(&w->rng, ROLE_SYSTEM - 1) + 1;
        if (roles & 1u << role)
            return role;
    }
    return ROLE_COORD;
}

static struct id actor_for(int32_t role) {
    char name[8] = {'r', (char)('a' + role), 0};
    return id_named("sim-role", text_of(name));
}

/* Chance ends everything it can: what has ended meets no rule any more. */
static bool is_end(struct world *w, const struct aggregate *a, const struct transition *t) {
    return t->to & a->final && rng_below(&w->rng, 12);
}

static const struct schema *pick_step(struct world *w, const struct aggregate *a, uint8_t state) {
    for (int tries = 0; tries < 40; tries++) {
        const struct transition *t = &a->transitions[rng_below(&w->rng, a->transition_count)];
        const struct schema *s = registry_by_type(t->event);
        if (s && s->about->nature != NATURE_TIMER && s->about->command && !is_end(w, a, t) &&
            (t->from & IN(state) || rng_below(&w->rng, 20) == 0))
            return s;
    }
    return NULL;
}

static struct Command *command_for(struct world *w, const struct schema *s, uint16_t category,
                                   struct id stream, const void *payload) {
    struct Command *c = arena_get(&w->arena, sizeof *c);
    ensure(c != NULL);
    c->id = id_v8(++w->next_command, 200, 7);
    c->type = s->about->type;
    c->category = category;
    c->stream = stream;
    c->role = one_of(w, rng_below(&w->rng, 30) ? s->about->recorders : ~0u);
    c->actor = actor_for(c->role);
    if (s->about->deciders)
        c->decider = one_of(w, s->about->deciders);
    c->evidence = EVIDENCE_paper;
    if (rng_below(&w->rng, 2) || c->decider) {
        struct authority_ref *ref = arena_get(&w->arena, sizeof *ref);
        ensure(ref != NULL);
        *ref = (struct authority_ref){
            .body = text_of("organ"), .document = text_of("1/20"), .day = today(w)};
        c->authority = (struct authority_ref_list){ref, 1};
    }
    c->payload = encoded(w, s, payload);
    return c->payload.size ? c : NULL;
}

/* A mistake to be corrected: any entry of the log that this daemon owns. */
static struct Command *generate_amendment(struct world *w, const struct domain *domain) {
    static uint8_t memory[1 << 18];
    struct arena arena;
    struct record r;
    arena_init(&arena, memory, sizeof memory);
    if (w->log.count == 0 ||
        sim_log_read(&w->log, rng_below(&w->rng, w->log.count) + 1, &arena, &r) ||
        !aggregate_of(domain, (uint16_t)r.said.category))
        return NULL;
    if (rng_below(&w->rng, 2)) {
        struct EntryVoided v = {.entry = r.log.position, .reason = MISTAKE_duplicate};
        return command_for(w, EntryVoided_schema(), (uint16_t)r.said.category, r.said.stream, &v);
    }
    uint8_t *payload = arena_get(&w->arena, r.schema->size);
    ensure(payload != NULL);
    fill(w, r.schema, payload);
    struct EntryCorrected c = {
        .entry = r.log.position,
        .reason = MISTAKE_wrong_content,
        .occurred_on = r.said.occurred_on,
        .payload = encoded(w, r.schema, payload),
    };
    return c.payload.size ? command_for(w, EntryCorrected_schema(), (uint16_t)r.said.category,
                                        r.said.stream, &c)
                          : NULL;
}

/* Everybody wants the same few guides, or nobody would ever be without a place. */
static struct id a_guide(struct world *w) {
    size_t skip = rng_below(&w->rng, 2);
    for (size_t i = 0; i < POOL; i++) {
        struct stream stream = {CATEGORY_Worker, w->pool[i]};
        const struct worker *worker = machine_state(w->daemons[0].machine, stream);
        if (worker && worker->life.state == WORKER_ACTIVE && worker->role == ROLE_LS && !skip--)
            return w->pool[i];
    }
    return any_id(w);
}

/* Chance alone seldom opens a case: these fields have to be right together before any rule about
 * guides and places can be reached. */
static void favour(struct world *w, const struct schema *s, void *payload) {
    struct id guide = a_guide(w);
    if (s == PolicySetAdopted_schema()) /* the one number that check.c relies on */
        ((struct PolicySetAdopted *)payload)->keeper_places = WORLD_KEEPER_PLACES;
    if (rng_below(&w->rng, 5) == 0)
        return;
    if (s == LsAssigned_schema()) {
        ((struct LsAssigned *)payload)->worker = guide;
    } else if (s == CaseTransferred_schema()) {
        ((struct CaseTransferred *)payload)->to_worker = guide;
    } else if (s == CaseReopened_schema()) {
        ((struct CaseReopened *)payload)->worker = guide;
    } else if (s == WorkerHired_schema()) {
        ((struct WorkerHired *)payload)->role = ROLE_LS;
        ((struct WorkerHired *)payload)->stage = 3;
        ((struct WorkerHired *)payload)->area = 0;
    } else if (s == EligibilityAssessed_schema()) {
        ((struct EligibilityAssessed *)payload)->eligible = true;
        ((struct EligibilityAssessed *)payload)->programme = PROGRAMME_LODZ;
        ((struct EligibilityAssessed *)payload)->readiness = READINESS_yes;
    } else if (s == CaseOpened_schema()) {
        ((struct CaseOpened *)payload)->programme = PROGRAMME_LODZ;
        ((struct CaseOpened *)payload)->readiness = READINESS_yes;
    } else if (s == DutiesChanged_schema()) {
        ((struct DutiesChanged *)payload)->stage = 3;
    }
}

static const struct aggregate *pick_aggregate(struct world *w, const struct domain *domain) {
    const struct aggregate *cases = aggregate_of(domain, CATEGORY_Case);
    if (cases && rng_below(&w->rng, 3) == 0)
        return cases;
    return domain->aggregates[rng_below(&w->rng, domain->aggregate_count)];
}

struct Command *generate_command(struct world *w, unsigned daemon) {
    const struct domain *domain = world_domain(daemon);
    if (rng_below(&w->rng, 25) == 0)
        return generate_amendment(w, domain);
    const struct aggregate *a = pick_aggregate(w, domain);
    struct stream stream = {a->category, w->subject = any_id(w)};
    const struct life *life = machine_state(w->daemons[daemon].machine, stream);
    const struct schema *s = pick_step(w, a, life ? life->state : NONE);
    if (!s)
        return NULL;
    uint8_t *payload = arena_get(&w->arena, s->size);
    ensure(payload != NULL);
    fill(w, s, payload);
    favour(w, s, payload);
    return command_for(w, s, a->category, stream.id, payload);
}
