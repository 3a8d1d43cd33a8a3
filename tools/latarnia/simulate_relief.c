/* Relief: the request and its papers, instalments and their months, write-off, work-off, deferral. */
#include <string.h>

#include "tools/latarnia/simulate_debt.h"

enum { INSTALMENTS_MOST = 48 };

static step_fn ask_papers, complete_request, decide, pay_month, accrue_rent, work_month, confirm,
    close_written_off, default_next;

/* ---- the request ---- */

static const char *kind_of(const struct debt *d) {
    switch (d->path) {
    case DEBT_BY_WRITE_OFF:
        return "write_off";
    case DEBT_BY_WORK:
        return "work_off";
    case DEBT_DEFERRED:
        return "deferral";
    default:
        return "instalments";
    }
}

void request_relief(struct sim *s, void *subject) {
    struct debt *d = subject;
    if (!is_debt_open(d) || !id_is_zero(d->request))
        return;
    d->request = new_id(s);
    d->filed_on = s->today;
    say(s, has_team(s) && chance(s, 600) ? host_of(s, d->home) : unit_voice(ROLE_ZLM),
        "ReliefRequested", d->request, "debt_file=%i kind=%s applicant=%i", d->file, kind_of(d),
        d->home->persons[0].id);
    if (chance(s, 280))
        plan_in(s, 4, 15, ask_papers, d);
    else
        plan_in(s, 2, 14, complete_request, d);
}

static void ask_papers(struct sim *s, void *subject) {
    struct debt *d = subject;
    if (d->home->is_ended)
        return;
    say(s, recovery(), "ReliefCompletionAsked", d->request, "until=%D", workday_in(s, 14, 21));
    plan_in(s, 5, 30, complete_request, d);
}

static void complete_request(struct sim *s, void *subject) {
    struct debt *d = subject;
    if (d->home->is_ended)
        return;
    if (chance(s, 40)) {
        say(s, unit_voice(ROLE_ZLM), "ReliefWithdrawn", d->request, "reason=%s", "own_wish");
        return;
    }
    say(s, unit_voice(ROLE_ZLM), "ReliefRequestCompleted", d->request,
        "property_statement=%t income_documents=%t co_debtors_named=%t", true, true, true);
    plan_in(s, 6, chance(s, 100) ? 55 : 26, decide, d);
}

static void agree_instalments(struct sim *s, struct debt *d);
static void agree_work(struct sim *s, struct debt *d);
static void write_off(struct sim *s, struct debt *d);
static void defer(struct sim *s, struct debt *d);

static void decide(struct sim *s, void *subject) {
    struct debt *d = subject;
    if (!is_debt_open(d))
        return;
    if (chance(s, 80)) {
        say(s, recovery(), "ReliefRefused", d->request, "reason=%s next_step=%s",
            ONE_OF(s, "no_ground", "income_too_high", "not_completed"),
            ONE_OF(s, "instalments", "work_off", "social_guide", "allowance"));
        plan_in(s, 60, 200, pay_parts, d);
        return;
    }
    if (d->path == DEBT_BY_WRITE_OFF)
        write_off(s, d);
    else if (d->path == DEBT_BY_WORK)
        agree_work(s, d);
    else if (d->path == DEBT_DEFERRED)
        defer(s, d);
    else
        agree_instalments(s, d);
}

/* ---- instalments ---- */

static civil_day due_of(const struct debt *d, int number) {
    return civil_next_working(civil_add_months(d->first_due, number - 1));
}

static int64_t sum_of(const struct debt *d, int first, int last) {
    return last < d->count ? (last - first + 1) * d->instalment
                           : d->covered - (first - 1) * d->instalment;
}

static void agree_instalments(struct sim *s, struct debt *d) {
    int64_t wanted = between(s, 70, 260) * 100;
    int64_t count = d->remaining / wanted;
    d->count = count < 4 ? 4 : count > INSTALMENTS_MOST ? INSTALMENTS_MOST : (int)count;
    d->covered = d->remaining;
    d->instalment = d->covered / d->count;
    d->first_due = civil_next_working(s->today + between(s, 15, 45));
    d->agreement = new_id(s);
    d->misses_often = chance(s, 160);
    d->has_charges = chance(s, 220);
    say(s, recovery(), "InstalmentsGranted", d->file,
        "household=%i agreement=%i request=%i covered=%m count=%d instalment=%m last=%m "
        "first_due=%D warned=%t",
        d->home->id, d->agreement, d->request, d->covered, d->count, d->instalment,
        sum_of(d, d->count, d->count), d->first_due, true);
    debt_agreed(s, d->home);
    d->tick = 1;
    plan_on(s, due_of(d, 1) - between(s, 0, 6), pay_month, d);
    if (d->has_charges)
        plan_in(s, 5, 20, accrue_rent, d);
}

