#include "common/domain/machine.h"
#include "daemons/debt/domain.h"
#include "daemons/intake/case.h"
#include "daemons/intake/domain.h"
#include "daemons/intake/keeper_load.h"
#include "daemons/monitoring/domain.h"
#include "daemons/networking/domain.h"
#include "daemons/relocation/domain.h"
#include "tests/kill/audit.h"

#include <stdlib.h>
#include <time.h>

enum { PROPOSE_MEMORY = 4 << 20 };

/* Backwards along the previous positions, as the eventlog answers a stream. */
static uint64_t newest_of(struct audit *a, struct stream stream, uint64_t at, size_t *count) {
    uint64_t newest = 0;
    *count = 0;
    for (uint64_t p = tally_get(&a->seen, stream.category, stream.id)->first; p > 0;) {
        struct arena arena;
        struct record r;
        arena_init(&arena, a->memory, AUDIT_MEMORY);
        audit_record(a, p, &arena, &r);
        if (p <= at) {
            newest = newest ? newest : p;
            (*count)++;
        }
        p = (uint64_t)r.log.previous;
    }
    return newest;
}

static int history(void *context, struct stream stream, uint64_t at, struct arena *arena,
                   struct record **records, size_t *count) {
    struct audit *a = context;
    uint64_t p = newest_of(a, stream, at, count);
    *records = arena_get(arena, (*count + 1) * sizeof **records);
    must(*records != NULL, "no memory for a stream");
    for (size_t i = *count; i-- > 0; p = (uint64_t)(*records)[i].log.previous)
        audit_record(a, p, arena, &(*records)[i]);
    return 0;
}

static struct machine *folded(struct audit *a, const struct domain *domain) {
    struct machine *m = machine_new(domain, history, a);
    uint8_t *memory = malloc(AUDIT_MEMORY);
    must(memory != NULL, "out of memory");
    for (uint64_t p = 1; p <= a->count; p++) {
        struct arena arena;
        struct record r;
        arena_init(&arena, memory, AUDIT_MEMORY);
        audit_record(a, p, &arena, &r);
        must(machine_fold(m, &r) == 0, "%s cannot fold position %llu", domain->name,
             (unsigned long long)p);
    }
    free(memory);
    return m;
}

/* Whatever should follow has followed: a core that folds the log anew finds nothing to do. */
static void check_nothing_missing(struct machine *m, const char *name) {
    int64_t now = (int64_t)time(NULL) * 1000000;
    struct clock clock = {now, civil_in_warsaw(now), false};
    uint8_t *memory = malloc(PROPOSE_MEMORY);
    must(memory != NULL, "out of memory");
    struct arena arena;
    arena_init(&arena, memory, PROPOSE_MEMORY);
    struct proposal *p = arena_get(&arena, sizeof *p);
    if (machine_propose_reaction(m, &clock, &arena, p))
        fail("%s never reacted to position %lld", name,
             (long long)((const struct ReactedUpTo *)p->events[p->event_count - 1].payload)
                 ->position);
    must(!machine_propose_timer(m, &clock, &arena, p) || p->rule, "%s let a term pass in silence",
         name);
    free(memory);
}

struct holder {
    struct machine *machine;
    struct id worker;
    uint32_t cases;
};

static void count_case(void *context, struct stream stream, const void *state) {
    struct holder *h = context;
    const struct support_case *c = state;
    if (stream.category == CATEGORY_Case && is_case_open(c) && id_equal(keeper_of(c), h->worker))
        h->cases++;
}

static void check_keeper(void *context, struct stream stream, const void *state) {
    const struct keeper_load *load = state;
    struct holder h = {context, stream.id, 0};
    if (stream.category != CATEGORY_KeeperLoad)
        return;
    machine_visit(h.machine, count_case, &h);
    must(load->count <= LIMIT && load->count == h.cases,
         "a guide holds %u places and has %u open cases", load->count, h.cases);
}

void audit_cores(struct audit *a) {
    static const struct domain *const domains[] = {&intake_domain, &relocation_domain, &debt_domain,
                                                   &networking_domain, &monitoring_domain};
    for (size_t i = 0; i < sizeof domains / sizeof *domains; i++) {
        struct machine *m = folded(a, domains[i]);
        check_nothing_missing(m, domains[i]->name);
        if (domains[i] == &intake_domain)
            machine_visit(m, check_keeper, m);
        machine_free(m);
    }
}
