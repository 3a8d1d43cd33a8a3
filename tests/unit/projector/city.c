#include "tests/unit/projector/city.h"

#include <stdio.h>

#include "common/base/ensure.h"
#include "common/codec/codec.h"
#include "common/codec/pack.h"
#include "common/messages/debt.h"
#include "common/messages/intake.h"
#include "common/messages/monitoring.h"
#include "common/messages/networking.h"
#include "common/messages/relocation.h"
#include "tests/harness/policy.h"

enum { LAST_STAGE = 24, STEPS_OF_PLAN = 4 };

struct id city_id(const char *space, uint64_t number) {
    char name[24];
    int size = snprintf(name, sizeof name, "%llu", (unsigned long long)number);
    return id_named(space, (struct text){name, (size_t)size});
}

static void tell(struct city *c, uint16_t category, struct id id, const struct schema *schema,
                 const void *payload, struct id actor, int32_t role) {
    memory_log_add(c->log, &(struct entry){.stream = {category, id},
                                           .schema = schema,
                                           .payload = payload,
                                           .day = c->day,
                                           .actor = actor,
                                           .role = role});
}

#define TELL(c, category, id, name, ...)                                                        \
    tell(c, CATEGORY_##category, id, name##_schema(), &(struct name){__VA_ARGS__}, guide_id(0), \
         ROLE_LS)

static struct id guide_id(uint64_t n) {
    return city_id("guide", n);
}

static struct id host_id(uint64_t n) {
    return city_id("host", n);
}

static void hire(struct city *c, struct id id, int32_t role) {
    TELL(c, Worker, id, WorkerHired, .role = role, .stage = 2);
    TELL(c, Worker, id, WorkerInducted, .stage = 2);
}

void city_init(struct city *c, struct memory_log *log, uint64_t seed, size_t households) {
    struct PolicySetAdopted policy;
    *c = (struct city){.log = log, .day = civil_from_ymd(2017, 1, 2), .households = households};
    rng_init(&c->rng, seed);
    policy_default(&policy);
    tell(c, CATEGORY_PolicySet, city_id("policy", 1), PolicySetAdopted_schema(), &policy,
         guide_id(0), ROLE_BIURO);
    for (uint64_t i = 0; i < CITY_GUIDES; i++)
        hire(c, guide_id(i), ROLE_LS);
    hire(c, city_id("coordinator", 0), ROLE_COORD);
    for (uint64_t i = 0; i < CITY_HOSTS; i++) {
        hire(c, host_id(i), ROLE_GO);
        TELL(c, Area, city_id("area", i + 1), GoAssigned, .worker = host_id(i),
             .area = (int64_t)i + 1, .reason = AREA_REASON_knowledge);
    }
    for (uint64_t i = 0; i < 8; i++) {
        TELL(c, Partner, city_id("partner", i), PartnerIdentified, .name = text_of("institution"),
             .domain = PARTNER_DOMAIN_health);
        TELL(c, Partner, city_id("partner", i), PartnerContacted, .level = CONTACT_LEVEL_front);
    }
}

static void take(struct city *c, uint64_t h, uint64_t guide) {
    struct id worker = guide_id(guide);
    TELL(c, Case, city_id("case", h), LsAssigned, .worker = worker);
    TELL(c, KeeperLoad, worker, PlaceTaken, .case_id = city_id("case", h),
         .places = ++c->places[guide], .limit = 1000);
}

static void plan(struct city *c, uint64_t h) {
    static const struct plan_goal goals[] = {{.domain = LIFE_DOMAIN_debt},
                                             {.domain = LIFE_DOMAIN_housing}};
    struct plan_step steps[STEPS_OF_PLAN];
    memset(steps, 0, sizeof steps);
    for (uint64_t i = 0; i < STEPS_OF_PLAN; i++) {
        steps[i].step = (int64_t)i + 1;
        steps[i].goal = (int64_t)(i % 2) + 1;
        steps[i].party = i % 2 ? PLAN_PARTY_resident : PLAN_PARTY_guide;
        steps[i].due = c->day + 30 + (civil_day)rng_below(&c->rng, 200);
    }
    TELL(c, Case, city_id("case", h), PlanDrafted, .kind = PLAN_KIND_IPW, .goals = {goals, 2},
         .steps = {steps, STEPS_OF_PLAN});
}

