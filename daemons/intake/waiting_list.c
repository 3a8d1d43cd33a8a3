#include "daemons/intake/waiting_list.h"

#include "daemons/intake/case.h"
#include "daemons/intake/copies.h"
#include "daemons/intake/household.h"

struct id waiting_list_id(void) {
    return id_named("waiting-list", text_of("lodz"));
}

static const struct waiting_list *list_of(const struct decision *d) {
    return state_of(d, CATEGORY_WaitingList, waiting_list_id());
}

/* With what this decision already entered and struck off. */
bool is_waiting_list_full(const struct decision *d) {
    const struct waiting_list *list = list_of(d);
    int64_t count = list ? (int64_t)list->count : 0;
    for (size_t i = 0; i < d->event_count; i++)
        if (d->events[i].stream.category == CATEGORY_WaitingList)
            count += d->events[i].schema->about->type == EVENT_WaitingEntered ? 1 : -1;
    return count >= WAITING_MAX;
}

/* The lower the earlier: the rank at entry, or what has become known since. */
static uint8_t rank(const struct decision *d, const struct waiting *w) {
    uint8_t known = PRIORITY_other;
    if (is_tenancy_in_danger(d, w->household))
        known = PRIORITY_danger;
    else if (is_move_near(d, w->household))
        known = PRIORITY_move_soon;
    return known < w->priority ? known : w->priority;
}

static bool comes_before(const struct decision *d, const struct waiting *a,
                         const struct waiting *b) {
    uint8_t rank_a = rank(d, a), rank_b = rank(d, b);
    return rank_a < rank_b || (rank_a == rank_b && a->since < b->since);
}

static const struct waiting *find(const struct waiting_list *list, struct id case_id) {
    for (uint32_t i = 0; list && i < list->count; i++)
        if (id_equal(list->entries[i].case_id, case_id))
            return &list->entries[i];
    return NULL;
}

bool is_first_waiting(const struct decision *d, struct id case_id) {
    const struct waiting_list *list = list_of(d);
    const struct waiting *mine = find(list, case_id);
    for (uint32_t i = 0; mine && i < list->count; i++)
        if (comes_before(d, &list->entries[i], mine))
            return false;
    return mine != NULL;
}

/* Children, or alone in old age; a disability is known to the coordinator only (P3). */
static bool is_vulnerable(const struct decision *d, struct id household) {
    const struct household *h = state_of(d, CATEGORY_Household, household);
    int year, month, day;
    civil_to_ymd(d->command->said->occurred_on, &year, &month, &day);
    if (!h)
        return false;
    for (size_t i = 0; i < h->member_count; i++)
        if (h->members[i].role == MEMBER_ROLE_child)
            return true;
    return h->member_count == 1 && h->members[0].born_year && d->facts->policy->waiting_age &&
           year - h->members[0].born_year >= d->facts->policy->waiting_age;
}

static void emit_entry(struct decision *d, struct waiting w) {
    struct WaitingEntered *out =
        emit(d, CATEGORY_WaitingList, waiting_list_id(), WaitingEntered_schema());
    out->case_id = w.case_id;
    out->household = w.household;
    out->priority = w.priority;
    out->since = w.since;
}

void enter_waiting(struct decision *d, struct id case_id, struct id household, int32_t priority) {
    if (is_waiting_list_full(d))
        return;
    if (priority > PRIORITY_vulnerable && is_vulnerable(d, household))
        priority = PRIORITY_vulnerable;
    emit_entry(
        d, (struct waiting){case_id, household, d->command->said->occurred_on, (uint8_t)priority});
}

void leave_waiting(struct decision *d, struct id case_id) {
    if (!find(list_of(d), case_id))
        return;
    struct WaitingLeft *out =
        emit(d, CATEGORY_WaitingList, waiting_list_id(), WaitingLeft_schema());
    out->case_id = case_id;
}

void repoint_waiting(struct decision *d, struct id case_id, struct id household) {
    const struct waiting *mine = find(list_of(d), case_id);
    if (!mine)
        return;
    struct waiting moved = *mine;
    moved.household = household;
    leave_waiting(d, case_id);
    emit_entry(d, moved);
}

static bool is_waiting(const struct decision *d, struct id case_id) {
    const struct support_case *c = state_of(d, CATEGORY_Case, case_id);
    return c && c->life.state == CASE_WAITLISTED;
}

/* What one list has and the other lacks must be what the cases say. */
static bool differs_rightly(const struct decision *d, const struct waiting_list *one,
                            const struct waiting_list *other, bool waits) {
    for (uint32_t i = 0; i < one->count; i++) {
        struct id case_id = one->entries[i].case_id;
        if (!find(other, case_id) && is_waiting(d, case_id) != waits)
            return false;
    }
    return true;
}

/* A51: an entry that a case stands behind is put right in the case, never here; nor may a void
 * bring back an older rank, so a list that merely changes its ranks is refused too. */
static void amended(struct decision *d) {
    const struct waiting_list *before = d->state, *after = d->after;
    if (d->command->type != EVENT_EntryVoided || before->count == after->count ||
        !differs_rightly(d, before, after, false) || !differs_rightly(d, after, before, true))
        refuse(d, &RULE_PLACES_FOLLOW_CASES, "stream");
}

static const struct transition transitions[] = {
    {ANYWHERE, EVENT_WaitingEntered, IN(WAITING_KEPT), NULL, NULL},
    {EXISTING, EVENT_WaitingLeft, SAME, NULL, NULL},
};

static void enter(struct waiting_list *list, const struct WaitingEntered *p) {
    if (list->count < WAITING_MAX && !find(list, p->case_id))
        list->entries[list->count++] =
            (struct waiting){p->case_id, p->household, p->since, (uint8_t)p->priority};
}

static void leave(struct waiting_list *list, struct id case_id) {
    for (uint32_t i = 0; i < list->count; i++) {
        if (!id_equal(list->entries[i].case_id, case_id))
            continue;
        list->entries[i] = list->entries[--list->count];
        return;
    }
}

static void waiting_list_evolve(void *state, const struct event *event) {
    if (event->type == EVENT_WaitingEntered)
        enter(state, event->payload);
    else if (event->type == EVENT_WaitingLeft)
        leave(state, ((const struct WaitingLeft *)event->payload)->case_id);
}

static const char *const states[] = {"none", "Kept"};

const struct aggregate waiting_list_aggregate = {
    .category = CATEGORY_WaitingList,
    .name = "WaitingList",
    .state_size = sizeof(struct waiting_list),
    .states = states,
    .state_count = COUNT_OF(states),
    .transitions = transitions,
    .transition_count = COUNT_OF(transitions),
    .evolve = waiting_list_evolve,
    .amended = amended,
};
