#include "daemons/debt/ledger.h"

static int64_t least(int64_t a, int64_t b) {
    return a < b ? a : b;
}

int64_t ledger_bounded(int64_t amount) {
    return amount < 0 ? 0 : least(amount, LEDGER_AMOUNT_MAX);
}

static bool is_covered(const struct ledger_item *item) {
    return item->kind == CHARGE_instalments || item->kind == CHARGE_work_off;
}

/* ---- sums ---- */

int64_t ledger_balance(const struct ledger *l) {
    return l->opened + l->charged - l->paid - l->worked_off - l->written_off - l->exchange_paid;
}

int64_t ledger_arrears(const struct ledger *l) {
    int64_t sum = 0;
    for (unsigned i = 0; i < l->count; i++)
        sum += l->items[i].is_overdue ? l->items[i].remaining : 0;
    return sum;
}

int64_t ledger_owed(const struct ledger *l, enum CHARGE kind) {
    int64_t sum = 0;
    for (unsigned i = 0; i < l->count; i++)
        sum += l->items[i].kind == kind ? l->items[i].remaining : 0;
    return sum;
}

int64_t ledger_uncovered(const struct ledger *l) {
    int64_t sum = 0;
    for (unsigned i = 0; i < l->count; i++)
        sum += l->items[i].is_overdue && !is_covered(&l->items[i]) ? l->items[i].remaining : 0;
    return sum;
}

/* Rounded down, in favour of the tenant. */
static int64_t full_periods(const struct ledger_item *item) {
    return item->periods * item->remaining / item->amount;
}

int64_t ledger_periods(const struct ledger *l) {
    int64_t opening = 0, rent = 0, media = 0;
    for (unsigned i = 0; i < l->count; i++) {
        const struct ledger_item *item = &l->items[i];
        if (!item->is_overdue || is_covered(item))
            continue;
        if (item->kind == CHARGE_opening)
            opening += full_periods(item);
        else if (item->kind == CHARGE_media)
            media += full_periods(item);
        else
            rent += full_periods(item);
    }
    return opening + (rent > media ? rent : media);
}

/* ---- the list ---- */

static void remove_at(struct ledger *l, unsigned at) {
    l->count--;
    memmove(&l->items[at], &l->items[at + 1], (l->count - at) * sizeof l->items[0]);
}

static void place(struct ledger *l, struct ledger_item item) {
    unsigned at = l->count;
    while (at > 0 && l->items[at - 1].due > item.due)
        at--;
    memmove(&l->items[at + 1], &l->items[at], (l->count - at) * sizeof l->items[0]);
    l->items[at] = item;
    l->count++;
}

static bool are_alike(const struct ledger_item *a, const struct ledger_item *b) {
    return a->kind == b->kind && a->is_overdue == b->is_overdue;
}

/* Two become one. Overdue ones keep the older day; of two that are not due yet the younger day
 * counts, for a term never ends early. */
static void join(struct ledger *l, unsigned older, unsigned younger) {
    struct ledger_item first = l->items[older], sum = l->items[younger];
    sum.amount += first.amount;
    sum.remaining += first.remaining;
    sum.periods = (uint16_t)(sum.periods + first.periods);
    if (sum.is_overdue)
        sum.due = first.due;
    remove_at(l, younger);
    remove_at(l, older);
    place(l, sum);
}

static bool join_oldest_overdue(struct ledger *l) {
    for (unsigned i = 0; i < l->count; i++)
        for (unsigned j = i + 1; j < l->count && l->items[i].is_overdue; j++)
            if (are_alike(&l->items[i], &l->items[j])) {
                join(l, i, j);
                return true;
            }
    return false;
}

static void join_youngest(struct ledger *l) {
    for (unsigned j = l->count; j-- > 0;)
        for (unsigned i = j; i-- > 0;)
            if (are_alike(&l->items[i], &l->items[j])) {
                join(l, i, j);
                return;
            }
}

/* Eight kinds can be overdue and six not yet: among twenty items there is always a pair. */
static void make_room(struct ledger *l) {
    if (!join_oldest_overdue(l))
        join_youngest(l);
}

/* Money paid ahead pays it at once; what is left is put in its place by day. */
static void insert(struct ledger *l, struct ledger_item item) {
    int64_t ahead = least(l->surplus, item.remaining);
    l->surplus -= ahead;
    item.remaining -= ahead;
    if (item.remaining <= 0)
        return;
    if (l->count == LEDGER_ITEMS_MAX)
        make_room(l);
    place(l, item);
}

/* ---- paying ---- */

typedef bool is_payable(const struct ledger_item *item, int kind);

static bool pays_kind(const struct ledger_item *item, int kind) {
    return item->kind == kind;
}

static bool pays_uncovered(const struct ledger_item *item, int kind) {
    (void)kind;
    return !is_covered(item);
}

static bool pays_any(const struct ledger_item *item, int kind) {
    (void)item;
    (void)kind;
    return true;
}

static bool pays_overdue_uncovered(const struct ledger_item *item, int kind) {
    return item->is_overdue && pays_uncovered(item, kind);
}

