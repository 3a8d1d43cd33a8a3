/*
 * Proves what scenarios cannot say: that the life cycles are those of DOMAIN.md 4.7 line by line,
 * that every state leads to a final one, that states stay small, and that a survey answer with a
 * person in its envelope is not recorded, not even with a breach (A60).
 */
#include "daemons/monitoring/domain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/messages/monitoring.h"
#include "daemons/monitoring/indicator.h"
#include "daemons/monitoring/records_case.h"
#include "daemons/monitoring/supervision.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- tables -------------------------------------------------------------------------------------
 */

/* DOMAIN.md 4.7: Indicator, Supervision, and of RecordsCase what this slice holds. */
static const struct {
    uint16_t category;
    uint32_t from;
    uint16_t event;
    uint32_t to;
} table[] = {
    {CATEGORY_Indicator, IN(NONE), EVENT_IndicatorDefined, IN(INDICATOR_DRAFT)},
    {CATEGORY_Indicator, IN(INDICATOR_DRAFT), EVENT_IndicatorActivated, IN(INDICATOR_ACTIVE)},
    {CATEGORY_Indicator, IN(INDICATOR_DRAFT) | IN(INDICATOR_ACTIVE), EVENT_IndicatorRetired,
     IN(INDICATOR_RETIRED)},
    {CATEGORY_Indicator, EXISTING, EVENT_ReadingRecorded, SAME},
    {CATEGORY_Supervision, IN(NONE), EVENT_SupervisionPlanned, IN(SUPERVISION_PLANNED)},
    {CATEGORY_Supervision, IN(NONE) | IN(SUPERVISION_PLANNED), EVENT_SupervisionHeld,
     IN(SUPERVISION_HELD)},
    {CATEGORY_Supervision, IN(SUPERVISION_PLANNED), EVENT_SupervisionCancelled,
     IN(SUPERVISION_CANCELLED)},
    {CATEGORY_RecordsCase, IN(NONE), EVENT_RetentionClassAssigned, IN(RECORDS_OPEN)},
    {CATEGORY_RecordsCase, IN(RECORDS_OPEN), EVENT_RecordsCaseClosed, IN(RECORDS_CLOSED)},
    {CATEGORY_RecordsCase, IN(RECORDS_CLOSED), EVENT_RecordsCaseReopened, IN(RECORDS_OPEN)},
};

static size_t lines_of(uint16_t category) {
    size_t count = 0;
    for (size_t i = 0; i < COUNT(table); i++)
        count += table[i].category == category;
    return count;
}

static bool has_line(const struct aggregate *a, size_t line) {
    for (size_t i = 0; i < a->transition_count; i++)
        if (a->transitions[i].event == table[line].event &&
            a->transitions[i].from == table[line].from && a->transitions[i].to == table[line].to)
            return true;
    return false;
}

static void life_cycles_are_the_documents(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        const struct aggregate *a = aggregate_of(&monitoring_domain, table[i].category);
        assert_non_null(a);
        assert_true(has_line(a, i));
        assert_int_equal(a->transition_count, lines_of(table[i].category));
    }
}

static uint32_t reached_from(const struct aggregate *a, uint32_t states) {
    uint32_t reached = states;
    for (size_t i = 0; i < a->transition_count; i++)
        if (a->transitions[i].from & states)
            reached |= a->transitions[i].to;
    return reached == states ? states : reached_from(a, reached);
}

static void every_state_leads_to_an_end(void **state) {
    (void)state;
    for (size_t i = 0; i < monitoring_domain.aggregate_count; i++) {
        const struct aggregate *a = monitoring_domain.aggregates[i];
        for (uint8_t s = 0; a->final && s < a->state_count; s++)
            assert_true(reached_from(a, IN(s)) & a->final);
    }
}

static void states_are_small(void **state) {
    (void)state;
    for (size_t i = 0; i < monitoring_domain.aggregate_count; i++)
        assert_true(monitoring_domain.aggregates[i]->state_size <= 256);
}

/* ---- anonymous ----------------------------------------------------------------------------------
 */

static const void *nothing(void *context, struct stream stream) {
    (void)context;
    (void)stream;
    return NULL;
}

static const void *no_copy(void *context, uint16_t number, struct id key) {
    (void)context;
    (void)number;
    (void)key;
    return NULL;
}

static const struct rule *answer(const struct said *said) {
    static struct decision d; /* large, and only this test's */
    static const struct life life = {NONE, 0, 0};
    struct survey_answer one = {.question = SURVEY_QUESTION_safety, .answer = SURVEY_ANSWER_agree};
    struct SurveyAnswered payload = {.answers = {&one, 1}};
    struct command command = {
        .stream = {CATEGORY_Survey, {{7}}},
        .schema = SurveyAnswered_schema(),
        .type = EVENT_SurveyAnswered,
        .payload = &payload,
        .said = said,
    };
    struct states states = {nothing, no_copy, NULL};
    d = (struct decision){.command = &command, .states = &states, .state = &life};
    const struct aggregate *a = aggregate_of(&monitoring_domain, CATEGORY_Survey);
    a->transitions[0].guard(&d);
    return d.rejected;
}

static void a_survey_answer_names_nobody(void **state) {
    struct subject person = {.person = {{9}}};
    struct said clean = {.role = ROLE_GO};
    struct said with_person = {.role = ROLE_GO, .subjects = {&person, 1}};
    struct said with_case = {.role = ROLE_GO, .case_ref = {{5}}};
    (void)state;
    assert_null(answer(&clean));
    assert_ptr_equal(answer(&with_person), &RULE_SURVEY_ANONYMOUS);
    assert_ptr_equal(answer(&with_case), &RULE_SURVEY_ANONYMOUS);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(life_cycles_are_the_documents),
        cmocka_unit_test(every_state_leads_to_an_end),
        cmocka_unit_test(states_are_small),
        cmocka_unit_test(a_survey_answer_names_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
