#include "daemons/networking/dzm.h"

#include "common/messages/intake.h"
#include "common/messages/networking.h"
#include "daemons/networking/basis.h"
#include "daemons/networking/copies.h"
#include "daemons/networking/partner.h"

static int find_member(const struct dzm *z, struct id member) {
    for (uint8_t i = 0; i < z->member_count; i++)
        if (id_equal(z->members[i].id, member))
            return i;
    return -1;
}

static int find_task(const struct dzm *z, struct id task) {
    for (uint8_t i = 0; i < z->task_count; i++)
        if (id_equal(z->tasks[i].id, task))
            return i;
    return -1;
}

static uint8_t open_tasks(const struct dzm *z) {
    uint8_t count = 0;
    for (uint8_t i = 0; i < z->task_count; i++)
        count = (uint8_t)(count + z->tasks[i].is_open);
    return count;
}

/* ---- proposing and convening ------------------------------------------------------------------
 */

/* One team for one household (S1): the streams are asked, so that a voided one does not count. */
static void check_only_one(struct decision *d, struct id case_id) {
    const struct case_known *c = copy_of(d, COPY_CASE, case_id);
    for (uint8_t i = 0; c && i < c->dzm_count; i++) {
        if (id_equal(c->dzm[i], d->command->stream.id))
            continue;
        const struct dzm *other = state_of(d, CATEGORY_Dzm, c->dzm[i]);
        if (other && IN(other->life.state) & DZM_OPEN)
            refuse(d, &RULE_DZM_OPEN_ALREADY, "case_id");
    }
}

static void check_same_case(struct decision *d, struct id case_id) {
    if (!id_equal(((const struct dzm *)d->state)->case_id, case_id))
        reject(d, &RULE_CASE_OF_ANOTHER, "case_id");
}

static void may_propose(struct decision *d) {
    const struct DzmProposed *e = d->command->payload;
    network_check_case(d, e->case_id, e->household);
    check_only_one(d, e->case_id);
}

static void may_convene(struct decision *d) {
    const struct DzmConvened *e = d->command->payload;
    const struct dzm *z = d->state;
    if (z->life.state == DZM_PROPOSED)
        check_same_case(d, e->case_id);
    network_check_case(d, e->case_id, e->household);
    network_check_guide(d, e->case_id);
    check_only_one(d, e->case_id);
    network_check_basis(d, &(struct basis){.kind = e->basis,
                                           .consent = e->consent,
                                           .statute = e->statute,
                                           .purpose = CONSENT_PURPOSE_dzm,
                                           .household = e->household});
}

/* ---- members ------------------------------------------------------------------------------------
 */

static void may_join(struct decision *d) {
    const struct DzmMemberJoined *e = d->command->payload;
    const struct dzm *z = d->state;
    if (find_member(z, e->member) >= 0)
        refuse(d, &RULE_MEMBER_ALREADY, "member");
    if (z->member_count == DZM_MEMBERS_MAX)
        refuse(d, &RULE_DZM_TOO_LARGE, "member");
    if (!id_is_zero(e->partner))
        network_check_partner(d, e->partner, "partner");
    else if (e->seat == DZM_SEAT_representative)
        refuse(d, &RULE_SEAT_NEEDS_PARTNER, "partner");
}

static void check_member(struct decision *d, struct id member, const char *field) {
    if (find_member(d->state, member) < 0)
        refuse(d, &RULE_DZM_NOT_MEMBER, field);
}

static void may_leave(struct decision *d) {
    check_member(d, ((const struct DzmMemberLeft *)d->command->payload)->member, "member");
}

static void may_sign(struct decision *d) {
    check_member(d, ((const struct ConfidentialitySigned *)d->command->payload)->member, "member");
}

/* ---- meeting ------------------------------------------------------------------------------------
 */