/* Takes from the oldest on; returns what is left of the amount. */
static int64_t take(struct ledger *l, int64_t amount, is_payable *pays, int kind) {
    unsigned kept = 0;
    for (unsigned i = 0; i < l->count; i++) {
        struct ledger_item item = l->items[i];
        int64_t part = amount > 0 && pays(&item, kind) ? least(amount, item.remaining) : 0;
        item.remaining -= part;
        amount -= part;
        if (item.remaining > 0)
            l->items[kept++] = item;
    }
    l->count = (uint8_t)kept;
    return amount;
}

static void allocate(struct ledger *l, int64_t amount, int first) {
    if (first)
        amount = take(l, amount, pays_kind, first);
    amount = take(l, amount, pays_uncovered, 0);
    l->surplus += take(l, amount, pays_any, 0);
}

void ledger_reduce(struct ledger *l, enum ledger_by by, int64_t amount, int first) {
    int64_t *terms[] = {&l->paid, &l->worked_off, &l->written_off, &l->exchange_paid};
    amount = ledger_bounded(amount);
    *terms[by] += amount;
    allocate(l, amount, first);
}

/* ---- owing ---- */

static void add_overdue(struct ledger *l, int64_t amount, civil_day day, int64_t periods) {
    insert(l, (struct ledger_item){
        .amount = amount,
        .remaining = amount,
        .due = day,
        .periods = (uint16_t)periods,
        .kind = CHARGE_opening,
        .is_overdue = true,
    });
}

void ledger_open(struct ledger *l, int64_t amount, civil_day as_of, int64_t periods) {
    amount = ledger_bounded(amount);
    l->opened += amount;
    add_overdue(l, amount, as_of, periods);
}

static unsigned find_opening(const struct ledger *l) {
    unsigned at = 0;
    while (at < l->count && l->items[at].kind != CHARGE_opening)
        at++;
    return at;
}

/* The claim itself becomes smaller, so that what is left of it still counts as unpaid in full. */
void ledger_forgive(struct ledger *l, int64_t amount) {
    unsigned at = find_opening(l);
    amount = ledger_bounded(amount);
    l->opened -= amount;
    if (at < l->count) {
        int64_t part = least(amount, l->items[at].remaining);
        l->items[at].amount -= part;
        l->items[at].remaining -= part;
        amount -= part;
        if (l->items[at].remaining == 0)
            remove_at(l, at);
    }
    allocate(l, amount, CHARGE_opening);
}

void ledger_restate(struct ledger *l, int64_t amount, civil_day as_of, int64_t periods) {
    amount = ledger_bounded(amount);
    if (amount > l->opened)
        ledger_open(l, amount - l->opened, as_of, 0);
    else
        ledger_forgive(l, l->opened - amount);
    unsigned at = find_opening(l);
    if (at < l->count)
        l->items[at].periods = (uint16_t)periods;
}

static bool is_for_a_period(enum CHARGE kind) {
    return kind == CHARGE_rent || kind == CHARGE_media || kind == CHARGE_compensation;
}

void ledger_charge(struct ledger *l, enum CHARGE kind, int64_t amount, civil_day due,
                   uint64_t start) {
    amount = ledger_bounded(amount);
    l->charged += amount;
    insert(l, (struct ledger_item){
        .amount = amount,
        .remaining = amount,
        .start = start,
        .due = due,
        .periods = is_for_a_period(kind),
        .kind = (uint8_t)kind,
    });
}

void ledger_pass_due(struct ledger *l, uint64_t start) {
    for (unsigned i = 0; i < l->count; i++) {
        struct ledger_item *item = &l->items[i];
        if (item->is_overdue || item->start != start)
            continue;
        item->is_overdue = true;
        item->start = 0;
        if (item->kind == CHARGE_deferred)
            item->kind = CHARGE_opening;
    }
}

void ledger_restore(struct ledger *l, int64_t amount, civil_day day) {
    amount = ledger_bounded(amount);
    l->written_off -= amount;
    add_overdue(l, amount, day, 0);
}

/* ---- moving a part ---- */

/* Takes an overdue part out of the list and hands it to `item` with its day and its periods. */
static void move(struct ledger *l, int64_t amount, struct ledger_item item) {
    int64_t periods = ledger_periods(l);
    amount = ledger_bounded(amount);
    amount -= take(l, amount, pays_overdue_uncovered, 0);
    item.amount = item.remaining = amount;
    item.periods = (uint16_t)(periods - ledger_periods(l));
    insert(l, item);
}

static civil_day oldest_day(const struct ledger *l) {
    return l->count ? l->items[0].due : 0;
}

void ledger_defer(struct ledger *l, int64_t amount, civil_day until, uint64_t start) {
    move(l, amount, (struct ledger_item){.kind = CHARGE_deferred, .due = until, .start = start});
}

void ledger_cover(struct ledger *l, enum CHARGE by, int64_t amount) {
    ledger_uncover(l, by);
    move(l, amount, (struct ledger_item){
        .kind = (uint8_t)by, .due = oldest_day(l), .is_overdue = true});
}

void ledger_uncover(struct ledger *l, enum CHARGE by) {
    for (unsigned i = 0; i < l->count; i++)
        if (l->items[i].kind == by)
            l->items[i].kind = CHARGE_opening;
}
