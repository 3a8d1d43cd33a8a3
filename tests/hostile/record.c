#include "tests/hostile/record.h"

#include "common/codec/codec.h"
#include "common/codec/pack.h"
#include "common/messages/intake.h"

static struct bytes half_of(const struct forgery *f, struct arena *arena, struct bytes digest) {
    struct pack_writer w = {arena_get(arena, 4096), 0, 4096, false};
    struct said said = {
        .id = f->command,
        .category = f->category,
        .stream = f->stream,
        .type = f->schema->about->type,
        .schema_version = 1,
        .occurred_on = civil_from_ymd(2020, 1, 1),
        .actor = f->stream,
        .role = ROLE_COORD,
        .retention = RETENTION_A,
        .command = f->command,
        .digest = digest,
    };
    must(w.data && !record_encode_half(&said, f->schema, f->payload, &w), "no forged record");
    return bytes_of(w.data, w.size);
}

void record_forge(const struct forgery *f, struct arena *arena, struct AppendBatch *out) {
    struct bin *half = arena_get(arena, sizeof *half), *bin = arena_get(arena, sizeof *bin);
    struct read *read = arena_get(arena, sizeof *read);
    uint8_t *digest = arena_get(arena, 32);
    struct pack_writer w = {arena_get(arena, 8192), 0, 8192, false};
    must(half && bin && read && digest && w.data, "no room to forge");
    memcpy(digest, f->command.bytes, sizeof f->command.bytes);
    half->data = half_of(f, arena, bytes_of(digest, 32));
    *read = (struct read){.category = f->category, .stream = f->stream, .expected = f->expected};
    struct append append = {
        .command = f->command,
        .digest = bytes_of(digest, 32),
        .reads = {read, 1},
        .halves = {half, 1},
    };
    must(!codec_encode(append_schema(), &append, &w).result, "no forged append");
    bin->data = bytes_of(w.data, w.size);
    *out = (struct AppendBatch){.daemon = text_of(f->daemon), .term = f->term, .appends = {bin, 1}};
}

void record_household(struct id command, struct id household, struct id actor, int32_t role,
                      struct arena *arena, struct Command *out) {
    struct HouseholdRegistered e = {0};
    struct pack_writer w = {arena_get(arena, 256), 0, 256, false};
    must(w.data && !codec_encode(HouseholdRegistered_schema(), &e, &w).result, "no household");
    *out = (struct Command){
        .id = command,
        .type = EVENT_HouseholdRegistered,
        .category = CATEGORY_Household,
        .stream = household,
        .actor = actor,
        .role = role,
        .payload = bytes_of(w.data, w.size),
    };
}
