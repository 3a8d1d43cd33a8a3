/* Splits and merges of households, and their undoing: members, the one case, its place. */
#include "daemons/intake/case.h"
#include "daemons/intake/household.h"
#include "daemons/intake/keeper_load.h"
#include "daemons/intake/waiting_list.h"

static const struct household *household_of(const struct decision *d, struct id id) {
    return state_of(d, CATEGORY_Household, id);
}

static struct id own_id(const struct decision *d) {
    return d->command->stream.id;
}

/* ---- split ---- */

/* Always accepted (4.1): only a household that exists already or a stranger makes it malformed. */
void household_guard_split(struct decision *d) {
    const struct HouseholdSplit *p = d->command->payload;
    if (household_of(d, p->new_household) || id_equal(p->new_household, own_id(d)))
        reject(d, &RULE_HOUSEHOLD_KNOWN, "new_household");
    for (uint32_t i = 0; i < p->persons.count; i++)
        if (!member_of(d->state, p->persons.items[i].person))
            reject(d, &RULE_NOT_A_MEMBER, "persons");
}

static struct member_list moving_members(const struct decision *d) {
    const struct HouseholdSplit *p = d->command->payload;
    struct member *out = arena_get(d->arena, p->persons.count * sizeof *out);
    for (uint32_t i = 0; out && i < p->persons.count; i++) {
        const struct resident *r = member_of(d->state, p->persons.items[i].person);
        out[i] = (struct member){.person = r->person, .role = r->role, .born_year = r->born_year};
    }
    return (struct member_list){out, out ? p->persons.count : 0};
}

/* The caller's id, or one that only this split can have. */
static struct id new_case_id(const struct decision *d) {
    const struct HouseholdSplit *p = d->command->payload;
    if (!id_is_zero(p->new_case) && !state_of(d, CATEGORY_Case, p->new_case))
        return p->new_case;
    const char *bytes = (const char *)p->new_household.bytes;
    return id_named("split-case", (struct text){bytes, sizeof p->new_household.bytes});
}

/* The new address stays unknown to the former household; the origin goes along, because no split
 * ends a right to return. */
static void found_household(struct decision *d) {
    const struct HouseholdSplit *p = d->command->payload;
    const struct household *h = d->state;
    struct HouseholdRegistered *out =
        emit(d, CATEGORY_Household, p->new_household, HouseholdRegistered_schema());
    out->persons = moving_members(d);
    out->split_from = own_id(d);
    if (!h->origin_area)
        return;
    struct OriginHostSet *origin =
        emit(d, CATEGORY_Household, p->new_household, OriginHostSet_schema());
    origin->area = h->origin_area;
    origin->building = h->origin_building;
    origin->relocation = h->origin_relocation;
}

/* The guide of the old case if he has a place, else the head of the waiting list. */
static void place_split_case(struct decision *d, struct id case_id, struct id keeper) {
    const struct HouseholdSplit *p = d->command->payload;
    if (!id_is_zero(keeper) && has_room(d, keeper)) {
        struct LsAssigned *out = emit(d, CATEGORY_Case, case_id, LsAssigned_schema());
        out->worker = keeper;
        take_place(d, keeper, case_id);
        return;
    }
    struct CaseWaitlisted *out = emit(d, CATEGORY_Case, case_id, CaseWaitlisted_schema());
    out->reason = WAIT_REASON_split;
    out->priority = PRIORITY_split;
    enter_waiting(d, case_id, p->new_household, PRIORITY_split);
}

void household_split(struct decision *d) {
    const struct HouseholdSplit *p = d->command->payload;
    struct id old = case_of_household(d->state, PROGRAMME_LODZ);
    const struct support_case *c = id_is_zero(old) ? NULL : state_of(d, CATEGORY_Case, old);
    found_household(d);
    if (!c)
        return;
    struct id case_id = new_case_id(d);
    struct CaseOpened *out = emit(d, CATEGORY_Case, case_id, CaseOpened_schema());
    out->household = p->new_household;
    out->programme = PROGRAMME_LODZ;
    out->split_from = old;
    case_emit_link(d, p->new_household, case_id, PROGRAMME_LODZ);
    place_split_case(d, case_id, keeper_of(c));
}

/* ---- one household takes another one in ---- */

static void move_members(struct decision *d, const struct household *from, struct id into_id,
                         const struct household *into, int32_t reason) {
    for (size_t i = 0; i < from->member_count; i++) {
        const struct resident *r = &from->members[i];
        if (member_of(into, r->person))
            continue;
        struct MemberJoined *out = emit(d, CATEGORY_Household, into_id, MemberJoined_schema());
        out->person = r->person;
        out->role = r->role;
        out->born_year = r->born_year;
        out->reason = reason;
    }
}

