/*
 * Proves what each entry does to an account, and that balance, arrears and money paid ahead always
 * agree with a second ledger that keeps every item for ever and merges none.
 */
#include "daemons/debt/ledger.h"

#include "tests/harness/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- table: a few entries, then the sums ---- */

enum step_kind { OPEN = 1, RESTATE, FORGIVE, CHARGE, PASS, PAY, WORK, WRITE_OFF, EXCHANGE, RESTORE,
                 DEFER, COVER, UNCOVER };

struct step {
    enum step_kind kind;
    int64_t amount;
    int what; /* kind of charge, or the one named first */
    civil_day day;
    uint64_t start;
    int64_t periods;
};

static void apply(struct ledger *l, const struct step *s) {
    enum CHARGE what = (enum CHARGE)s->what;
    switch (s->kind) {
    case OPEN: ledger_open(l, s->amount, s->day, s->periods); break;
    case RESTATE: ledger_restate(l, s->amount, s->day, s->periods); break;
    case FORGIVE: ledger_forgive(l, s->amount); break;
    case CHARGE: ledger_charge(l, what, s->amount, s->day, s->start); break;
    case PASS: ledger_pass_due(l, s->start); break;
    case PAY: ledger_reduce(l, BY_PAYMENT, s->amount, s->what); break;
    case WORK: ledger_reduce(l, BY_WORK, s->amount, CHARGE_work_off); break;
    case WRITE_OFF: ledger_reduce(l, BY_WRITE_OFF, s->amount, 0); break;
    case EXCHANGE: ledger_reduce(l, BY_EXCHANGE, s->amount, 0); break;
    case RESTORE: ledger_restore(l, s->amount, s->day); break;
    case DEFER: ledger_defer(l, s->amount, s->day, s->start); break;
    case COVER: ledger_cover(l, what, s->amount); break;
    case UNCOVER: ledger_uncover(l, what); break;
    }
}

#define RENT(sum, day, start) {CHARGE, sum, CHARGE_rent, day, start, 0}
#define MEDIA(sum, day, start) {CHARGE, sum, CHARGE_media, day, start, 0}
#define DUE(start) {PASS, 0, 0, 0, start, 0}

