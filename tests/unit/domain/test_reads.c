/* What a guard reads of another stream is in the append's reads, with the version that was seen:
 * what is read is checked (DESIGN.md 4). */
#include "common/domain/machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include "common/codec/codec.h"
#include "common/codec/pack.h"
#include "common/domain/roster.h"
#include "daemons/intake/domain.h"
#include "tests/harness/policy.h"

#include <cmocka.h>

enum { TODAY = 17600, ARENA = 4 << 20 };

static struct machine *machine;
static struct arena arena;
static uint64_t position;

static const struct id first = {{2, 1}}, second = {{2, 2}}, coordinator = {{1}};

static int no_history(void *context, struct stream stream, uint64_t at, struct arena *memory,
                      struct record **records, size_t *count) {
    (void)context, (void)stream, (void)at, (void)memory, (void)records, (void)count;
    return -1;
}

static int open_machine(void **state) {
    struct PolicySetAdopted policy;
    (void)state;
    policy_default(&policy);
    machine = machine_new(&intake_domain, no_history, NULL);
    machine_enter_policy(machine, &policy);
    roster_enter(machine_roster(machine), coordinator, ROLE_COORD);
    arena_init(&arena, malloc(ARENA), ARENA);
    position = 0;
    return 0;
}

static int close_machine(void **state) {
    (void)state;
    machine_free(machine);
    free(arena.memory);
    return 0;
}

static const struct proposal *propose(struct id worker, const struct schema *schema,
                                      const void *payload) {
    static const struct clock clock = {.now_us = 1, .today = TODAY};
    static struct proposal out;
    struct pack_writer w = {arena_get(&arena, 256), 0, 256, false};
    assert_int_equal(codec_encode(schema, payload, &w).result, CODEC_OK);
    struct Command c = {.id = {{7, (uint8_t)++position}},
                        .type = schema->about->type,
                        .category = CATEGORY_Worker,
                        .stream = worker,
                        .actor = coordinator,
                        .role = ROLE_COORD,
                        .payload = bytes_of(w.data, w.size)};
    machine_propose(machine, &c, &clock, &arena, &out);
    return &out;
}

static void hire(struct id worker) {
    struct WorkerHired hired = {.role = ROLE_LS};
    const struct proposal *p = propose(worker, WorkerHired_schema(), &hired);
    assert_null(p->rule);
    machine_settle(machine);
    machine_commit(machine, p, position, 1);
}

static int64_t expected_of(const struct proposal *p, struct id worker) {
    for (size_t i = 0; i < p->read_count; i++)
        if (p->reads[i].category == CATEGORY_Worker && id_equal(p->reads[i].stream, worker))
            return p->reads[i].expected;
    return -1;
}

static void another_stream_is_among_the_reads(void **state) {
    struct CoverStarted cover = {.substitute = second, .from = TODAY, .to = TODAY + 10, .scope = 1};
    (void)state;
    hire(first);
    const struct proposal *p = propose(first, CoverStarted_schema(), &cover);
    assert_int_equal(expected_of(p, first), 1);
    assert_int_equal(expected_of(p, second), 0); /* that there is nobody was read, too */
    machine_settle(machine);
    hire(second);
    p = propose(first, CoverStarted_schema(), &cover);
    assert_int_equal(expected_of(p, second), 1);
    for (size_t i = 0; i < p->read_count; i++) /* once each */
        for (size_t k = 0; k < i; k++)
            assert_false(id_equal(p->reads[i].stream, p->reads[k].stream));
    machine_settle(machine);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(another_stream_is_among_the_reads, open_machine,
                                        close_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
