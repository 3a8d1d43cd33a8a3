#include "daemons/intake/keeper_load.h"

#include "daemons/intake/case.h"
#include "daemons/intake/worker.h"

static bool is_for(const struct emitted *e, struct id worker) {
    return e->stream.category == CATEGORY_KeeperLoad && id_equal(e->stream.id, worker);
}

/* What the guide has, with what this decision already took and gave back. */
static int64_t places_of(const struct decision *d, struct id worker) {
    const struct keeper_load *load = state_of(d, CATEGORY_KeeperLoad, worker);
    int64_t places = load ? (int64_t)load->count : 0;
    for (size_t i = 0; i < d->event_count; i++)
        if (is_for(&d->events[i], worker))
            places += d->events[i].schema->about->type == EVENT_PlaceTaken ? 1 : -1;
    return places;
}

static int64_t limit_of(const struct decision *d) {
    int64_t limit = d->facts->policy->keeper_places;
    return limit < PLACES_MAX ? limit : PLACES_MAX;
}

/* The first rule that stands against one more case for this worker, or NULL. */
static const struct rule *obstacle(const struct decision *d, struct id worker) {
    const struct worker *w = state_of(d, CATEGORY_Worker, worker);
    const struct PolicySetAdopted *policy = d->facts->policy;
    if (!w)
        return &RULE_UNKNOWN_SUBJECT;
    if (d->command->said->occurred_on < policy->team_from)
        return &RULE_TEAM_NOT_YET;
    if (w->role != ROLE_LS)
        return &RULE_NOT_A_GUIDE;
    if (w->life.state != WORKER_ACTIVE)
        return &RULE_WORKER_INACTIVE;
    if (w->stage < policy->stage_for_cases)
        return &RULE_STAGE_TOO_LOW;
    return places_of(d, worker) >= limit_of(d) ? &RULE_CASELOAD_LIMIT : NULL;
}

bool has_room(const struct decision *d, struct id worker) {
    return obstacle(d, worker) == NULL;
}

/* A corrected assignment speaks of its own day: whether he works and has room today is asked by
 * case_amended(), which leaves the case without a guide rather than pass the limit. */
static bool is_of_today(const struct rule *rule) {
    return rule == &RULE_CASELOAD_LIMIT || rule == &RULE_WORKER_INACTIVE;
}

void require_guide(struct decision *d, struct id worker, const char *field) {
    const struct rule *rule = obstacle(d, worker);
    if (d->entry && is_of_today(rule))
        return;
    if (rule == &RULE_UNKNOWN_SUBJECT)
        reject(d, rule, field);
    else if (rule)
        refuse(d, rule, field);
}

void take_place(struct decision *d, struct id worker, struct id case_id) {
    int64_t places = places_of(d, worker);
    struct PlaceTaken *out = emit(d, CATEGORY_KeeperLoad, worker, PlaceTaken_schema());
    out->case_id = case_id;
    out->places = places + 1;
    out->limit = limit_of(d);
}

void release_place(struct decision *d, struct id worker, struct id case_id) {
    int64_t places = places_of(d, worker);
    struct PlaceReleased *out = emit(d, CATEGORY_KeeperLoad, worker, PlaceReleased_schema());
    out->case_id = case_id;
    out->places = places - 1;
}

void release_all_places(struct decision *d, struct id worker) {
    const struct keeper_load *load = state_of(d, CATEGORY_KeeperLoad, worker);
    for (uint32_t i = 0; load && i < load->count; i++) {
        struct LsUnassigned *out = emit(d, CATEGORY_Case, load->cases[i], LsUnassigned_schema());
        out->worker = worker;
        out->reason = UNASSIGN_REASON_worker_left;
        release_place(d, worker, load->cases[i]);
    }
}

static uint32_t find(const struct keeper_load *load, struct id case_id) {
    uint32_t i = 0;
    while (i < load->count && !id_equal(load->cases[i], case_id))
        i++;
    return i;
}

static bool is_kept(const struct decision *d, struct id case_id) {
    const struct support_case *c = state_of(d, CATEGORY_Case, case_id);
    return c && id_equal(keeper_of(c), d->command->stream.id);
}

/* What one list has and the other lacks must be what the cases say. */
static bool differs_rightly(const struct decision *d, const struct keeper_load *one,
                            const struct keeper_load *other, bool kept) {
    for (uint32_t i = 0; i < one->count; i++)
        if (find(other, one->cases[i]) == other->count && is_kept(d, one->cases[i]) != kept)
            return false;
    return true;
}

/* A51: an entry that a case stands behind is put right in the case, never here. */
static void amended(struct decision *d) {
    const struct keeper_load *before = d->state, *after = d->after;
    if (d->command->type != EVENT_EntryVoided || before->count == after->count ||
        !differs_rightly(d, before, after, false) || !differs_rightly(d, after, before, true))
        refuse(d, &RULE_PLACES_FOLLOW_CASES, "stream");
}

static const struct transition transitions[] = {
    {ANYWHERE, EVENT_PlaceTaken, IN(KEEPER_KEEPING), NULL, NULL},
    {EXISTING, EVENT_PlaceReleased, SAME, NULL, NULL},
};

static void keeper_load_evolve(void *state, const struct event *event) {
    struct keeper_load *load = state;
    if (event->type == EVENT_PlaceTaken) {
        struct id case_id = ((const struct PlaceTaken *)event->payload)->case_id;
        if (find(load, case_id) == load->count && load->count < PLACES_MAX)
            load->cases[load->count++] = case_id;
        return;
    }
    uint32_t i = find(load, ((const struct PlaceReleased *)event->payload)->case_id);
    if (i < load->count)
        load->cases[i] = load->cases[--load->count];
}

static const char *const states[] = {"none", "Keeping"};

const struct aggregate keeper_load_aggregate = {
    .category = CATEGORY_KeeperLoad,
    .name = "KeeperLoad",
    .state_size = sizeof(struct keeper_load),
    .states = states,
    .state_count = COUNT_OF(states),
    .transitions = transitions,
    .transition_count = COUNT_OF(transitions),
    .evolve = keeper_load_evolve,
    .amended = amended,
};
