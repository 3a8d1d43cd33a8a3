#include "daemons/relocation/information.h"

#include "daemons/relocation/relocation.h"

/* Whoever was informed must know of what: the leaflet has a version. */
static void may_hold(struct decision *d) {
    const struct InformationActionHeld *e = d->command->payload;
    for (uint32_t i = 0; i < e->doors.count; i++) {
        const struct door *door = &e->doors.items[i];
        if (!state_of(d, CATEGORY_Relocation, door->relocation))
            reject(d, &RULE_UNKNOWN_SUBJECT, "doors");
        if (door->result == DOOR_informed && e->leaflet_version.size == 0)
            reject(d, &RULE_MALFORMED, "leaflet_version");
    }
}

static bool is_repeated(const struct InformationActionHeld *e, uint32_t at) {
    for (uint32_t i = 0; i < at; i++)
        if (e->doors.items[i].result == DOOR_informed &&
            id_equal(e->doors.items[i].relocation, e->doors.items[at].relocation))
            return true;
    return false;
}

static void inform_doors(struct decision *d) {
    const struct InformationActionHeld *e = d->command->payload;
    for (uint32_t i = 0; i < e->doors.count; i++) {
        const struct door *door = &e->doors.items[i];
        const struct relocation *r = state_of(d, CATEGORY_Relocation, door->relocation);
        if (door->result != DOOR_informed || is_repeated(e, i) ||
            r->life.state != RELOCATION_ANNOUNCED)
            continue;
        struct TenantInformed *informed =
            emit(d, CATEGORY_Relocation, door->relocation, TenantInformed_schema());
        informed->leaflet_version = e->leaflet_version;
        informed->action = d->command->stream.id;
    }
}

static void information_evolve(void *state, const struct event *event) {
    (void)state;
    (void)event;
}

static const struct transition transitions[] = {
    {IN(NONE), EVENT_InformationActionHeld, IN(INFORMATION_HELD), may_hold, inform_doors},
};

static const char *const states[] = {"none", "Held"};

const struct aggregate information_aggregate = {
    .category = CATEGORY_InformationAction,
    .name = "InformationAction",
    .state_size = sizeof(struct information),
    .states = states,
    .state_count = sizeof states / sizeof *states,
    .final = IN(INFORMATION_HELD),
    .transitions = transitions,
    .transition_count = sizeof transitions / sizeof *transitions,
    .evolve = information_evolve,
};