static const struct row {
    const char *name;
    struct step steps[10];
    int64_t balance, arrears, surplus, periods;
    int kind;     /* of which `owed` is asked */
    int64_t owed;
} rows[] = {
    {"nothing", {{0}}, 0, 0, 0, 0, CHARGE_rent, 0},
    {"a statement is overdue at once", {{OPEN, 90000, 0, 10, 0, 3}}, 90000, 90000, 0, 3,
     CHARGE_opening, 90000},
    {"a charge is owed but not overdue", {RENT(30000, 10, 1)}, 30000, 0, 0, 0, CHARGE_rent, 30000},
    {"its day passes", {RENT(30000, 10, 1), DUE(1)}, 30000, 30000, 0, 1, CHARGE_rent, 30000},
    {"another day passes", {RENT(30000, 10, 1), DUE(2)}, 30000, 0, 0, 0, CHARGE_rent, 30000},
    {"paid in time it never becomes overdue",
     {RENT(30000, 10, 1), {PAY, 30000, 0, 0, 0, 0}, DUE(1)}, 0, 0, 0, 0, CHARGE_rent, 0},
    {"the oldest is paid first, also when it was entered later",
     {RENT(30000, 40, 2), RENT(20000, 10, 1), DUE(1), DUE(2), {PAY, 20000, 0, 0, 0, 0}},
     30000, 30000, 0, 1, CHARGE_rent, 30000},
    {"an earmark goes before age (art. 451 KC)",
     {RENT(30000, 10, 1), MEDIA(9000, 40, 2), DUE(1), {PAY, 9000, CHARGE_media, 0, 0, 0}},
     30000, 30000, 0, 1, CHARGE_media, 0},
    {"what the earmark leaves goes to the oldest",
     {RENT(30000, 10, 1), MEDIA(9000, 40, 2), DUE(1), {PAY, 10000, CHARGE_media, 0, 0, 0}},
     29000, 29000, 0, 0, CHARGE_rent, 29000},
    {"an earmark for what is not owed", {RENT(30000, 10, 1), {PAY, 100, CHARGE_costs, 0, 0, 0}},
     29900, 0, 0, 0, CHARGE_rent, 29900},
    {"too much is paid ahead", {RENT(30000, 10, 1), {PAY, 31000, 0, 0, 0, 0}}, -1000, 0, 1000, 0,
     CHARGE_rent, 0},
    {"and pays the next charge",
     {{PAY, 31000, 0, 0, 0, 0}, RENT(30000, 10, 1), RENT(30000, 40, 2), DUE(2)},
     29000, 29000, 0, 0, CHARGE_rent, 29000},
    {"a part paid is no full period",
     {RENT(30000, 10, 1), DUE(1), RENT(30000, 40, 2), DUE(2), {PAY, 1, 0, 0, 0, 0}},
     59999, 59999, 0, 1, CHARGE_rent, 59999},
    {"rent and media of the same months count once",
     {RENT(30000, 10, 1), MEDIA(9000, 10, 2), RENT(30000, 40, 3), MEDIA(9000, 40, 4), DUE(1),
      DUE(2), DUE(3), DUE(4)}, 78000, 78000, 0, 2, CHARGE_media, 18000},
    {"interest is no period", {{CHARGE, 500, CHARGE_interest, 10, 1, 0}, DUE(1)}, 500, 500, 0, 0,
     CHARGE_interest, 500},
    {"a statement restated higher", {{OPEN, 90000, 0, 10, 0, 3}, {RESTATE, 95000, 0, 20, 0, 4}},
     95000, 95000, 0, 4, CHARGE_opening, 95000},
    {"restated lower after a payment",
     {{OPEN, 90000, 0, 10, 0, 3}, {PAY, 40000, 0, 0, 0, 0}, {RESTATE, 60000, 0, 20, 0, 2}},
     20000, 20000, 0, 0, CHARGE_opening, 20000},
    {"restated below what was paid",
     {{OPEN, 90000, 0, 10, 0, 3}, {PAY, 40000, 0, 0, 0, 0}, {RESTATE, 30000, 0, 20, 0, 1}},
     -10000, 0, 10000, 0, CHARGE_opening, 0},
    {"a disputed part was never owed", {{OPEN, 90000, 0, 10, 0, 3}, {FORGIVE, 30000, 0, 0, 0, 0}},
     60000, 60000, 0, 3, CHARGE_opening, 60000},
    {"every reduction is a term of the balance",
     {{OPEN, 100000, 0, 10, 0, 0}, {PAY, 1000, 0, 0, 0, 0}, {WORK, 200, 0, 0, 0, 0},
      {WRITE_OFF, 30, 0, 0, 0, 0}, {EXCHANGE, 4, 0, 0, 0, 0}}, 98766, 98766, 0, 0, CHARGE_opening,
     98766},
    {"a write-off taken back is owed again",
     {{OPEN, 100000, 0, 10, 0, 3}, {WRITE_OFF, 100000, 0, 0, 0, 0}, {RESTORE, 100000, 0, 99, 0, 0}},
     100000, 100000, 0, 0, CHARGE_opening, 100000},
    {"a deferred part is not overdue",
     {{OPEN, 100000, 0, 10, 0, 4}, {DEFER, 40000, 0, 99, 7, 0}}, 100000, 60000, 0, 2,
     CHARGE_deferred, 40000},
    {"until its day", {{OPEN, 100000, 0, 10, 0, 4}, {DEFER, 40000, 0, 99, 7, 0}, DUE(7)},
     100000, 100000, 0, 4, CHARGE_deferred, 0},
    {"what an agreement covers stays overdue, without periods",
     {{OPEN, 100000, 0, 10, 0, 4}, {COVER, 100000, CHARGE_instalments, 0, 0, 0}},
     100000, 100000, 0, 0, CHARGE_instalments, 100000},
    {"a payment that names no agreement pays the rest first",
     {{OPEN, 90000, 0, 10, 0, 3}, {COVER, 90000, CHARGE_instalments, 0, 0, 0}, RENT(30000, 40, 1),
      {PAY, 30000, 0, 0, 0, 0}}, 90000, 90000, 0, 0, CHARGE_instalments, 90000},
    {"one that names it pays the covered part",
     {{OPEN, 90000, 0, 10, 0, 3}, {COVER, 90000, CHARGE_instalments, 0, 0, 0}, RENT(30000, 40, 1),
      {PAY, 30000, CHARGE_instalments, 0, 0, 0}}, 90000, 60000, 0, 0, CHARGE_instalments, 60000},
    {"a broken agreement gives the periods back",
     {{OPEN, 90000, 0, 10, 0, 3}, {COVER, 90000, CHARGE_instalments, 0, 0, 0},
      {PAY, 30000, CHARGE_instalments, 0, 0, 0}, {UNCOVER, 0, CHARGE_instalments, 0, 0, 0}},
     60000, 60000, 0, 2, CHARGE_opening, 60000},
    {"work is credited to the part that is to be worked off",
     {{OPEN, 90000, 0, 10, 0, 3}, {COVER, 60000, CHARGE_work_off, 0, 0, 0},
      {WORK, 15000, 0, 0, 0, 0}}, 75000, 75000, 0, 1, CHARGE_work_off, 45000},
    {"covering more than is overdue covers what there is",
     {{OPEN, 90000, 0, 10, 0, 3}, RENT(30000, 40, 1), {COVER, 200000, CHARGE_work_off, 0, 0, 0}},
     120000, 90000, 0, 0, CHARGE_work_off, 90000},
};

