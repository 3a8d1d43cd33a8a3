#include "daemons/intake/copies.h"

#include "common/messages/debt.h"
#include "common/messages/monitoring.h"
#include "common/messages/networking.h"
#include "common/messages/relocation.h"

bool is_effective(const struct event *event) {
    if (!has_breach(event))
        return true;
    return event->schema->about->nature != NATURE_ACT && !has_breach_of(event, "WRONG_STATE");
}

static size_t one(struct id key, struct id out[4]) {
    out[0] = key;
    return id_is_zero(key) ? 0 : 1;
}

static struct id stream_of(const struct event *event) {
    return event->said->stream;
}

/* ---- buildings ---- */

static size_t building_keys(const struct event *event, struct id out[4]) {
    bool concerns =
        event->type == EVENT_InvestmentAnnounced || event->type == EVENT_InvestmentCancelled;
    return concerns && is_effective(event) ? one(stream_of(event), out) : 0;
}

static void building_fold(void *copy, const struct event *event) {
    struct building_copy *b = copy;
    b->is_announced = event->type == EVENT_InvestmentAnnounced;
    if (!b->is_announced)
        return;
    const struct InvestmentAnnounced *p = event->payload;
    b->announced = p->announced;
    b->area = (uint8_t)p->area;
}

/* ---- relocations ---- */

static size_t relocation_keys(const struct event *event, struct id out[4]) {
    if (!is_effective(event))
        return 0;
    switch (event->type) {
    case EVENT_RelocationAnnounced:
    case EVENT_EmergencyMoveRecorded:
    case EVENT_MovePlanned:
    case EVENT_MoveRescheduled:
    case EVENT_MoveFailed:
    case EVENT_HouseholdMoved:
    case EVENT_RelocationClosed:
    case EVENT_RelocationCancelled:
        return one(stream_of(event), out);
    case EVENT_ReturnOpened:
        return one(((const struct ReturnOpened *)event->payload)->relocation, out);
    default:
        return 0;
    }
}

static void announce(struct relocation_copy *r, const struct RelocationAnnounced *p) {
    r->household = p->household;
    r->building = p->building;
    r->dwelling = p->dwelling;
    r->area = (uint8_t)p->area;
}

static void announce_emergency(struct relocation_copy *r, const struct EmergencyMoveRecorded *p) {
    r->is_moved = true;
    if (!id_is_zero(r->household))
        return;
    r->household = p->household;
    r->building = p->building;
    r->dwelling = p->dwelling;
    r->area = (uint8_t)p->area;
}

static void note_return(struct relocation_copy *r, struct id opened) {
    for (size_t i = 0; i < RETURNS_MAX; i++) {
        if (!id_is_zero(r->returns[i]))
            continue;
        r->returns[i] = opened;
        return;
    }
}

static void relocation_fold(void *copy, const struct event *event) {
    struct relocation_copy *r = copy;
    const void *p = event->payload;
    switch (event->type) {
    case EVENT_RelocationAnnounced:
        announce(r, p);
        break;
    case EVENT_EmergencyMoveRecorded:
        announce_emergency(r, p);
        break;
    case EVENT_MovePlanned:
        r->move_day = ((const struct MovePlanned *)p)->day;
        break;
    case EVENT_MoveRescheduled:
        r->move_day = ((const struct MoveRescheduled *)p)->day;
        break;
    case EVENT_MoveFailed:
        r->move_day = 0;
        break;
    case EVENT_HouseholdMoved:
        r->is_moved = true;
        break;
    case EVENT_ReturnOpened:
        note_return(r, stream_of(event));
        break;
    default:
        r->is_closed = true;
        r->is_cancelled = event->type == EVENT_RelocationCancelled;
        break;
    }
}

static size_t relocation_of_keys(const struct event *event, struct id out[4]) {
    if (!is_effective(event))
        return 0;
    if (event->type == EVENT_RelocationAnnounced)
        return one(((const struct RelocationAnnounced *)event->payload)->household, out);
    if (event->type == EVENT_EmergencyMoveRecorded)
        return one(((const struct EmergencyMoveRecorded *)event->payload)->household, out);
    return 0;
}

static void relocation_of_fold(void *copy, const struct event *event) {
    ((struct relocation_of_copy *)copy)->relocation = stream_of(event);
}

static size_t return_keys(const struct event *event, struct id out[4]) {
    bool concerns = event->type == EVENT_ReturnOpened || event->type == EVENT_ReturnMoveDone ||
                    event->type == EVENT_ReturnWaived || event->type == EVENT_ReturnLapsed;
    return concerns && is_effective(event) ? one(stream_of(event), out) : 0;
}

