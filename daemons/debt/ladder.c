#include "daemons/debt/ladder.h"

#include "daemons/debt/account.h"
#include "daemons/debt/debt_file.h"

/* ---- guards ---- */

static void check_rung(struct decision *d) {
    const struct debt_file *file = d->state;
    if (!risk_allows(&file->risk, d->command->schema->about->type))
        refuse(d, &RULE_LADDER_STEP_MISSING, "stream");
}

/* The level is computed; a command only asks to look again. */
void may_age(struct decision *d) {
    const struct debt_file *file = d->state;
    const struct RiskLevelChanged *e = d->command->payload;
    int64_t periods = ledger_periods(&file->ledger);
    if (e->periods != periods)
        refuse(d, &RULE_LEVEL_NOT_COMPUTED, "periods");
    else if (e->level != (int32_t)risk_level(periods, d->facts->policy))
        refuse(d, &RULE_LEVEL_NOT_COMPUTED, "level");
    check_rung(d);
}

/* O3 art. 11: at three full periods, in writing, with an extra month. */
void may_warn(struct decision *d) {
    const struct debt_file *file = d->state;
    const struct ArrearsWarningServed *e = d->command->payload;
    civil_day extra = civil_add_months(d->command->said->occurred_on,
                                       (int)d->facts->policy->warning_months);
    check_household(d, e->household);
    if (file->risk.state < RISK_WARNABLE)
        refuse(d, &RULE_WARNING_TOO_EARLY, "stream");
    else
        check_rung(d);
    if (!e->in_writing)
        refuse(d, &RULE_NOT_IN_WRITING, "in_writing");
    if (e->pay_until < extra)
        refuse(d, &RULE_EXTRA_TERM_TOO_SHORT, "pay_until");
}

void may_pass_warning(struct decision *d) {
    check_rung(d);
}

static bool is_month_end(civil_day day) {
    int year, month, day_of_month;
    civil_to_ymd(day + 1, &year, &month, &day_of_month);
    return day_of_month == 1;
}

/* O3 art. 11: still unpaid, in writing with its cause, a month ahead, to the end of a month. */
void may_terminate(struct decision *d) {
    const struct debt_file *file = d->state;
    const struct TenancyTerminatedForArrears *e = d->command->payload;
    civil_day earliest = civil_add_months(d->command->said->occurred_on,
                                          (int)d->facts->policy->termination_months);
    check_household(d, e->household);
    check_rung(d);
    if (ledger_arrears(&file->ledger) == 0)
        refuse(d, &RULE_NOTHING_OVERDUE, "stream");
    if (!e->in_writing)
        refuse(d, &RULE_NOT_IN_WRITING, "in_writing");
    if (!e->cause)
        refuse(d, &RULE_NO_CAUSE, "cause");
    if (e->ends_on < earliest)
        refuse(d, &RULE_TERMINATION_TOO_SOON, "ends_on");
    if (!is_month_end(e->ends_on))
        refuse(d, &RULE_NOTICE_NOT_MONTH_END, "ends_on");
}

static bool has_agreement(const struct debt_file *file) {
    return file->plan.is_running || file->work.is_running;
}

void may_clear(struct decision *d) {
    const struct debt_file *file = d->state;
    const struct RiskCleared *e = d->command->payload;
    check_rung(d);
    bool is_so = e->reason == RISK_CLEARING_agreement ? has_agreement(file)
                                                      : ledger_arrears(&file->ledger) == 0;
    if (!is_so)
        refuse(d, &RULE_RISK_NOT_CLEARED, "reason");
}

/* ---- effects ---- */

static enum RISK_CLEARING reason_of(uint16_t event) {
    switch (event) {
    case EVENT_DeferralGranted:
    case EVENT_WriteOffGranted:
        return RISK_CLEARING_relief;
    case EVENT_ArrearsVerified:
    case EVENT_DisputeDecided:
        return RISK_CLEARING_not_owed;
    default:
        return RISK_CLEARING_paid;
    }
}

static void emit_cleared(struct decision *d, struct debt_file *file, enum RISK_CLEARING reason) {
    struct RiskCleared *e = emit(d, CATEGORY_DebtFile, d->command->stream.id, RiskCleared_schema());
    e->reason = (int32_t)reason;
    file->risk.state = RISK_NONE;
}

static void emit_level(struct decision *d, struct debt_file *file) {
    static const uint8_t state_of[] = {[RISK_LEVEL_none] = RISK_NONE, [RISK_LEVEL_late] = RISK_LATE,
                                       [RISK_LEVEL_warnable] = RISK_WARNABLE};
    int64_t periods = ledger_periods(&file->ledger);
    enum RISK_LEVEL level = risk_level(periods, d->facts->policy);
    if (!risk_is_by_level(&file->risk) || file->risk.state == state_of[level])
        return;
    struct RiskLevelChanged *e =
        emit(d, CATEGORY_DebtFile, d->command->stream.id, RiskLevelChanged_schema());
    e->level = (int32_t)level;
    e->periods = periods;
}

static void follow(struct decision *d, const struct debt_file *before, struct debt_file *after) {
    bool is_agreed = has_agreement(after) && !(before && has_agreement(before));
    if (risk_is_clearable(&after->risk) && ledger_arrears(&after->ledger) == 0)
        emit_cleared(d, after, reason_of(d->command->type));
    else if (risk_is_clearable(&after->risk) && is_agreed)
        emit_cleared(d, after, RISK_CLEARING_agreement);
    emit_level(d, after);
}

void follow_account(struct decision *d) {
    struct debt_file after;
    if (is_breached(d) && d->command->schema->about->nature == NATURE_ACT)
        return;
    debt_file_after(d, &after);
    follow(d, d->state, &after);
}

void follow_amendment(struct decision *d) {
    struct debt_file after = *(const struct debt_file *)d->after;
    if (IN(after.life.state) & DEBT_ANY)
        follow(d, &after, &after);
}
