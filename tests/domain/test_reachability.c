/*
 * The life cycles as graphs, over all daemons (DOMAIN.md 4.7): every state is reached from nothing,
 * from every state an end is reached, no line of a table is hidden by an earlier one, every event
 * of a category stands in a table, and a mistaken first entry of every aggregate can be voided.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "common/messages/registry.h"
#include "daemons/debt/domain.h"
#include "daemons/intake/domain.h"
#include "daemons/monitoring/domain.h"
#include "daemons/networking/domain.h"
#include "daemons/relocation/domain.h"
#include "tests/harness/fill.h"
#include "tests/scenarios/world.h"

static const struct domain *const domains[] = {
    &intake_domain, &relocation_domain, &debt_domain, &networking_domain, &monitoring_domain,
};

enum { DOMAINS = sizeof domains / sizeof *domains, STATE_BYTES = 8192 };

typedef void check_fn(const struct domain *domain, const struct aggregate *a);

static size_t faults;

#define FAULT(...) (print_error(__VA_ARGS__), faults++)

static void for_all(check_fn *check) {
    faults = 0;
    for (size_t i = 0; i < DOMAINS; i++)
        for (size_t k = 0; k < domains[i]->aggregate_count; k++)
            check(domains[i], domains[i]->aggregates[k]);
    assert_int_equal(faults, 0);
}

static uint32_t states_of(const struct aggregate *a) {
    return a->state_count >= 32 ? ~0u : (1u << a->state_count) - 1;
}

/* The states that one line leads to from one state. */
static uint32_t led_to(const struct transition *t, unsigned from) {
    return t->to == SAME ? IN(from) : t->to;
}

/* ---- the table itself ---- */

static void check_shape(const struct domain *domain, const struct aggregate *a) {
    uint32_t states = states_of(a);
    if (a->state_count < 2 || a->state_count > 32 || strcmp(a->states[NONE], "none") != 0)
        FAULT("%s %s: states\n", domain->name, a->name);
    if (a->state_size < sizeof(struct life) || a->state_size > STATE_BYTES)
        FAULT("%s %s: %zu bytes of state\n", domain->name, a->name, a->state_size);
    if (a->final & ~states || a->final & IN(NONE))
        FAULT("%s %s: final states\n", domain->name, a->name);
    for (size_t i = 0; i < a->transition_count; i++) {
        const struct transition *t = &a->transitions[i];
        uint32_t from = t->from;
        if (t->from == EXISTING || t->from == ANYWHERE)
            from &= states;
        if (from == 0 || (from | t->to) & ~states || t->to & IN(NONE))
            FAULT("%s %s: line %zu names a state that does not exist\n", domain->name, a->name, i);
    }
}

static void shapes(void **state) {
    (void)state;
    for_all(check_shape);
}

/* The first matching line counts, so a line whose states are all taken never does. */
static void check_hidden(const struct domain *domain, const struct aggregate *a) {
    for (size_t i = 0; i < a->transition_count; i++) {
        const struct transition *t = &a->transitions[i];
        uint32_t taken = 0;
        for (size_t k = 0; k < i; k++)
            if (a->transitions[k].event == t->event)
                taken |= a->transitions[k].from;
        if ((t->from & states_of(a) & ~taken) == 0)
            FAULT("%s %s: line %zu is hidden by earlier ones\n", domain->name, a->name, i);
    }
}

static void no_line_is_hidden(void **state) {
    (void)state;
    for_all(check_hidden);
}

/* ---- reaching ---- */

static uint32_t reached_from(const struct aggregate *a, unsigned start) {
    uint32_t reached = IN(start), before = 0;
    while (before != reached) {
        before = reached;
        for (size_t i = 0; i < a->transition_count; i++)
            for (unsigned from = 0; from < a->state_count; from++)
                if (reached & a->transitions[i].from & IN(from))
                    reached |= led_to(&a->transitions[i], from);
    }
    return reached;
}

static void check_reached(const struct domain *domain, const struct aggregate *a) {
    uint32_t reached = reached_from(a, NONE);
    for (unsigned s = 1; s < a->state_count; s++)
        if (!(reached & IN(s)))
            FAULT("%s %s: %s is never reached\n", domain->name, a->name, a->states[s]);
}

static void every_state_is_reached(void **state) {
    (void)state;
    for_all(check_reached);
}

/* An aggregate without final states keeps a register: it has no end, and says so by having none. */
static void check_ends(const struct domain *domain, const struct aggregate *a) {
    for (unsigned s = 1; a->final && s < a->state_count; s++)
        if (!(reached_from(a, s) & a->final))
            FAULT("%s %s: no way from %s to an end\n", domain->name, a->name, a->states[s]);
}

static void every_state_has_an_end(void **state) {
    (void)state;
    for_all(check_ends);
}

/* ---- events and tables ---- */

