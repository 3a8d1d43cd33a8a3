#include "tests/unit/tools/play.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/base/ensure.h"
#include "common/codec/pack.h"
#include "common/codec/scan.h"
#include "common/messages/registry.h"
#include "daemons/debt/domain.h"
#include "daemons/intake/domain.h"
#include "daemons/intake/keeper_load.h"
#include "daemons/monitoring/domain.h"
#include "daemons/networking/domain.h"
#include "daemons/relocation/domain.h"

static const struct domain *const domains[PLAY_DAEMONS] = {
    &intake_domain, &relocation_domain, &debt_domain, &networking_domain, &monitoring_domain};

/* ---- a log in memory: records, and each stream's newest position ---- */

struct entry {
    uint8_t *bytes;
    size_t size;
    uint64_t previous, version;
};

struct head {
    struct stream stream;
    uint64_t position; /* 0: unused */
};

enum { HEADS = 1 << 18 };

struct play_log {
    struct entry *entries;
    size_t count, capacity;
    struct head *heads;
};

static struct head *head_of(struct play_log *log, struct stream s) {
    uint64_t hash;
    memcpy(&hash, s.id.bytes + 8, sizeof hash);
    hash = (hash ^ (uint64_t)s.category << 7) * 0x9e3779b97f4a7c15u;
    for (size_t i = hash >> 40;; i++) {
        struct head *h = &log->heads[i % HEADS];
        if (!h->position || (h->stream.category == s.category && id_equal(h->stream.id, s.id)))
            return h;
    }
}

static int decode(const struct play_log *log, uint64_t position, struct arena *arena,
                  struct record *out) {
    const struct entry *e = &log->entries[position - 1];
    return record_decode(bytes_of(e->bytes, e->size), arena, out);
}

static int history(void *context, struct stream stream, uint64_t at, struct arena *arena,
                   struct record **records, size_t *count) {
    struct play_log *log = context;
    uint64_t newest = head_of(log, stream)->position;
    while (newest > at)
        newest = log->entries[newest - 1].previous;
    size_t n = newest ? (size_t)log->entries[newest - 1].version : 0;
    *records = arena_get(arena, (n + 1) * sizeof **records);
    *count = n;
    if (!*records)
        return -1;
    for (uint64_t p = newest; n > 0; p = log->entries[p - 1].previous)
        if (decode(log, p, arena, &(*records)[--n]))
            return -1;
    return 0;
}

static void store(struct play_log *log, struct bytes half, struct log_part part) {
    static uint8_t memory[1 << 18], buffer[SCAN_RECORD_BYTES];
    struct pack_writer w = {buffer, 0, sizeof buffer, false};
    struct arena arena;
    struct record r;
    struct bytes said_bytes;
    arena_init(&arena, memory, sizeof memory);
    ensure(record_open_half(half, &arena, &r, &said_bytes) == RECORD_OK);
    struct stream stream = {(uint16_t)r.said.category, r.said.stream};
    struct head *head = head_of(log, stream);
    part.previous = (int64_t)head->position;
    part.version = head->position ? (int64_t)log->entries[head->position - 1].version + 1 : 1;
    ensure(!record_join(&part, said_bytes, r.payload_bytes, &w));
    if (log->count == log->capacity) {
        log->capacity = log->capacity ? log->capacity * 2 : 1 << 16;
        log->entries = realloc(log->entries, log->capacity * sizeof *log->entries);
        ensure(log->entries != NULL);
    }
    uint8_t *copy = malloc(w.size);
    ensure(copy != NULL);
    memcpy(copy, w.data, w.size);
    log->entries[log->count++] =
        (struct entry){copy, w.size, (uint64_t)part.previous, (uint64_t)part.version};
    *head = (struct head){stream, log->count};
}

/* ---- the machines ---- */

static void note(struct play_count *counts, const char *code) {
    size_t i = 0;
    while (i < PLAY_CODES - 1 && counts[i].code && counts[i].code != code)
        i++;
    counts[i].code = code;
    counts[i].count++;
}

static void fold(struct play *p, uint64_t position) {
    static uint8_t memory[1 << 18];
    for (int i = 0; i < PLAY_DAEMONS; i++) {
        struct arena arena;
        struct record r;
        arena_init(&arena, memory, sizeof memory);
        ensure(decode(p->log, position, &arena, &r) == 0);
        ensure(machine_fold(p->machines[i], &r) == 0);
    }
}

static void append(struct play *p, struct machine *m, int64_t known_at_us) {
    const struct proposal *out = p->proposal;
    uint64_t first = p->log->count + 1;
    machine_settle(m);
    for (size_t i = 0; i < out->event_count; i++)
        store(p->log, out->halves[i],
              (struct log_part){.position = (int64_t)p->log->count + 1,
                                .recorded_at = known_at_us,
                                .known_at = known_at_us,
                                .first = (int64_t)first,
                                .count = (int64_t)out->event_count,
                                .epoch = 1});
    for (size_t i = 0; i < out->event_count; i++)
        fold(p, first + i);
    p->events += out->event_count;
    for (size_t i = 0; i < out->breach_count; i++)
        note(p->breaches, out->breaches[i]->code);
}