static void entries_move_the_sums(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ledger l = {0};
        for (size_t s = 0; s < COUNT(rows[i].steps) && rows[i].steps[s].kind; s++)
            apply(&l, &rows[i].steps[s]);
        if (ledger_balance(&l) != rows[i].balance || ledger_arrears(&l) != rows[i].arrears ||
            l.surplus != rows[i].surplus || ledger_periods(&l) != rows[i].periods ||
            ledger_owed(&l, (enum CHARGE)rows[i].kind) != rows[i].owed)
            fail_msg("%s: balance %lld arrears %lld surplus %lld periods %lld owed %lld",
                     rows[i].name, (long long)ledger_balance(&l), (long long)ledger_arrears(&l),
                     (long long)l.surplus, (long long)ledger_periods(&l),
                     (long long)ledger_owed(&l, (enum CHARGE)rows[i].kind));
    }
}

/* ---- property: the bounded ledger against one that forgets nothing ---- */

enum { NAIVE_MAX = 4000 };

struct naive {
    struct naive_item {
        int64_t left;
        uint64_t start;
        civil_day due;
        int kind;
        bool overdue;
    } items[NAIVE_MAX];
    size_t count;
    int64_t plus, minus, ahead; /* all that was ever owed, all that ever reduced it */
};

static bool naive_is_covered(const struct naive_item *n) {
    return n->kind == CHARGE_instalments || n->kind == CHARGE_work_off;
}

/* The oldest unpaid item of a class: 0 any, 1 the kind, 2 uncovered, 3 uncovered and overdue. */
static struct naive_item *naive_oldest(struct naive *n, int class, int kind) {
    struct naive_item *best = NULL;
    for (size_t i = 0; i < n->count; i++) {
        struct naive_item *item = &n->items[i];
        bool fits = class == 0 || (class == 1 && item->kind == kind) ||
                    (class >= 2 && !naive_is_covered(item) && (class == 2 || item->overdue));
        if (fits && item->left > 0 && (!best || item->due < best->due))
            best = item;
    }
    return best;
}

static int64_t naive_take(struct naive *n, int64_t amount, int class, int kind) {
    struct naive_item *item;
    while (amount > 0 && (item = naive_oldest(n, class, kind))) {
        int64_t part = amount < item->left ? amount : item->left;
        item->left -= part;
        amount -= part;
    }
    return amount;
}

static void naive_add(struct naive *n, struct naive_item item) {
    int64_t part = n->ahead < item.left ? n->ahead : item.left;
    n->ahead -= part;
    item.left -= part;
    n->items[n->count++] = item;
}

static void naive_reduce(struct naive *n, int64_t amount, int first) {
    n->minus += amount;
    if (first)
        amount = naive_take(n, amount, 1, first);
    amount = naive_take(n, amount, 2, 0);
    n->ahead += naive_take(n, amount, 0, 0);
}

static void naive_move(struct naive *n, int64_t amount, struct naive_item item) {
    item.left = amount - naive_take(n, amount, 3, 0);
    n->items[n->count++] = item;
}

static civil_day naive_first_day(struct naive *n) {
    struct naive_item *item = naive_oldest(n, 0, 0);
    return item ? item->due : 0;
}

static void naive_uncover(struct naive *n, int kind) {
    for (size_t i = 0; i < n->count; i++)
        if (n->items[i].kind == kind)
            n->items[i].kind = CHARGE_opening;
}