/* ---- what happens once, in this order ---- */

static void meet(struct city *c, uint64_t h) {
    struct id household = city_id("household", h);
    switch (c->stage[h]) {
    case 0:
        TELL(c, Household, household, HouseholdRegistered, .split_from = {{0}});
        break;
    case 1:
        TELL(c, Relocation, city_id("relocation", h), RelocationAnnounced, .household = household,
             .building = city_id("building", h / 10), .dwelling = city_id("dwelling", h),
             .regime = (int32_t)(h % 4) + 1, .area = (int64_t)(h % 8) + 1, .persons = 3);
        break;
    case 2:
        TELL(c, Relocation, city_id("relocation", h), TenantInformed,
             .leaflet_version = text_of("2017-1"));
        break;
    case 3:
        TELL(c, Relocation, city_id("relocation", h), RelocationNeedsDiagnosed, .persons = 3,
             .return_wish = RETURN_WISH_yes);
        break;
    case 4:
        TELL(c, Referral, city_id("referral", h), ReferralReceived, .source = REFERRAL_SOURCE_host,
             .household = household);
        break;
    case 5:
        TELL(c, Referral, city_id("referral", h), ReferralAccepted, .household = household);
        break;
    case 6:
        TELL(c, Case, city_id("case", h), CaseOpened, .household = household,
             .programme = PROGRAMME_LODZ, .readiness = READINESS_yes);
        break;
    case 7:
        take(c, h, h % CITY_GUIDES);
        break;
    default:
        break;
    }
}

static void support(struct city *c, uint64_t h) {
    struct id id = city_id("case", h), move = city_id("relocation", h);
    switch (c->stage[h]) {
    case 8:
        TELL(c, Case, id, DiagnosisConfirmed, .no_visit = NO_VISIT_elsewhere);
        break;
    case 9:
        plan(c, h);
        break;
    case 10:
        TELL(c, Case, id, PlanAgreed, .signature_pending = h % 3 ? 0 : SIGNATURE_PENDING_later);
        break;
    case 11:
        TELL(c, Relocation, move, OfferMade, .dwelling = city_id("flat", h));
        break;
    case 12:
        TELL(c, Relocation, move, OfferAccepted, .dwelling = city_id("flat", h));
        break;
    case 13:
        TELL(c, Relocation, move, BlockerRaised, .blocker = city_id("blocker", h),
             .kind = BLOCKER_rent_debt, .household = city_id("household", h));
        break;
    case 14:
        TELL(c, DebtFile, city_id("debt", h), ArrearsReported, .household = city_id("household", h),
             .amount = 100000, .as_of = c->day, .periods = 2);
        break;
    case 15:
        TELL(c, Relocation, move, BlockerSolved, .blocker = city_id("blocker", h),
             .how = BLOCKER_SOLUTION_agreement);
        break;
    default:
        break;
    }
}

static void move_and_end(struct city *c, uint64_t h) {
    struct id id = city_id("case", h), move = city_id("relocation", h);
    struct id household = city_id("household", h);
    switch (c->stage[h]) {
    case 16:
        TELL(c, Relocation, move, TenancySigned, .dwelling = city_id("flat", h));
        break;
    case 17:
        TELL(c, Relocation, move, MovePlanned, .day = c->day + 7, .keys = true);
        break;
    case 18:
        TELL(c, Relocation, move, HouseholdMoved, .dwelling = city_id("flat", h));
        break;
    case 19:
        TELL(c, Relocation, move, PostMoveCheckDone, .month = 1, .stable = h % 5 != 0);
        break;
    case 20:
        TELL(c, Relocation, move, PostMoveCheckDone, .month = 6, .stable = h % 7 != 0);
        break;
    case 21:
        TELL(c, Relocation, move, RelocationClosed, .result = RELOCATION_RESULT_settled);
        break;
    case 22:
        TELL(c, Effect, household, EffectAssessed, .phase = PHASE_closing, .household = household,
             .case_id = id);
        break;
    case 23:
        TELL(c, Case, id, CaseEvaluated, .outcome = CASE_OUTCOME_improved);
        break;
    default:
        TELL(c, Case, id, CaseClosed, .reason = CLOSE_REASON_goals_reached);
        TELL(c, KeeperLoad, guide_id(h % CITY_GUIDES), PlaceReleased, .case_id = id,
             .places = --c->places[h % CITY_GUIDES]);
        break;
    }
}

