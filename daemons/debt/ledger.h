#ifndef DAEMONS_DEBT_LEDGER_H
#define DAEMONS_DEBT_LEDGER_H

/*
 * The account of one tenancy, computed and never typed (A29):
 *
 *   balance = opened + charged - paid - worked_off - written_off - exchange_paid
 *   arrears = the overdue part of it
 *
 * A balance below zero is money paid ahead. What is unpaid stands in a bounded list, oldest day
 * first. A reduction pays what the debtor named (art. 451 KC, AL), then the oldest. What an
 * agreement covers is moved into an item of its own: it is still owed and still overdue, but it no
 * longer counts as unpaid periods and is paid last unless the payment names the agreement.
 *
 * More than LEDGER_ITEMS_MAX unpaid items are kept as fewer: two of one kind become one. Sums are
 * never touched by that; only the order between kinds can be.
 */
#include "common/messages/debt.h"

enum { LEDGER_ITEMS_MAX = 20 };

/* No tenancy owes ten milliard zł. Guards refuse more; what a correction brings in all the same is
 * read as the nearest possible amount, so that no sum overflows. */
#define LEDGER_AMOUNT_MAX INT64_C(1000000000000) /* grosz */
int64_t ledger_bounded(int64_t amount);

struct ledger_item {
    int64_t amount, remaining; /* grosz, when it was opened and now */
    uint64_t start;            /* position whose T31 runs; 0 when overdue */
    civil_day due;
    uint16_t periods; /* full payment periods in `amount` */
    uint8_t kind;     /* enum CHARGE */
    bool is_overdue;
};

/* By what a debt becomes smaller; each is a term of the balance. */
enum ledger_by { BY_PAYMENT, BY_WORK, BY_WRITE_OFF, BY_EXCHANGE };

struct ledger {
    int64_t opened, charged, paid, worked_off, written_off, exchange_paid; /* grosz */
    int64_t surplus; /* paid ahead */
    uint8_t count;
    struct ledger_item items[LEDGER_ITEMS_MAX];
};

int64_t ledger_balance(const struct ledger *l);
int64_t ledger_arrears(const struct ledger *l);
int64_t ledger_owed(const struct ledger *l, enum CHARGE kind);

/* Overdue and not yet covered by an agreement: what relief can be granted for. */
int64_t ledger_uncovered(const struct ledger *l);

/* Full payment periods overdue: rent and media run side by side, so the longer counts (O3 art. 11).
 * A period of which a part is paid is no full one. */
int64_t ledger_periods(const struct ledger *l);

/* The sum of a statement, overdue on its day; and the same statement again with another sum. */
void ledger_open(struct ledger *l, int64_t amount, civil_day as_of, int64_t periods);
void ledger_restate(struct ledger *l, int64_t amount, civil_day as_of, int64_t periods);

/* A part of what was claimed was never owed. */
void ledger_forgive(struct ledger *l, int64_t amount);

/* A charge of the five kinds that are charged; `start` is its position; T31 makes it overdue. */
void ledger_charge(struct ledger *l, enum CHARGE kind, int64_t amount, civil_day due,
                   uint64_t start);
void ledger_pass_due(struct ledger *l, uint64_t start);

/* `first`: the kind that is paid first, 0 for none. */
void ledger_reduce(struct ledger *l, enum ledger_by by, int64_t amount, int first);

/* A write-off is taken back: the sum is owed again. */
void ledger_restore(struct ledger *l, int64_t amount, civil_day day);

/* An overdue part gets a later day; `start` is the position of the decision. */
void ledger_defer(struct ledger *l, int64_t amount, civil_day until, uint64_t start);

/* An agreement takes over an overdue part (CHARGE_instalments, CHARGE_work_off), and gives back
 * what is still unpaid of it. */
void ledger_cover(struct ledger *l, enum CHARGE by, int64_t amount);
void ledger_uncover(struct ledger *l, enum CHARGE by);

#endif
