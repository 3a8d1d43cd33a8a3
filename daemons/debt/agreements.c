#include "daemons/debt/agreements.h"

#include "daemons/debt/account.h"
#include "daemons/debt/debt_file.h"
#include "daemons/debt/ladder.h"
#include "daemons/debt/relief_request.h"

static const struct ledger *ledger_of(const struct decision *d) {
    return &((const struct debt_file *)d->state)->ledger;
}

static void check_within(struct decision *d, int64_t amount, int64_t limit, const char *field) {
    if (amount > limit)
        refuse(d, &RULE_MORE_THAN_OWED, field);
}

static void check_not_past(struct decision *d, civil_day day, const char *field) {
    if (day < d->command->said->occurred_on)
        refuse(d, &RULE_FIRST_DUE_PAST, field);
}

/* ---- instalments (O9) ---- */

static void check_plan_sums(struct decision *d, const struct InstalmentsGranted *e) {
    check_amount(d, e->covered, "covered");
    check_amount(d, e->instalment, "instalment");
    check_amount(d, e->last, "last");
    if (e->deferred)
        check_amount(d, e->deferred, "deferred");
    if (d->rejected)
        return;
    if (e->instalment > e->covered || (e->count - 1) * e->instalment + e->last != e->covered)
        refuse(d, &RULE_INSTALMENT_SUM, "covered");
    check_within(d, e->covered + e->deferred, ledger_uncovered(ledger_of(d)), "covered");
    if (e->count > d->facts->policy->instalments)
        refuse(d, &RULE_TOO_MANY_INSTALMENTS, "count");
}

void may_grant_instalments(struct decision *d) {
    const struct debt_file *file = d->state;
    const struct InstalmentsGranted *e = d->command->payload;
    check_household(d, e->household);
    check_request(d, e->request);
    check_plan_sums(d, e);
    check_not_past(d, e->first_due, "first_due");
    if (e->deferred)
        check_not_past(d, e->deferred_to, "deferred_to");
    if (!e->warned)
        refuse(d, &RULE_NO_LIMITATION_WARNING, "warned");
    if (file->plan.is_running)
        refuse(d, &RULE_AGREEMENT_RUNNING, "agreement");
}

static bool is_plan(const struct debt_file *file, struct id agreement) {
    return file->plan.is_running && id_equal(file->plan.agreement, agreement);
}

void may_pay_instalment(struct decision *d) {
    const struct debt_file *file = d->state;
    const struct InstalmentPaid *e = d->command->payload;
    if (!is_plan(file, e->agreement))
        refuse(d, &RULE_UNKNOWN_AGREEMENT, "agreement");
    else if (e->number != file->plan.paid + 1)
        refuse(d, &RULE_INSTALMENT_ORDER, "number");
    else if (instalments_received(file) < instalments_sum(&file->plan, e->number))
        refuse(d, &RULE_INSTALMENT_NOT_COVERED, "number");
}

void may_miss_instalment(struct decision *d) {
    const struct debt_file *file = d->state;
    const struct instalment_plan *plan = &file->plan;
    const struct InstalmentMissed *e = d->command->payload;
    int64_t newest = plan->paid > plan->missed ? plan->paid : plan->missed;
    if (!is_plan(file, e->agreement))
        refuse(d, &RULE_UNKNOWN_AGREEMENT, "agreement");
    else if (e->number != newest + 1 || e->number > plan->count)
        refuse(d, &RULE_INSTALMENT_ORDER, "number");
    else if (d->command->said->occurred_on <= instalment_due(plan, e->number) ||
             instalments_received(file) >= instalments_sum(plan, e->number))
        refuse(d, &RULE_INSTALMENT_NOT_DUE, "number");
}

/* The board's decision: two misses in a row only alert (A30). */
void may_break(struct decision *d) {
    const struct debt_file *file = d->state;
    const struct AgreementBroken *e = d->command->payload;
    bool is_work = file->work.is_running && id_equal(file->work.agreement, e->agreement);
    check_household(d, e->household);
    if (!is_work && !is_plan(file, e->agreement))
        refuse(d, &RULE_UNKNOWN_AGREEMENT, "agreement");
}

/* ---- deferral, write-off (O18, A33) ---- */

void may_defer(struct decision *d) {
    const struct DeferralGranted *e = d->command->payload;
    check_household(d, e->household);
    check_request(d, e->request);
    check_amount(d, e->amount, "amount");
    check_within(d, e->amount, ledger_uncovered(ledger_of(d)), "amount");
    check_not_past(d, e->until, "until");
}

void may_write_off(struct decision *d) {
    const struct debt_file *file = d->state;
    const struct WriteOffGranted *e = d->command->payload;
    check_household(d, e->household);
    check_request(d, e->request);
    check_amount(d, e->amount, "amount");
    check_within(d, e->amount, ledger_arrears(ledger_of(d)), "amount");
    if (file->write_off.is_conditional)
        refuse(d, &RULE_AGREEMENT_RUNNING, "instrument");
}

