#include "daemons/debt/debt_file.h"

#include "daemons/debt/account.h"
#include "daemons/debt/agreements.h"
#include "daemons/debt/ladder.h"

/* DOMAIN.md 4.7, "DebtFile" and "Risk of a DebtFile" (whose own states are in risk.c). */
static const struct transition transitions[] = {
    {IN(NONE), EVENT_ArrearsReported, IN(DEBT_REPORTED), may_report, follow_account},
    {IN(DEBT_REPORTED) | IN(DEBT_VERIFIED), EVENT_ArrearsVerified, IN(DEBT_VERIFIED), may_verify,
     follow_account},
    {DEBT_OPEN, EVENT_InstalmentsGranted, IN(DEBT_REPAYING), may_grant_instalments,
     granted_instalments},
    {DEBT_OPEN, EVENT_DeferralGranted, IN(DEBT_REPAYING), may_defer, granted_deferral},
    {DEBT_OPEN, EVENT_WorkOffAgreementSigned, IN(DEBT_REPAYING), may_sign_work_off,
     granted_work_off},
    {DEBT_OPEN, EVENT_WriteOffGranted, IN(DEBT_REPAYING) | IN(DEBT_WRITTEN_OFF), may_write_off,
     granted_write_off},
    {IN(DEBT_REPAYING), EVENT_AgreementBroken, IN(DEBT_DEFAULTED), may_break, follow_account},
    {IN(DEBT_REPAYING), EVENT_WorkOffEnded, IN(DEBT_VERIFIED) | IN(DEBT_REPAYING),
     may_end_work_off, follow_account},
    {IN(DEBT_REPAYING), EVENT_WorkOffTermReached, IN(DEBT_VERIFIED) | IN(DEBT_REPAYING), NULL,
     follow_account},
    {IN(DEBT_REPAYING) | IN(DEBT_WRITTEN_OFF), EVENT_WriteOffRevoked, IN(DEBT_VERIFIED),
     may_settle_condition, follow_account},
    {IN(DEBT_REPAYING) | IN(DEBT_WRITTEN_OFF), EVENT_WriteOffConfirmed, SAME,
     may_settle_condition, NULL},
    {IN(DEBT_VERIFIED) | IN(DEBT_DEFAULTED), EVENT_EnforcementStarted, IN(DEBT_ENFORCEMENT),
     may_enforce, NULL},
    {IN(DEBT_ENFORCEMENT), EVENT_EnforcementEnded, IN(DEBT_VERIFIED), NULL, NULL},
    {DEBT_OPEN, EVENT_DebtSettled, IN(DEBT_SETTLED), may_settle, NULL},
    {IN(DEBT_SETTLED), EVENT_ChargeBecameOverdue, IN(DEBT_VERIFIED), NULL, follow_account},
    {DEBT_ANY, EVENT_ChargeBecameOverdue, SAME, NULL, follow_account},
    {DEBT_ANY, EVENT_DebtFileClosed, IN(DEBT_CLOSED), may_close, end_requests_on_closing},
    {DEBT_ANY, EVENT_DebtorDied, DEBT_ANY | IN(DEBT_CLOSED), may_record_death,
     end_requests_on_death},

    {DEBT_ANY, EVENT_ArrearsDisputed, SAME, may_dispute, NULL},
    {DEBT_ANY, EVENT_DisputeDecided, SAME, may_decide_dispute, follow_account},
    {DEBT_ANY, EVENT_ChargeAccrued, SAME, may_charge, NULL},
    {DEBT_ANY, EVENT_PaymentRecorded, SAME, may_pay, follow_account},
    {DEBT_ANY, EVENT_PaymentDemandSent, SAME, NULL, NULL},
    {DEBT_ANY, EVENT_RecoveryContacted, SAME, NULL, NULL},
    {DEBT_ANY, EVENT_InstalmentPaid, SAME, may_pay_instalment, NULL},
    {DEBT_ANY, EVENT_InstalmentMissed, SAME, may_miss_instalment, NULL},
    {DEBT_ANY, EVENT_WorkPerformed, SAME, may_record_work, NULL},
    {DEBT_ANY, EVENT_WorkOffCredited, SAME, may_credit_work, follow_account},

    {DEBT_ANY, EVENT_RiskLevelChanged, SAME, may_age, NULL},
    {DEBT_ANY, EVENT_ArrearsWarningServed, SAME, may_warn, NULL},
    {DEBT_ANY, EVENT_TerminationBecamePossible, SAME, may_pass_warning, NULL},
    {DEBT_ANY, EVENT_TenancyTerminatedForArrears, SAME, may_terminate, NULL},
    {DEBT_ANY, EVENT_RiskCleared, SAME, may_clear, follow_account},

    {ANYWHERE, EVENT_ArrearsReportRequested, SAME, NULL, NULL},
    {ANYWHERE, EVENT_SubjectRepointed, SAME, NULL, NULL},
};

static const char *const states[] = {
    "none",       "Reported",    "Verified", "Repaying",   "Defaulted",
    "Enforcement", "Settled",    "WrittenOff", "Closed",
};

