/*
 * The limit of 30 families per social guide (S0) cannot be passed. Random sequences of everything
 * that can bring a case to a guide or away from one, voids and corrections of any entry among them,
 * run over decide() and evolve(). At every position of the log no guide holds more places than the
 * limit; after every decision places of a guide  ==  open cases whose guide he is, exactly; waiting
 * list       ==  cases that are Waitlisted; link of a household ==  its open or waiting case. The
 * seed of a failure is printed; LAT_SEEDS and LAT_STEPS make the run longer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "daemons/intake/case.h"
#include "daemons/intake/household.h"
#include "daemons/intake/keeper_load.h"
#include "daemons/intake/waiting_list.h"
#include "daemons/intake/worker.h"
#include "tests/domain/intake/city.h"
#include "tests/harness/rng.h"

enum { KEEPERS = 3, CASES = 40, HOUSEHOLDS_MAX = 150, CASES_MAX = 300, EPISODE_STEPS = 1000 };
enum { MEMORY = 512 << 20 };

struct trial {
    struct city city;
    struct rng rng;
    struct id keepers[KEEPERS];
    struct id households[HOUSEHOLDS_MAX], cases[CASES_MAX];
    size_t household_count, case_count, step;
    uint64_t next_id, accepted;
    uint64_t full, done[64]; /* refusals for want of a place; accepted by kind of action */
};

static struct trial *trial; /* for the message of a failure and the watch */
static uint64_t seed;

static _Noreturn void fail_here(const char *what) {
    const struct decision *d = &trial->city.decision;
    for (size_t i = 0; i < d->event_count; i++)
        fprintf(stderr, "  %s on %02x%02x\n", d->events[i].schema->about->name,
                d->events[i].stream.id.bytes[8], d->events[i].stream.id.bytes[9]);
    fprintf(stderr, "seed %llu, step %zu, position %llu: %s\n", (unsigned long long)seed,
            trial->step, (unsigned long long)trial->city.position, what);
    fail();
    abort();
}

/* ---- what must hold ---- */

/* The event itself says how many places are taken from now on. */
static int64_t places_told(const struct event *e) {
    return e->type == EVENT_PlaceTaken ? ((const struct PlaceTaken *)e->payload)->places
                                       : ((const struct PlaceReleased *)e->payload)->places;
}

static void watch(struct city *city) {
    for (size_t i = 0; i < city->stream_count; i++) {
        const struct told *t = &city->streams[i];
        if (t->key.category != CATEGORY_KeeperLoad)
            continue;
        int64_t count = ((const struct keeper_load *)t->state)->count;
        if (count > city->policy.keeper_places)
            fail_here("a guide holds more places than the limit");
        if (count != places_told(&t->entries[t->count - 1].event))
            fail_here("an event tells another number of places than there are");
    }
}

static const void *state(uint16_t category, struct id id) {
    struct told *t = city_stream(&trial->city, category, id);
    return t ? t->state : NULL;
}

static bool holds(const struct keeper_load *load, struct id case_id) {
    for (uint32_t i = 0; load && i < load->count; i++)
        if (id_equal(load->cases[i], case_id))
            return true;
    return false;
}

static bool waits(const struct waiting_list *list, struct id case_id, struct id household) {
    for (uint32_t i = 0; list && i < list->count; i++)
        if (id_equal(list->entries[i].case_id, case_id))
            return id_equal(list->entries[i].household, household);
    return false;
}

static void check_case(struct id id, const struct support_case *c, uint32_t *waiting) {
    struct id keeper = keeper_of(c);
    const struct household *h = state(CATEGORY_Household, c->household);
    bool is_linked = h && c->programme && id_equal(h->cases[c->programme], id);
    if (!id_is_zero(keeper) && !holds(state(CATEGORY_KeeperLoad, keeper), id))
        fail_here("an open case has a guide and no place");
    if (is_case_linked(c) != is_linked)
        fail_here("a household's link does not fit its case");
    if (c->life.state != CASE_WAITLISTED)
        return;
    (*waiting)++;
    if (!waits(state(CATEGORY_WaitingList, waiting_list_id()), id, c->household))
        fail_here("a waiting case is not on the list");
}