static bool has_line(const struct aggregate *a, uint16_t event) {
    for (size_t i = 0; i < a->transition_count; i++)
        if (a->transitions[i].event == event)
            return true;
    return false;
}

static void check_events_of_table(const struct domain *domain, const struct aggregate *a) {
    const struct category *c = registry_category(a->category);
    if (!c || strcmp(c->daemon, domain->name) != 0 || aggregate_of(domain, a->category) != a)
        FAULT("%s %s: category\n", domain->name, a->name);
    for (size_t i = 0; i < a->transition_count; i++) {
        const struct schema *s = registry_by_type(a->transitions[i].event);
        if (!s || (s->about->category && s->about->category != a->category))
            FAULT("%s %s: line %zu has an event of another category\n", domain->name, a->name, i);
        if (s == EntryVoided_schema() || s == EntryCorrected_schema())
            FAULT("%s %s: the engine voids and corrects, not the table\n", domain->name, a->name);
    }
}

static void tables_hold_their_own_events(void **state) {
    (void)state;
    for_all(check_events_of_table);
}

static const struct domain *domain_called(const char *name) {
    for (size_t i = 0; name && i < DOMAINS; i++)
        if (strcmp(domains[i]->name, name) == 0)
            return domains[i];
    return NULL;
}

static void every_event_has_a_line(void **state) {
    (void)state;
    faults = 0;
    for (size_t i = 0; i < registry_count(); i++) {
        const struct schema *s = registry_at(i);
        const struct domain *domain = s->about->nature ? domain_called(registry_daemon(s)) : NULL;
        const struct aggregate *a = domain ? aggregate_of(domain, s->about->category) : NULL;
        if (domain && (!a || !has_line(a, s->about->type)))
            FAULT("%s: %s stands in no table\n", domain->name, s->about->name);
    }
    assert_int_equal(faults, 0);
}

/* ---- a mistaken entry ---- */

static const struct schema *first_event(const struct aggregate *a) {
    for (size_t i = 0; i < a->transition_count; i++)
        if (a->transitions[i].from & IN(NONE) && a->transitions[i].to != SAME)
            return registry_by_type(a->transitions[i].event);
    return NULL;
}

static struct Command void_command(struct stream stream, struct bytes payload) {
    return (struct Command){
        .id = {{1}},
        .type = EVENT_EntryVoided,
        .category = stream.category,
        .stream = stream.id,
        .actor = {{2}},
        .role = ROLE_COORD,
        .payload = payload,
    };
}

static void enter(struct world *w, struct stream stream, const struct schema *schema) {
    static uint8_t memory[1 << 20];
    struct arena arena;
    struct said said = {
        .category = stream.category,
        .stream = stream.id,
        .type = schema->about->type,
        .occurred_on = w->clock.today,
        .actor = {{2}},
        .role = ROLE_COORD,
    };
    arena_init(&arena, memory, sizeof memory);
    void *message = arena_get(&arena, schema->size);
    fill_message(schema, FILL_LEAST, &arena, message);
    world_foreign(w, &said, schema, message);
}

/* Whatever follows from the entry, voiding it leads back to nothing. What no command opens follows
 * another stream, and is mended by voiding the entry there. */
static void check_void(const struct domain *domain, const struct aggregate *a) {
    static const uint8_t payload[] = {0x82, 0x01, 0x01, 0x02, 0x02}; /* entry 1, duplicate */
    const struct schema *schema = first_event(a);
    struct stream stream = {a->category, {{7}}};
    struct world *w = malloc(sizeof *w);
    assert_non_null(w);
    if (!schema)
        FAULT("%s %s: nothing opens it\n", domain->name, a->name);
    if (!schema || !schema->about->command) {
        free(w);
        return;
    }
    world_open(w, domain);
    world_enter(w, (struct id){{2}}, ROLE_COORD);
    enter(w, stream, schema);
    struct Command command = void_command(stream, bytes_of(payload, sizeof payload));
    world_command(w, &command);
    const struct life *life = machine_state(w->machine, stream);
    if (w->outcome.rule || w->trouble)
        FAULT("%s %s: voiding %s: %s\n", domain->name, a->name, schema->about->name,
              w->trouble ? w->trouble : w->outcome.rule->code);
    else if (!life || life->state != NONE)
        FAULT("%s %s: voiding %s leaves a state\n", domain->name, a->name, schema->about->name);
    world_close(w);
    free(w);
}

static void mistaken_entries_can_be_voided(void **state) {
    (void)state;
    for_all(check_void);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shapes),
        cmocka_unit_test(no_line_is_hidden),
        cmocka_unit_test(every_state_is_reached),
        cmocka_unit_test(every_state_has_an_end),
        cmocka_unit_test(tables_hold_their_own_events),
        cmocka_unit_test(every_event_has_a_line),
        cmocka_unit_test(mistaken_entries_can_be_voided),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
