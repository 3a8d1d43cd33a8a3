#include "tests/kill/city.h"

#include <stdio.h>
#include <time.h>

#include "common/messages/debt.h"
#include "common/messages/networking.h"
#include "common/messages/policy.h"
#include "common/messages/relocation.h"
#include "tests/harness/policy.h"

enum { OLD_DAYS = 40 /* longer ago than any term of a referral */ };

static struct id named(const char *name) {
    return id_named("kill", text_of(name));
}

/* ---- founding ---- */

static void tell(struct voice *v, struct speech s) {
    s.after = v->newest;
    voice_tell(v, &s);
}

static void register_unit(const struct city *city, struct voice *v, struct id unit, int32_t role) {
    struct UnitRegistered e = {.role = role};
    tell(v, (struct speech){.to = MONITORING,
                            .schema = UnitRegistered_schema(),
                            .payload = &e,
                            .stream = unit,
                            .actor = city->biuro,
                            .role = ROLE_BIURO});
}

static void adopt_policy(const struct city *city, struct voice *v) {
    struct PolicySetAdopted e;
    policy_default(&e);
    tell(v, (struct speech){.to = MONITORING,
                            .schema = PolicySetAdopted_schema(),
                            .payload = &e,
                            .stream = named("policy"),
                            .actor = city->biuro,
                            .role = ROLE_BIURO,
                            .decider = ROLE_DIRECTOR});
}

static void hire(const struct city *city, struct voice *v, struct id worker, int32_t role) {
    struct WorkerHired e = {.role = role, .stage = role == ROLE_LS ? 2 : 3};
    struct WorkerInducted ready = {.stage = e.stage};
    struct speech s = {.to = INTAKE,
                       .schema = WorkerHired_schema(),
                       .payload = &e,
                       .stream = worker,
                       .actor = city->biuro,
                       .role = ROLE_BIURO};
    tell(v, s);
    s.schema = WorkerInducted_schema();
    s.payload = &ready;
    tell(v, s);
}

static void announce_building(const struct city *city, struct voice *v) {
    struct InvestmentScheduled plan = {.kind = INVESTMENT_building, .area = 1, .flats = 12};
    struct InvestmentAnnounced told = {.announced = city->today};
    struct speech s = {.to = RELOCATION,
                       .schema = InvestmentScheduled_schema(),
                       .payload = &plan,
                       .stream = city->building,
                       .actor = city->biuro,
                       .role = ROLE_BIURO};
    tell(v, s);
    s.schema = InvestmentAnnounced_schema();
    s.payload = &told;
    tell(v, s);
}

static void identify_partner(const struct city *city, struct voice *v) {
    struct PartnerIdentified e = {.name = text_of("Free legal aid"),
                                  .domain = PARTNER_DOMAIN_education};
    tell(v, (struct speech){.to = NETWORKING,
                            .schema = PartnerIdentified_schema(),
                            .payload = &e,
                            .stream = city->partner,
                            .actor = city->coord,
                            .role = ROLE_COORD});
}

void city_found(struct city *city, struct voice *v, size_t guides) {
    *city = (struct city){
        .coord = named("coord"),
        .biuro = named("biuro"),
        .zlm = named("zlm"),
        .recovery = named("recovery"),
        .partner = named("partner"),
        .building = named("building"),
        .guide_count = guides,
        .today = civil_in_warsaw((int64_t)time(NULL) * 1000000),
    };
    register_unit(city, v, city->biuro, ROLE_BIURO);
    register_unit(city, v, city->zlm, ROLE_ZLM);
    register_unit(city, v, city->recovery, ROLE_WINDYKACJA);
    adopt_policy(city, v);
    hire(city, v, city->coord, ROLE_COORD);
    for (size_t i = 0; i < guides; i++) {
        char name[32];
        snprintf(name, sizeof name, "guide%zu", i);
        city->guides[i] = named(name);
        hire(city, v, city->guides[i], ROLE_LS);
    }
    announce_building(city, v);
    identify_partner(city, v);
}

/* ---- steps of a case ---- */

static struct speech by_coord(const struct city *city, enum process to, const struct schema *schema,
                              const void *payload, struct id stream) {
    return (struct speech){.to = to,
                           .schema = schema,
                           .payload = payload,
                           .stream = stream,
                           .actor = city->coord,
                           .role = ROLE_COORD};
}

struct speech city_assign(const struct city *city, struct id case_id, const struct LsAssigned *to) {
    return by_coord(city, INTAKE, LsAssigned_schema(), to, case_id);
}

struct speech city_transfer(const struct city *city, struct id case_id,
                            const struct CaseTransferred *to) {
    return by_coord(city, INTAKE, CaseTransferred_schema(), to, case_id);
}

struct speech city_close(const struct city *city, struct id case_id, const struct CaseClosed *why) {
    return by_coord(city, INTAKE, CaseClosed_schema(), why, case_id);
}

struct speech city_reopen(const struct city *city, struct id case_id,
                          const struct CaseReopened *to) {
    return by_coord(city, INTAKE, CaseReopened_schema(), to, case_id);
}

static bool say(struct voice *v, struct speech s) {
    struct reply reply;
    s.after = v->newest;
    return voice_say(v, &s, &reply);
}

struct speech city_open(const struct city *city, struct id case_id,
                        const struct CaseOpened *opened) {
    return by_coord(city, INTAKE, CaseOpened_schema(), opened, case_id);
}

