#include "daemons/intake/household.h"

#include "daemons/intake/case.h"

struct id case_of_household(const struct household *h, int32_t programme) {
    bool is_known = programme > 0 && programme <= PROGRAMMES;
    return is_known ? h->cases[programme] : (struct id){{0}};
}

const struct resident *member_of(const struct household *h, struct id person) {
    for (size_t i = 0; i < h->member_count; i++)
        if (id_equal(h->members[i].person, person))
            return &h->members[i];
    return NULL;
}

bool lives_in(const struct household *h, struct id dwelling) {
    for (size_t i = 0; i < RESIDENCES_MAX; i++)
        if (h->residences[i].is_used && id_equal(h->residences[i].dwelling, dwelling))
            return true;
    return false;
}

bool holds_title(const struct household *h, struct id dwelling) {
    for (size_t i = 0; i < TENANCIES_MAX; i++)
        if (id_equal(h->tenancies[i], dwelling))
            return true;
    return false;
}

/* ---- guards and effects ---- */

static void guard_join(struct decision *d) {
    const struct MemberJoined *p = d->command->payload;
    if (member_of(d->state, p->person))
        refuse(d, &RULE_ALREADY_MEMBER, "person");
}

static void guard_birth(struct decision *d) {
    const struct MemberBorn *p = d->command->payload;
    if (member_of(d->state, p->person))
        refuse(d, &RULE_ALREADY_MEMBER, "person");
}

static void guard_leaving(struct decision *d) {
    const struct MemberLeft *p = d->command->payload;
    if (!member_of(d->state, p->person))
        refuse(d, &RULE_NOT_A_MEMBER, "person");
}

static void guard_death(struct decision *d) {
    const struct MemberDied *p = d->command->payload;
    if (!member_of(d->state, p->person))
        refuse(d, &RULE_NOT_A_MEMBER, "person");
}

static int32_t close_reason(int32_t end_reason) {
    switch (end_reason) {
    case END_REASON_death:
        return CLOSE_REASON_death;
    case END_REASON_error:
        return CLOSE_REASON_opened_in_error;
    default:
        return CLOSE_REASON_left_city;
    }
}

static void close_all_cases(struct decision *d, int32_t end_reason) {
    const struct household *h = d->state;
    for (int32_t p = 1; p <= PROGRAMMES; p++)
        if (!id_is_zero(h->cases[p]))
            case_close(d, h->cases[p], close_reason(end_reason));
}

static void end_cases(struct decision *d) {
    close_all_cases(d, ((const struct HouseholdEnded *)d->command->payload)->reason);
}

/* HouseholdEnded when nobody is left. */
static void bury(struct decision *d) {
    const struct MemberDied *p = d->command->payload;
    const struct household *h = d->state;
    bool was_last = h->member_count == 1 && member_of(h, p->person);
    if (h->life.state != HOUSEHOLD_ACTIVE || !(p->household_empty || was_last))
        return;
    struct HouseholdEnded *out =
        emit(d, CATEGORY_Household, d->command->stream.id, HouseholdEnded_schema());
    out->reason = END_REASON_death;
    close_all_cases(d, END_REASON_death);
}

/* Links follow the case, splits and merges have their own way back, and what an open case hangs on
 * cannot vanish under it. */
static void amended(struct decision *d) {
    const struct household *before = d->state, *after = d->after;
    bool was_active = before->life.state == HOUSEHOLD_ACTIVE;
    switch (d->entry->type) {
    case EVENT_CaseLinked:
    case EVENT_CaseUnlinked:
        refuse(d, &RULE_PLACES_FOLLOW_CASES, "entry");
        break;
    case EVENT_HouseholdSplit:
    case EVENT_SplitUndone:
    case EVENT_HouseholdsMerged:
    case EVENT_MergeUndone:
        refuse(d, &RULE_USE_UNDO, "entry");
        break;
    default:
        break;
    }
    for (int32_t p = 1; was_active && p <= PROGRAMMES; p++)
        if (after->life.state != HOUSEHOLD_ACTIVE && !id_is_zero(before->cases[p]))
            refuse(d, &RULE_LINKED_CASE, "entry");
}

