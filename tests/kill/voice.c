#include "tests/kill/voice.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "common/codec/codec.h"
#include "common/codec/pack.h"

enum { ANSWER_MS = 500, PATIENCE_MS = 90000, LATER_MS = 20 };

/* ---- what was acknowledged ---- */

void acks_open(struct acks *a) {
    *a = (struct acks){0};
    pthread_mutex_init(&a->lock, NULL);
}

void acks_close(struct acks *a) {
    pthread_mutex_destroy(&a->lock);
    for (size_t i = 0; i < a->count; i++)
        free(a->items[i].bytes);
    free(a->items);
}

static void keep_bytes(struct ack *ack, const struct Command *c) {
    uint8_t buffer[16384];
    struct pack_writer w = {buffer, 0, sizeof buffer, false};
    must(!codec_encode(Command_schema(), c, &w).result, "a command cannot be kept");
    ack->bytes = malloc(w.size);
    must(ack->bytes != NULL, "out of memory");
    memcpy(ack->bytes, w.data, w.size);
    ack->size = (uint32_t)w.size;
}

static void note(struct acks *a, const struct ack *ack) {
    if (a->count == a->capacity) {
        a->capacity = a->capacity ? a->capacity * 2 : 4096;
        a->items = realloc(a->items, a->capacity * sizeof *a->items);
        must(a->items != NULL, "out of memory");
    }
    a->items[a->count++] = *ack;
}

struct told {
    int64_t took_ms;
    unsigned retries;
};

static void note_end(struct acks *a, enum process to, const struct Command *c,
                     const struct reply *reply, struct told told) {
    struct ack ack = {.command = c->id, .reply = *reply, .to = (uint8_t)to};
    if (!a)
        return;
    if (reply->outcome == OUTCOME_accepted)
        keep_bytes(&ack, c);
    pthread_mutex_lock(&a->lock);
    a->retries += told.retries;
    if (told.took_ms > a->slowest_ms)
        a->slowest_ms = told.took_ms;
    if (reply->outcome == OUTCOME_accepted)
        note(a, &ack);
    else
        a->rejected++;
    pthread_mutex_unlock(&a->lock);
}

/* ---- speaking ---- */

void voice_open(struct voice *v, struct town *town, struct acks *acks, uint64_t seed) {
    *v = (struct voice){.town = town, .acks = acks};
    uint8_t *memory = malloc(VOICE_ARENA);
    must(memory != NULL, "out of memory");
    arena_init(&v->arena, memory, VOICE_ARENA);
    rng_init(&v->rng, seed);
}

void voice_close(struct voice *v) {
    for (int p = 0; p < PROCESSES; p++)
        bus_client_close(v->to[p]);
    free(v->arena.memory);
}

