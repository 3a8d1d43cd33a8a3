#include "common/messages/intake.h"
#include "tests/kill/audit.h"

static long long at(const struct record *r) {
    return (long long)r->log.position;
}

static void check_append(struct audit *a, const struct record *r) {
    struct tally_entry *e = tally_get(&a->seen, SEEN_COMMAND, r->said.command);
    bool begins = r->log.position == r->log.first;
    must(!begins || e->count == 0, "position %lld: its command stands in the log twice", at(r));
    must(begins || (int64_t)e->first == r->log.first, "position %lld: an append in pieces", at(r));
    must(r->log.count > 0 && r->log.position < r->log.first + r->log.count,
         "position %lld: outside of its append", at(r));
    e->first = (uint64_t)r->log.first;
    e->count = (uint64_t)r->log.count;
}

static void check_stream(struct audit *a, const struct record *r) {
    struct tally_entry *e = tally_get(&a->seen, (uint32_t)r->said.category, r->said.stream);
    must((uint64_t)r->log.version == e->count + 1, "position %lld: version %lld after %llu", at(r),
         (long long)r->log.version, (unsigned long long)e->count);
    must((uint64_t)r->log.previous == e->first, "position %lld: previous is %lld, not %llu", at(r),
         (long long)r->log.previous, (unsigned long long)e->first);
    e->count++;
    e->first = (uint64_t)r->log.position;
}

static struct id pair_of(uint64_t number, const void *eight) {
    struct id id;
    memcpy(id.bytes, &number, 8);
    memcpy(id.bytes + 8, eight, 8);
    return id;
}

static void count_once(struct audit *a, const struct record *r, uint32_t kind, struct id id,
                       const char *what) {
    struct tally_entry *e = tally_get(&a->seen, kind, id);
    must(e->count == 0, "position %lld: %s a second time, first at %llu", at(r), what,
         (unsigned long long)e->first);
    e->count = 1;
    e->first = (uint64_t)r->log.position;
}

/* A mark stands in the same append as all that follows from its cause. */
static void check_reaction(struct audit *a, const struct record *r) {
    const struct ReactedUpTo *mark = r->payload;
    if (r->said.type != EVENT_ReactedUpTo)
        return;
    a->reactions += r->log.count > 1;
    must(mark->position < r->log.position, "position %lld: reacted to what came later", at(r));
    count_once(a, r, SEEN_CAUSE, pair_of((uint64_t)mark->position, r->said.stream.bytes),
               "a cause was reacted to");
}

static void check_timer(struct audit *a, const struct record *r) {
    const struct timer_passed *term = r->payload;
    if (r->schema->about->nature != NATURE_TIMER)
        return;
    uint64_t day_and_type = (uint64_t)term->due << 16 | (uint64_t)r->said.type;
    a->timers++;
    count_once(a, r, SEEN_TERM, pair_of(day_and_type, &term->start), "a term has passed");
}

static void check_places(struct audit *a, const struct record *r) {
    bool is_taken = r->said.type == EVENT_PlaceTaken;
    if (!is_taken && r->said.type != EVENT_PlaceReleased)
        return;
    struct tally_entry *e = tally_get(&a->seen, SEEN_PLACES, r->said.stream);
    int64_t told = is_taken ? ((const struct PlaceTaken *)r->payload)->places
                            : ((const struct PlaceReleased *)r->payload)->places;
    must(is_taken || e->count > 0, "position %lld: a place is given back that nobody took", at(r));
    e->count += is_taken ? 1 : (uint64_t)-1;
    must(e->count <= LIMIT, "position %lld: a guide with %llu families", at(r),
         (unsigned long long)e->count);
    must(told == (int64_t)e->count, "position %lld: tells %lld places, there are %llu", at(r),
         (long long)told, (unsigned long long)e->count);
    if (e->count > a->fullest)
        a->fullest = e->count;
}

void audit_walk(struct audit *a) {
    for (uint64_t position = 1; position <= a->count; position++) {
        struct arena arena;
        struct record r;
        arena_init(&arena, a->memory, AUDIT_MEMORY);
        audit_record(a, position, &arena, &r);
        must((uint64_t)r.log.position == position, "position %llu holds the record of %lld",
             (unsigned long long)position, at(&r));
        must(r.said.role != ROLE_SYSTEM || r.said.decider == 0, "position %lld: the system decided",
             at(&r));
        check_append(a, &r);
        check_stream(a, &r);
        check_reaction(a, &r);
        check_timer(a, &r);
        check_places(a, &r);
    }
}

static void check_ack(struct audit *a, const struct ack *ack) {
    const struct tally_entry *e = tally_get(&a->seen, SEEN_COMMAND, ack->command);
    unsigned long long told = ack->reply.position;
    must(e->count > 0, "acknowledged at position %llu and not in the log", told);
    must(e->first == ack->reply.position && e->count == ack->reply.count,
         "acknowledged: %u events at %llu; the log has %llu at %llu", ack->reply.count, told,
         (unsigned long long)e->count, (unsigned long long)e->first);
    for (uint32_t i = 0; i < ack->reply.count && i < REPLY_EVENTS_MAX; i++) {
        struct arena arena;
        struct record r;
        arena_init(&arena, a->memory, AUDIT_MEMORY);
        audit_record(a, told + i, &arena, &r);
        must(r.said.type == ack->reply.types[i], "position %lld: another type than was told",
             at(&r));
    }
}

void audit_acks(struct audit *a, const struct acks *acks, bool is_whole) {
    for (size_t i = 0; i < acks->count; i++)
        if (is_whole || acks->items[i].reply.position <= a->count)
            check_ack(a, &acks->items[i]);
}
