#ifndef DAEMONS_PROJECTOR_EFFECTS_H
#define DAEMONS_PROJECTOR_EFFECTS_H

/*
 * The indicators of DOMAIN.md 5. Each is one pure function of the facts that fills a tally; the
 * table in effects.c gives it number, names and unit. Cohorts are fixed by the first event, and a
 * denominator of 0 has no value.
 */
#include "daemons/projector/view.h"

struct tally {
    int64_t numerator, denominator;
    bool has_own_value; /* `value` is not numerator ÷ denominator; it needs n > 0 */
    int64_t value, p90; /* millionths */
    int64_t n;          /* what was counted, where that is not the denominator */
    int32_t *samples;   /* for medians */
    size_t sample_count, sample_capacity;
    bool is_broken; /* memory ran out */
    uint8_t part;   /* which of several related figures: a kind, a month, a T number */
};

typedef void indicator_fn(struct question *q, struct tally *t);

/* effects_moves.c */
indicator_fn i01_progress, i02_without_order, i03_return_declared, i04_returned, i05_days_to_move,
    i06_offers, i06_refused, i06_expired, i06_withdrawn, i07_rights_information, i08_blockers,
    i08_days, i08_kind, i09_stable, i09_month, i11_informed;
/* effects_support.c */
indicator_fn i13_load, i13_over, i13_days_without_guide, i13_days_without_host, i14_families,
    i15_direct_reach, i16_plans, i16_unsigned, i17_steps, i18_scores, i18_completed, i19_reviews;
/* effects_network.c */
indicator_fn i25_helpers, i25_institutions, i26_conferences, i26_tasks, i26_days,
    i27_accompaniments, i27_results;
/* effects_debt.c */
indicator_fn i20_settled, i20_reduced, i22_instalments, i24_averted;
/* effects_terms.c */
indicator_fn i34_deadlines, i34_term, i34_breaches;

void tally_sample(struct tally *t, int32_t value);

/* Does the question want this household, counting it for this worker and this stream? */
bool wants_home(const struct question *q, struct id household, struct id worker, struct id stream);

/* For figures that count a household once. */
void clear_marks(struct question *q);

#endif