static void advance(struct city *c, uint64_t h) {
    if (c->stage[h] > LAST_STAGE)
        return;
    meet(c, h);
    if (c->stage[h] > 7 && c->stage[h] < 16)
        support(c, h);
    if (c->stage[h] > 15)
        move_and_end(c, h);
    c->stage[h]++;
}

/* ---- what happens again and again ---- */

static void visit(struct city *c, uint64_t h) {
    struct id id = city_id("visit", c->visits++), household = city_id("household", h);
    if (rng_chance(&c->rng, 500))
        TELL(c, Visit, id, HomeVisitRecorded, .household = household, .kind = VISIT_KIND_home,
             .result = VISIT_RESULT_talked, .case_id = city_id("case", h));
    else if (rng_chance(&c->rng, 300))
        TELL(c, Visit, id, AccompanimentRecorded, .household = household,
             .purpose = ACCOMPANY_PURPOSE_advice, .result = VISIT_RESULT_settled);
    else
        TELL(c, Visit, id, ContactRecorded, .household = household, .kind = VISIT_KIND_phone,
             .result = VISIT_RESULT_talked);
}

static void work_on_plan(struct city *c, uint64_t h) {
    static const struct goal_score scores[] = {{.goal = 1, .score = 3}};
    struct id id = city_id("case", h);
    if (rng_chance(&c->rng, 150))
        TELL(c, Case, id, PlanReviewed, .scores = {scores, 1});
    if (c->steps[h] < STEPS_OF_PLAN && rng_chance(&c->rng, 100))
        TELL(c, Case, id, StepDone, .step = ++c->steps[h]);
}

static void owe(struct city *c, uint64_t h) {
    struct id id = city_id("debt", h);
    TELL(c, DebtFile, id, ChargeAccrued, .kind = CHARGE_rent, .amount = 50000, .due = c->day + 20);
    if (rng_chance(&c->rng, 800))
        TELL(c, DebtFile, id, PaymentRecorded, .amount = 55000);
    c->charges[h]++;
}

/* ---- mistakes ---- */

static void correct(struct city *c, uint64_t position, const struct record *r) {
    struct EntryCorrected correction = {
        .entry = (int64_t)position,
        .reason = MISTAKE_wrong_date,
        .occurred_on = r->said.occurred_on - (civil_day)rng_below(&c->rng, 5),
        .payload = r->payload_bytes,
    };
    tell(c, (uint16_t)r->said.category, r->said.stream, EntryCorrected_schema(), &correction,
         guide_id(0), ROLE_COORD);
}

static void mistake(struct city *c) {
    static uint8_t memory[1 << 16], copy[1 << 12];
    struct arena arena;
    struct record r;
    uint64_t position = 40 + rng_below(&c->rng, c->log->count - 40);
    struct bytes bytes = memory_log_at(c->log, position);
    if (bytes.size > sizeof copy)
        return;
    memcpy(copy, bytes.data, bytes.size); /* adding an entry may move the log */
    arena_init(&arena, memory, sizeof memory);
    ensure(record_decode(bytes_of(copy, bytes.size), &arena, &r) == RECORD_OK);
    if (rng_chance(&c->rng, 500)) {
        struct EntryVoided v = {.entry = (int64_t)position, .reason = MISTAKE_duplicate};
        tell(c, (uint16_t)r.said.category, r.said.stream, EntryVoided_schema(), &v, guide_id(0),
             ROLE_COORD);
    } else if (r.schema->about->category) {
        correct(c, position, &r);
    }
}

void city_week(struct city *c) {
    c->day += 7;
    for (uint64_t h = 0; h < c->households; h++) {
        if (rng_chance(&c->rng, 120))
            advance(c, h);
        if (c->stage[h] > 1 && rng_chance(&c->rng, 300))
            visit(c, h);
        if (c->stage[h] > 10 && c->stage[h] < 23)
            work_on_plan(c, h);
        if (c->stage[h] > 14 && rng_chance(&c->rng, 250))
            owe(c, h);
    }
    if (c->log->count > 100 && rng_chance(&c->rng, c->mistakes))
        mistake(c);
}

void city_until(struct city *c, size_t entries) {
    while (c->log->count < entries)
        city_week(c);
}