static void return_fold(void *copy, const struct event *event) {
    struct return_copy *r = copy;
    if (event->type != EVENT_ReturnOpened) {
        r->is_ended = true;
        return;
    }
    const struct ReturnOpened *p = event->payload;
    r->household = p->household;
    r->relocation = p->relocation;
}

/* ---- debts: risk from the termination of the tenancy on (A52) ---- */

static size_t debt_keys(const struct event *event, struct id out[4]) {
    if (!is_effective(event))
        return 0;
    switch (event->type) {
    case EVENT_TenancyTerminatedForArrears:
        return one(((const struct TenancyTerminatedForArrears *)event->payload)->household, out);
    case EVENT_InstalmentsGranted:
        return one(((const struct InstalmentsGranted *)event->payload)->household, out);
    case EVENT_DebtSettled:
        return one(((const struct DebtSettled *)event->payload)->household, out);
    default:
        return 0;
    }
}

static void debt_fold(void *copy, const struct event *event) {
    ((struct debt_copy *)copy)->is_terminated = event->type == EVENT_TenancyTerminatedForArrears;
}

/* ---- effects, helpers, tasks ---- */

static size_t effect_keys(const struct event *event, struct id out[4]) {
    const struct EffectAssessed *p = event->payload;
    if (event->type != EVENT_EffectAssessed || p->phase != PHASE_closing || !is_effective(event))
        return 0;
    return one(p->case_id, out);
}

static void effect_fold(void *copy, const struct event *event) {
    (void)event;
    ((struct effect_copy *)copy)->has_closing = true;
}

static size_t help_keys(const struct event *event, struct id out[4]) {
    return event->type == EVENT_HelpRequested ? one(stream_of(event), out) : 0;
}

static void help_fold(void *copy, const struct event *event) {
    ((struct help_copy *)copy)->partner = ((const struct HelpRequested *)event->payload)->partner;
}

static size_t task_keys(const struct event *event, struct id out[4]) {
    return event->type == EVENT_DzmTaskAssigned
               ? one(((const struct DzmTaskAssigned *)event->payload)->task, out)
               : 0;
}

static void task_fold(void *copy, const struct event *event) {
    ((struct task_copy *)copy)->help =
        (uint8_t)((const struct DzmTaskAssigned *)event->payload)->help;
}

const struct copy building_copy = {COPY_BUILDING, "building", sizeof(struct building_copy),
                                   building_keys, building_fold};
const struct copy relocation_copy = {COPY_RELOCATION, "relocation", sizeof(struct relocation_copy),
                                     relocation_keys, relocation_fold};
const struct copy relocation_of_copy = {COPY_RELOCATION_OF, "relocation of a household",
                                        sizeof(struct relocation_of_copy), relocation_of_keys,
                                        relocation_of_fold};
const struct copy return_copy = {COPY_RETURN, "return", sizeof(struct return_copy), return_keys,
                                 return_fold};
const struct copy debt_copy = {COPY_DEBT, "debt", sizeof(struct debt_copy), debt_keys, debt_fold};
const struct copy effect_copy = {COPY_EFFECT, "effect", sizeof(struct effect_copy), effect_keys,
                                 effect_fold};
const struct copy help_copy = {COPY_HELP, "help request", sizeof(struct help_copy), help_keys,
                               help_fold};
const struct copy task_copy = {COPY_TASK, "conference task", sizeof(struct task_copy), task_keys,
                               task_fold};

/* ---- questions ---- */

static const struct relocation_copy *relocation_of(const struct decision *d, struct id household) {
    const struct relocation_of_copy *of = copy_of(d, COPY_RELOCATION_OF, household);
    return of ? copy_of(d, COPY_RELOCATION, of->relocation) : NULL;
}

bool is_announced(const struct decision *d, struct id building) {
    const struct building_copy *b = copy_of(d, COPY_BUILDING, building);
    return b && b->is_announced && b->area >= 1 && b->area <= 8;
}

bool is_being_relocated(const struct decision *d, struct id household) {
    const struct relocation_copy *r = relocation_of(d, household);
    return r && r->area && !r->is_cancelled;
}

bool is_move_near(const struct decision *d, struct id household) {
    const struct relocation_copy *r = relocation_of(d, household);
    int64_t days = d->facts->policy->waiting_move_days;
    if (!r || !r->move_day || r->is_moved || r->is_closed || !days)
        return false;
    return r->move_day <= d->facts->today + (civil_day)days;
}

bool is_tenancy_in_danger(const struct decision *d, struct id household) {
    const struct debt_copy *debt = copy_of(d, COPY_DEBT, household);
    return debt && debt->is_terminated;
}

bool has_closing_effect(const struct decision *d, struct id case_id) {
    const struct effect_copy *effect = copy_of(d, COPY_EFFECT, case_id);
    return effect && effect->has_closing;
}