/* O6, A37: secrecy binds everybody present; consent may have ended since the convening. */
static void may_meet(struct decision *d) {
    const struct DzmMeetingHeld *e = d->command->payload;
    const struct dzm *z = d->state;
    for (uint32_t i = 0; i < e->present.count; i++) {
        int index = find_member(z, e->present.items[i].member);
        if (index < 0)
            refuse(d, &RULE_DZM_NOT_MEMBER, "present");
        else if (!z->members[index].is_bound)
            refuse(d, &RULE_SECRECY_MISSING, "present");
    }
    if (!id_is_zero(z->consent) &&
        !network_consent_holds(d, &(struct basis){.consent = z->consent,
                                                  .purpose = CONSENT_PURPOSE_dzm,
                                                  .household = z->household}))
        refuse(d, &RULE_NO_BASIS_TO_SHARE, "present");
}

/* ---- tasks --------------------------------------------------------------------------------------
 */

static void may_assign(struct decision *d) {
    const struct DzmTaskAssigned *e = d->command->payload;
    const struct dzm *z = d->state;
    if (find_task(z, e->task) >= 0)
        refuse(d, &RULE_TASK_ALREADY, "task");
    if (open_tasks(z) == DZM_TASKS_MAX)
        refuse(d, &RULE_DZM_TOO_LARGE, "task");
    if (find_member(z, e->owner) < 0)
        refuse(d, &RULE_TASK_OWNER_NOT_MEMBER, "owner");
    if (e->due < d->command->said->occurred_on)
        refuse(d, &RULE_TASK_DUE_PAST, "due");
}

static void check_task(struct decision *d, struct id task, struct id case_id) {
    const struct dzm *z = d->state;
    int index = find_task(z, task);
    check_same_case(d, case_id);
    if (index < 0 || !z->tasks[index].is_open)
        refuse(d, &RULE_NO_OPEN_TASK, "task");
}

static void may_finish(struct decision *d) {
    const struct DzmTaskDone *e = d->command->payload;
    check_task(d, e->task, e->case_id);
}

static void may_move_to_plan(struct decision *d) {
    const struct DzmTaskToPlan *e = d->command->payload;
    check_task(d, e->task, e->case_id);
}

static void may_hand_over(struct decision *d) {
    const struct DzmTaskHandedOver *e = d->command->payload;
    check_task(d, e->task, e->case_id);
    network_check_partner(d, e->partner, "partner");
}

static void may_drop(struct decision *d) {
    const struct DzmTaskDropped *e = d->command->payload;
    check_task(d, e->task, e->case_id);
}

/* ---- end ----------------------------------------------------------------------------------------
 */

static void may_close(struct decision *d) {
    const struct DzmClosed *e = d->command->payload;
    check_same_case(d, e->case_id);
    network_check_guide(d, e->case_id);
    if (open_tasks(d->state) > 0)
        refuse(d, &RULE_TASKS_OPEN, "stream");
}

static void may_dissolve(struct decision *d) {
    const struct DzmDissolved *e = d->command->payload;
    check_same_case(d, e->case_id);
    network_check_guide(d, e->case_id);
}

/* ---- folding ------------------------------------------------------------------------------------
 */

static void member_joined(struct dzm *z, const struct DzmMemberJoined *e) {
    if (z->member_count < DZM_MEMBERS_MAX && find_member(z, e->member) < 0)
        z->members[z->member_count++] =
            (struct dzm_member){.id = e->member, .is_bound = e->own_statute.size > 0};
}

static void member_left(struct dzm *z, struct id member) {
    int index = find_member(z, member);
    if (index >= 0)
        z->members[index] = z->members[--z->member_count];
}

static void member_signed(struct dzm *z, struct id member) {
    int index = find_member(z, member);
    if (index >= 0)
        z->members[index].is_bound = true;
}

static void task_assigned(struct dzm *z, struct id task) {
    uint8_t index = 0;
    if (z->task_count < DZM_TASKS_MAX) {
        index = z->task_count++;
    } else {
        while (index < DZM_TASKS_MAX && z->tasks[index].is_open)
            index++;
        if (index == DZM_TASKS_MAX)
            return;
    }
    z->tasks[index] = (struct dzm_task){.id = task, .is_open = true};
}

static void task_ended(struct dzm *z, struct id task) {
    int index = find_task(z, task);
    if (index >= 0)
        z->tasks[index].is_open = false;
}