/* Current rent beside the instalments: charged and paid before its day. */
static void pay_rent(struct sim *s, void *subject) {
    struct debt *d = subject;
    struct id twice;
    if (d->home->is_ended)
        return;
    say(s, recovery(), "PaymentRecorded", d->file, "amount=%m earmark=%s", d->rent, "rent");
    if (!is_debt_open(d) || d->tick + 1 >= d->count || d->is_missing || !chance(s, 12))
        return;
    d->is_doubtful = true;
    twice = say(s, recovery(), "PaymentRecorded", d->file, "amount=%m earmark=%s", d->rent, "rent");
    void_soon(s, recovery(), "DebtFile", d->file, twice);
}

static void accrue_rent(struct sim *s, void *subject) {
    struct debt *d = subject;
    if (!is_debt_open(d) || d->tick > d->count)
        return;
    say(s, unit_voice(ROLE_ZLM), "ChargeAccrued", d->file, "kind=%s amount=%m due=%D", "rent",
        d->rent, s->today + 30);
    plan_in(s, 6, 22, pay_rent, d);
    plan_in(s, 30, 32, accrue_rent, d);
}

static void next_month(struct sim *s, struct debt *d) {
    if (++d->tick <= d->count)
        plan_on(s, due_of(d, d->tick) - between(s, 0, 6), pay_month, d);
}

static void break_agreement(struct sim *s, struct debt *d) {
    say(s, recovery(), "AgreementBroken", d->file, "household=%i agreement=%i reason=%s",
        d->home->id, d->agreement, "instalments_missed");
    d->tick = d->count + 1;
    d->agreement = d->request = (struct id){{0}};
    plan_in(s, 30, 200, default_next, d);
}

static void miss_month(struct sim *s, void *subject) {
    struct debt *d = subject;
    if (!is_debt_open(d) || id_is_zero(d->agreement))
        return;
    say(s, recovery(), "InstalmentMissed", d->file, "agreement=%i number=%d", d->agreement,
        d->tick);
    d->is_missing = false;
    if (++d->missed_in_row >= 3 && chance(s, 600))
        break_agreement(s, d);
    else
        next_month(s, d);
}

/* What was missed before is paid along. The last month is never missed: the story would not end. */
static void pay_month(struct sim *s, void *subject) {
    struct debt *d = subject;
    if (!is_debt_open(d) || id_is_zero(d->agreement))
        return;
    if (d->tick < d->count && !d->is_doubtful && chance(s, d->misses_often ? 520 : 45)) {
        d->is_missing = true;
        plan_on(s, due_of(d, d->tick) + between(s, 2, 8), miss_month, d);
        return;
    }
    int64_t amount = sum_of(d, d->paid + 1, d->tick);
    d->missed_in_row = 0;
    d->remaining -= amount;
    say(s, recovery(), "PaymentRecorded", d->file, "amount=%m instrument=%i", amount,
        d->agreement);
    while (d->paid < d->tick)
        say(s, recovery(), "InstalmentPaid", d->file, "agreement=%i number=%d", d->agreement,
            ++d->paid);
    if (d->tick == d->count)
        plan_in(s, 1, 6, settle_debt, d);
    next_month(s, d);
}

static void end_enforcement(struct sim *s, void *subject) {
    struct debt *d = subject;
    if (!d->home->is_ended)
        say(s, recovery(), "EnforcementEnded", d->file, "reason=%s",
            ONE_OF(s, "ineffective", "suspended"));
}

