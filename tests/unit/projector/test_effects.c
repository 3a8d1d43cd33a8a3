/*
 * Proves the indicators on a history that was counted by hand: six relocations, four cases, two
 * debts, a conference. The numbers in the table are from the story below, not from the code.
 */
#include "daemons/projector/projector.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "common/messages/debt.h"
#include "common/messages/intake.h"
#include "common/messages/networking.h"
#include "common/messages/relocation.h"
#include "tests/harness/policy.h"
#include "tests/unit/projector/answers.h"
#include "tests/unit/projector/city.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct memory_log journal;
static civil_day today;
static struct projector *projector;

static uint64_t tell(uint16_t category, struct id id, const struct schema *schema,
                     const void *payload, const char *breach) {
    return memory_log_add(&journal, &(struct entry){.stream = {category, id},
                                                    .schema = schema,
                                                    .payload = payload,
                                                    .day = today,
                                                    .breach = breach});
}

#define TELL(category, id, name, ...) \
    tell(CATEGORY_##category, id, name##_schema(), &(struct name){__VA_ARGS__}, NULL)

static struct id household(uint64_t n) {
    return city_id("household", n);
}

static struct id move_id(uint64_t n) {
    return city_id("relocation", n);
}

static struct id case_id(uint64_t n) {
    return city_id("case", n);
}

static struct id guide(uint64_t n) {
    return city_id("guide", n);
}

static void day(int month, int day_of_month) {
    today = civil_from_ymd(2018, month, day_of_month);
}

/* ---- the story ---- */

static void offer(uint64_t n) {
    TELL(Relocation, move_id(n), OfferMade, .dwelling = city_id("flat", n));
}

/* Six are announced on 1 March, one of them by mistake; five informed; needs of all diagnosed. */
static void announce_all(void) {
    day(3, 1);
    for (uint64_t n = 1; n <= 6; n++)
        TELL(Relocation, move_id(n), RelocationAnnounced, .household = household(n),
             .building = city_id("building", 1), .dwelling = city_id("dwelling", n),
             .regime = n == 4 ? REGIME_R1 : REGIME_R4, .area = n <= 3 ? 1 : 2, .persons = 2);
    TELL(Relocation, move_id(6), RelocationCancelled, .reason = RELOCATION_CANCEL_opened_in_error);
    for (uint64_t n = 1; n <= 4; n++) {
        TELL(Relocation, move_id(n), TenantInformed, .leaflet_version = text_of("1"));
        TELL(Relocation, move_id(n), RelocationNeedsDiagnosed, .persons = 2,
             .return_wish = RETURN_WISH_yes);
    }
}

/* Offers: 1 accepts the first, 2 refuses one of two, 3 lets one expire. */
static void offer_flats(void) {
    offer(1);
    offer(2);
    TELL(Relocation, move_id(2), OfferRefused, .dwelling = city_id("flat", 2),
         .reason = OFFER_REFUSAL_size);
    offer(2);
    offer(3);
    TELL(Relocation, move_id(3), OfferExpired, .due = today + 14, .start = 1);
    TELL(Relocation, move_id(1), OfferAccepted, .dwelling = city_id("flat", 1));
    TELL(Relocation, move_id(2), OfferAccepted, .dwelling = city_id("flat", 2));
}

/* 1 moves after 10 days, 2 after 31 (by force is nobody); 1 is stable, 2 was not and then is. */
static void move(void) {
    TELL(Relocation, move_id(1), BlockerRaised, .blocker = city_id("blocker", 1),
         .kind = BLOCKER_rent_debt, .household = household(1));
    TELL(Relocation, move_id(2), BlockerRaised, .blocker = city_id("blocker", 2),
         .kind = BLOCKER_fear, .household = household(2));
    day(3, 8);
    TELL(Relocation, move_id(1), BlockerSolved, .blocker = city_id("blocker", 1));
    day(3, 11);
    TELL(Relocation, move_id(1), HouseholdMoved, .dwelling = city_id("flat", 1));
    day(4, 1);
    TELL(Relocation, move_id(2), HouseholdMoved, .dwelling = city_id("flat", 2));
    TELL(Relocation, move_id(1), PostMoveCheckDone, .month = 1, .stable = true);
    TELL(Relocation, move_id(2), PostMoveCheckDone, .month = 1, .stable = false);
    TELL(Relocation, move_id(2), PostMoveCheckDone, .month = 6, .stable = true);
}

/* Two R1 letters to 4: the first without the information on rights. */
static void indicate(void) {
    struct ReplacementIndicated letter = {
        .dwelling = city_id("flat", 4), .issued_on = today, .vacate_by = today + 70};
    tell(CATEGORY_Relocation, move_id(4), ReplacementIndicated_schema(), &letter,
         "RIGHTS_INFO_MISSING");
    letter.rights_info_version = text_of("1");
    tell(CATEGORY_Relocation, move_id(4), ReplacementIndicated_schema(), &letter, NULL);
}

static void return_home(void) {
    for (uint64_t n = 1; n <= 2; n++) {
        TELL(Return, move_id(n), ReturnOpened, .household = household(n), .relocation = move_id(n),
             .dwelling = city_id("dwelling", n), .regime = REGIME_R1);
        TELL(Return, move_id(n), ReturnDeclared,
             .wish = n == 1 ? RETURN_WISH_no : RETURN_WISH_undecided);
    }
    TELL(Return, move_id(1), ReturnDeclared, .wish = RETURN_WISH_yes);
    TELL(Return, move_id(2), ReturnWaived, .no_more_fields = 0);
}

static void open_case(uint64_t n, uint64_t worker) {
    TELL(Case, case_id(n), CaseOpened, .household = household(n), .programme = PROGRAMME_LODZ);
    TELL(Case, case_id(n), LsAssigned, .worker = guide(worker));
    TELL(KeeperLoad, guide(worker), PlaceTaken, .case_id = case_id(n), .places = (int64_t)n,
         .limit = 30);
}

static void agree_plan(uint64_t n) {
    static const struct plan_goal goals[] = {{.domain = LIFE_DOMAIN_debt}};
    struct plan_step steps[4];
    memset(steps, 0, sizeof steps);
    for (int64_t i = 0; i < 4; i++) {
        steps[i].step = i + 1;
        steps[i].goal = 1;
        steps[i].party = i % 2 ? PLAN_PARTY_resident : PLAN_PARTY_guide;
        steps[i].due = i < 3 ? today + 10 : today + 1000;
    }
    TELL(Case, case_id(n), PlanDrafted, .kind = PLAN_KIND_IPW, .goals = {goals, 1},
         .steps = {steps, 4});
    TELL(Case, case_id(n), PlanAgreed, .signature_pending = SIGNATURE_PENDING_later);
}

/* Cases 1 and 2 of guide 1, cases 3 and 4 of guide 2; 1 and 2 diagnosed, 1 with a plan. Of the
 * three steps that fall due guide 1 sees one done; then the case goes to guide 2, who sees one half
 * done. One review each: 3 of 4 points in time, then the term passes, then 1 point. */
static void support(void) {
    static const struct goal_score three[] = {{.goal = 1, .score = 3}};
    static const struct goal_score one[] = {{.goal = 1, .score = 1}};
    TELL(Worker, guide(1), WorkerHired, .role = ROLE_LS, .stage = 2);
    TELL(Worker, guide(2), WorkerHired, .role = ROLE_LS, .stage = 2);
    open_case(1, 1);
    open_case(2, 1);
    open_case(3, 2);
    open_case(4, 2);
    TELL(Case, case_id(1), DiagnosisConfirmed, .no_visit = NO_VISIT_elsewhere);
    TELL(Case, case_id(2), DiagnosisConfirmed, .no_visit = NO_VISIT_elsewhere);
    agree_plan(1);
    TELL(Case, case_id(1), StepDone, .step = 1);
    TELL(Case, case_id(1), PlanReviewed, .scores = {three, 1});
    day(5, 1);
    TELL(Case, case_id(1), CaseTransferred, .from_worker = guide(1), .to_worker = guide(2),
         .handover_note = true);
    TELL(Case, case_id(1), StepPartlyDone, .step = 2);
    day(8, 1);
    TELL(Case, case_id(1), IpwReviewOverdue, .due = today - 1, .start = 1);
    TELL(Case, case_id(1), PlanReviewed, .scores = {one, 1});
    day(8, 10);
    TELL(Case, case_id(4), CaseClosed, .reason = CLOSE_REASON_left_city);
}

static void visit(uint64_t n, bool is_at_home) {
    static uint64_t count;
    if (is_at_home)
        TELL(Visit, city_id("visit", ++count), HomeVisitRecorded, .household = household(n),
             .kind = VISIT_KIND_home, .result = VISIT_RESULT_talked);
    else
        TELL(Visit, city_id("visit", ++count), ContactRecorded, .household = household(n),
             .kind = VISIT_KIND_phone, .result = VISIT_RESULT_talked);
}

static void meet(void) {
    visit(1, true);
    visit(1, false);
    visit(2, false);
    visit(2, true);
    visit(3, true);
    for (uint64_t n = 1; n <= 2; n++)
        TELL(Visit, city_id("accompanied", n), AccompanimentRecorded, .household = household(1),
             .purpose = ACCOMPANY_PURPOSE_advice,
             .result = n == 1 ? VISIT_RESULT_settled : VISIT_RESULT_absent);
    TELL(Dzm, city_id("dzm", 1), DzmConvened, .case_id = case_id(1), .household = household(1),
         .reason = DZM_REASON_crisis, .basis = SHARE_BASIS_consent);
    TELL(SupportNetwork, case_id(1), HelperLinked, .partner = city_id("partner", 1),
         .role = HELPER_ROLE_institution);
    TELL(SupportNetwork, case_id(1), HelperLinked, .person = city_id("person", 1),
         .role = HELPER_ROLE_family);
    TELL(SupportNetwork, case_id(1), HelperUnlinked, .person = city_id("person", 1),
         .reason = UNLINK_REASON_own_wish);
}

/* 1 owes 1000 and pays; 2 owes 500 and pays 200; two instalments kept, one missed. */
static void owe(void) {
    for (uint64_t n = 1; n <= 2; n++)
        TELL(DebtFile, city_id("debt", n), ArrearsReported, .household = household(n),
             .amount = n == 1 ? 100000 : 50000, .as_of = today, .periods = 4);
    TELL(DebtFile, city_id("debt", 1), PaymentRecorded, .amount = 100000);
    TELL(DebtFile, city_id("debt", 2), PaymentRecorded, .amount = 20000);
    for (int64_t n = 1; n <= 2; n++)
        TELL(DebtFile, city_id("debt", 2), InstalmentPaid, .agreement = city_id("agreement", 1),
             .number = n);
    TELL(DebtFile, city_id("debt", 2), InstalmentMissed, .agreement = city_id("agreement", 1),
         .number = 3);
}

static int tell_story(void **state) {
    struct PolicySetAdopted policy;
    (void)state;
    memory_log_init(&journal);
    day(1, 2);
    policy_default(&policy);
    tell(CATEGORY_PolicySet, city_id("policy", 1), PolicySetAdopted_schema(), &policy, NULL);
    announce_all();
    offer_flats();
    move();
    indicate();
    return_home();
    support();
    meet();
    owe();
    projector = open_fresh("test-effects", &journal);
    catch_up(projector, &journal);
    return 0;
}

static int stop(void **state) {
    (void)state;
    projector_close(projector);
    memory_log_free(&journal);
    return 0;
}

/* ---- what it adds up to ---- */

struct figure {
    const char *id;
    int64_t numerator, denominator, value; /* value: millionths, -1: n/a */
};

static void check(const struct Query *query, const struct figure *rows, size_t count) {
    struct answer a;
    assert_int_equal(ask_projector(projector, query, today, &a), QUERY_OK);
    for (size_t i = 0; i < count; i++) {
        const struct effects_row *found = NULL;
        for (size_t k = 0; k < a.count; k++) {
            const struct effects_row *row = answer_row(&a, k);
            if (text_is(row->id, rows[i].id))
                found = row;
        }
        assert_non_null(found);
        if (found->numerator != rows[i].numerator || found->denominator != rows[i].denominator ||
            (found->known ? found->value : -1) != rows[i].value)
            print_error("%s: %lld / %lld = %lld\n", rows[i].id, (long long)found->numerator,
                        (long long)found->denominator,
                        (long long)(found->known ? found->value : -1));
        assert_int_equal(found->numerator, rows[i].numerator);
        assert_int_equal(found->denominator, rows[i].denominator);
        assert_int_equal(found->known ? found->value : -1, rows[i].value);
    }
    answer_free(&a);
}

static void every_indicator_as_counted_by_hand(void **state) {
    static const struct figure rows[] = {
        {"I01", 2, 5, 400000}, /* the mistaken one never was to be moved */
        {"I02", 2, 2, 1000000},
        {"I03", 1, 2, 500000},    /* the newest declaration counts */
        {"I04", 0, 1, 0},         /* waived; the other right is open */
        {"I05", 41, 2, 20500000}, /* 10 and 31 days: median 20.5 */
        {"I06", 4, 3, 1333333},
        {"I06.refused", 1, 4, 250000},
        {"I06.expired", 1, 4, 250000},
        {"I07", 1, 2, 500000}, /* a breached letter counts against us */
        {"I08", 1, 2, 500000},
        {"I08.days", 7, 1, 7000000},
        {"I08.rent_debt", 1, 1, 1000000},
        {"I08.title", 0, 0, -1}, /* nothing to divide: n/a */
        {"I09", 2, 2, 1000000},
        {"I09.1", 1, 2, 500000},
        {"I09.6", 1, 1, 1000000},
        {"I11", 4, 5, 800000},
        {"I13", 6, 60, 100000}, /* places as told: 2 and 4 */
        {"I13.over", 0, 2, 0},
        {"I14", 4, 1, 4000000},
        {"I15", 2, 3, 666667},
        {"I16", 1, 2, 500000},
        {"I16.unsigned", 1, 1, 1000000},
        {"I17", 1, 3, 500000}, /* 1 + a half of 3 due; the fourth is not due yet */
        {"I18", 4, 8, 500000},
        {"I19", 1, 2, 500000},
        {"I20", 1, 2, 500000},
        {"I20.reduced", 120000, 150000, 800000},
        {"I22", 2, 3, 666667},
        {"I24", 0, 0, -1},
        {"I25", 1, 3, 333333},
        {"I26", 1, 4, 250000},
        {"I27", 2, 4, 500000},
        {"I27.results", 1, 2, 500000},
    };
    struct Query query = {.view = text_of("effects"), .text = text_of("all")};
    (void)state;
    check(&query, rows, COUNT(rows));
}

/* The guide of that day is credited: guide 1 did the step and the review in time, guide 2 the rest,
 * though the case is guide 2's today. */
static void the_guide_of_that_day_is_credited(void **state) {
    static const struct figure first[] = {{"I17", 1, 1, 1000000},
                                          {"I18", 3, 4, 750000},
                                          {"I19", 1, 1, 1000000},
                                          {"I14", 2, 1, 2000000}};
    static const struct figure second[] = {
        {"I17", 0, 2, 250000}, {"I18", 1, 4, 250000}, {"I19", 0, 1, 0}, {"I14", 3, 1, 3000000}};
    struct Query query = {.view = text_of("effects"), .key = guide(1)};
    (void)state;
    check(&query, first, COUNT(first));
    query.key = guide(2);
    check(&query, second, COUNT(second));
}

static void an_area_has_its_own_figures(void **state) {
    static const struct figure rows[] = {{"I01", 2, 3, 666667}, {"I11", 3, 3, 1000000}};
    struct Query query = {.view = text_of("effects"), .area = 1};
    (void)state;
    check(&query, rows, COUNT(rows));
}

static void a_past_day_has_its_own_figures(void **state) {
    static const struct figure rows[] = {{"I01", 1, 5, 200000}, {"I14", 0, 1, 0}};
    struct Query query = {.view = text_of("effects"), .as_of = civil_from_ymd(2018, 3, 15)};
    (void)state;
    check(&query, rows, COUNT(rows));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_indicator_as_counted_by_hand),
        cmocka_unit_test(the_guide_of_that_day_is_credited),
        cmocka_unit_test(an_area_has_its_own_figures),
        cmocka_unit_test(a_past_day_has_its_own_figures),
    };
    return cmocka_run_group_tests(tests, tell_story, stop);
}