static void naive_pass(struct naive *n, uint64_t start) {
    for (size_t i = 0; i < n->count; i++)
        if (!n->items[i].overdue && n->items[i].start == start) {
            n->items[i].overdue = true;
            if (n->items[i].kind == CHARGE_deferred)
                n->items[i].kind = CHARGE_opening;
        }
}

static void naive_apply(struct naive *n, const struct step *s) {
    struct naive_item overdue = {s->amount, 0, s->day, CHARGE_opening, true};
    struct naive_item charge = {s->amount, s->start, s->day, s->what, false};
    switch (s->kind) {
    case OPEN:
        n->plus += s->amount;
        naive_add(n, overdue);
        break;
    case CHARGE:
        n->plus += s->amount;
        naive_add(n, charge);
        break;
    case RESTORE:
        n->minus -= s->amount;
        naive_add(n, overdue);
        break;
    case FORGIVE:
        naive_reduce(n, s->amount, CHARGE_opening);
        break;
    case PASS:
        naive_pass(n, s->start);
        break;
    case WORK:
        naive_reduce(n, s->amount, CHARGE_work_off);
        break;
    case DEFER:
        charge.kind = CHARGE_deferred;
        naive_move(n, s->amount, charge);
        break;
    case COVER:
        naive_uncover(n, s->what);
        naive_move(n, s->amount, (struct naive_item){0, 0, naive_first_day(n), s->what, true});
        break;
    case UNCOVER:
        naive_uncover(n, s->what);
        break;
    default:
        naive_reduce(n, s->amount, s->what);
    }
}

static int64_t naive_arrears(const struct naive *n) {
    int64_t sum = 0;
    for (size_t i = 0; i < n->count; i++)
        sum += n->items[i].overdue ? n->items[i].left : 0;
    return sum;
}

static unsigned not_due(const struct ledger *l) {
    unsigned count = 0;
    for (unsigned i = 0; i < l->count; i++)
        count += !l->items[i].is_overdue;
    return count;
}

/* Days never fall, as in an account; `room` says how full the list may become: up to its limit
 * the two ledgers agree in every sum by kind, beyond it in the totals as long as nothing is
 * earmarked. */
static struct step random_step(struct rng *rng, const struct ledger *l, int at, unsigned room,
                               uint64_t oldest_start) {
    bool is_narrow = room > LEDGER_ITEMS_MAX;
    struct step s = {.amount = rng_between(rng, 1, 60000), .day = 100 + at, .start = (uint64_t)at};
    int64_t dice = rng_between(rng, 0, 99);
    if (dice < 45 && l->count + 1u < room && not_due(l) < 5) {
        s.kind = CHARGE;
        s.what = (int)rng_between(rng, CHARGE_rent, CHARGE_costs);
        s.day += 20;
    } else if (dice < 70 && oldest_start) {
        s.kind = PASS;
        s.start = oldest_start;
    } else if (dice < 84) {
        s.kind = PAY;
        s.what = is_narrow ? 0 : (int)rng_between(rng, 0, CHARGE_work_off);
    } else if (dice < 88 && l->count + 1u < room) {
        s.kind = rng_chance(rng, 500) ? OPEN : RESTORE;
    } else if (dice < 91) {
        s.kind = rng_chance(rng, 500) ? WRITE_OFF : EXCHANGE;
    } else if (dice < 93) {
        s.kind = is_narrow ? WRITE_OFF : rng_chance(rng, 500) ? WORK : FORGIVE;
    } else if (dice < 95 && l->count + 1u < room && not_due(l) < 5) {
        s.kind = DEFER;
        s.day += 40;
    } else if (dice < 98 && l->count + 1u < room) {
        s.kind = COVER;
        s.what = (int)rng_between(rng, CHARGE_instalments, CHARGE_work_off);
    } else {
        s.kind = UNCOVER;
        s.what = (int)rng_between(rng, CHARGE_instalments, CHARGE_work_off);
    }
    return s;
}

static uint64_t oldest_start(const struct ledger *l) {
    for (unsigned i = 0; i < l->count; i++)
        if (!l->items[i].is_overdue)
            return l->items[i].start;
    return 0;
}