static void repoint_case(struct decision *d, struct id case_id, int32_t programme, struct id from,
                         struct id to) {
    struct SubjectRepointed *out = emit(d, CATEGORY_Case, case_id, SubjectRepointed_schema());
    out->from_household = from;
    out->to_household = to;
    case_emit_unlink(d, from, case_id, programme);
    case_emit_link(d, to, case_id, programme);
    repoint_waiting(d, case_id, to);
}

/* One case is left: the absorbed one closes, or goes along where the other household has none. */
static void join_cases(struct decision *d, struct id from_id, const struct household *from,
                       struct id into_id, const struct household *into) {
    for (int32_t p = 1; p <= PROGRAMMES; p++) {
        if (id_is_zero(from->cases[p]))
            continue;
        if (id_is_zero(into->cases[p]))
            repoint_case(d, from->cases[p], p, from_id, into_id);
        else
            case_close(d, from->cases[p], CLOSE_REASON_merged);
    }
}

void household_guard_merge(struct decision *d) {
    const struct HouseholdsMerged *p = d->command->payload;
    const struct household *into = household_of(d, p->into);
    if (id_equal(p->into, own_id(d)))
        reject(d, &RULE_SAME_HOUSEHOLD, "into");
    else if (!into)
        reject(d, &RULE_UNKNOWN_SUBJECT, "into");
    else if (into->life.state != HOUSEHOLD_ACTIVE)
        reject(d, &RULE_HOUSEHOLD_INACTIVE, "into");
}

void household_merge(struct decision *d) {
    const struct HouseholdsMerged *p = d->command->payload;
    const struct household *into = household_of(d, p->into);
    move_members(d, d->state, p->into, into, MEMBER_CHANGE_merged);
    join_cases(d, own_id(d), d->state, p->into, into);
}

void household_guard_undo_split(struct decision *d) {
    const struct SplitUndone *p = d->command->payload;
    const struct household *other = household_of(d, p->other);
    if (p->absorbed)
        reject(d, &RULE_MALFORMED, "absorbed");
    else if (!other)
        reject(d, &RULE_UNKNOWN_SUBJECT, "other");
    else if (!id_equal(other->split_from, own_id(d)))
        refuse(d, &RULE_NOT_SPLIT_FROM, "other");
    else if (other->life.state != HOUSEHOLD_ACTIVE)
        refuse(d, &RULE_HOUSEHOLD_INACTIVE, "other");
}

void household_undo_split(struct decision *d) {
    const struct SplitUndone *p = d->command->payload;
    const struct household *other = household_of(d, p->other);
    struct SplitUndone *out = emit(d, CATEGORY_Household, p->other, SplitUndone_schema());
    out->other = own_id(d);
    out->absorbed = true;
    move_members(d, other, own_id(d), d->state, MEMBER_CHANGE_undone);
    join_cases(d, p->other, other, own_id(d), d->state);
}

/* ---- and gives it back ---- */

void household_guard_undo_merge(struct decision *d) {
    const struct MergeUndone *p = d->command->payload;
    const struct household *h = d->state;
    if (!id_equal(h->merged_into, p->from))
        refuse(d, &RULE_NOT_MERGED_INTO, "from");
}

/* A case that went along comes back; one that closed because of the merge goes on, with its guide
 * if he has a place. What happened since otherwise stays. */
static void give_back_case(struct decision *d, int32_t programme, struct id from) {
    struct id case_id = ((const struct household *)d->state)->last_cases[programme];
    const struct support_case *c = id_is_zero(case_id) ? NULL : state_of(d, CATEGORY_Case, case_id);
    if (!c || c->programme != programme)
        return; /* the programme was corrected meanwhile */
    if (is_case_linked(c) && id_equal(c->household, from))
        repoint_case(d, case_id, programme, from, own_id(d));
    else if (c->life.state == CASE_CLOSED && c->close_reason == CLOSE_REASON_merged &&
             id_equal(c->household, own_id(d)))
        case_go_on(d, case_id, c->last_keeper);
}

void household_undo_merge(struct decision *d) {
    const struct MergeUndone *p = d->command->payload;
    const struct household *h = d->state, *from = household_of(d, p->from);
    for (size_t i = 0; from && i < h->member_count; i++) {
        if (!member_of(from, h->members[i].person))
            continue;
        struct MemberLeft *out = emit(d, CATEGORY_Household, p->from, MemberLeft_schema());
        out->person = h->members[i].person;
        out->reason = MEMBER_CHANGE_undone;
    }
    for (int32_t programme = 1; programme <= PROGRAMMES; programme++)
        give_back_case(d, programme, p->from);
}
