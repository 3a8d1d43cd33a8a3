/*
 * Rent arrears of almost half of the households (F098): statement and verification, payments, disputes,
 * warnings, and the end. Balances are never said; every sum here is one that the ledger can compute.
 */
#include <string.h>

#include "tools/latarnia/simulate_debt.h"

static step_fn report, verify, contact_recovery, demand, dispute, warn, terminate, close_file, go_on;

struct voice recovery(void) {
    return unit_voice(ROLE_WINDYKACJA);
}

bool is_debt_open(const struct debt *d) {
    return !d->is_over && !d->home->is_ended;
}

/* ---- who owes ---- */

static enum debt_path path_of(struct sim *s) {
    static const int permille[] = {360, 130, 90, 80, 50, 140};
    int roll = between(s, 0, 999), path = 0;
    while (path < DEBT_QUIET && roll >= permille[path])
        roll -= permille[path++];
    return (enum debt_path)path;
}

static struct debt *owe(struct sim *s, struct home *h) {
    struct debt *d = owned(s, sizeof *d);
    *d = (struct debt){.home = h, .file = new_id(s), .path = path_of(s)};
    d->rent = between(s, 160, 620) * 100;
    d->periods = between(s, 1, 100) <= 30 ? between(s, 1, 2) : between(s, 3, 30);
    h->debt = d;
    return d;
}

static civil_day board_opens(void) {
    return civil_from_ymd(2016, 4, 11);
}

void tell_debts(struct sim *s) {
    for (size_t i = 0; i < s->home_count; i++) {
        struct home *h = &s->homes[i];
        if (!chance(s, 440))
            continue;
        struct debt *d = owe(s, h);
        civil_day first = h->registered > board_opens() ? h->registered : board_opens();
        plan_on(s, civil_next_working(first + between(s, 0, 500)), report, d);
    }
}

/* A blocker of a move asks for a statement: it comes soon (4.6). */
void debt_wanted(struct sim *s, struct home *h) {
    struct debt *d = h->debt ? h->debt : owe(s, h);
    civil_day day = workday_in(s, 4, 20);
    plan_on(s, day > board_opens() ? day : civil_next_working(board_opens() + 3), report, d);
}

/* ---- statement ---- */

static civil_day month_end_before(civil_day day) {
    int year, month, number;
    civil_to_ymd(day, &year, &month, &number);
    return day - number;
}

static void report(struct sim *s, void *subject) {
    struct debt *d = subject;
    if (d->is_reported || d->home->is_ended)
        return;
    d->is_reported = true;
    d->remaining = d->rent * d->periods + between(s, 0, 90) * 100;
    say(s, unit_voice(ROLE_ZLM), "ArrearsReported", d->file,
        "household=%i amount=%m as_of=%D periods=%d debtor=%i tenancy=%i", d->home->id,
        d->remaining, month_end_before(s->today), d->periods, d->home->persons[0].id,
        d->home->flat.id);
    plan_in(s, 8, 40, verify, d);
    if (chance(s, 550))
        plan_in(s, 5, 60, contact_recovery, d);
    if (chance(s, 350))
        plan_in(s, 10, 90, demand, d);
}

static void verify(struct sim *s, void *subject) {
    struct debt *d = subject;
    if (!is_debt_open(d))
        return;
    if (chance(s, 180)) {
        d->periods = d->periods > 1 ? d->periods - 1 : 1;
        d->remaining -= d->rent / 2;
    }
    say(s, recovery(), "ArrearsVerified", d->file, "amount=%m as_of=%D periods=%d", d->remaining,
        month_end_before(s->today), d->periods);
    if (chance(s, 45))
        plan_in(s, 3, 15, dispute, d);
    else
        plan_in(s, 10, 90, go_on, d);
}

static void contact_recovery(struct sim *s, void *subject) {
    struct debt *d = subject;
    if (!is_debt_open(d) || !has_team(s))
        return;
    say(s, host_of(s, d->home), "RecoveryContacted", d->file, "topic=%s",
        ONE_OF(s, "statement", "relief", "relief", "agreement"));
    if (chance(s, 350))
        plan_in(s, 60, 240, contact_recovery, d);
}

static void demand(struct sim *s, void *subject) {
    struct debt *d = subject;
    if (is_debt_open(d))
        say(s, recovery(), "PaymentDemandSent", d->file, "pay_until=%D", workday_in(s, 14, 30));
}