struct id voice_id(struct voice *v) {
    struct timespec now;
    uint64_t random[2] = {rng_next(&v->rng), rng_next(&v->rng)};
    uint8_t bytes[10];
    clock_gettime(CLOCK_REALTIME, &now);
    memcpy(bytes, random, sizeof bytes);
    return id_v7((uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000, bytes);
}

void voice_command(struct voice *v, const struct speech *s, struct Command *out) {
    enum { PAYLOAD_MAX = 8192 };
    arena_reset(&v->arena);
    struct pack_writer w = {arena_get(&v->arena, PAYLOAD_MAX), 0, PAYLOAD_MAX, false};
    struct codec_fault bad = codec_encode(s->schema, s->payload, &w);
    must(!bad.result, "%s cannot be encoded: %s %s", s->schema->about->name,
         codec_result_text(bad.result), bad.field ? bad.field->name : "");
    *out = (struct Command){
        .id = id_is_zero(s->command) ? voice_id(v) : s->command,
        .type = s->schema->about->type,
        .category = s->category ? s->category : s->schema->about->category,
        .stream = s->stream,
        .actor = s->actor,
        .role = s->role,
        .decider = s->decider,
        .occurred_on = s->on,
        .payload = bytes_of(w.data, w.size),
        .after = (int64_t)s->after,
    };
}

static void read_answer(const struct Answer *a, struct reply *out) {
    out->outcome = a->outcome;
    out->position = (uint64_t)a->position;
    out->count = a->events.count;
    for (uint32_t i = 0; i < a->events.count; i++) {
        must(a->events.items[i].position == a->position + (int64_t)i,
             "an answer with gaps at position %lld", (long long)a->position);
        if (i < REPLY_EVENTS_MAX)
            out->types[i] = (uint16_t)a->events.items[i].type;
    }
    snprintf(out->code, sizeof out->code, "%.*s", (int)a->code.size, a->code.data);
}

int voice_send(struct voice *v, enum process to, const struct Command *c, int timeout_ms,
               struct reply *out) {
    struct bus_answer answer;
    size_t mark = v->arena.used;
    if (!v->to[to])
        v->to[to] = town_client(v->town, to);
    *out = (struct reply){0};
    int r = bus_call(v->to[to], Command_schema(), c, timeout_ms, &v->arena, &answer);
    if (r == BUS_TIMEOUT || r == BUS_BUSY) {
        v->arena.used = mark;
        return BUS_TIMEOUT;
    }
    must(r == 0, "a command to %s: condition %d", process_names[to], r);
    if (answer.schema == Fault_schema()) {
        const struct Fault *f = answer.message;
        out->outcome = f->outcome;
        snprintf(out->code, sizeof out->code, "%.*s", (int)f->en.size, f->en.data);
    } else {
        must(answer.schema == Answer_schema(), "%s answered a command with %s", process_names[to],
             answer.schema->about->name);
        read_answer(answer.message, out);
    }
    v->arena.used = mark;
    return 0;
}

/* Again with the same id until the department decides. */
static struct told ask_until_told(struct voice *v, enum process to, const struct Command *c,
                                  struct reply *out) {
    int64_t begin = wall_ms();
    unsigned retries = 0;
    for (;;) {
        int r = voice_send(v, to, c, ANSWER_MS, out);
        must(wall_ms() - begin < PATIENCE_MS, "%s gave no answer to type %lld in %d ms (last: %s)",
             process_names[to], (long long)c->type, PATIENCE_MS, out->code);
        retries += r != 0;
        if (!r && out->outcome != OUTCOME_later)
            break;
        pause_ms(r ? 1 : LATER_MS);
    }
    must(out->outcome == OUTCOME_accepted || out->outcome == OUTCOME_rejected ||
             out->outcome == OUTCOME_full,
         "type %lld: outcome %d %s", (long long)c->type, out->outcome, out->code);
    return (struct told){wall_ms() - begin, retries};
}

bool voice_say(struct voice *v, const struct speech *s, struct reply *out) {
    struct Command c;
    voice_command(v, s, &c);
    struct told told = ask_until_told(v, s->to, &c, out);
    note_end(v->acks, s->to, &c, out, told);
    bool accepted = out->outcome == OUTCOME_accepted;
    if (accepted && out->position + out->count - 1 > v->newest)
        v->newest = out->position + out->count - 1;
    return accepted;
}

void voice_repeat(struct voice *v, const struct ack *ack) {
    struct Command c;
    struct reply again;
    arena_reset(&v->arena);
    struct bytes kept = {ack->bytes, ack->size};
    must(!codec_decode(Command_schema(), kept, &v->arena, &c).result, "a kept command is no more");
    ask_until_told(v, (enum process)ack->to, &c, &again);
    must(again.outcome == OUTCOME_accepted && again.position == ack->reply.position &&
             again.count == ack->reply.count &&
             memcmp(again.types, ack->reply.types, sizeof again.types) == 0,
         "a repetition at %s was answered otherwise: outcome %d %s, position %llu for %llu, %u "
         "events for %u",
         process_names[ack->to], again.outcome, again.code, (unsigned long long)again.position,
         (unsigned long long)ack->reply.position, again.count, ack->reply.count);
    if (!v->acks)
        return;
    pthread_mutex_lock(&v->acks->lock);
    v->acks->repeated++;
    pthread_mutex_unlock(&v->acks->lock);
}

uint64_t voice_tell(struct voice *v, const struct speech *s) {
    struct reply reply;
    must(voice_say(v, s, &reply), "%s was refused: %s", s->schema->about->name, reply.code);
    return reply.position;
}