/* ---- instalments ---- */

civil_day instalment_due(const struct instalment_plan *plan, int64_t number) {
    return civil_next_working(civil_add_months(plan->first_due, (int)number - 1));
}

int64_t instalments_sum(const struct instalment_plan *plan, int64_t number) {
    return number < plan->count ? number * plan->instalment : plan->covered;
}

int64_t instalments_received(const struct debt_file *file) {
    return file->plan.covered - ledger_owed(&file->ledger, CHARGE_instalments);
}

static void end_plan(struct debt_file *file) {
    file->plan.is_running = false;
    ledger_uncover(&file->ledger, CHARGE_instalments);
}

static void end_work_off(struct debt_file *file) {
    file->work.is_running = false;
    ledger_uncover(&file->ledger, CHARGE_work_off);
}

static void grant_instalments(struct debt_file *file, const struct event *event) {
    const struct InstalmentsGranted *e = event->payload;
    file->plan = (struct instalment_plan){
        .agreement = e->agreement,
        .covered = ledger_bounded(e->covered),
        .instalment = ledger_bounded(e->instalment),
        .first_due = e->first_due,
        .count = (uint16_t)e->count,
        .is_running = true,
    };
    ledger_cover(&file->ledger, CHARGE_instalments, e->covered);
    if (e->deferred)
        ledger_defer(&file->ledger, e->deferred, e->deferred_to, event->position);
}

static void pay_instalment(struct debt_file *file, const struct InstalmentPaid *e) {
    file->plan.paid = (uint16_t)e->number;
    if (e->number >= file->plan.count)
        end_plan(file);
}

static void break_agreement(struct debt_file *file, const struct AgreementBroken *e) {
    if (id_equal(file->plan.agreement, e->agreement))
        end_plan(file);
    if (id_equal(file->work.agreement, e->agreement))
        end_work_off(file);
}

/* ---- write-off, work-off ---- */

static void write_off(struct debt_file *file, const struct WriteOffGranted *e) {
    file->write_off = (struct write_off){e->instrument, ledger_bounded(e->amount), e->conditional};
    ledger_reduce(&file->ledger, BY_WRITE_OFF, e->amount, 0);
    file->life.state = ledger_arrears(&file->ledger) > 0 ? DEBT_REPAYING : DEBT_WRITTEN_OFF;
}

static void revoke_write_off(struct debt_file *file, const struct event *event) {
    ledger_restore(&file->ledger, file->write_off.amount, event->said->occurred_on);
    file->write_off = (struct write_off){.amount = 0};
}

static void sign_work_off(struct debt_file *file, const struct event *event) {
    const struct WorkOffAgreementSigned *e = event->payload;
    file->work = (struct work_off){
        .agreement = e->agreement,
        .signed_at = event->position,
        .until = e->until,
        .is_running = true,
        .was_used = true,
    };
    ledger_cover(&file->ledger, CHARGE_work_off, e->covered);
}

static void credit_work(struct debt_file *file, const struct WorkOffCredited *e) {
    file->work.minutes_credited += e->minutes;
    ledger_reduce(&file->ledger, BY_WORK, e->amount, CHARGE_work_off);
}

/* Verified when arrears remain and nothing else has been agreed. */
static void leave_work_off(struct debt_file *file) {
    end_work_off(file);
    if (!file->plan.is_running && ledger_arrears(&file->ledger) > 0)
        file->life.state = DEBT_VERIFIED;
}

/* ---- statements, payments, endings ---- */

static void report(struct debt_file *file, const struct ArrearsReported *e) {
    file->household = e->household;
    file->debtor = e->debtor;
    ledger_open(&file->ledger, e->amount, e->as_of, e->periods);
}

static void pay(struct debt_file *file, const struct PaymentRecorded *e) {
    int first = e->earmark;
    if (file->plan.is_running && id_equal(file->plan.agreement, e->instrument))
        first = CHARGE_instalments;
    else if (file->work.is_running && id_equal(file->work.agreement, e->instrument))
        first = CHARGE_work_off;
    ledger_reduce(&file->ledger, BY_PAYMENT, e->amount, first);
}

static void decide_dispute(struct debt_file *file, const struct DisputeDecided *e) {
    file->disputed = 0;
    ledger_forgive(&file->ledger, e->reduction);
}

static void die(struct debt_file *file, const struct DebtorDied *e) {
    file->has_death = true;
    file->debtor = e->successors.count ? e->successors.items[0].person : (struct id){{0}};
    if (e->successors.count)
        file->work.was_used = file->work.is_running;
    if (e->succession == SUCCESSION_nobody)
        file->life.state = DEBT_CLOSED;
}

static void settle(struct debt_file *file) {
    end_plan(file);
    end_work_off(file);
}

/* ---- evolve ---- */

