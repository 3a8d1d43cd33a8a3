/*
 * Proves what the rows say on histories small enough to count by hand: the guides against their
 * limit, those with nobody too; when something is overdue; who is responsible; what a void leaves.
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
                     const void *payload) {
    return memory_log_add(&journal, &(struct entry){.stream = {category, id},
                                                    .schema = schema,
                                                    .payload = payload,
                                                    .day = today});
}

#define TELL(category, id, name, ...) \
    tell(CATEGORY_##category, id, name##_schema(), &(struct name){__VA_ARGS__})

static int start(void **state) {
    struct PolicySetAdopted policy;
    (void)state;
    memory_log_init(&journal);
    today = civil_from_ymd(2018, 3, 5);
    policy_default(&policy);
    tell(CATEGORY_PolicySet, city_id("policy", 1), PolicySetAdopted_schema(), &policy);
    projector = open_fresh("test-views", &journal);
    return 0;
}

static int stop(void **state) {
    (void)state;
    projector_close(projector);
    memory_log_free(&journal);
    return 0;
}

static struct answer ask_now(const struct Query *query) {
    struct answer a;
    catch_up(projector, &journal);
    assert_int_equal(ask_projector(projector, query, today, &a), QUERY_OK);
    return a;
}

static struct id guide(uint64_t n) {
    return city_id("guide", n);
}

static void hire(struct id worker, int32_t role) {
    TELL(Worker, worker, WorkerHired, .role = role, .stage = 2);
    TELL(Worker, worker, WorkerInducted, .stage = 2);
}

static struct id open_case(uint64_t n, struct id worker) {
    struct id id = city_id("case", n);
    TELL(Case, id, CaseOpened, .household = city_id("household", n), .programme = PROGRAMME_LODZ);
    if (!id_is_zero(worker))
        TELL(Case, id, LsAssigned, .worker = worker);
    return id;
}

static const struct caseload_row *row_of(struct answer *a, struct id worker) {
    for (size_t i = 0; i < a->count; i++) {
        const struct caseload_row *row = answer_row(a, i);
        if (id_equal(row->worker, worker))
            return row;
    }
    return NULL;
}

static void a_guide_is_shown_against_30(void **state) {
    struct Query query = {.view = text_of("caseload")};
    (void)state;
    hire(guide(1), ROLE_LS);
    hire(guide(2), ROLE_LS);
    hire(guide(3), ROLE_LS);
    hire(city_id("coordinator", 0), ROLE_COORD);
    for (uint64_t i = 0; i < 30; i++)
        open_case(i, guide(1));
    open_case(30, guide(2));
    open_case(31, (struct id){{0}});
    TELL(Case, open_case(32, (struct id){{0}}), CaseWaitlisted, .reason = WAIT_REASON_no_place,
         .priority = PRIORITY_other);
    TELL(Worker, guide(3), WorkerLeft, .reason = ABSENCE_resigned);
    struct answer a = ask_now(&query);
    static const struct {
        uint64_t worker;
        int64_t open, limit, free;
    } rows[] = {{1, 30, 30, 0}, {2, 1, 30, 29}};
    assert_int_equal(a.count, 3); /* who left is no longer of the team */
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct caseload_row *row = row_of(&a, guide(rows[i].worker));
        assert_int_equal(row->open, rows[i].open);
        assert_int_equal(row->limit, rows[i].limit);
        assert_int_equal(row->free, rows[i].free);
        assert_int_equal(row->over_limit, 0);
    }
    const struct caseload_row *total = row_of(&a, city_id("coordinator", 0));
    assert_int_equal(total->open, 32);
    assert_int_equal(total->unassigned, 1);
    assert_int_equal(total->waitlisted, 1);
    assert_int_equal(total->limit, 60);
    assert_int_equal(total->free, 29);
    answer_free(&a);
}