static void check_agreement(const struct ledger *l, const struct naive *n, uint64_t seed, int at,
                            bool by_kind) {
    int64_t items = 0;
    for (unsigned i = 0; i < l->count; i++) {
        assert_true(l->items[i].remaining > 0 && l->items[i].remaining <= l->items[i].amount);
        assert_true(i == 0 || l->items[i - 1].due <= l->items[i].due);
        items += l->items[i].remaining;
    }
    if (ledger_balance(l) != n->plus - n->minus || items - l->surplus != ledger_balance(l) ||
        l->surplus != n->ahead || ledger_arrears(l) != naive_arrears(n))
        fail_msg("seed %llu step %d: balance %lld arrears %lld ahead %lld, naive %lld %lld %lld",
                 (unsigned long long)seed, at, (long long)ledger_balance(l),
                 (long long)ledger_arrears(l), (long long)l->surplus,
                 (long long)(n->plus - n->minus), (long long)naive_arrears(n),
                 (long long)n->ahead);
    for (int kind = CHARGE_rent; by_kind && kind <= CHARGE_work_off; kind++) {
        int64_t sum = 0;
        for (size_t i = 0; i < n->count; i++)
            sum += n->items[i].kind == kind ? n->items[i].left : 0;
        if (sum != ledger_owed(l, (enum CHARGE)kind))
            fail_msg("seed %llu step %d: kind %d", (unsigned long long)seed, at, kind);
    }
}

static void agree(uint64_t seed, unsigned room, int steps) {
    static struct naive naive;
    struct ledger ledger = {0};
    struct rng rng;
    rng_init(&rng, seed);
    memset(&naive, 0, sizeof naive);
    for (int at = 1; at <= steps; at++) {
        struct step s = random_step(&rng, &ledger, at, room, oldest_start(&ledger));
        apply(&ledger, &s);
        naive_apply(&naive, &s);
        check_agreement(&ledger, &naive, seed, at, room <= LEDGER_ITEMS_MAX);
    }
}

static void sums_agree_with_the_naive_ledger(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 2000; seed++)
        agree(seed, LEDGER_ITEMS_MAX, 200);
}

static void sums_agree_when_items_are_joined(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 1000; seed++)
        agree(seed, 1000, 300);
}

/* Five years of rent without a payment, and charges far ahead: nothing is lost. */
static void a_full_list_loses_nothing(void **state) {
    struct ledger l = {0};
    (void)state;
    for (int month = 1; month <= 60; month++) {
        ledger_charge(&l, CHARGE_rent, 30000, month * 30, (uint64_t)month);
        ledger_pass_due(&l, (uint64_t)month);
    }
    assert_int_equal(ledger_arrears(&l), 60 * 30000);
    assert_int_equal(ledger_periods(&l), 60);
    for (int month = 61; month <= 120; month++)
        ledger_charge(&l, CHARGE_media, 1000, month * 30, (uint64_t)month);
    assert_int_equal(ledger_balance(&l), 60 * 30000 + 60 * 1000);
    assert_int_equal(ledger_owed(&l, CHARGE_media), 60 * 1000);
    assert_int_equal(ledger_arrears(&l), 60 * 30000);
    assert_int_equal(l.count, LEDGER_ITEMS_MAX);
    ledger_reduce(&l, BY_PAYMENT, 60 * 30000 + 60 * 1000, 0);
    assert_int_equal(ledger_balance(&l), 0);
    assert_int_equal(l.count, 0);
}

/* What no guard would let in, a correction may: no sum overflows or turns around. */
static void impossible_amounts_do_no_harm(void **state) {
    static const int64_t amounts[] = {INT64_MIN, -1, 0, INT64_MAX};
    (void)state;
    for (size_t i = 0; i < COUNT(amounts); i++)
        for (int kind = OPEN; kind <= UNCOVER; kind++) {
            struct ledger l = {0};
            struct step s = {(enum step_kind)kind, amounts[i], CHARGE_instalments, 50, 9, 600};
            ledger_open(&l, 90000, 10, 3);
            for (int round = 0; round < 100; round++)
                apply(&l, &s);
            assert_true(ledger_periods(&l) >= 0 && ledger_arrears(&l) >= 0 && l.surplus >= 0);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_move_the_sums),
        cmocka_unit_test(sums_agree_with_the_naive_ledger),
        cmocka_unit_test(sums_agree_when_items_are_joined),
        cmocka_unit_test(a_full_list_loses_nothing),
        cmocka_unit_test(impossible_amounts_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
