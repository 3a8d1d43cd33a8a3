#include "tests/scenarios/world.h"

#include <stdlib.h>

#include "common/base/ensure.h"
#include "common/codec/pack.h"
#include "common/codec/scan.h"
#include "common/domain/roster.h"
#include "common/messages/intake.h"
#include "tests/harness/policy.h"

enum { MEMORY = 16 << 20, SCRATCH = 1 << 20, MOST_FOLLOWERS = 2000 };

static const int64_t second_us = 1000000;

static void *must(void *memory) {
    ensure(memory != NULL);
    return memory;
}

static bool same_stream(struct stream a, struct stream b) {
    return a.category == b.category && id_equal(a.id, b.id);
}

/* ---- the log ---- */

static uint64_t version_of(const struct world *w, struct stream stream, uint64_t *previous) {
    uint64_t version = 0;
    *previous = 0;
    for (size_t i = 0; i < w->count; i++) {
        if (!same_stream(w->log[i].stream, stream))
            continue;
        version++;
        *previous = i + 1;
    }
    return version;
}

static void keep(struct world *w, struct bytes half, uint64_t first, size_t count) {
    struct arena arena;
    struct record r;
    struct bytes said;
    uint64_t previous;
    arena_init(&arena, w->scratch, SCRATCH);
    ensure(record_open_half(half, &arena, &r, &said) == RECORD_OK);
    struct stream stream = {(uint16_t)r.said.category, r.said.stream};
    uint64_t version = version_of(w, stream, &previous) + 1;
    r.log = (struct log_part){
        .position = (int64_t)w->count + 1,
        .recorded_at = w->clock.now_us,
        .known_at = w->clock.now_us,
        .version = (int64_t)version,
        .previous = (int64_t)previous,
        .first = (int64_t)first,
        .count = (int64_t)count,
        .epoch = 1,
    };
    struct pack_writer pack = {must(malloc(SCAN_RECORD_BYTES)), 0, SCAN_RECORD_BYTES, false};
    ensure(record_join(&r.log, said, r.payload_bytes, &pack) == 0);
    ensure(scan(bytes_of(pack.data, pack.size), SCAN_RECORD_BYTES) == SCAN_OK);
    if (w->count == w->capacity) {
        w->capacity = w->capacity ? w->capacity * 2 : 64;
        w->log = must(realloc(w->log, w->capacity * sizeof *w->log));
    }
    w->log[w->count++] = (struct kept){must(realloc(pack.data, pack.size)), pack.size, stream,
                                       (uint16_t)r.said.type};
}

void world_read(const struct world *w, size_t index, struct arena *arena, struct record *out) {
    struct bytes in = bytes_of(w->log[index].bytes, w->log[index].size);
    ensure(record_decode(in, arena, out) == RECORD_OK);
}

static int history(void *context, struct stream stream, uint64_t at, struct arena *arena,
                   struct record **records, size_t *count) {
    const struct world *w = context;
    *records = must(arena_get(arena, (w->count + 1) * sizeof **records));
    *count = 0;
    for (size_t i = 0; i < w->count && i < at; i++)
        if (same_stream(w->log[i].stream, stream))
            world_read(w, i, arena, &(*records)[(*count)++]);
    return 0;
}

uint64_t world_last(const struct world *w, struct stream stream, uint16_t type) {
    for (size_t i = w->count; i > 0; i--)
        if (w->log[i - 1].type == type && same_stream(w->log[i - 1].stream, stream))
            return i;
    return 0;
}

static void fold(struct machine *m, const struct world *w, size_t index) {
    struct arena arena;
    struct record r;
    arena_init(&arena, w->scratch, SCRATCH);
    world_read(w, index, &arena, &r);
    ensure(machine_fold(m, &r) == 0);
}

/* The eventlog would refuse the append if a stream had moved on; here nobody else writes. */
static bool reads_fit(struct world *w, const struct proposal *p) {
    for (size_t i = 0; i < p->read_count; i++) {
        uint64_t previous;
        struct stream stream = {(uint16_t)p->reads[i].category, p->reads[i].stream};
        if (version_of(w, stream, &previous) != (uint64_t)p->reads[i].expected)
            return false;
    }
    return true;
}

static void append(struct world *w, const struct proposal *p) {
    size_t first = w->count;
    if (!reads_fit(w, p))
        w->trouble = "the machine expects another version of a stream than the log has";
    for (size_t i = 0; i < p->event_count; i++)
        keep(w, p->halves[i], first + 1, p->event_count);
    machine_settle(w->machine);
    machine_commit(w->machine, p, first + 1, w->clock.now_us);
    for (size_t i = first; i < w->count; i++)
        fold(w->machine, w, i);
    w->clock.now_us += second_us;
}