bool city_register(const struct city *city, struct voice *v, struct id household) {
    struct HouseholdRegistered known = {0};
    struct OriginHostSet origin = {.area = 1};
    return say(v, by_coord(city, INTAKE, HouseholdRegistered_schema(), &known, household)) &&
           say(v, by_coord(city, INTAKE, OriginHostSet_schema(), &origin, household));
}

bool city_open_case(const struct city *city, struct voice *v, struct id household,
                    struct id case_id) {
    struct CaseOpened opened = {
        .household = household, .programme = PROGRAMME_LODZ, .readiness = READINESS_yes};
    return city_register(city, v, household) && say(v, city_open(city, case_id, &opened));
}

/* ---- families ---- */

/* Intake follows with the responsible host, debt with the request of a statement. */
static void announce_move(const struct city *city, struct voice *v, struct id household) {
    struct id dwelling = voice_id(v), relocation = voice_id(v);
    struct DwellingRegistered flat = {.rooms_area = 3000, .water = true, .wc = true};
    struct RelocationAnnounced move = {.household = household,
                                       .building = city->building,
                                       .dwelling = dwelling,
                                       .regime = REGIME_R4,
                                       .area = 1,
                                       .persons = 3};
    struct BlockerRaised debt = {
        .blocker = voice_id(v), .kind = BLOCKER_rent_debt, .household = household};
    struct speech s = by_coord(city, RELOCATION, DwellingRegistered_schema(), &flat, dwelling);
    s.actor = city->zlm;
    s.role = ROLE_ZLM;
    say(v, s);
    say(v, by_coord(city, RELOCATION, RelocationAnnounced_schema(), &move, relocation));
    say(v, by_coord(city, RELOCATION, BlockerRaised_schema(), &debt, relocation));
}

/* Intake and relocation follow when the debt is settled. */
static void owe_and_pay(const struct city *city, struct voice *v, struct id household) {
    struct id file = voice_id(v);
    struct ArrearsReported owed = {.household = household, .amount = 90000, .as_of = city->today};
    struct PaymentRecorded paid = {.amount = 90000};
    struct DebtSettled settled = {.household = household};
    struct speech s = by_coord(city, DEBT, ArrearsReported_schema(), &owed, file);
    s.actor = city->recovery;
    s.role = ROLE_WINDYKACJA;
    say(v, s);
    s.schema = PaymentRecorded_schema();
    s.payload = &paid;
    say(v, s);
    s.schema = DebtSettled_schema();
    s.payload = &settled;
    say(v, s);
}

static void ask_for_help(const struct city *city, struct voice *v, struct id household,
                         struct id case_id) {
    struct HelpRequested e = {.case_id = case_id,
                              .household = household,
                              .partner = city->partner,
                              .help = HELP_legal,
                              .basis = SHARE_BASIS_statute,
                              .statute = text_of("art. 4")};
    say(v, by_coord(city, NETWORKING, HelpRequested_schema(), &e, voice_id(v)));
}

/* Its term has passed long ago: the timer fires at once, and once only. */
static void refer_late(const struct city *city, struct voice *v) {
    struct ReferralReceived e = {.source = REFERRAL_SOURCE_neighbour};
    struct speech s = by_coord(city, INTAKE, ReferralReceived_schema(), &e, voice_id(v));
    s.on = city->today - OLD_DAYS;
    say(v, s);
}

/* A closing that was a mistake: what follows from it is put right in the same append. Nobody says
 * `after`: a department knows by itself what it wrote. */
static void void_closing(const struct city *city, struct voice *v, struct id case_id,
                         uint64_t entry) {
    struct EntryVoided e = {.entry = (int64_t)entry, .reason = MISTAKE_opened_in_error};
    struct speech s = by_coord(city, INTAKE, EntryVoided_schema(), &e, case_id);
    struct reply reply;
    s.category = CATEGORY_Case;
    must(voice_say(v, &s, &reply) || strcmp(reply.code, "UNKNOWN_ENTRY") != 0,
         "intake does not know the entry that it has just acknowledged");
}

static void end_case(const struct city *city, struct voice *v, struct id case_id) {
    struct CaseClosed closed = {.reason = CLOSE_REASON_withdrew};
    struct CaseReopened again = {.worker = city->guides[rng_below(&v->rng, city->guide_count)]};
    struct reply reply;
    struct speech s = city_close(city, case_id, &closed);
    s.after = v->newest;
    if (!voice_say(v, &s, &reply))
        return;
    if (rng_chance(&v->rng, 300))
        say(v, city_reopen(city, case_id, &again));
    else if (rng_chance(&v->rng, 150))
        void_closing(city, v, case_id, reply.position);
}

void city_family(const struct city *city, struct voice *v) {
    struct id household = voice_id(v), case_id = voice_id(v);
    struct LsAssigned guide = {.worker = city->guides[rng_below(&v->rng, city->guide_count)]};
    if (!city_open_case(city, v, household, case_id))
        return;
    announce_move(city, v, household);
    say(v, city_assign(city, case_id, &guide));
    ask_for_help(city, v, household, case_id);
    owe_and_pay(city, v, household);
    if (rng_chance(&v->rng, 300))
        refer_late(city, v);
    if (rng_chance(&v->rng, 700))
        end_case(city, v, case_id);
}
