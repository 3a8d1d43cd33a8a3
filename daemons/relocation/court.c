/* R3 and R6: termination for works and the suit to vacate (O3 art. 11, 4.2). */
#include "daemons/relocation/landlord.h"
#include "daemons/relocation/steps.h"

static bool is_month_end(civil_day day) {
    int year, month, this_month, number;
    civil_to_ymd(day, &year, &this_month, &number);
    civil_to_ymd(day + 1, &year, &month, &number);
    return month != this_month;
}

/* Written, with a cause, at least a month ahead and to the end of a calendar month. */
void may_terminate_for_works(struct decision *d) {
    const struct TenancyTerminated *e = d->command->payload;
    civil_day earliest =
        civil_add_months(d->command->said->occurred_on, (int)d->facts->policy->termination_months);
    by_zlm(d);
    if (!is_under(d->state, REGIME_R3))
        refuse(d, &RULE_ONLY_R3, "stream");
    if (e->ends < earliest || !is_month_end(e->ends))
        refuse(d, &RULE_TERMINATION_TOO_SHORT, "ends");
}

void may_file_suit(struct decision *d) {
    by_zlm(d);
    if (!is_under(d->state, REGIME_R3) && !is_under(d->state, REGIME_R6))
        refuse(d, &RULE_ONLY_R3_R6, "stream");
}

static void decide_suit(struct relocation *r, const struct VacatingSuitDecided *e) {
    bool is_upheld = e->result == SUIT_upheld || e->result == SUIT_upheld_social;
    r->life.state = is_upheld ? RELOCATION_JUDGED : RELOCATION_NEEDS_DIAGNOSED;
}

/* An offer that was still open falls; a dwelling with a signed title stays theirs. */
static void drop_offer(struct relocation *r) {
    r->offer_at = 0;
    if (!id_equal(r->to, r->titled))
        r->to = (struct id){{0}};
}

void court_evolve(struct relocation *r, const struct event *event) {
    if (event->type == EVENT_VacatingSuitDecided)
        decide_suit(r, event->payload);
    else if (event->type == EVENT_VacatingSuitFiled || event->type == EVENT_TenancyTerminated)
        drop_offer(r);
}
