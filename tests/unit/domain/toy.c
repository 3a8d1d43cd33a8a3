#include "tests/unit/domain/toy.h"

const struct rule TOY_RULE = {"TOY", "A0", "no", "nie"};
bool toy_guard_refuses;
unsigned toy_amended;

#define DECIDERS (1u << ROLE_COURT | 1u << ROLE_RESIDENT)
#define ABOUT(type, nature, recorders, deciders) \
    { #type, type, TOY_CATEGORY, nature, CLASS_P1, recorders, deciders, #type, "en", "pl" }

static const struct about abouts[] = {
    ABOUT(TOY_OWN, NATURE_OWN, 1u << ROLE_COORD, DECIDERS),
    ABOUT(TOY_FACT, NATURE_FACT, 1u << ROLE_COORD, DECIDERS),
    ABOUT(TOY_ACT, NATURE_ACT, 1u << ROLE_COORD, DECIDERS),
    ABOUT(TOY_TIMER, NATURE_TIMER, 1u << ROLE_SYSTEM, 0),
    ABOUT(TOY_FOLLOWS, NATURE_OWN, 1u << ROLE_COORD, 0),
};
static const struct schema schemas[] = {
    {&abouts[0], 8, NULL, 0}, {&abouts[1], 8, NULL, 0}, {&abouts[2], 8, NULL, 0},
    {&abouts[3], 8, NULL, 0}, {&abouts[4], 8, NULL, 0},
};

const struct schema *toy_schema(uint16_t type) {
    return &schemas[type - TOY_OWN];
}

static void guard(struct decision *d) {
    if (toy_guard_refuses)
        refuse(d, &TOY_RULE, "toy");
}

static void effect(struct decision *d) {
    emit(d, TOY_CATEGORY, toy_id(8), toy_schema(TOY_FOLLOWS));
}

static void amended(struct decision *d) {
    (void)d;
    toy_amended++;
}

static void evolve_toy(void *state, const struct event *event) {
    (void)event;
    ((struct toy *)state)->evolved++;
}

static const struct transition transitions[] = {
    {IN(TOY_OPEN), TOY_OWN, IN(TOY_DONE), guard, effect},
    {IN(TOY_OPEN), TOY_FACT, IN(TOY_DONE), guard, effect},
    {IN(TOY_OPEN), TOY_ACT, IN(TOY_DONE), guard, effect},
    {IN(TOY_OPEN), TOY_TIMER, SAME, guard, effect},
};

const struct aggregate *toy_aggregate(void) {
    static const char *const states[] = {"none", "open", "done"};
    static const struct aggregate toy = {
        .category = TOY_CATEGORY,
        .name = "toy",
        .state_size = sizeof(struct toy),
        .states = states,
        .state_count = 3,
        .final = IN(TOY_DONE),
        .transitions = transitions,
        .transition_count = sizeof transitions / sizeof *transitions,
        .evolve = evolve_toy,
        .amended = amended,
    };
    return &toy;
}

struct id toy_id(uint8_t number) {
    return (struct id){{[15] = number}};
}

void toy_begin(struct toy_case *t, uint16_t type) {
    memset(t, 0, sizeof *t);
    toy_guard_refuses = false;
    toy_amended = 0;
    policy_default(&t->policy);
    struct roster *roster = roster_new();
    roster_enter(roster, toy_id(1), type == TOY_TIMER ? ROLE_SYSTEM : ROLE_COORD);
    t->state.life.state = TOY_OPEN;
    t->authority = (struct authority_ref){.day = TOY_TODAY};
    t->said = (struct said){
        .category = TOY_CATEGORY,
        .stream = toy_id(9),
        .type = type,
        .occurred_on = TOY_TODAY,
        .actor = toy_id(1),
        .role = type == TOY_TIMER ? ROLE_SYSTEM : ROLE_COORD,
        .decider = ROLE_COURT,
        .authority = {&t->authority, 1},
    };
    t->command = (struct command){.stream = {TOY_CATEGORY, toy_id(9)},
                                  .schema = toy_schema(type),
                                  .type = type,
                                  .payload = t->memory,
                                  .said = &t->said};
    t->facts = (struct facts){.today = TOY_TODAY, .policy = &t->policy, .roster = roster};
    arena_init(&t->arena, t->memory, sizeof t->memory);
    t->decision = (struct decision){
        .command = &t->command, .facts = &t->facts, .state = &t->state, .arena = &t->arena};
}

void toy_end(struct toy_case *t) {
    roster_free((struct roster *)(uintptr_t)t->facts.roster);
}