static void a_worker_with_nobody_has_a_row(void **state) {
    struct Query query = {.view = text_of("caseload")};
    (void)state;
    hire(guide(1), ROLE_LS);
    hire(city_id("host", 1), ROLE_GO);
    struct answer a = ask_now(&query);
    assert_int_equal(a.count, 2);
    assert_int_equal(row_of(&a, guide(1))->free, 30);
    assert_int_equal(row_of(&a, city_id("host", 1))->open, 0);
    answer_free(&a);
}

static void a_voided_assignment_gives_the_place_back(void **state) {
    struct Query now = {.view = text_of("caseload"), .key = guide(1)}, then = now;
    (void)state;
    hire(guide(1), ROLE_LS);
    struct id id = city_id("case", 1);
    TELL(Case, id, CaseOpened, .household = city_id("household", 1), .programme = PROGRAMME_LODZ);
    uint64_t mistake = TELL(Case, id, LsAssigned, .worker = guide(1));
    then.at = (int64_t)mistake;
    TELL(Case, id, EntryVoided, .entry = (int64_t)mistake, .reason = MISTAKE_wrong_subject);
    struct answer a = ask_now(&now), b = ask_now(&then);
    assert_int_equal(((const struct caseload_row *)answer_row(&a, 0))->open, 0);
    assert_int_equal(((const struct caseload_row *)answer_row(&b, 0))->open, 1); /* still seen */
    assert_int_equal(b.head.position, then.at);
    answer_free(&a);
    answer_free(&b);
}

/* T12: the last day of the term is still in time. */
static void a_review_is_overdue_the_day_after(void **state) {
    static const struct plan_goal goals[] = {{.domain = LIFE_DOMAIN_debt}};
    static const struct plan_step steps[] = {
        {.step = 1, .goal = 1, .party = PLAN_PARTY_guide, .due = 20000},
        {.step = 2, .goal = 1, .party = PLAN_PARTY_resident, .due = 20000}};
    (void)state;
    hire(guide(1), ROLE_LS);
    struct id id = open_case(1, guide(1));
    TELL(Case, id, DiagnosisConfirmed, .no_visit = NO_VISIT_elsewhere);
    TELL(Case, id, PlanDrafted, .kind = PLAN_KIND_IPW, .goals = {goals, 1}, .steps = {steps, 2});
    TELL(Case, id, PlanAgreed, .signature_pending = SIGNATURE_PENDING_later);
    civil_day due = term_days(today, 90);
    static const struct {
        int days;
        bool overdue;
    } rows[] = {{-1, false}, {0, false}, {1, true}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct Query plans = {.view = text_of("plans"), .as_of = due + rows[i].days};
        struct Query load = {.view = text_of("caseload"), .key = guide(1), .as_of = plans.as_of};
        struct answer a = ask_now(&plans), b = ask_now(&load);
        const struct plan_row *plan = answer_row(&a, 0);
        assert_int_equal(plan->review_overdue, rows[i].overdue);
        assert_int_equal(plan->review_by, due);
        assert_int_equal(((const struct caseload_row *)answer_row(&b, 0))->overdue_reviews,
                         rows[i].overdue);
        assert_int_equal(((const struct caseload_row *)answer_row(&b, 0))->signatures_pending, 1);
        answer_free(&a);
        answer_free(&b);
    }
    /* The timer event leaves it on the work list until the review. */
    today = due + 1;
    TELL(Case, id, IpwReviewOverdue, .due = due, .start = (int64_t)journal.count);
    struct Query work = {.view = text_of("worklist"), .text = text_of("overdue")};
    struct answer a = ask_now(&work);
    assert_int_equal(a.count, 1);
    const struct worklist_row *row = answer_row(&a, 0);
    assert_int_equal(row->deadline, 12);
    assert_int_equal(row->due, due);
    assert_true(id_equal(row->owner, guide(1)));
    answer_free(&a);
    TELL(Case, id, PlanReviewed, .scores = {NULL, 0});
    a = ask_now(&work);
    assert_int_equal(a.count, 0);
    answer_free(&a);
}