static const struct transition transitions[] = {
    {IN(NONE), EVENT_HouseholdRegistered, IN(HOUSEHOLD_ACTIVE), NULL, NULL},
    {EXISTING, EVENT_MemberJoined, SAME, guard_join, NULL},
    {EXISTING, EVENT_MemberLeft, SAME, guard_leaving, NULL},
    {EXISTING, EVENT_MemberBorn, SAME, guard_birth, NULL},
    {EXISTING, EVENT_MemberDied, SAME, guard_death, bury},
    {EXISTING, EVENT_ResidenceStarted, SAME, NULL, NULL},
    {EXISTING, EVENT_ResidenceEnded, SAME, NULL, NULL},
    {EXISTING, EVENT_TenancyLinked, SAME, NULL, NULL},
    {EXISTING, EVENT_TenancyUnlinked, SAME, NULL, NULL},
    {EXISTING, EVENT_CaseLinked, SAME, NULL, NULL},
    {EXISTING, EVENT_CaseUnlinked, SAME, NULL, NULL},
    {EXISTING, EVENT_OriginHostSet, SAME, NULL, NULL},
    {IN(HOUSEHOLD_ACTIVE), EVENT_HouseholdSplit, SAME, household_guard_split, household_split},
    {IN(HOUSEHOLD_ACTIVE), EVENT_SplitUndone, IN(HOUSEHOLD_ACTIVE) | IN(HOUSEHOLD_MERGED),
     household_guard_undo_split, household_undo_split},
    {IN(HOUSEHOLD_ACTIVE), EVENT_HouseholdsMerged, IN(HOUSEHOLD_MERGED), household_guard_merge,
     household_merge},
    {IN(HOUSEHOLD_MERGED), EVENT_MergeUndone, IN(HOUSEHOLD_ACTIVE), household_guard_undo_merge,
     household_undo_merge},
    {IN(HOUSEHOLD_ACTIVE), EVENT_HouseholdEnded, IN(HOUSEHOLD_ENDED), NULL, end_cases},
    {IN(HOUSEHOLD_ENDED) | IN(HOUSEHOLD_MERGED), EVENT_HouseholdAnonymised,
     IN(HOUSEHOLD_ANONYMISED), NULL, NULL},
};

/* ---- evolve ---- */

static void add_member(struct household *h, struct id person, int32_t role, int64_t born_year) {
    if (h->member_count < MEMBERS_MAX && !member_of(h, person))
        h->members[h->member_count++] =
            (struct resident){person, (int16_t)born_year, (uint8_t)role};
}

static void remove_member(struct household *h, struct id person) {
    for (size_t i = 0; i < h->member_count; i++) {
        if (!id_equal(h->members[i].person, person))
            continue;
        h->member_count--;
        memmove(&h->members[i], &h->members[i + 1], (h->member_count - i) * sizeof *h->members);
        return;
    }
}

static void register_household(struct household *h, const struct HouseholdRegistered *p) {
    h->split_from = p->split_from;
    for (uint32_t i = 0; i < p->persons.count; i++) {
        const struct member *m = &p->persons.items[i];
        add_member(h, m->person, m->role, m->born_year);
    }
}

static void take_out(struct household *h, const struct HouseholdSplit *p) {
    for (uint32_t i = 0; i < p->persons.count; i++)
        remove_member(h, p->persons.items[i].person);
}

static void start_residence(struct household *h, const struct ResidenceStarted *p) {
    struct residence *slot = &h->residences[0];
    if (lives_in(h, p->dwelling))
        return;
    for (size_t i = RESIDENCES_MAX; i-- > 0;)
        if (!h->residences[i].is_used)
            slot = &h->residences[i];
    *slot = (struct residence){p->dwelling, (uint8_t)p->area, p->temporary, true};
}

static void end_residence(struct household *h, struct id dwelling) {
    for (size_t i = 0; i < RESIDENCES_MAX; i++)
        if (h->residences[i].is_used && id_equal(h->residences[i].dwelling, dwelling))
            h->residences[i] = (struct residence){.is_used = false};
}

