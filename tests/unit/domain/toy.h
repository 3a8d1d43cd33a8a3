#ifndef TESTS_UNIT_DOMAIN_TOY_H
#define TESTS_UNIT_DOMAIN_TOY_H

/*
 * An aggregate made up for the tests: an event of each nature leads from OPEN to DONE, its guard
 * refuses on demand, its effect emits one more event. COORD may record, COURT or RESIDENT decides.
 */
#include <setjmp.h>
#include <stdarg.h>

#include "common/domain/domain.h"
#include "common/domain/roster.h"
#include "tests/harness/policy.h"

#include <cmocka.h>

enum { TOY_OPEN = 1, TOY_DONE };
enum { TOY_OWN = 900, TOY_FACT, TOY_ACT, TOY_TIMER, TOY_FOLLOWS };
enum { TOY_CATEGORY = 77, TOY_TODAY = 17600 };

struct toy {
    struct life life;
    uint64_t evolved;
};

extern const struct rule TOY_RULE;
extern bool toy_guard_refuses;
extern unsigned toy_amended; /* how often amended() was called */

const struct aggregate *toy_aggregate(void);
const struct schema *toy_schema(uint16_t type);

/* A decision about the event that nothing is wrong with; the roster knows one COORD. */
struct toy_case {
    struct toy state;
    struct said said;
    struct command command;
    struct PolicySetAdopted policy;
    struct facts facts;
    struct decision decision;
    struct authority_ref authority;
    struct arena arena;
    uint8_t memory[1024];
};

void toy_begin(struct toy_case *t, uint16_t type);
void toy_end(struct toy_case *t);

struct id toy_id(uint8_t number);

#endif
