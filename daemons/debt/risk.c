#include "daemons/debt/risk.h"

const char *const risk_states[RISK_STATES] = {
    "none", "late", "warnable", "warned", "terminable", "terminated",
};

#define BY_LEVEL (IN(RISK_NONE) | IN(RISK_LATE) | IN(RISK_WARNABLE))
#define CLEARABLE (IN(RISK_WARNABLE) | IN(RISK_WARNED) | IN(RISK_TERMINABLE))

static const struct rung rungs[] = {
    {BY_LEVEL, EVENT_RiskLevelChanged, BY_LEVEL},
    {IN(RISK_WARNABLE), EVENT_ArrearsWarningServed, IN(RISK_WARNED)},
    {IN(RISK_WARNED), EVENT_TerminationBecamePossible, IN(RISK_TERMINABLE)},
    {CLEARABLE, EVENT_RiskCleared, IN(RISK_NONE)},
    {IN(RISK_TERMINABLE), EVENT_TenancyTerminatedForArrears, IN(RISK_TERMINATED)},
    {~IN(RISK_NONE), EVENT_DebtorDied, IN(RISK_NONE)},
};

const struct rung *risk_rungs(size_t *count) {
    *count = sizeof rungs / sizeof *rungs;
    return rungs;
}

static const struct rung *find(const struct risk *risk, uint16_t event) {
    for (size_t i = 0; i < sizeof rungs / sizeof *rungs; i++)
        if (rungs[i].event == event && rungs[i].from & IN(risk->state))
            return &rungs[i];
    return NULL;
}

bool risk_allows(const struct risk *risk, uint16_t event) {
    return find(risk, event) != NULL;
}

static uint8_t state_of_level(int32_t level) {
    return level == RISK_LEVEL_warnable ? RISK_WARNABLE
           : level == RISK_LEVEL_late   ? RISK_LATE
                                        : RISK_NONE;
}

static uint8_t lowest(uint32_t bits) {
    uint8_t state = 0;
    while (!(bits & IN(state)))
        state++;
    return state;
}

void risk_evolve(struct risk *risk, const struct event *event) {
    const struct rung *rung = find(risk, event->type);
    if (!rung)
        return;
    if (event->type == EVENT_RiskLevelChanged)
        risk->state = state_of_level(((const struct RiskLevelChanged *)event->payload)->level);
    else
        risk->state = lowest(rung->to);
    if (event->type == EVENT_ArrearsWarningServed) {
        risk->pay_until = ((const struct ArrearsWarningServed *)event->payload)->pay_until;
        risk->warned_at = event->position;
    }
}

enum RISK_LEVEL risk_level(int64_t periods, const struct PolicySetAdopted *policy) {
    if (periods >= policy->warning_periods)
        return RISK_LEVEL_warnable;
    return periods > 0 ? RISK_LEVEL_late : RISK_LEVEL_none;
}

bool risk_is_clearable(const struct risk *risk) {
    return IN(risk->state) & CLEARABLE;
}

bool risk_is_by_level(const struct risk *risk) {
    return IN(risk->state) & BY_LEVEL;
}