/* Replaces `from` by `to`; the zero id stands for a free slot. */
static void replace_tenancy(struct household *h, struct id from, struct id to) {
    for (size_t i = 0; i < TENANCIES_MAX; i++) {
        if (!id_equal(h->tenancies[i], from))
            continue;
        h->tenancies[i] = to;
        return;
    }
}

static void link_tenancy(struct household *h, struct id dwelling) {
    if (!holds_title(h, dwelling))
        replace_tenancy(h, (struct id){{0}}, dwelling);
}

static void link(struct household *h, const struct CaseLinked *p) {
    if (p->programme > 0 && p->programme <= PROGRAMMES)
        h->cases[p->programme] = p->case_id;
}

static void unlink_case(struct household *h, const struct CaseUnlinked *p) {
    if (p->programme < 1 || p->programme > PROGRAMMES ||
        !id_equal(h->cases[p->programme], p->case_id))
        return;
    h->last_cases[p->programme] = p->case_id;
    h->cases[p->programme] = (struct id){{0}};
}

static void set_origin(struct household *h, const struct OriginHostSet *p) {
    h->origin_area = (uint8_t)p->area;
    h->origin_building = p->building;
    h->origin_relocation = p->relocation;
}

static void undone(struct household *h, const struct SplitUndone *p) {
    h->life.state = p->absorbed ? HOUSEHOLD_MERGED : HOUSEHOLD_ACTIVE;
    if (p->absorbed)
        h->merged_into = p->other;
}

static void evolve_members(struct household *h, const struct event *event) {
    const void *p = event->payload;
    const struct MemberJoined *joined = p;
    const struct MemberBorn *born = p;
    switch (event->type) {
    case EVENT_MemberJoined:
        add_member(h, joined->person, joined->role, joined->born_year);
        break;
    case EVENT_MemberBorn:
        add_member(h, born->person, MEMBER_ROLE_child, born->born_year);
        break;
    case EVENT_MemberLeft:
        remove_member(h, ((const struct MemberLeft *)p)->person);
        break;
    case EVENT_MemberDied:
        remove_member(h, ((const struct MemberDied *)p)->person);
        break;
    default:
        break;
    }
}

static void evolve_places(struct household *h, const struct event *event) {
    const void *p = event->payload;
    switch (event->type) {
    case EVENT_ResidenceStarted:
        start_residence(h, p);
        break;
    case EVENT_ResidenceEnded:
        end_residence(h, ((const struct ResidenceEnded *)p)->dwelling);
        break;
    case EVENT_TenancyLinked:
        link_tenancy(h, ((const struct TenancyLinked *)p)->dwelling);
        break;
    case EVENT_TenancyUnlinked:
        replace_tenancy(h, ((const struct TenancyUnlinked *)p)->dwelling, (struct id){{0}});
        break;
    case EVENT_OriginHostSet:
        set_origin(h, p);
        break;
    default:
        evolve_members(h, event);
        break;
    }
}

static void household_evolve(void *state, const struct event *event) {
    struct household *h = state;
    const void *p = event->payload;
    switch (event->type) {
    case EVENT_HouseholdRegistered:
        register_household(h, p);
        break;
    case EVENT_CaseLinked:
        link(h, p);
        break;
    case EVENT_CaseUnlinked:
        unlink_case(h, p);
        break;
    case EVENT_HouseholdSplit:
        take_out(h, p);
        break;
    case EVENT_SplitUndone:
        undone(h, p);
        break;
    case EVENT_HouseholdsMerged:
        h->merged_into = ((const struct HouseholdsMerged *)p)->into;
        break;
    case EVENT_MergeUndone:
        h->merged_into = (struct id){{0}};
        break;
    default:
        evolve_places(h, event);
        break;
    }
}

static const char *const states[] = {"none", "Active", "Ended", "Merged", "Anonymised"};

const struct aggregate household_aggregate = {
    .category = CATEGORY_Household,
    .name = "Household",
    .state_size = sizeof(struct household),
    .states = states,
    .state_count = COUNT_OF(states),
    .final = IN(HOUSEHOLD_MERGED) | IN(HOUSEHOLD_ANONYMISED),
    .transitions = transitions,
    .transition_count = COUNT_OF(transitions),
    .evolve = household_evolve,
    .amended = amended,
};
