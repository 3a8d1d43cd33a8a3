/*
 * Proves what scenarios cannot say: that the life cycles are those of DOMAIN.md 4.7 line by line,
 * that every state leads to a final one, that states stay small, and that a conference or request
 * which was decided before the end of its case was known here ends all the same.
 */
#include "daemons/networking/domain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/messages/intake.h"
#include "common/messages/networking.h"
#include "daemons/networking/copies.h"
#include "daemons/networking/dzm.h"
#include "daemons/networking/help_request.h"
#include "daemons/networking/info_request.h"
#include "daemons/networking/partner.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- tables -------------------------------------------------------------------------------------
 */

#define PARTNERS (IN(PARTNER_IDENTIFIED) | IN(PARTNER_ACTIVE) | IN(PARTNER_DORMANT))
#define SITTING (IN(DZM_CONVENED) | IN(DZM_MET))

/* DOMAIN.md 4.7, in its words: Partner, HelpRequest, InfoRequest, DZM. */
static const struct {
    uint16_t category;
    uint32_t from;
    uint16_t event;
    uint8_t to; /* NONE: same */
} table[] = {
    {CATEGORY_Partner, IN(NONE), EVENT_PartnerIdentified, PARTNER_IDENTIFIED},
    {CATEGORY_Partner, PARTNERS, EVENT_PartnerContacted, PARTNER_ACTIVE},
    {CATEGORY_Partner, IN(PARTNER_ACTIVE), EVENT_PartnerDormant, PARTNER_DORMANT},
    {CATEGORY_Partner, PARTNERS, EVENT_PartnerClosed, PARTNER_CLOSED},
    {CATEGORY_HelpRequest, IN(NONE), EVENT_HelpRequested, HELP_REQUESTED},
    {CATEGORY_HelpRequest, IN(HELP_REQUESTED), EVENT_HelpProvided, HELP_PROVIDED},
    {CATEGORY_HelpRequest, IN(HELP_REQUESTED), EVENT_HelpDeclined, HELP_DECLINED},
    {CATEGORY_HelpRequest, IN(HELP_REQUESTED), EVENT_HelpWithdrawn, HELP_WITHDRAWN},
    {CATEGORY_InfoRequest, IN(NONE), EVENT_InfoRequestReceived, INFO_RECEIVED},
    {CATEGORY_InfoRequest, IN(INFO_RECEIVED), EVENT_InfoRequestOverdue, INFO_RECEIVED},
    {CATEGORY_InfoRequest, IN(INFO_RECEIVED), EVENT_InfoRequestAnswered, INFO_ANSWERED},
    {CATEGORY_Dzm, IN(NONE), EVENT_DzmProposed, DZM_PROPOSED},
    {CATEGORY_Dzm, IN(NONE) | IN(DZM_PROPOSED), EVENT_DzmConvened, DZM_CONVENED},
    {CATEGORY_Dzm, SITTING, EVENT_DzmMeetingHeld, DZM_MET},
    {CATEGORY_Dzm, DZM_OPEN, EVENT_DzmMemberJoined, NONE},
    {CATEGORY_Dzm, DZM_OPEN, EVENT_DzmMemberLeft, NONE},
    {CATEGORY_Dzm, DZM_OPEN, EVENT_ConfidentialitySigned, NONE},
    {CATEGORY_Dzm, IN(DZM_MET), EVENT_DzmTaskAssigned, DZM_MET},
    {CATEGORY_Dzm, IN(DZM_MET), EVENT_DzmTaskDone, DZM_MET},
    {CATEGORY_Dzm, IN(DZM_MET), EVENT_DzmTaskToPlan, DZM_MET},
    {CATEGORY_Dzm, IN(DZM_MET), EVENT_DzmTaskHandedOver, DZM_MET},
    {CATEGORY_Dzm, IN(DZM_MET), EVENT_DzmTaskDropped, DZM_MET},
    {CATEGORY_Dzm, IN(DZM_MET), EVENT_DzmClosed, DZM_CLOSED},
    {CATEGORY_Dzm, DZM_OPEN, EVENT_DzmDissolved, DZM_DISSOLVED},
};