static void decide_dispute(struct sim *s, void *subject) {
    struct debt *d = subject;
    int64_t part = d->rent / 2;
    bool is_right = d->remaining > d->rent && chance(s, 400);
    if (!is_debt_open(d))
        return;
    if (is_right) {
        d->remaining -= part;
        say(s, recovery(), "DisputeDecided", d->file, "outcome=%s reduction=%m", "partly", part);
    } else {
        say(s, recovery(), "DisputeDecided", d->file, "outcome=%s", "rejected");
    }
    plan_in(s, 10, 60, go_on, d);
}

static void dispute(struct sim *s, void *subject) {
    struct debt *d = subject;
    if (!is_debt_open(d))
        return;
    say(s, recovery(), "ArrearsDisputed", d->file, "amount=%m reason=%s", d->rent,
        ONE_OF(s, "amount", "paid_before", "flat_defect", "limitation"));
    plan_in(s, 15, 50, decide_dispute, d);
}

/* ---- what becomes of it ---- */

static void go_on(struct sim *s, void *subject) {
    struct debt *d = subject;
    if (!is_debt_open(d))
        return;
    if (d->path == DEBT_IGNORED)
        plan_in(s, 30, 120, warn, d);
    else if (d->path == DEBT_IS_PAID)
        plan_in(s, 10, 60, pay_parts, d);
    else if (d->path != DEBT_QUIET)
        plan_in(s, 5, 70, request_relief, d);
}

void record_payment(struct sim *s, struct debt *d, int64_t amount) {
    d->remaining -= amount;
    say(s, recovery(), "PaymentRecorded", d->file, "amount=%m", amount);
}

/* In up to five parts. */
void pay_parts(struct sim *s, void *subject) {
    struct debt *d = subject;
    if (!is_debt_open(d))
        return;
    bool is_last = d->remaining <= 60000 || chance(s, 250);
    record_payment(s, d, is_last ? d->remaining : d->remaining / 10 * between(s, 2, 5));
    if (is_last)
        plan_in(s, 1, 4, settle_debt, d);
    else
        plan_in(s, 20, 70, pay_parts, d);
}

void settle_debt(struct sim *s, void *subject) {
    struct debt *d = subject;
    if (!is_debt_open(d))
        return;
    d->is_over = true;
    say(s, recovery(), "DebtSettled", d->file, "household=%i", d->home->id);
    debt_agreed(s, d->home);
    if (chance(s, 450))
        plan_in(s, 20, 120, close_file, d);
}

static void close_file(struct sim *s, void *subject) {
    struct debt *d = subject;
    say(s, recovery(), "DebtFileClosed", d->file, "reason=%s", "settled");
}

/* ---- the ladder: a warning in writing at three full periods, an extra month, the notice (O3) ---- */

static void warn(struct sim *s, void *subject) {
    struct debt *d = subject;
    if (!is_debt_open(d) || (d->periods < 3 && !chance(s, 40)))
        return;
    d->is_warned = true;
    say(s, unit_voice(ROLE_ZLM), "ArrearsWarningServed", d->file,
        "household=%i in_writing=%t pay_until=%D", d->home->id, true,
        civil_next_working(civil_add_months(s->today, 1) + 3));
    int roll = between(s, 0, 999);
    if (roll < 300)
        plan_in(s, 10, 28, pay_parts, d);
    else if (roll < 750)
        plan_in(s, 10, 50, request_relief, d);
    else if (d->periods >= 3)
        plan_in(s, 50, 120, terminate, d);
}

static void enforce(struct sim *s, void *subject) {
    struct debt *d = subject;
    if (!is_debt_open(d))
        return;
    say(s, recovery(), "EnforcementStarted", d->file, "title=%s title_day=%D", "nakaz zaplaty",
        s->today - between(s, 10, 60));
}

static void terminate(struct sim *s, void *subject) {
    struct debt *d = subject;
    int year, month, day;
    if (!is_debt_open(d))
        return;
    if (d->home->move.state > MOVE_NONE && d->home->move.state < MOVE_DONE) {
        plan_in(s, 60, 120, terminate, d);
        return;
    }
    civil_to_ymd(civil_add_months(s->today, 2), &year, &month, &day);
    say(s, unit_voice(ROLE_ZLM), "TenancyTerminatedForArrears", d->file,
        "household=%i in_writing=%t ends_on=%D cause=%s", d->home->id, true,
        civil_from_ymd(year, month, 1) - 1 > civil_add_months(s->today, 1)
            ? civil_from_ymd(year, month, 1) - 1
            : civil_add_months(civil_from_ymd(year, month, 1), 1) - 1,
        "arrears");
    if (chance(s, 500))
        plan_in(s, 90, 200, enforce, d);
}
