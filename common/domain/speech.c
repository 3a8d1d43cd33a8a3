#include "common/domain/speech.h"

#include <openssl/evp.h>

#include "common/base/ensure.h"
#include "common/codec/codec.h"
#include "common/codec/pack.h"
#include "common/codec/scan.h"

void machine_digest(const struct Command *command, uint8_t out[32]) {
    static _Thread_local uint8_t buffer[SCAN_RECORD_BYTES];
    struct pack_writer w = {buffer, 0, sizeof buffer, false};
    struct Command canonical = *command;
    canonical.after = 0;
    canonical.known_at = 0; /* told only while a migration is open; a row sent again later has none */
    canonical.correlation = (struct text){NULL, 0};
    struct codec_fault bad = codec_encode(Command_schema(), &canonical, &w);
    ensure(!bad.result);
    unsigned size = 32;
    ensure(EVP_Digest(w.data, w.size, out, &size, EVP_sha256(), NULL) == 1);
}

void speech_begin(const struct Command *c, const struct clock *clock, const uint8_t digest[32],
                  uint64_t seen, struct said *out) {
    *out = (struct said){
        .id = c->id,
        .category = c->category,
        .stream = c->stream,
        .type = c->type,
        .schema_version = 1,
        .occurred_on = c->occurred_on ? c->occurred_on : clock->today,
        .occurred_at = c->occurred_at,
        .actor = c->actor,
        .unit = c->unit,
        .role = c->role,
        .decider = c->decider,
        .authority = c->authority,
        .evidence = c->evidence,
        .legal_basis = c->legal_basis,
        .case_ref = c->case_ref,
        .subjects = c->subjects,
        .retention = RETENTION_B10,
        .command = c->id,
        .digest = bytes_of(digest, 32),
        .correlation = c->correlation,
        .seen = (int64_t)seen,
    };
}

static bool is_present(const struct field *f, const void *message) {
    static const uint8_t zero[sizeof(struct bytes)];
    const uint8_t *at = (const uint8_t *)message + f->offset;
    switch (f->kind) {
    case KIND_FLAG:
        return *at != 0;
    case KIND_DAY:
    case KIND_CODE:
        return memcmp(at, zero, 4) != 0;
    default:
        return memcmp(at, zero, 8) != 0;
    }
}

enum class speech_class(const struct schema *schema, const void *payload) {
    uint8_t class = schema->about->class;
    for (unsigned i = 0; i < schema->field_count; i++)
        if (schema->fields[i].class > class && is_present(&schema->fields[i], payload))
            class = schema->fields[i].class;
    return (enum class)class;
}

/* The command's id with the event's ordinal in the last bytes: unique, and known before the append. */
static struct id event_id(struct id command, size_t ordinal) {
    command.bytes[14] = (uint8_t)(command.bytes[14] ^ (ordinal + 1) >> 8);
    command.bytes[15] = (uint8_t)(command.bytes[15] ^ (ordinal + 1));
    return command;
}

static void add_breaches(const struct decision *d, struct arena *arena, struct said *said) {
    struct breach *items = arena_get(arena, d->breach_count * sizeof *items);
    ensure(items != NULL);
    for (size_t i = 0; i < d->breach_count; i++)
        items[i].rule = text_of(d->breaches[i]->code);
    said->breach = (struct breach_list){items, (uint32_t)d->breach_count};
}

int speech_event(const struct said *common, const struct decision *d, size_t index,
                 size_t ordinal, struct arena *arena, struct bytes *half) {
    const struct emitted *e = &d->events[index];
    struct said said = *common;
    said.id = event_id(common->command, ordinal);
    said.category = e->stream.category;
    said.stream = e->stream.id;
    said.type = e->schema->about->type;
    said.sensitivity = speech_class(e->schema, e->payload);
    if (d->facts->policy)
        said.policy_version = d->facts->policy->version;
    if (index == 0 && d->breach_count)
        add_breaches(d, arena, &said);
    size_t room = arena->size - arena->used;
    uint8_t *start = arena->memory + arena->used;
    struct pack_writer w = {start, 0, room < SCAN_RECORD_BYTES ? room : SCAN_RECORD_BYTES, false};
    if (record_encode_half(&said, e->schema, e->payload, &w))
        return 1;
    arena->used += w.size;
    *half = bytes_of(start, w.size);
    return 0;
}
