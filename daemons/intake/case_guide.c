/* Who accompanies a case: assigning, transfer, loss, and what a correction changes about it. */
#include "daemons/intake/case.h"
#include "daemons/intake/keeper_load.h"
#include "daemons/intake/waiting_list.h"

static void require_lodz(struct decision *d) {
    const struct support_case *c = d->state;
    if (c->programme != PROGRAMME_LODZ)
        refuse(d, &RULE_OTHER_PROGRAMME, "stream");
}

/* A52: from the waiting list the first in order, else the coordinator's reason. */
void case_guard_assign(struct decision *d) {
    const struct LsAssigned *p = d->command->payload;
    const struct support_case *c = d->state;
    require_lodz(d);
    if (!id_is_zero(c->keeper))
        refuse(d, &RULE_HAS_GUIDE, "worker");
    require_guide(d, p->worker, "worker");
    if (c->life.state == CASE_WAITLISTED && !p->skip && !is_first_waiting(d, d->command->stream.id))
        refuse(d, &RULE_WAITING_ORDER, "skip");
}

void case_assign(struct decision *d) {
    const struct LsAssigned *p = d->command->payload;
    const struct support_case *c = d->state;
    take_place(d, p->worker, d->command->stream.id);
    if (c->life.state == CASE_WAITLISTED)
        leave_waiting(d, d->command->stream.id);
}

void case_guard_transfer(struct decision *d) {
    const struct CaseTransferred *p = d->command->payload;
    const struct support_case *c = d->state;
    struct id keeper = keeper_of(c);
    require_lodz(d);
    if (id_is_zero(keeper))
        refuse(d, &RULE_NO_GUIDE, "stream");
    else if (!id_is_zero(p->from_worker) && !id_equal(p->from_worker, keeper))
        refuse(d, &RULE_OTHER_GUIDE, "from_worker");
    if (!id_is_zero(keeper) && id_equal(p->to_worker, keeper))
        refuse(d, &RULE_SAME_GUIDE, "to_worker");
    if (p->handover_note == (p->no_note != 0))
        refuse(d, &RULE_NO_HANDOVER_NOTE, "handover_note");
    require_guide(d, p->to_worker, "to_worker");
}

void case_transfer(struct decision *d) {
    const struct CaseTransferred *p = d->command->payload;
    release_place(d, keeper_of(d->state), d->command->stream.id);
    take_place(d, p->to_worker, d->command->stream.id);
}

void case_guard_unassign(struct decision *d) {
    const struct LsUnassigned *p = d->command->payload;
    struct id keeper = keeper_of(d->state);
    if (id_is_zero(keeper))
        refuse(d, &RULE_NO_GUIDE, "worker");
    else if (!id_equal(keeper, p->worker))
        refuse(d, &RULE_OTHER_GUIDE, "worker");
}

void case_unassign(struct decision *d) {
    release_place(d, keeper_of(d->state), d->command->stream.id);
}

void case_guard_coordinator(struct decision *d) {
    const struct support_case *c = d->state;
    if (c->programme == PROGRAMME_LODZ)
        refuse(d, &RULE_OTHER_PROGRAMME, "stream");
}

/* ---- a mistaken entry: what it did to places, waiting list and household is put right ---- */

static bool is_same_link(const struct support_case *a, const struct support_case *b) {
    return id_equal(a->household, b->household) && a->programme == b->programme;
}

static void amend_link(struct decision *d) {
    const struct support_case *before = d->state, *after = d->after;
    struct id case_id = d->command->stream.id;
    bool was = is_case_linked(before), is = is_case_linked(after);
    if (was && is && is_same_link(before, after))
        return;
    if (is)
        require_free_household(d, after->household, after->programme, case_id);
    if (was)
        case_emit_unlink(d, before->household, case_id, before->programme);
    if (is)
        case_emit_link(d, after->household, case_id, after->programme);
}

static void amend_waiting(struct decision *d) {
    const struct support_case *before = d->state, *after = d->after;
    bool was = before->life.state == CASE_WAITLISTED, is = after->life.state == CASE_WAITLISTED;
    if (was && is && before->priority == after->priority &&
        id_equal(before->household, after->household))
        return;
    if (was)
        leave_waiting(d, d->command->stream.id);
    if (is)
        enter_waiting(d, d->command->stream.id, after->household,
                      after->priority ? after->priority : PRIORITY_other);
}

/* A51: a correction that would bring the case to a full guide leaves it without one. */
static void amend_place(struct decision *d) {
    struct id case_id = d->command->stream.id;
    struct id before = keeper_of(d->state), after = keeper_of(d->after);
    if (id_equal(before, after))
        return;
    if (!id_is_zero(before))
        release_place(d, before, case_id);
    if (id_is_zero(after))
        return;
    if (has_room(d, after)) {
        take_place(d, after, case_id);
        return;
    }
    struct LsUnassigned *out = emit(d, CATEGORY_Case, case_id, LsUnassigned_schema());
    out->worker = after;
    out->reason = UNASSIGN_REASON_no_place;
}

void case_amended(struct decision *d) {
    amend_link(d);
    amend_waiting(d);
    amend_place(d);
}