static void dzm_convened(struct dzm *z, const struct DzmConvened *e) {
    z->case_id = e->case_id;
    z->household = e->household;
    z->consent = e->basis == SHARE_BASIS_consent ? e->consent : (struct id){{0}};
}

static void dzm_proposed(struct dzm *z, const struct DzmProposed *e) {
    z->case_id = e->case_id;
    z->household = e->household;
}

static void dzm_evolve(void *state, const struct event *event) {
    struct dzm *z = state;
    const void *p = event->payload;
    switch (event->type) {
    case EVENT_DzmProposed:
        dzm_proposed(z, p);
        break;
    case EVENT_DzmConvened:
        dzm_convened(z, p);
        break;
    case EVENT_DzmMemberJoined:
        member_joined(z, p);
        break;
    case EVENT_DzmMemberLeft:
        member_left(z, ((const struct DzmMemberLeft *)p)->member);
        break;
    case EVENT_ConfidentialitySigned:
        member_signed(z, ((const struct ConfidentialitySigned *)p)->member);
        break;
    case EVENT_DzmTaskAssigned:
        task_assigned(z, ((const struct DzmTaskAssigned *)p)->task);
        break;
    case EVENT_DzmTaskDone:
        task_ended(z, ((const struct DzmTaskDone *)p)->task);
        break;
    case EVENT_DzmTaskToPlan:
        task_ended(z, ((const struct DzmTaskToPlan *)p)->task);
        break;
    case EVENT_DzmTaskHandedOver:
        task_ended(z, ((const struct DzmTaskHandedOver *)p)->task);
        break;
    case EVENT_DzmTaskDropped:
        task_ended(z, ((const struct DzmTaskDropped *)p)->task);
        break;
    case EVENT_SubjectRepointed:
        z->household = ((const struct SubjectRepointed *)p)->to_household;
        break;
    }
}

#define SITTING (IN(DZM_CONVENED) | IN(DZM_MET))

static const struct transition transitions[] = {
    {IN(NONE), EVENT_DzmProposed, IN(DZM_PROPOSED), may_propose, NULL},
    {IN(NONE) | IN(DZM_PROPOSED), EVENT_DzmConvened, IN(DZM_CONVENED), may_convene, NULL},
    {SITTING, EVENT_DzmMeetingHeld, IN(DZM_MET), may_meet, NULL},
    {DZM_OPEN, EVENT_DzmMemberJoined, SAME, may_join, NULL},
    {DZM_OPEN, EVENT_DzmMemberLeft, SAME, may_leave, NULL},
    {DZM_OPEN, EVENT_ConfidentialitySigned, SAME, may_sign, NULL},
    {IN(DZM_MET), EVENT_DzmTaskAssigned, IN(DZM_MET), may_assign, NULL},
    {IN(DZM_MET), EVENT_DzmTaskDone, IN(DZM_MET), may_finish, NULL},
    {IN(DZM_MET), EVENT_DzmTaskToPlan, IN(DZM_MET), may_move_to_plan, NULL},
    {IN(DZM_MET), EVENT_DzmTaskHandedOver, IN(DZM_MET), may_hand_over, NULL},
    {IN(DZM_MET), EVENT_DzmTaskDropped, IN(DZM_MET), may_drop, NULL},
    {IN(DZM_MET), EVENT_DzmClosed, IN(DZM_CLOSED), may_close, NULL},
    {DZM_OPEN, EVENT_DzmDissolved, IN(DZM_DISSOLVED), may_dissolve, NULL},
};

static const char *const states[] = {"none", "Proposed", "Convened", "Met", "Closed", "Dissolved"};

const struct aggregate dzm_aggregate = {
    .category = CATEGORY_Dzm,
    .name = "Dzm",
    .state_size = sizeof(struct dzm),
    .states = states,
    .state_count = sizeof states / sizeof *states,
    .final = IN(DZM_CLOSED) | IN(DZM_DISSOLVED),
    .transitions = transitions,
    .transition_count = sizeof transitions / sizeof *transitions,
    .evolve = dzm_evolve,
};