static size_t lines_of(uint16_t category) {
    size_t count = 0;
    for (size_t i = 0; i < COUNT(table); i++)
        count += table[i].category == category;
    return count;
}

static bool has_line(const struct aggregate *a, size_t line) {
    uint32_t to = table[line].to == NONE ? SAME : IN(table[line].to);
    for (size_t i = 0; i < a->transition_count; i++)
        if (a->transitions[i].event == table[line].event &&
            a->transitions[i].from == table[line].from && a->transitions[i].to == to)
            return true;
    return false;
}

static void life_cycles_are_the_documents(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        const struct aggregate *a = aggregate_of(&networking_domain, table[i].category);
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
    for (size_t i = 0; i < networking_domain.aggregate_count; i++) {
        const struct aggregate *a = networking_domain.aggregates[i];
        for (uint8_t s = 0; a->final && s < a->state_count; s++)
            assert_true(reached_from(a, IN(s)) & a->final);
    }
}

static void states_are_small(void **state) {
    (void)state;
    for (size_t i = 0; i < networking_domain.aggregate_count; i++)
        assert_true(networking_domain.aggregates[i]->state_size <= 1024);
    for (size_t i = 0; i < networking_domain.copy_count; i++)
        assert_true(networking_domain.copies[i]->size <= 512);
}

/* ---- too late -----------------------------------------------------------------------------------
 */

static const struct id the_case = {{1}}, the_household = {{2}}, the_stream = {{3}};

struct known {
    struct case_known case_known;
    struct dzm dzm;
    struct help_request help;
};

static const void *look_up_stream(void *context, struct stream stream) {
    struct known *k = context;
    return stream.category == CATEGORY_Dzm ? (const void *)&k->dzm : (const void *)&k->help;
}

static const void *look_up_copy(void *context, uint16_t number, struct id key) {
    struct known *k = context;
    return number == COPY_CASE && id_equal(key, the_case) ? &k->case_known : NULL;
}

static struct known known(bool is_open) {
    struct known k = {.case_known = {.household = the_household, .is_known = true}};
    k.case_known.is_open = is_open;
    k.dzm.life.state = DZM_CONVENED;
    k.dzm.case_id = k.help.case_id = the_case;
    k.help.life.state = HELP_REQUESTED;
    k.help.household = the_household;
    return k;
}

static size_t react_to(struct known *k, uint16_t category, uint16_t type, const void *payload,
                       struct reactions *out) {
    struct states states = {look_up_stream, look_up_copy, k};
    struct said said = {.category = category, .stream = the_stream};
    struct event event = {.position = 9, .said = &said, .type = type, .payload = payload};
    networking_domain.react(&event, &states, out);
    return out->count;
}

static void what_comes_after_the_end_ends(void **state) {
    static uint64_t memory[512];
    struct arena arena;
    struct DzmConvened convened = {.case_id = the_case, .household = the_household};
    struct HelpRequested asked = {.case_id = the_case, .household = the_household};
    (void)state;
    for (int is_open = 0; is_open < 2; is_open++) {
        struct known k = known(is_open);
        struct reactions out = {.arena = &arena};
        arena_init(&arena, memory, sizeof memory);
        size_t count = react_to(&k, CATEGORY_Dzm, EVENT_DzmConvened, &convened, &out);
        assert_int_equal(count, is_open ? 0 : 1);
        count = react_to(&k, CATEGORY_HelpRequest, EVENT_HelpRequested, &asked, &out);
        assert_int_equal(count, is_open ? 0 : 2);
        if (is_open)
            continue;
        assert_ptr_equal(out.items[0].schema, DzmDissolved_schema());
        assert_ptr_equal(out.items[1].schema, HelpWithdrawn_schema());
        assert_true(id_equal(out.items[0].stream.id, the_stream));
        assert_true(id_equal(out.items[0].case_ref, the_case));
        const struct DzmDissolved *dissolved = out.items[0].payload;
        assert_int_equal(dissolved->reason, DZM_END_case_closed);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(life_cycles_are_the_documents),
        cmocka_unit_test(every_state_leads_to_an_end),
        cmocka_unit_test(states_are_small),
        cmocka_unit_test(what_comes_after_the_end_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