static void check_keeper(struct id id, const struct keeper_load *load) {
    const struct worker *w = state(CATEGORY_Worker, id);
    if (load->count &&
        (!w || w->role != ROLE_LS || w->life.state == WORKER_LEFT || w->life.state == NONE))
        fail_here("somebody who is no guide holds a place");
    for (uint32_t i = 0; i < load->count; i++) {
        const struct support_case *c = state(CATEGORY_Case, load->cases[i]);
        if (!c || !id_equal(keeper_of(c), id))
            fail_here("a place without its open case");
    }
}

static void check(void) {
    const struct city *city = &trial->city;
    const struct waiting_list *list = state(CATEGORY_WaitingList, waiting_list_id());
    uint32_t waiting = 0;
    for (size_t i = 0; i < city->stream_count; i++) {
        const struct told *t = &city->streams[i];
        if (t->key.category == CATEGORY_Case)
            check_case(t->key.id, t->state, &waiting);
        if (t->key.category == CATEGORY_KeeperLoad)
            check_keeper(t->key.id, t->state);
    }
    if (waiting != (list ? list->count : 0))
        fail_here("the waiting list holds a case that does not wait");
}

/* ---- choosing ---- */

static struct id new_id(void) {
    uint64_t n = ++trial->next_id;
    struct id id = {{0x01}};
    memcpy(id.bytes + 8, &n, sizeof n);
    return id;
}

static size_t below(size_t limit) {
    return (size_t)rng_below(&trial->rng, limit);
}

static struct id a_case(void) {
    return trial->cases[below(trial->case_count)];
}

static struct id a_household(void) {
    return trial->households[below(trial->household_count)];
}

/* The first guide is wanted by everybody, so that he is full most of the time. */
static struct id a_keeper(void) {
    return trial->keepers[rng_chance(&trial->rng, 600) ? 0 : below(KEEPERS)];
}

static const struct rule *send(uint16_t category, struct id id, const struct schema *schema,
                               const void *payload) {
    const struct rule *rule = city_send(&trial->city, category, id, schema, payload);
    trial->full += rule == &RULE_CASELOAD_LIMIT;
    return rule;
}

