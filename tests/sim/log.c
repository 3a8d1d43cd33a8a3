#include <stdlib.h>

#include "common/base/ensure.h"
#include "common/codec/pack.h"
#include "common/codec/scan.h"
#include "tests/sim/world.h"

void sim_log_init(struct sim_log *log) {
    *log = (struct sim_log){.last_us = 1};
}

void sim_log_free(struct sim_log *log) {
    for (size_t i = 0; i < log->count; i++)
        free(log->records[i].bytes);
    free(log->records);
}

int sim_log_read(const struct sim_log *log, uint64_t position, struct arena *arena,
                 struct record *out) {
    if (position == 0 || position > log->count)
        return 1;
    const struct stored *s = &log->records[position - 1];
    return record_decode(bytes_of(s->bytes, s->size), arena, out);
}

static bool is_same(struct stream a, struct stream b) {
    return a.category == b.category && id_equal(a.id, b.id);
}

/* The log is searched from its end: no index to be wrong. */
static uint64_t head(const struct sim_log *log, struct stream stream, uint64_t *version) {
    for (uint64_t at = log->count; at > 0; at--)
        if (is_same(log->records[at - 1].stream, stream)) {
            *version = log->records[at - 1].version;
            return at;
        }
    *version = 0;
    return 0;
}

static uint64_t find_command(const struct sim_log *log, struct id command) {
    for (uint64_t at = 1; at <= log->count; at++)
        if (id_equal(log->records[at - 1].command, command))
            return at;
    return 0;
}

static void store(struct sim_log *log, const struct record *half, struct bytes said_bytes,
                  struct log_part part) {
    uint8_t buffer[SCAN_RECORD_BYTES];
    struct pack_writer w = {buffer, 0, sizeof buffer, false};
    struct stream stream = {(uint16_t)half->said.category, half->said.stream};
    uint64_t version;
    part.previous = (int64_t)head(log, stream, &version);
    part.version = (int64_t)version + 1;
    ensure(!record_join(&part, said_bytes, half->payload_bytes, &w));
    if (log->count == log->capacity) {
        log->capacity = log->capacity ? log->capacity * 2 : 256;
        log->records = realloc(log->records, log->capacity * sizeof *log->records);
        ensure(log->records != NULL);
    }
    uint8_t *copy = malloc(w.size);
    ensure(copy != NULL);
    memcpy(copy, w.data, w.size);
    log->records[log->count++] = (struct stored){copy, w.size, stream, version + 1, half->said.command};
}

struct sim_answer sim_log_append(struct sim_log *log, const struct proposal *p, int64_t now_us) {
    static uint8_t memory[1 << 20];
    uint64_t known = find_command(log, p->command), version;
    if (known)
        return (struct sim_answer){OUTCOME_repeated, known, 0};
    if (log->is_full)
        return (struct sim_answer){OUTCOME_full, 0, 0};
    for (size_t i = 0; i < p->read_count; i++) {
        head(log, (struct stream){(uint16_t)p->reads[i].category, p->reads[i].stream}, &version);
        if (version != (uint64_t)p->reads[i].expected)
            return (struct sim_answer){OUTCOME_conflict, 0, 0};
    }
    uint64_t first = log->count + 1;
    log->last_us = now_us > log->last_us ? now_us : log->last_us;
    for (size_t i = 0; i < p->event_count; i++) {
        struct arena arena;
        struct record half;
        struct bytes said_bytes;
        arena_init(&arena, memory, sizeof memory);
        ensure(record_open_half(p->halves[i], &arena, &half, &said_bytes) == RECORD_OK);
        struct log_part part = {
            .position = (int64_t)log->count + 1,
            .recorded_at = log->last_us,
            .known_at = log->last_us,
            .first = (int64_t)first,
            .count = (int64_t)p->event_count,
            .epoch = 1,
        };
        store(log, &half, said_bytes, part);
    }
    return (struct sim_answer){OUTCOME_accepted, first, log->last_us};
}

int sim_log_history(struct sim_log *log, struct stream stream, uint64_t at, struct arena *arena,
                    struct record **records, size_t *count) {
    uint64_t version, last = at < log->count ? at : log->count;
    while (last && !is_same(log->records[last - 1].stream, stream))
        last--;
    version = last ? log->records[last - 1].version : 0;
    *records = arena_get(arena, (version + 1) * sizeof **records);
    *count = 0;
    if (!*records)
        return -1;
    for (uint64_t i = 1; i <= last; i++)
        if (is_same(log->records[i - 1].stream, stream) &&
            sim_log_read(log, i, arena, &(*records)[(*count)++]))
            return -1;
    return *count == version ? 0 : -1;
}