static int daemon_of(const struct Command *c) {
    const struct category *category = registry_category((uint16_t)c->category);
    for (int i = 0; i < PLAY_DAEMONS; i++)
        if (!strcmp(domains[i]->name, category->daemon))
            return i;
    return -1;
}

static void take_row(struct play *p, const struct import *im, size_t index) {
    struct import_row *row = &im->rows[index];
    const struct Command *c = row->command;
    int daemon = daemon_of(c);
    ensure(daemon >= 0);
    struct Command sent = *c;
    struct clock clock = {row->known_at_us, civil_in_warsaw(row->known_at_us), true};
    sent.known_at = row->known_at_us;
    bool is_known = import_resolve(im, index, &sent);
    ensure(is_known);
    arena_reset(&p->arena);
    machine_propose(p->machines[daemon], &sent, &clock, &p->arena, p->proposal);
    if (!p->proposal->rule) {
        p->accepted++;
        p->amendments += !id_is_zero(row->entry_of);
        row->position = (int64_t)p->log->count + 1;
        append(p, p->machines[daemon], row->known_at_us);
        return;
    }
    machine_settle(p->machines[daemon]);
    p->rejected++;
    note(p->rejections, p->proposal->rule->code);
    if (p->talks && p->rejected <= 40) {
        char day[CIVIL_TEXT_SIZE];
        civil_format(clock.today, day);
        fprintf(stderr, "%s:%zu %s %s: %s %s\n", row->file, row->number, day,
                registry_by_type((uint16_t)c->type)->about->name, p->proposal->rule->code,
                p->proposal->field ? p->proposal->field : "");
    }
}

/* ---- days ---- */

/* One thing of one machine; false when it has nothing to say. */
static bool say_one(struct play *p, int i, const struct clock *clock) {
    struct machine *m = p->machines[i];
    arena_reset(&p->arena);
    if (machine_propose_reaction(m, clock, &p->arena, p->proposal)) {
        p->reactions++;
        append(p, m, clock->now_us);
        return true;
    }
    arena_reset(&p->arena);
    if (!machine_propose_timer(m, clock, &p->arena, p->proposal)) {
        machine_settle(m);
        return false;
    }
    if (p->proposal->rule) {
        machine_settle(m);
        p->refused_timers++;
        note(p->refusals, p->proposal->rule->code);
    } else {
        p->timers++;
        append(p, m, clock->now_us);
    }
    return true;
}

static void begin_day(struct play *p, civil_day day) {
    struct clock clock = {civil_midnight_us(day), day, true};
    for (bool busy = true; busy;) {
        busy = false;
        for (int i = 0; i < PLAY_DAEMONS; i++)
            while (say_one(p, i, &clock))
                busy = true;
    }
}

static void see_places(struct play *p);

void play_rows(struct play *p, const struct import *im) {
    civil_day day = 0;
    for (size_t i = 0; i < im->count; i++) {
        civil_day next = civil_in_warsaw(im->rows[i].known_at_us);
        for (day = day ? day : next - 1; day < next;) {
            begin_day(p, ++day);
            see_places(p);
            if (day == p->at + 1 && p->look)
                p->look(p, p->context);
        }
        take_row(p, im, i);
    }
    begin_day(p, day + 1);
}

/* ---- what must hold on every day ---- */


static void see_load(void *context, struct stream stream, const void *state) {
    struct play *p = context;
    const struct keeper_load *load = state;
    if (stream.category == CATEGORY_KeeperLoad && load->count > p->most_places)
        p->most_places = load->count;
}

static void see_places(struct play *p) {
    machine_visit(p->machines[PLAY_INTAKE], see_load, p);
}

void play_open(struct play *p) {
    enum { ARENA = 16 << 20 };
    void *memory = malloc(ARENA);
    p->log = calloc(1, sizeof *p->log);
    p->proposal = calloc(1, sizeof *p->proposal);
    ensure(memory && p->log && p->proposal);
    p->log->heads = calloc(HEADS, sizeof *p->log->heads);
    ensure(p->log->heads != NULL);
    arena_init(&p->arena, memory, ARENA);
    for (int i = 0; i < PLAY_DAEMONS; i++)
        p->machines[i] = machine_new(domains[i], history, p->log);
}

void play_close(struct play *p) {
    for (int i = 0; i < PLAY_DAEMONS; i++)
        machine_free(p->machines[i]);
    for (size_t i = 0; i < p->log->count; i++)
        free(p->log->entries[i].bytes);
    free(p->log->entries);
    free(p->log->heads);
    free(p->log);
    free(p->proposal);
    free(p->arena.memory);
}