#define SEND(category, id, type, ...) \
    send(CATEGORY_##category, id, type##_schema(), &(struct type){__VA_ARGS__})

static void must(const struct rule *rule) {
    if (rule)
        fail_here(rule->code);
}

/* ---- actions: each returns the rule that refused it ---- */

static struct id hire(void) {
    struct id worker = new_id();
    must(SEND(Worker, worker, WorkerHired, .role = ROLE_LS, .stage = 2));
    must(SEND(Worker, worker, WorkerInducted, .stage = 2));
    return worker;
}

static const struct rule *open_case(void) {
    struct id household, case_id = new_id();
    struct member persons[3] = {{.person = new_id(), .role = MEMBER_ROLE_tenant},
                                {.person = new_id(), .role = MEMBER_ROLE_adult},
                                {.person = new_id(), .role = MEMBER_ROLE_child}};
    if (trial->case_count == CASES_MAX || trial->household_count == HOUSEHOLDS_MAX)
        return &RULE_MALFORMED;
    if (trial->case_count >= CASES && rng_chance(&trial->rng, 800)) {
        household = a_household(); /* one that had a case */
    } else {
        struct member *kept = arena_copy(&trial->city.arena, persons, sizeof persons);
        household = new_id();
        must(SEND(Household, household, HouseholdRegistered, .persons = {kept, 3}));
        must(SEND(Household, household, OriginHostSet, .area = 1));
        trial->households[trial->household_count++] = household;
    }
    const struct rule *rule = SEND(Case, case_id, CaseOpened, .household = household,
                                   .programme = PROGRAMME_LODZ, .readiness = READINESS_yes);
    if (!rule)
        trial->cases[trial->case_count++] = case_id;
    return rule;
}

static const struct rule *assign_guide(void) {
    return SEND(Case, a_case(), LsAssigned, .worker = a_keeper(),
                .skip = rng_chance(&trial->rng, 500) ? SKIP_REASON_emergency : 0);
}

static const struct rule *transfer_case(void) {
    return SEND(Case, a_case(), CaseTransferred, .to_worker = a_keeper(), .handover_note = true);
}

static const struct rule *unassign_guide(void) {
    struct id id = a_case();
    const struct support_case *c = state(CATEGORY_Case, id);
    return SEND(Case, id, LsUnassigned, .worker = c->keeper, .reason = UNASSIGN_REASON_absence);
}

static const struct rule *wait_for_guide(void) {
    return SEND(Case, a_case(), CaseWaitlisted, .reason = WAIT_REASON_no_place,
                .priority = (int32_t)rng_between(&trial->rng, 2, 5));
}

static const struct rule *close_one(void) {
    return SEND(Case, a_case(), CaseClosed,
                .reason = (int32_t)rng_between(&trial->rng, CLOSE_REASON_death,
                                               CLOSE_REASON_opened_in_error));
}

static const struct rule *reopen_one(void) {
    struct id nobody = {{0}};
    return SEND(Case, a_case(), CaseReopened,
                .worker = rng_chance(&trial->rng, 700) ? a_keeper() : nobody);
}

static const struct rule *decline(void) {
    return SEND(Case, a_case(), SupportDeclined, .reason = REFERRAL_END_own_wish);
}

static const struct rule *hold_one(void) {
    return SEND(Case, a_case(), CaseHeld, .reason = HOLD_REASON_away);
}

static const struct rule *resume_one(void) {
    return SEND(Case, a_case(), CaseResumed, .reason = 0);
}

static const struct rule *diagnose(void) {
    return SEND(Case, a_case(), DiagnosisConfirmed, .no_visit = NO_VISIT_refused);
}

static const struct rule *split_household(void) {
    struct id id = a_household(), other = new_id(), case_id = new_id();
    const struct household *h = state(CATEGORY_Household, id);
    if (trial->case_count == CASES_MAX || trial->household_count == HOUSEHOLDS_MAX ||
        h->member_count == 0)
        return &RULE_MALFORMED;
    struct person_of who = {.person = h->members[below(h->member_count)].person};
    struct person_of *kept = arena_copy(&trial->city.arena, &who, sizeof who);
    const struct rule *rule = SEND(Household, id, HouseholdSplit, .new_household = other,
                                   .persons = {kept, 1}, .new_case = case_id);
    const struct household *made = state(CATEGORY_Household, other);
    if (!rule && made && made->life.state == HOUSEHOLD_ACTIVE)
        trial->households[trial->household_count++] = other;
    if (state(CATEGORY_Case, case_id))
        trial->cases[trial->case_count++] = case_id;
    return rule;
}

static const struct rule *undo_a_split(void) {
    struct id id = a_household();
    const struct household *h = state(CATEGORY_Household, id);
    return SEND(Household, h->split_from, SplitUndone, .other = id);
}

static const struct rule *merge_households(void) {
    return SEND(Household, a_household(), HouseholdsMerged, .into = a_household());
}

static const struct rule *undo_a_merge(void) {
    struct id id = a_household();
    const struct household *h = state(CATEGORY_Household, id);
    return SEND(Household, id, MergeUndone, .from = h->merged_into);
}

static const struct rule *die(void) {
    struct id id = a_household();
    const struct household *h = state(CATEGORY_Household, id);
    if (h->member_count == 0)
        return &RULE_MALFORMED;
    return SEND(Household, id, MemberDied, .person = h->members[0].person,
                .household_empty = rng_chance(&trial->rng, 100));
}

static const struct rule *end_household(void) {
    return SEND(Household, a_household(), HouseholdEnded, .reason = END_REASON_left_city);
}

static const struct rule *leave(void) {
    size_t i = below(KEEPERS);
    must(SEND(Worker, trial->keepers[i], WorkerLeft, .reason = ABSENCE_resigned));
    trial->keepers[i] = hire();
    return NULL;
}

static const struct rule *suspend(void) {
    return SEND(Worker, a_keeper(), WorkerSuspended, .reason = ABSENCE_illness);
}

static const struct rule *come_back(void) {
    return SEND(Worker, a_keeper(), WorkerReturned, .stage = 0);
}

/* ---- voids and corrections ---- */

static bool is_amendable(const struct history_entry *e) {
    return !e->is_void && e->event.type != EVENT_EntryVoided &&
           e->event.type != EVENT_EntryCorrected;
}

static const struct rule *void_in(uint16_t category, struct id id) {
    struct told *t = city_stream(&trial->city, category, id);
    size_t index = t ? below(t->count) : 0;
    if (!t || !is_amendable(&t->entries[index]))
        return &RULE_MALFORMED;
    return city_void(&trial->city, t, index);
}

static const struct rule *void_in_case(void) {
    return void_in(CATEGORY_Case, a_case());
}

static const struct rule *void_in_household(void) {
    return void_in(CATEGORY_Household, a_household());
}

static const struct rule *void_in_worker(void) {
    size_t i = below(KEEPERS);
    const struct rule *rule = void_in(CATEGORY_Worker, trial->keepers[i]);
    const struct worker *w = state(CATEGORY_Worker, trial->keepers[i]);
    if (w->life.state != WORKER_ACTIVE && w->life.state != WORKER_SUSPENDED)
        trial->keepers[i] = hire();
    return rule;
}

/* Refused unless nothing follows from it: places follow the cases. */
static const struct rule *void_in_places(void) {
    return void_in(CATEGORY_KeeperLoad, a_keeper());
}

static const struct rule *void_in_list(void) {
    return void_in(CATEGORY_WaitingList, waiting_list_id());
}

static const struct rule *correct_entry(struct told *t, size_t index) {
    const struct event *e = &t->entries[index].event;
    struct LsAssigned assigned;
    struct CaseTransferred transferred;
    struct CaseReopened reopened;
    struct CaseOpened opened;
    switch (e->type) {
    case EVENT_LsAssigned:
        assigned = *(const struct LsAssigned *)e->payload;
        assigned.worker = a_keeper();
        return city_correct(&trial->city, t, index, &assigned);
    case EVENT_CaseTransferred:
        transferred = *(const struct CaseTransferred *)e->payload;
        transferred.to_worker = a_keeper();
        return city_correct(&trial->city, t, index, &transferred);
    case EVENT_CaseReopened:
        reopened = *(const struct CaseReopened *)e->payload;
        reopened.worker = rng_chance(&trial->rng, 500) ? a_keeper() : (struct id){{0}};
        return city_correct(&trial->city, t, index, &reopened);
    case EVENT_CaseOpened:
        opened = *(const struct CaseOpened *)e->payload;
        opened.household = a_household();
        opened.programme = rng_chance(&trial->rng, 500) ? PROGRAMME_LODZ : PROGRAMME_SITOWIE;
        return city_correct(&trial->city, t, index, &opened);
    default:
        return &RULE_MALFORMED;
    }
}

static const struct rule *correct_in_case(void) {
    struct told *t = city_stream(&trial->city, CATEGORY_Case, a_case());
    size_t index = below(t->count);
    return is_amendable(&t->entries[index]) ? correct_entry(t, index) : &RULE_MALFORMED;
}

static const struct {
    const char *name;
    unsigned weight;
    const struct rule *(*act)(void);
    bool is_seldom_accepted;
} actions[] = {
    {"open", 80, open_case, false},
    {"assign", 260, assign_guide, false},
    {"transfer", 100, transfer_case, false},
    {"unassign", 25, unassign_guide, false},
    {"wait", 60, wait_for_guide, false},
    {"close", 40, close_one, false},
    {"reopen", 90, reopen_one, false},
    {"decline", 4, decline, false},
    {"hold", 20, hold_one, false},
    {"resume", 20, resume_one, false},
    {"diagnose", 20, diagnose, false},
    {"split", 12, split_household, false},
    {"undo split", 30, undo_a_split, false},
    {"merge", 25, merge_households, false},
    {"undo merge", 80, undo_a_merge, false},
    {"die", 4, die, false},
    {"end", 3, end_household, false},
    {"leave", 3, leave, false},
    {"suspend", 5, suspend, false},
    {"return", 20, come_back, false},
    {"void in case", 60, void_in_case, false},
    {"correct in case", 60, correct_in_case, false},
    {"void in household", 15, void_in_household, false},
    {"void in worker", 4, void_in_worker, false},
    {"void in places", 20, void_in_places, true},
    {"void in waiting list", 20, void_in_list, true},
};

static size_t choose(void) {
    unsigned total = 0, i = 0;
    for (size_t a = 0; a < COUNT_OF(actions); a++)
        total += actions[a].weight;
    for (size_t left = below(total); left >= actions[i].weight; i++)
        left -= actions[i].weight;
    return i;
}

static void begin(void *memory) {
    static const int64_t limits[] = {30, 1, 3, 8, 30};
    trial->city.watch = watch;
    city_init(&trial->city, memory, MEMORY, limits[below(COUNT_OF(limits))]);
    trial->household_count = trial->case_count = 0;
    for (size_t i = 0; i < KEEPERS; i++)
        trial->keepers[i] = hire();
    while (trial->case_count < CASES)
        must(open_case());
}

static void play(void) {
    for (trial->step = 0; trial->step < EPISODE_STEPS; trial->step++) {
        size_t a = choose();
        bool accepted = actions[a].act() == NULL;
        trial->accepted += accepted;
        trial->done[a] += accepted;
        check();
        if (rng_chance(&trial->rng, 300))
            trial->city.facts.today++;
    }
}

static uint64_t from_environment(const char *name, uint64_t otherwise) {
    const char *value = getenv(name);
    return value ? strtoull(value, NULL, 10) : otherwise;
}

static void the_limit_cannot_be_passed(void **unused) {
    uint64_t seeds = from_environment("LAT_SEEDS", 5), first = from_environment("LAT_SEED", 1);
    uint64_t episodes = from_environment("LAT_STEPS", 20000) / EPISODE_STEPS;
    void *memory = malloc(MEMORY);
    (void)unused;
    assert_non_null(memory);
    trial = calloc(1, sizeof *trial);
    assert_non_null(trial);
    for (seed = first; seed < first + seeds; seed++) {
        rng_init(&trial->rng, seed);
        for (uint64_t i = 0; i < episodes; i++) {
            begin(memory);
            play();
            city_deinit(&trial->city);
        }
    }
    /* The run is worth something only when every action happened and the limit was met often. */
    for (size_t a = 0; a < COUNT_OF(actions); a++) {
        print_message("%-22s %llu\n", actions[a].name, (unsigned long long)trial->done[a]);
        assert_true(actions[a].is_seldom_accepted || trial->done[a] > 0);
    }
    print_message("accepted %llu, refused at the limit %llu\n", (unsigned long long)trial->accepted,
                  (unsigned long long)trial->full);
    assert_true(trial->full > 100);
    free(trial);
    free(memory);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_limit_cannot_be_passed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