/* ---- what follows ---- */

static bool next_follower(struct world *w, struct arena *arena, struct proposal *p) {
    return machine_propose_reaction(w->machine, &w->clock, arena, p) ||
           machine_propose_timer(w->machine, &w->clock, arena, p);
}

static void follow(struct world *w) {
    struct proposal *p = must(malloc(sizeof *p));
    struct arena arena;
    arena_init(&arena, w->memory, MEMORY);
    for (int i = 0; next_follower(w, &arena, p); i++) {
        if (i == MOST_FOLLOWERS) {
            w->trouble = "reactions and timers set each other off without end";
            break;
        }
        if (p->rule)
            machine_settle(w->machine);
        else
            append(w, p);
        arena_reset(&arena);
    }
    free(p);
}

void world_move_to(struct world *w, civil_day day) {
    while (w->clock.today < day) {
        w->clock.today = w->count ? w->clock.today + 1 : day;
        w->clock.now_us = civil_midnight_us(w->clock.today) + 9 * 3600 * second_us;
        follow(w);
    }
}

void world_command(struct world *w, const struct Command *command) {
    struct proposal *p = must(malloc(sizeof *p));
    struct arena arena;
    arena_init(&arena, w->memory, MEMORY);
    machine_propose(w->machine, command, &w->clock, &arena, p);
    w->outcome = (struct outcome){.rule = p->rule, .field = p->field};
    w->outcome.breach_count = p->breach_count;
    memcpy(w->outcome.breaches, p->breaches, sizeof p->breaches);
    if (p->rule)
        machine_settle(w->machine);
    else
        append(w, p);
    free(p);
    follow(w);
}

void world_foreign(struct world *w, struct said *said, const struct schema *schema,
                   const void *payload) {
    static const uint8_t digest[32];
    struct pack_writer pack = {w->memory, 0, SCAN_RECORD_BYTES, false};
    said->id = said->command = id_v8(w->count + 1, 255, 0);
    said->digest = bytes_of(digest, sizeof digest);
    said->schema_version = 1;
    said->retention = RETENTION_B10;
    ensure(record_encode_half(said, schema, payload, &pack) == 0);
    keep(w, bytes_of(pack.data, pack.size), w->count + 1, 1);
    fold(w->machine, w, w->count - 1);
    w->clock.now_us += second_us;
    follow(w);
}

/* ---- people and the end ---- */

static bool is_hired(const struct world *w, struct id id) {
    for (size_t i = 0; i < w->count; i++)
        if (w->log[i].stream.category == CATEGORY_Worker && id_equal(w->log[i].stream.id, id))
            return true;
    return false;
}

void world_enter(struct world *w, struct id id, int32_t role) {
    for (size_t i = 0; i < w->entered_count; i++)
        if (id_equal(w->entered[i], id))
            return;
    if (is_hired(w, id))
        return;
    ensure(w->entered_count < sizeof w->entered / sizeof *w->entered);
    w->entered[w->entered_count++] = id;
    roster_enter(machine_roster(w->machine), id, role);
}

static bool same_state(struct world *w, struct machine *other, struct stream stream) {
    const struct aggregate *a = aggregate_of(w->domain, stream.category);
    const void *one = machine_state(w->machine, stream), *two = machine_state(other, stream);
    return !a || (one && two && memcmp(one, two, a->state_size) == 0);
}

void world_check_replay(struct world *w) {
    struct PolicySetAdopted policy;
    struct machine *again = machine_new(w->domain, history, w);
    policy_default(&policy);
    machine_enter_policy(again, &policy);
    for (size_t i = 0; i < w->count; i++)
        fold(again, w, i);
    for (size_t i = 0; i < w->count && !w->trouble; i++)
        if (!same_state(w, again, w->log[i].stream))
            w->trouble = "live state and replay of the log differ";
    machine_free(again);
}

void world_open(struct world *w, const struct domain *domain) {
    struct PolicySetAdopted policy;
    *w = (struct world){.domain = domain};
    w->memory = must(malloc(MEMORY));
    w->scratch = must(malloc(SCRATCH));
    w->machine = machine_new(domain, history, w);
    policy_default(&policy);
    machine_enter_policy(w->machine, &policy);
    world_move_to(w, civil_from_ymd(2018, 1, 2));
}

void world_close(struct world *w) {
    machine_free(w->machine);
    for (size_t i = 0; i < w->count; i++)
        free(w->log[i].bytes);
    free(w->log);
    free(w->memory);
    free(w->scratch);
}