static void evolve_account(struct debt_file *file, const struct event *event) {
    const struct ChargeAccrued *charge = event->payload;
    const struct ArrearsVerified *verified = event->payload;
    switch (event->type) {
    case EVENT_ArrearsReported:
        report(file, event->payload);
        break;
    case EVENT_ArrearsVerified:
        ledger_restate(&file->ledger, verified->amount, verified->as_of, verified->periods);
        break;
    case EVENT_ArrearsDisputed:
        file->disputed = ((const struct ArrearsDisputed *)event->payload)->amount;
        break;
    case EVENT_DisputeDecided:
        decide_dispute(file, event->payload);
        break;
    case EVENT_ChargeAccrued:
        ledger_charge(&file->ledger, (enum CHARGE)charge->kind, charge->amount, charge->due,
                      event->position);
        break;
    case EVENT_ChargeBecameOverdue:
        ledger_pass_due(&file->ledger,
                        (uint64_t)((const struct ChargeBecameOverdue *)event->payload)->start);
        break;
    case EVENT_PaymentRecorded:
        pay(file, event->payload);
        break;
    case EVENT_DebtorDied:
        die(file, event->payload);
        break;
    case EVENT_DebtSettled:
        settle(file);
        break;
    case EVENT_SubjectRepointed:
        file->household = ((const struct SubjectRepointed *)event->payload)->to_household;
        break;
    }
}

static void evolve_agreements(struct debt_file *file, const struct event *event) {
    const struct DeferralGranted *deferral = event->payload;
    switch (event->type) {
    case EVENT_InstalmentsGranted:
        grant_instalments(file, event);
        break;
    case EVENT_InstalmentPaid:
        pay_instalment(file, event->payload);
        break;
    case EVENT_InstalmentMissed:
        file->plan.missed = (uint16_t)((const struct InstalmentMissed *)event->payload)->number;
        break;
    case EVENT_AgreementBroken:
        break_agreement(file, event->payload);
        break;
    case EVENT_DeferralGranted:
        ledger_defer(&file->ledger, deferral->amount, deferral->until, event->position);
        break;
    case EVENT_WriteOffGranted:
        write_off(file, event->payload);
        break;
    case EVENT_WriteOffConfirmed:
        file->write_off.is_conditional = false;
        break;
    case EVENT_WriteOffRevoked:
        revoke_write_off(file, event);
        break;
    case EVENT_WorkOffAgreementSigned:
        sign_work_off(file, event);
        break;
    case EVENT_WorkPerformed:
        file->work.minutes_done += ((const struct WorkPerformed *)event->payload)->minutes;
        break;
    case EVENT_WorkOffCredited:
        credit_work(file, event->payload);
        break;
    case EVENT_WorkOffEnded:
    case EVENT_WorkOffTermReached:
        leave_work_off(file);
        break;
    }
}

static void evolve_debt_file(void *state, const struct event *event) {
    struct debt_file *file = state;
    evolve_account(file, event);
    evolve_agreements(file, event);
    risk_evolve(&file->risk, event);
}

void debt_file_after(const struct decision *d, struct debt_file *out) {
    const struct event event = {
        .position = UINT64_MAX,
        .known_at_us = d->facts->now_us,
        .said = d->command->said,
        .schema = d->command->schema,
        .type = d->command->schema->about->type,
        .payload = d->command->payload,
    };
    *out = *(const struct debt_file *)d->state;
    evolve_debt_file(out, &event);
}

/* ---- timers ---- */

/* T31, oldest day first. A day to pay that is no working day moves on (art. 115 KC, AL). */
static size_t charges_running(const struct debt_file *file, struct timer *out, size_t room) {
    size_t count = 0;
    for (unsigned i = 0; i < file->ledger.count && count < room; i++) {
        const struct ledger_item *item = &file->ledger.items[i];
        if (item->is_overdue)
            continue;
        out[count++] = (struct timer){31, item->start, civil_next_working(item->due),
                                      ChargeBecameOverdue_schema()};
    }
    return count;
}

static size_t timers_of_debt_file(const void *state, const struct PolicySetAdopted *policy,
                                  struct timer out[TIMERS_MAX]) {
    const struct debt_file *file = state;
    size_t count = 0;
    (void)policy;
    if (!(IN(file->life.state) & DEBT_ANY))
        return 0;
    if (file->risk.state == RISK_WARNED)
        out[count++] = (struct timer){7, file->risk.warned_at,
                                      civil_next_working(file->risk.pay_until),
                                      TerminationBecamePossible_schema()};
    if (file->life.state == DEBT_REPAYING && file->work.is_running)
        out[count++] = (struct timer){8, file->work.signed_at, file->work.until,
                                      WorkOffTermReached_schema()};
    return count + charges_running(file, out + count, TIMERS_MAX - count);
}

const struct aggregate debt_file_aggregate = {
    .category = CATEGORY_DebtFile,
    .name = "DebtFile",
    .state_size = sizeof(struct debt_file),
    .states = states,
    .state_count = sizeof states / sizeof *states,
    .final = IN(DEBT_CLOSED),
    .transitions = transitions,
    .transition_count = sizeof transitions / sizeof *transitions,
    .evolve = evolve_debt_file,
    .timers = timers_of_debt_file,
    .amended = follow_amendment,
};
