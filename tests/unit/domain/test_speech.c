/* From a command to what the log is told. */
#include "common/domain/speech.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "common/messages/intake.h"

static const uint8_t payload_bytes[] = {0x80};

static struct Command command(void) {
    return (struct Command){
        .id = {{1, [15] = 7}},
        .type = EVENT_LsAssigned,
        .category = CATEGORY_Case,
        .stream = {{2}},
        .actor = {{3}},
        .role = ROLE_COORD,
        .occurred_on = 17600,
        .payload = {payload_bytes, 1},
    };
}

static void digests(const struct Command *c, uint8_t out[32]) {
    memset(out, 0, 32);
    machine_digest(c, out);
}

/* A retry may wait for another position, be traced anew, and come when the migration that told when it
 * was known is over; everything else is content. */
static void what_a_digest_covers(void **state) {
    static const uint8_t other[] = {0x81};
    uint8_t first[32], second[32];
    struct Command c = command();
    (void)state;
    digests(&c, first);
    c.after = 99;
    c.known_at = 1;
    c.correlation = text_of("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    digests(&c, second);
    assert_memory_equal(first, second, 32);
    for (int change = 0; change < 6; change++) {
        c = command();
        c.id.bytes[0] ^= change == 0;
        c.stream.bytes[0] ^= change == 1;
        c.actor.bytes[0] ^= change == 2;
        c.role += change == 3;
        c.occurred_on += change == 4;
        if (change == 5)
            c.payload.data = other;
        digests(&c, second);
        if (memcmp(first, second, 32) == 0)
            fail_msg("change %d", change);
    }
}

static void the_day_is_today_unless_said(void **state) {
    const struct clock clock = {.now_us = 5, .today = 17700};
    const uint8_t digest[32] = {0};
    struct Command c = command();
    struct said said;
    (void)state;
    speech_begin(&c, &clock, digest, 12, &said);
    assert_int_equal(said.occurred_on, 17600);
    assert_int_equal(said.seen, 12);
    assert_int_equal(said.breach.count, 0); /* nobody claims his own breach */
    c.occurred_on = 0;
    speech_begin(&c, &clock, digest, 12, &said);
    assert_int_equal(said.occurred_on, 17700);
}

static void the_highest_class_counts(void **state) {
    struct LsAssigned plain = {.worker = {{1}}}, with_reason = plain;
    struct WorkerSuspended suspended = {.reason = 1};
    (void)state;
    with_reason.skip = 1; /* P2 */
    assert_int_equal(speech_class(LsAssigned_schema(), &plain), CLASS_P1);
    assert_int_equal(speech_class(LsAssigned_schema(), &with_reason), CLASS_P2);
    assert_int_equal(speech_class(WorkerSuspended_schema(), &suspended), CLASS_P2);
}

struct spoken {
    struct record record;
    struct bytes half, said_bytes;
};

/* Two breaches were found; they stand with the command's own event alone. */
static int speak(size_t index, size_t ordinal, struct arena *arena, struct spoken *out) {
    static struct LsAssigned assigned = {.worker = {{1}}};
    static const struct facts facts = {.policy = NULL};
    struct Command c = command();
    const struct clock clock = {.today = 17700};
    uint8_t digest[32] = {9};
    struct said said;
    struct decision d = {
        .facts = &facts,
        .breaches = {&RULE_WRONG_STATE, &RULE_BACKDATED},
        .breach_count = 2,
        .events = {{{CATEGORY_Case, {{2}}}, LsAssigned_schema(), &assigned},
                   {{CATEGORY_Case, {{4}}}, LsAssigned_schema(), &assigned}},
        .event_count = 2,
    };
    speech_begin(&c, &clock, digest, 12, &said);
    if (speech_event(&said, &d, index, ordinal, arena, &out->half))
        return 1;
    assert_int_equal(record_open_half(out->half, arena, &out->record, &out->said_bytes), RECORD_OK);
    return 0;
}

static void each_event_has_its_own_id(void **state) {
    static uint8_t memory[1 << 20];
    static struct spoken spoken[300];
    struct arena arena;
    (void)state;
    arena_init(&arena, memory, sizeof memory);
    for (size_t i = 0; i < 300; i++) {
        assert_int_equal(speak(i > 0, i, &arena, &spoken[i]), 0);
        const struct said *said = &spoken[i].record.said;
        assert_true(id_equal(said->command, command().id));
        assert_false(id_equal(said->id, said->command));
        assert_int_equal(said->breach.count, i == 0 ? 2 : 0);
        assert_int_equal(said->stream.bytes[0], i == 0 ? 2 : 4);
        for (size_t k = 0; k < i; k++)
            assert_false(id_equal(said->id, spoken[k].record.said.id));
    }
    assert_true(text_is(spoken[0].record.said.breach.items[1].rule, "BACKDATED"));
}

static void a_full_arena_is_told(void **state) {
    static uint8_t memory[1 << 12];
    struct spoken spoken;
    struct arena arena;
    (void)state;
    arena_init(&arena, memory, 64);
    assert_int_equal(speak(1, 0, &arena, &spoken), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_digest_covers),     cmocka_unit_test(the_day_is_today_unless_said),
        cmocka_unit_test(the_highest_class_counts), cmocka_unit_test(each_event_has_its_own_id),
        cmocka_unit_test(a_full_arena_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
