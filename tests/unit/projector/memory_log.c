#include "tests/unit/projector/memory_log.h"

#include <stdlib.h>

#include "common/base/ensure.h"
#include "common/codec/pack.h"

enum { RECORD_MAX = 1 << 16, STREAM_PAGE = 64, DAY_US_HOUR = 9 };

void memory_log_init(struct memory_log *log) {
    *log = (struct memory_log){.page = 1000, .head_count = 1 << 20};
    log->heads = calloc(log->head_count, sizeof *log->heads);
    log->lent = calloc(4096, sizeof *log->lent);
    log->lent_of_stream = calloc(STREAM_PAGE, sizeof *log->lent_of_stream);
    ensure(log->heads && log->lent && log->lent_of_stream);
}

void memory_log_free(struct memory_log *log) {
    free(log->bytes);
    free(log->records);
    free(log->heads);
    free(log->lent);
    free(log->lent_of_stream);
    *log = (struct memory_log){0};
}

static uint64_t *head_of(struct memory_log *log, struct stream stream) {
    uint64_t h = stream.category;
    for (size_t i = 0; i < sizeof stream.id.bytes; i++)
        h = (h ^ stream.id.bytes[i]) * 0x100000001b3u;
    for (size_t at = (h ^ h >> 32) & (log->head_count - 1);;
         at = (at + 1) & (log->head_count - 1)) {
        uint64_t position = log->heads[at];
        if (!position)
            return &log->heads[at];
        const struct kept *k = &log->records[position - 1];
        if (k->stream.category == stream.category && id_equal(k->stream.id, stream.id))
            return &log->heads[at];
    }
}

static void make_room(struct memory_log *log) {
    if (log->capacity - log->size < RECORD_MAX * 2) {
        log->capacity = log->capacity ? log->capacity * 2 : RECORD_MAX * 4;
        log->bytes = realloc(log->bytes, log->capacity);
        ensure(log->bytes != NULL);
    }
    if (log->count == log->record_capacity) {
        log->record_capacity = log->record_capacity ? log->record_capacity * 2 : 1024;
        log->records = realloc(log->records, log->record_capacity * sizeof *log->records);
        ensure(log->records != NULL);
    }
}

static struct said said_of(const struct entry *e, uint64_t position, struct breach *breach) {
    struct said s = {
        .id = id_v8(position, 1, 1),
        .category = e->stream.category,
        .stream = e->stream.id,
        .type = e->schema->about->type,
        .schema_version = 1,
        .occurred_on = e->day,
        .actor = id_is_zero(e->actor) ? id_v8(1, 2, 3) : e->actor,
        .role = e->role ? e->role : ROLE_SYSTEM,
        .policy_version = 1,
        .sensitivity = 1,
        .retention = RETENTION_B10,
        .command = id_v8(position, 1, 2),
        .digest = bytes_of("0123456789abcdef0123456789abcdef", 32),
        .seen = (int64_t)position - 1,
    };
    if (e->breach) {
        breach->rule = text_of(e->breach);
        s.breach = (struct breach_list){breach, 1};
    }
    return s;
}

/* Encoded as the daemon and the eventlog would: a half, then the log part in front. */
static size_t encode(struct memory_log *log, const struct said *said, const struct schema *schema,
                     const void *payload, const struct kept *k) {
    static uint8_t half_bytes[RECORD_MAX], arena_bytes[RECORD_MAX * 8];
    struct arena arena;
    struct record record;
    struct bytes said_bytes;
    int64_t position = (int64_t)log->count + 1;
    struct pack_writer half = {half_bytes, 0, sizeof half_bytes, false};
    ensure(record_encode_half(said, schema, payload, &half) == 0);
    arena_init(&arena, arena_bytes, sizeof arena_bytes);
    ensure(record_open_half(bytes_of(half_bytes, half.size), &arena, &record, &said_bytes) ==
           RECORD_OK);
    struct log_part part = {.position = position,
                            .recorded_at = k->known_us,
                            .known_at = k->known_us,
                            .version = (int64_t)k->version,
                            .previous = (int64_t)k->previous,
                            .first = position,
                            .count = 1,
                            .epoch = 1};
    struct pack_writer w = {log->bytes + log->size, 0, RECORD_MAX, false};
    ensure(record_join(&part, said_bytes, record.payload_bytes, &w) == 0);
    return w.size;
}

uint64_t memory_log_put(struct memory_log *log, const struct said *said,
                        const struct schema *schema, const void *payload, int64_t known_us) {
    make_room(log);
    struct stream stream = {(uint16_t)said->category, said->stream};
    uint64_t *head = head_of(log, stream);
    const struct kept *before = *head ? &log->records[*head - 1] : NULL;
    struct kept k = {
        .offset = log->size,
        .stream = stream,
        .previous = *head,
        .version = before ? before->version + 1 : 1,
        .known_us = known_us,
    };
    if (log->count && k.known_us < log->records[log->count - 1].known_us)
        k.known_us = log->records[log->count - 1].known_us;
    k.size = encode(log, said, schema, payload, &k);
    log->size += k.size;
    log->records[log->count++] = k;
    *head = log->count;
    return log->count;
}

uint64_t memory_log_add(struct memory_log *log, const struct entry *e) {
    struct breach breach = {0};
    struct said said = said_of(e, log->count + 1, &breach);
    civil_day known = e->known ? e->known : e->day;
    return memory_log_put(log, &said, e->schema, e->payload,
                          civil_midnight_us(known) + DAY_US_HOUR * 3600ll * 1000000);
}

struct bytes memory_log_at(const struct memory_log *log, uint64_t position) {
    const struct kept *k = &log->records[position - 1];
    return bytes_of(log->bytes + k->offset, k->size);
}

void memory_log_root(const struct memory_log *log, uint64_t position, uint8_t out[32]) {
    memset(out, 0, 32);
    uint64_t mark = position ? position * 0x9e3779b97f4a7c15u + log->records[position - 1].size : 0;
    memcpy(out, &mark, sizeof mark);
}

static uint64_t end_of(const struct memory_log *log) {
    return log->end ? log->end : log->count;
}

static int page(void *context, uint64_t from, struct source_page *out) {
    struct memory_log *log = context;
    uint64_t end = end_of(log);
    out->count = 0;
    out->size = end;
    for (; out->count < log->page && from + out->count <= end; out->count++)
        log->lent[out->count] = memory_log_at(log, from + out->count);
    out->records = log->lent;
    out->next = from + out->count;
    out->has_root = true;
    memory_log_root(log, out->next - 1, out->root);
    return 0;
}

static int stream(void *context, struct stream stream_key, uint64_t before,
                  struct source_page *out) {
    struct memory_log *log = context;
    uint64_t at = *head_of(log, stream_key), end = end_of(log);
    while (at && ((before && at >= before) || at > end))
        at = log->records[at - 1].previous;
    out->count = 0;
    for (; at && out->count < STREAM_PAGE; at = log->records[at - 1].previous)
        log->lent_of_stream[out->count++] = memory_log_at(log, at);
    out->records = log->lent_of_stream;
    out->next = at ? at + 1 : 0;
    return 0;
}

struct source memory_log_source(struct memory_log *log) {
    return (struct source){log, page, stream};
}
