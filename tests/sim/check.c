/*
 * What must be true whatever happened (anchors of the test plan: I1 to I5, and the programme's own):
 * positions are contiguous; a command id stands in one append; a cause is reacted to once by a
 * daemon; the system never decides; no keeper has at any position more than his places, and holds
 * at the end exactly the open cases that name him; what a daemon believes equals a fresh fold of the log.
 */
#include <stdio.h>
#include <stdlib.h>

#include "common/base/ensure.h"
#include "daemons/intake/case.h"
#include "daemons/intake/keeper_load.h"
#include "tests/sim/world.h"

static void check_log(struct world *w) {
    static uint8_t memory[1 << 18];
    struct id *ids = calloc(w->log.count + 1, sizeof *ids);
    size_t id_count = 0;
    ensure(ids != NULL);
    for (uint64_t at = 1; at <= w->log.count; at++) {
        struct arena arena;
        struct record r;
        arena_init(&arena, memory, sizeof memory);
        ensure(sim_log_read(&w->log, at, &arena, &r) == 0);
        ensure((uint64_t)r.log.position == at);
        ensure(r.said.role != ROLE_SYSTEM || r.said.decider == 0);
        if (r.said.type == EVENT_PlaceTaken)
            ensure(((const struct PlaceTaken *)r.payload)->places <= WORLD_KEEPER_PLACES);
        if (r.log.position != r.log.first)
            continue;
        for (size_t i = 0; i < id_count; i++)
            ensure(!id_equal(ids[i], r.said.command));
        ids[id_count++] = r.said.command;
    }
    free(ids);
}

/* A fresh machine over the whole log believes the same, and has nothing left to react to twice. */
static void check_fresh(struct world *w, unsigned daemon) {
    struct machine *fresh = world_fresh(w, daemon);
    struct machine *live = w->daemons[daemon].machine;
    ensure(machine_folded(live) == w->log.count);
    const char *name = machine_difference(live, fresh);
    if (name)
        fprintf(stderr, "%s: %s differs from a fresh fold\n", world_domain(daemon)->name, name);
    ensure(name == NULL);
    machine_free(fresh);
}

struct counted {
    struct world *world;
    struct id worker;
    uint32_t cases;
};

static void count_case(void *context, struct stream stream, const void *state) {
    struct counted *c = context;
    if (stream.category != CATEGORY_Case)
        return;
    const struct support_case *s = state;
    if (is_case_open(s) && id_equal(keeper_of(s), c->worker))
        c->cases++;
}

static void check_keeper(void *context, struct stream stream, const void *state) {
    const struct keeper_load *load = state;
    struct counted c = {.world = context, .worker = stream.id};
    if (stream.category != CATEGORY_KeeperLoad)
        return;
    ensure(load->count <= WORLD_KEEPER_PLACES);
    c.world->full_keepers += load->count == WORLD_KEEPER_PLACES;
    machine_visit(c.world->daemons[0].machine, count_case, &c);
    ensure(c.cases == load->count);
}

void world_check(struct world *w) {
    check_log(w);
    for (unsigned i = 0; i < DAEMONS; i++)
        check_fresh(w, i);
    machine_visit(w->daemons[0].machine, check_keeper, w);
}
