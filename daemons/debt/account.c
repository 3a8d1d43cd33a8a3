#include "daemons/debt/account.h"

#include "daemons/debt/debt_file.h"
#include "daemons/debt/relief_request.h"

void check_household(struct decision *d, struct id household) {
    const struct debt_file *file = d->state;
    if (!id_equal(file->household, household))
        reject(d, &RULE_OTHER_HOUSEHOLD, "household");
}

void check_amount(struct decision *d, int64_t amount, const char *field) {
    if (amount <= 0 || amount > LEDGER_AMOUNT_MAX)
        reject(d, &RULE_NOT_AN_AMOUNT, field);
}

/* ---- statements (A29: from the board, with a date) ---- */

static void check_as_of(struct decision *d, civil_day as_of) {
    if (as_of > d->command->said->occurred_on)
        refuse(d, &RULE_STATEMENT_AHEAD, "as_of");
}

void may_report(struct decision *d) {
    const struct ArrearsReported *e = d->command->payload;
    check_amount(d, e->amount, "amount");
    check_as_of(d, e->as_of);
}

void may_verify(struct decision *d) {
    const struct ArrearsVerified *e = d->command->payload;
    if (e->amount)
        check_amount(d, e->amount, "amount");
    check_as_of(d, e->as_of);
}

void may_dispute(struct decision *d) {
    const struct ArrearsDisputed *e = d->command->payload;
    check_amount(d, e->amount, "amount");
}

void may_decide_dispute(struct decision *d) {
    const struct debt_file *file = d->state;
    const struct DisputeDecided *e = d->command->payload;
    if (e->reduction)
        check_amount(d, e->reduction, "reduction");
    if (file->disputed == 0 || e->reduction > file->disputed)
        refuse(d, &RULE_NO_DISPUTE, "reduction");
    if (e->outcome == DISPUTE_OUTCOME_rejected && e->reduction)
        refuse(d, &RULE_NO_DISPUTE, "outcome");
}

/* ---- charges and payments ---- */

void may_charge(struct decision *d) {
    const struct ChargeAccrued *e = d->command->payload;
    check_amount(d, e->amount, "amount");
    if (e->kind > CHARGE_costs)
        reject(d, &RULE_CHARGE_NOT_CHARGED, "kind");
}

static bool is_instrument(const struct debt_file *file, struct id id) {
    return (file->plan.is_running && id_equal(file->plan.agreement, id)) ||
           (file->work.is_running && id_equal(file->work.agreement, id));
}

/* Money has arrived in any case; with an unknown agreement it is taken as one without. */
void may_pay(struct decision *d) {
    const struct PaymentRecorded *e = d->command->payload;
    check_amount(d, e->amount, "amount");
    if (!id_is_zero(e->instrument) && !is_instrument(d->state, e->instrument))
        refuse(d, &RULE_UNKNOWN_AGREEMENT, "instrument");
}

/* ---- ends ---- */

void may_enforce(struct decision *d) {
    const struct EnforcementStarted *e = d->command->payload;
    if (e->title.size == 0)
        refuse(d, &RULE_NO_ENFORCEMENT_TITLE, "title");
    if (!e->title_day || e->title_day > d->command->said->occurred_on)
        refuse(d, &RULE_NO_ENFORCEMENT_TITLE, "title_day");
}

/* Current charges may stand open; a deferred part was overdue once and is still to be paid. */
static void check_nothing_remains(struct decision *d) {
    const struct ledger *ledger = &((const struct debt_file *)d->state)->ledger;
    if (ledger_arrears(ledger) > 0 || ledger_owed(ledger, CHARGE_deferred) > 0)
        refuse(d, &RULE_ARREARS_REMAIN, "stream");
}

void may_settle(struct decision *d) {
    check_household(d, ((const struct DebtSettled *)d->command->payload)->household);
    check_nothing_remains(d);
}

void may_close(struct decision *d) {
    const struct debt_file *file = d->state;
    const struct DebtFileClosed *e = d->command->payload;
    if (e->reason == DEBT_CLOSING_account_closed)
        check_nothing_remains(d);
    if ((e->reason == DEBT_CLOSING_settled && file->life.state != DEBT_SETTLED) ||
        (e->reason == DEBT_CLOSING_written_off && file->life.state != DEBT_WRITTEN_OFF) ||
        (e->reason == DEBT_CLOSING_no_heir && !file->has_death))
        refuse(d, &RULE_CLOSING_UNFOUNDED, "reason");
}

void may_record_death(struct decision *d) {
    const struct DebtorDied *e = d->command->payload;
    bool needs_name = e->succession == SUCCESSION_heirs || e->succession == SUCCESSION_successor ||
                      e->succession == SUCCESSION_co_debtors;
    if (needs_name && e->successors.count == 0)
        refuse(d, &RULE_SUCCESSOR_NOT_NAMED, "successors");
}

void end_requests_on_death(struct decision *d) {
    withdraw_requests(d, RELIEF_WITHDRAWAL_died);
}

void end_requests_on_closing(struct decision *d) {
    withdraw_requests(d, RELIEF_WITHDRAWAL_file_closed);
}