void may_settle_condition(struct decision *d) {
    const struct write_off *w = &((const struct debt_file *)d->state)->write_off;
    struct id instrument = d->command->type == EVENT_WriteOffConfirmed
                               ? ((const struct WriteOffConfirmed *)d->command->payload)->instrument
                               : ((const struct WriteOffRevoked *)d->command->payload)->instrument;
    if (id_is_zero(w->instrument) || !id_equal(w->instrument, instrument))
        refuse(d, &RULE_UNKNOWN_AGREEMENT, "instrument");
    else if (!w->is_conditional)
        refuse(d, &RULE_NOT_CONDITIONAL, "instrument");
}

/* ---- work-off (O10, O11) ---- */

static civil_day end_of_month_before(civil_day day) {
    int year, month, day_of_month;
    civil_to_ymd(day, &year, &month, &day_of_month);
    return day - day_of_month;
}

static void check_work_off_terms(struct decision *d, const struct WorkOffAgreementSigned *e,
                                 const struct relief_request *request) {
    int64_t months = d->facts->policy->work_off_months;
    civil_day from = d->command->said->occurred_on;
    if (request && e->as_of != end_of_month_before(request->filed_on))
        refuse(d, &RULE_WORK_OFF_AS_OF, "as_of");
    check_not_past(d, e->until, "until");
    if (months && e->until > civil_add_months(from, (int)months))
        refuse(d, &RULE_WORK_OFF_TERM, "until");
}

void may_sign_work_off(struct decision *d) {
    const struct debt_file *file = d->state;
    const struct WorkOffAgreementSigned *e = d->command->payload;
    check_household(d, e->household);
    check_amount(d, e->covered, "covered");
    check_work_off_terms(d, e, check_request(d, e->request));
    check_within(d, e->covered, ledger_uncovered(ledger_of(d)), "covered");
    if (file->work.was_used)
        refuse(d, &RULE_WORK_OFF_ONCE, "agreement");
    if (e->income_test != INCOME_TEST_passed)
        refuse(d, &RULE_INCOME_TEST_FAILED, "income_test");
    if (!e->municipal_stock)
        refuse(d, &RULE_NOT_MUNICIPAL_STOCK, "municipal_stock");
    if (!d->command->said->evidence)
        refuse(d, &RULE_NO_EVIDENCE, "evidence"); /* the debtor signs too */
}

void may_record_work(struct decision *d) {
    if (!((const struct debt_file *)d->state)->work.is_running)
        refuse(d, &RULE_NO_WORK_OFF, "stream");
}

void may_credit_work(struct decision *d) {
    const struct work_off *work = &((const struct debt_file *)d->state)->work;
    const struct WorkOffCredited *e = d->command->payload;
    if (!work->was_used || !id_equal(work->agreement, e->agreement))
        refuse(d, &RULE_UNKNOWN_AGREEMENT, "agreement");
    if (e->minutes > work->minutes_done - work->minutes_credited)
        refuse(d, &RULE_WORK_NOT_DONE, "minutes");
    if (e->amount != e->minutes * d->facts->policy->work_off_grosz_hour / 60)
        refuse(d, &RULE_WORK_OFF_RATE, "amount");
    check_within(d, e->amount, ledger_arrears(ledger_of(d)), "amount");
}

void may_end_work_off(struct decision *d) {
    const struct work_off *work = &((const struct debt_file *)d->state)->work;
    const struct WorkOffEnded *e = d->command->payload;
    if (!work->is_running)
        refuse(d, &RULE_NO_WORK_OFF, "stream");
    else if (!id_equal(work->agreement, e->agreement))
        refuse(d, &RULE_UNKNOWN_AGREEMENT, "agreement");
}

/* ---- effects: an act that missed a rule has none ---- */

static void granted(struct decision *d, struct id request, enum RELIEF kind) {
    if (is_breached(d))
        return;
    grant_request(d, request, kind);
    follow_account(d);
}

void granted_instalments(struct decision *d) {
    granted(d, ((const struct InstalmentsGranted *)d->command->payload)->request,
            RELIEF_instalments);
}

void granted_deferral(struct decision *d) {
    granted(d, ((const struct DeferralGranted *)d->command->payload)->request, RELIEF_deferral);
}

void granted_write_off(struct decision *d) {
    granted(d, ((const struct WriteOffGranted *)d->command->payload)->request, RELIEF_write_off);
}

void granted_work_off(struct decision *d) {
    granted(d, ((const struct WorkOffAgreementSigned *)d->command->payload)->request,
            RELIEF_work_off);
}