/* After a broken agreement: enforcement, or a second attempt. */
static void default_next(struct sim *s, void *subject) {
    struct debt *d = subject;
    if (!is_debt_open(d))
        return;
    if (chance(s, 450)) {
        d->paid = d->missed_in_row = 0;
        d->path = DEBT_BY_INSTALMENTS;
        request_relief(s, d);
        return;
    }
    say(s, recovery(), "EnforcementStarted", d->file, "title=%s title_day=%D", "nakaz zaplaty",
        s->today - between(s, 10, 60));
    plan_in(s, 120, 300, end_enforcement, d);
}

/* ---- write-off ---- */

static void write_off(struct sim *s, struct debt *d) {
    bool is_full = chance(s, 350);
    int64_t amount = is_full ? d->remaining : d->remaining / 10 * between(s, 3, 7);
    bool is_conditional = !is_full && chance(s, 400);
    d->agreement = new_id(s);
    d->remaining -= amount;
    say(s, recovery(), "WriteOffGranted", d->file,
        "household=%i request=%i instrument=%i amount=%m ground=%s conditional=%T", d->home->id,
        d->request, d->agreement, amount,
        ONE_OF(s, "debtor_interest", "debtor_interest", "public_interest"), is_conditional);
    if (is_conditional)
        plan_in(s, 200, 500, confirm, d);
    if (is_full) {
        d->is_over = true;
        plan_in(s, 20, 90, close_written_off, d);
    } else {
        plan_in(s, 20, 60, pay_parts, d);
    }
}

static void confirm(struct sim *s, void *subject) {
    struct debt *d = subject;
    if (is_debt_open(d))
        say(s, recovery(), "WriteOffConfirmed", d->file, "instrument=%i", d->agreement);
}

static void close_written_off(struct sim *s, void *subject) {
    struct debt *d = subject;
    if (!d->home->is_ended)
        say(s, recovery(), "DebtFileClosed", d->file, "reason=%s", "written_off");
}

/* ---- deferral ---- */

static void defer(struct sim *s, struct debt *d) {
    say(s, recovery(), "DeferralGranted", d->file,
        "household=%i request=%i amount=%m until=%D ground=%s", d->home->id, d->request,
        d->remaining, s->today + 240, "debtor_interest");
    plan_in(s, 60, 220, pay_parts, d);
}

/* ---- work-off: 11, 13, 15 zł an hour (F109-F111) ---- */

static int64_t rate_on(civil_day day) {
    return day < civil_from_ymd(2017, 1, 1) ? 1100 : day < civil_from_ymd(2018, 7, 1) ? 1300 : 1500;
}

static void agree_work(struct sim *s, struct debt *d) {
    int year, month, day;
    civil_to_ymd(d->filed_on, &year, &month, &day);
    d->agreement = new_id(s);
    d->work_until = civil_add_months(s->today, 12) - 1;
    s->evidence = "paper";
    say(s, recovery(), "WorkOffAgreementSigned", d->file,
        "household=%i agreement=%i request=%i covered=%m as_of=%D until=%D income_test=%s "
        "municipal_stock=%t",
        d->home->id, d->agreement, d->request, d->remaining, d->filed_on - day, d->work_until,
        "passed", true);
    plan_in(s, 20, 40, work_month, d);
}

static void end_work(struct sim *s, struct debt *d, const char *reason) {
    say(s, recovery(), "WorkOffEnded", d->file, "agreement=%i reason=%s", d->agreement, reason);
    plan_in(s, 10, 60, pay_parts, d);
}

static void work_month(struct sim *s, void *subject) {
    struct debt *d = subject;
    int64_t rate = rate_on(s->today), hours = between(s, 12, 60);
    if (!is_debt_open(d))
        return;
    if (s->today > d->work_until - 40 || chance(s, 40)) {
        end_work(s, d, ONE_OF(s, "own_wish", "not_worked", "unable"));
        return;
    }
    if (hours * rate > d->remaining)
        hours = d->remaining / rate;
    if (!hours) {
        end_work(s, d, "worked_off");
        return;
    }
    d->remaining -= hours * rate;
    say(s, recovery(), "WorkPerformed", d->file, "minutes=%l", hours * 60);
    say(s, recovery(), "WorkOffCredited", d->file, "agreement=%i minutes=%l amount=%m",
        d->agreement, hours * 60, hours * rate);
    if (d->remaining == 0)
        plan_in(s, 1, 5, settle_debt, d);
    else
        plan_in(s, 26, 33, work_month, d);
}
