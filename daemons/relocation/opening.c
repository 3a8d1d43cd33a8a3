/* Announcement, information, needs and the change of regime (DOMAIN.md 4.2, 4.7). */
#include "daemons/relocation/building.h"
#include "daemons/relocation/copies.h"
#include "daemons/relocation/dwelling.h"
#include "daemons/relocation/landlord.h"
#include "daemons/relocation/steps.h"
#include "daemons/relocation/zone.h"

/* R1 only inside a valid zone and only if necessary for a GPR project (O2 art. 25, 28). */
static void check_regime(struct decision *d, uint8_t regime, bool gpr_necessary,
                         struct id building) {
    if (regime != REGIME_R1)
        return;
    check_zone(d, building, "regime");
    if (!gpr_necessary)
        refuse(d, &RULE_R1_NEEDS_GPR, "gpr_necessary");
}

/* One relocation per household and dwelling. */
static void check_only_one(struct decision *d, const struct RelocationAnnounced *e) {
    const struct moves *moves = copy_of(d, COPY_MOVES, e->household);
    for (uint8_t i = 0; moves && i < moves->count; i++) {
        const struct relocation *r = state_of(d, CATEGORY_Relocation, moves->ids[i]);
        if (r && NOT_CLOSED & IN(r->life.state) && id_equal(r->dwelling, e->dwelling))
            refuse(d, &RULE_RELOCATION_OPEN, "household");
    }
}

void may_announce_relocation(struct decision *d) {
    const struct RelocationAnnounced *e = d->command->payload;
    const struct building *b = state_of(d, CATEGORY_Building, e->building);
    if (!b)
        reject(d, &RULE_UNKNOWN_SUBJECT, "building");
    else if (!is_building_announced(b))
        refuse(d, &RULE_BUILDING_NOT_ANNOUNCED, "building");
    if (!state_of(d, CATEGORY_Dwelling, e->dwelling))
        reject(d, &RULE_UNKNOWN_SUBJECT, "dwelling");
    check_regime(d, (uint8_t)e->regime, e->gpr_necessary, e->building);
    check_only_one(d, e);
}

/* An emergency's papers come later (A54); everybody else is informed before. */
void may_inform_afterwards(struct decision *d) {
    by_zlm(d);
    if (!is_under(d->state, REGIME_R5))
        refuse(d, &RULE_INFORMED_AFTERWARDS, "stream");
}

/* States that only some regimes know: the mayor's letter is R1's, the court path R3's and R6's. */
static bool knows_state(uint8_t regime, uint8_t state) {
    uint32_t letter = IN(RELOCATION_INDICATED) | IN(RELOCATION_NOTICE_SERVED) |
                      IN(RELOCATION_VACATE_ORDER_REQUESTED) | IN(RELOCATION_VACATE_ORDERED) |
                      IN(RELOCATION_APPEALED);
    if (letter & IN(state))
        return regime == REGIME_R1;
    if (state == RELOCATION_TERMINATED)
        return regime == REGIME_R3;
    if (state == RELOCATION_SUIT_FILED || state == RELOCATION_JUDGED)
        return regime == REGIME_R3 || regime == REGIME_R6;
    return true;
}

void may_change_regime(struct decision *d) {
    const struct relocation *r = d->state;
    const struct RegimeChanged *e = d->command->payload;
    by_zlm(d);
    if (e->regime == r->regime)
        refuse(d, &RULE_REGIME_SAME, "regime");
    check_regime(d, (uint8_t)e->regime, e->gpr_necessary, r->building);
    if (!id_is_zero(r->to) && knows_state((uint8_t)e->regime, r->life.state))
        check_suitable(d, r, (uint8_t)e->regime, r->to, "regime");
}

/* What was promised in a state that the new regime does not know is free again. */
void change_regime(struct decision *d) {
    const struct relocation *r = d->state;
    const struct RegimeChanged *e = d->command->payload;
    if (!knows_state((uint8_t)e->regime, r->life.state))
        release_dwelling(d, r->to);
}

static void enter_regime(struct relocation *r, const struct RegimeChanged *e) {
    r->regime = (uint8_t)e->regime;
    if (knows_state(r->regime, r->life.state))
        return;
    r->life.state = RELOCATION_NEEDS_DIAGNOSED;
    r->to = r->indicated = (struct id){{0}};
}

static void announce(struct relocation *r, const struct RelocationAnnounced *e) {
    r->household = e->household;
    r->building = e->building;
    r->dwelling = e->dwelling;
    r->regime = (uint8_t)e->regime;
    r->area = (uint8_t)e->area;
    r->persons = (uint8_t)e->persons;
}

void opening_evolve(struct relocation *r, const struct event *event) {
    const struct SubjectRepointed *repointed = event->payload;
    switch (event->type) {
    case EVENT_RelocationAnnounced:
        announce(r, event->payload);
        break;
    case EVENT_RelocationNeedsDiagnosed:
        r->persons = (uint8_t)((const struct RelocationNeedsDiagnosed *)event->payload)->persons;
        break;
    case EVENT_RegimeChanged:
        enter_regime(r, event->payload);
        break;
    case EVENT_SubjectRepointed:
        r->previous_household = repointed->from_household;
        r->household = repointed->to_household;
        break;
    default:
        break;
    }
}
