#ifndef DAEMONS_DEBT_RISK_H
#define DAEMONS_DEBT_RISK_H

/*
 * The ladder from the first unpaid period to the loss of the flat (DOMAIN.md 4.7 "Risk of a
 * DebtFile"): a second life cycle inside the debt file's stream. A missing step is a breach and the
 * ladder does not move (O3).
 */
#include "common/domain/domain.h"
#include "common/messages/debt.h"

enum risk_state { RISK_NONE, RISK_LATE, RISK_WARNABLE, RISK_WARNED, RISK_TERMINABLE,
                  RISK_TERMINATED, RISK_STATES };

struct risk {
    uint8_t state;
    civil_day pay_until; /* of the warning */
    uint64_t warned_at;  /* its position: T7 */
};

/* One line of the ladder: in one of the states `from` the event leads to one of `to`. */
struct rung {
    uint32_t from;
    uint16_t event;
    uint32_t to;
};

extern const char *const risk_states[RISK_STATES];
const struct rung *risk_rungs(size_t *count);

bool risk_allows(const struct risk *risk, uint16_t event);
void risk_evolve(struct risk *risk, const struct event *event);

/* The level that so many full unpaid periods mean (O3 art. 11: a warning at three). */
enum RISK_LEVEL risk_level(int64_t periods, const struct PolicySetAdopted *policy);

/* May payment or agreement end it, or has it gone too far or not begun? */
bool risk_is_clearable(const struct risk *risk);
/* Does the number of unpaid periods alone decide the state? */
bool risk_is_by_level(const struct risk *risk);

#endif