static void announce(uint64_t n, int64_t area) {
    TELL(Relocation, city_id("relocation", n), RelocationAnnounced,
         .household = city_id("household", n), .building = city_id("building", 1),
         .dwelling = city_id("dwelling", n), .regime = REGIME_R1, .area = area, .persons = 2);
}

static void a_host_has_the_households_of_his_area(void **state) {
    struct Query query = {.view = text_of("caseload"), .area = 3};
    (void)state;
    struct id host = city_id("host", 1);
    hire(host, ROLE_GO);
    TELL(Area, city_id("area", 3), GoAssigned, .worker = host, .area = 3,
         .reason = AREA_REASON_knowledge);
    announce(1, 3);
    announce(2, 3);
    announce(3, 4);
    TELL(Relocation, city_id("relocation", 2), BlockerRaised, .blocker = city_id("blocker", 1),
         .kind = BLOCKER_documents, .household = city_id("household", 2));
    struct answer a = ask_now(&query);
    assert_int_equal(a.count, 1);
    const struct caseload_row *row = answer_row(&a, 0);
    assert_int_equal(row->open, 2);
    assert_int_equal(row->open_blockers, 1);
    assert_int_equal(row->area, 3);
    answer_free(&a);
    TELL(Relocation, city_id("relocation", 1), RelocationCancelled,
         .reason = RELOCATION_CANCEL_works_cancelled);
    a = ask_now(&query);
    assert_int_equal(((const struct caseload_row *)answer_row(&a, 0))->open, 1);
    answer_free(&a);
}

static void a_history_shows_mistakes(void **state) {
    struct Query query = {.view = text_of("timeline"), .key = city_id("household", 1)};
    (void)state;
    announce(1, 3);
    uint64_t informed =
        TELL(Relocation, city_id("relocation", 1), TenantInformed, .leaflet_version = text_of("1"));
    TELL(Relocation, city_id("relocation", 1), EntryVoided, .entry = (int64_t)informed,
         .reason = MISTAKE_duplicate);
    announce(2, 3);
    struct answer a = ask_now(&query);
    assert_int_equal(a.count, 3);
    for (size_t i = 0; i < 3; i++) {
        const struct timeline_row *row = answer_row(&a, i);
        assert_int_equal(row->is_void, (uint64_t)row->position == informed);
    }
    answer_free(&a);
}

static void many_rows_come_in_parts(void **state) {
    struct Query query = {.view = text_of("relocations")};
    (void)state;
    for (uint64_t i = 0; i < 2500; i++)
        announce(i, (int64_t)(i % 8) + 1);
    struct answer a = ask_now(&query);
    assert_int_equal(a.count, 2500);
    assert_true(a.parts >= 3);
    answer_free(&a);
}

static void wrong_questions_are_refused(void **state) {
    struct answer a;
    struct Query unknown = {.view = text_of("no such")}, keyless = {.view = text_of("timeline")};
    (void)state;
    catch_up(projector, &journal);
    assert_int_equal(ask_projector(projector, &unknown, today, &a), QUERY_E_VIEW);
    answer_free(&a);
    assert_int_equal(ask_projector(projector, &keyless, today, &a), QUERY_E_KEY);
    answer_free(&a);
}

int main(void) {
#define EACH(test) cmocka_unit_test_setup_teardown(test, start, stop)
    const struct CMUnitTest tests[] = {
        EACH(a_guide_is_shown_against_30),
        EACH(a_worker_with_nobody_has_a_row),
        EACH(a_voided_assignment_gives_the_place_back),
        EACH(a_review_is_overdue_the_day_after),
        EACH(a_host_has_the_households_of_his_area),
        EACH(a_history_shows_mistakes),
        EACH(many_rows_come_in_parts),
        EACH(wrong_questions_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
