#include "daemons/projector/moving.h"

#include "common/messages/relocation.h"

static struct blocker_facts *blocker_of(struct relocation_facts *f, struct id id) {
    for (uint8_t i = 0; i < f->blocker_count; i++)
        if (id_equal(f->blockers[i].id, id))
            return &f->blockers[i];
    return NULL;
}

static void raise_blocker(struct relocation_facts *f, const struct event *e) {
    const struct BlockerRaised *raised = e->payload;
    struct blocker_facts *b = blocker_of(f, raised->blocker);
    if (!b && f->blocker_count == BLOCKERS_KEPT_MAX)
        return;
    if (!b)
        b = &f->blockers[f->blocker_count++];
    *b = (struct blocker_facts){
        .id = raised->blocker, .raised_on = e->said->occurred_on, .kind = (uint8_t)raised->kind};
}

static void end_blocker(struct relocation_facts *f, struct id id, enum blocker_end end,
                        civil_day day) {
    struct blocker_facts *b = blocker_of(f, id);
    if (!b || b->end != BLOCKER_OPEN)
        return;
    b->end = (uint8_t)end;
    b->ended_on = day;
}

uint32_t open_blockers(const struct relocation_facts *f) {
    uint32_t count = 0;
    for (uint8_t i = 0; i < f->blocker_count; i++)
        count += f->blockers[i].end == BLOCKER_OPEN;
    return count;
}

static void announce(struct relocation_facts *f, const struct event *e) {
    const struct RelocationAnnounced *a = e->payload;
    f->household = a->household;
    f->building = a->building;
    f->area = (uint8_t)a->area;
    f->regime = (uint8_t)a->regime;
    f->persons = (uint8_t)a->persons;
    f->announced_on = e->said->occurred_on;
}

/* The first entry into Moved counts: a later move does not make a tenant move twice. */
static void move(struct relocation_facts *f, enum move_by by, civil_day day) {
    if (f->moved_by != NOT_MOVED)
        return;
    f->moved_by = (uint8_t)by;
    f->moved_on = day;
}

static void move_in_emergency(struct relocation_facts *f, const struct event *e) {
    const struct EmergencyMoveRecorded *m = e->payload;
    f->household = m->household;
    if (!id_is_zero(m->building))
        f->building = m->building;
    if (m->area)
        f->area = (uint8_t)m->area;
    f->persons = (uint8_t)m->persons;
    f->regime = REGIME_R5;
    move(f, MOVED_IN_EMERGENCY, e->said->occurred_on);
}

/* I07 counts every R1 letter, also the one whose breach robs it of its effect. */
static void indicate(struct relocation_facts *f, const struct event *e) {
    const struct ReplacementIndicated *letter = e->payload;
    if (f->regime != REGIME_R1)
        return;
    f->is_indication_good = letter->rights_info_version.size > 0 && !has_breach(e);
    f->indicated++;
    f->indicated_well = (uint16_t)(f->indicated_well + f->is_indication_good);
}

static void serve(struct relocation_facts *f, const struct event *e) {
    if (f->is_indication_good && has_breach(e))
        f->indicated_well--;
    f->is_indication_good = false;
}

static void check(struct relocation_facts *f, const struct PostMoveCheckDone *c) {
    uint16_t month = (uint16_t)(c->month <= CHECK_MONTHS_MAX ? 1u << c->month : 1u);
    f->checks++;
    f->is_stable = c->stable;
    f->checked_at = (uint16_t)(f->checked_at | month);
    f->stable_at = (uint16_t)(c->stable ? f->stable_at | month : f->stable_at & ~month);
}

static void note_offers(struct relocation_facts *f, const struct event *e) {
    f->offers = (uint16_t)(f->offers + (e->type == EVENT_OfferMade));
    f->refused = (uint16_t)(f->refused + (e->type == EVENT_OfferRefused));
    f->expired = (uint16_t)(f->expired + (e->type == EVENT_OfferExpired));
    f->withdrawn = (uint16_t)(f->withdrawn + (e->type == EVENT_OfferWithdrawn));
}

static void note_blockers(struct relocation_facts *f, const struct event *e) {
    civil_day day = e->said->occurred_on;
    if (e->type == EVENT_BlockerRaised)
        raise_blocker(f, e);
    if (e->type == EVENT_BlockerSolved)
        end_blocker(f, ((const struct BlockerSolved *)e->payload)->blocker, BLOCKER_IS_SOLVED, day);
    if (e->type == EVENT_BlockerOverridden)
        end_blocker(f, ((const struct BlockerOverridden *)e->payload)->blocker,
                    BLOCKER_IS_OVERRIDDEN, day);
}

static void note_effect(struct relocation_facts *f, const struct event *e) {
    civil_day day = e->said->occurred_on;
    switch (e->type) {
    case EVENT_RelocationAnnounced:
        announce(f, e);
        break;
    case EVENT_TenantInformed:
        f->informed_on = f->informed_on ? f->informed_on : day;
        break;
    case EVENT_ReplacementIndicated:
        f->vacate_by = ((const struct ReplacementIndicated *)e->payload)->vacate_by;
        break;
    case EVENT_RegimeChanged:
        f->regime = (uint8_t)((const struct RegimeChanged *)e->payload)->regime;
        break;
    case EVENT_HouseholdMoved:
        move(f, MOVED_BY_AGREEMENT, day);
        break;
    case EVENT_VacateEnforced:
        move(f, MOVED_BY_FORCE, day);
        break;
    case EVENT_EmergencyMoveRecorded:
        move_in_emergency(f, e);
        break;
    case EVENT_PostMoveCheckDone:
        check(f, e->payload);
        break;
    case EVENT_RelocationCancelled:
        f->was_mistaken = ((const struct RelocationCancelled *)e->payload)->reason ==
                          RELOCATION_CANCEL_opened_in_error;
        break;
    case EVENT_SubjectRepointed:
        f->household = ((const struct SubjectRepointed *)e->payload)->to_household;
        break;
    default:
        note_offers(f, e);
        note_blockers(f, e);
        break;
    }
}

void relocation_note(void *counts, const void *state, uint8_t before, const struct event *e) {
    struct relocation_facts *f = counts;
    (void)state;
    (void)before;
    f->breaches = (uint16_t)(f->breaches + has_breach(e));
    if (e->type == EVENT_ReplacementIndicated)
        indicate(f, e);
    if (e->type == EVENT_NoticeServed)
        serve(f, e);
    if (has_effect(e))
        note_effect(f, e);
}

void return_note(void *counts, const void *state, uint8_t before, const struct event *e) {
    struct return_facts *f = counts;
    (void)state;
    (void)before;
    if (!has_effect(e))
        return;
    if (e->type == EVENT_ReturnOpened) {
        const struct ReturnOpened *opened = e->payload;
        f->household = opened->household;
        f->relocation = opened->relocation;
        f->opened_on = e->said->occurred_on;
    } else if (e->type == EVENT_ReturnDeclared) {
        f->wish = (uint8_t)((const struct ReturnDeclared *)e->payload)->wish;
        f->was_declared = true;
    } else if (e->type == EVENT_ReturnMoveDone || e->type == EVENT_ReturnWaived ||
               e->type == EVENT_ReturnLapsed) {
        f->ended_on = e->said->occurred_on;
    } else if (e->type == EVENT_ReturnHolderChanged) {
        f->household = ((const struct ReturnHolderChanged *)e->payload)->household;
    } else if (e->type == EVENT_SubjectRepointed) {
        f->household = ((const struct SubjectRepointed *)e->payload)->to_household;
    }
}
