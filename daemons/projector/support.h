#ifndef DAEMONS_PROJECTOR_SUPPORT_H
#define DAEMONS_PROJECTOR_SUPPORT_H

/*
 * Facts of households, referrals, cases with their plans, and visits. What a guide achieved is
 * credited to the one who was responsible on that day, whoever has the case today (DESIGN.md 6).
 */
#include "daemons/projector/store.h"

struct household_facts {
    uint8_t area;      /* of the origin: GO responsibility follows it (O2 art. 15(4)) */
    uint8_t residence; /* area of the newest residence */
    uint8_t members;
    bool is_origin_known; /* by a relocation, not only by the first residence */
    bool is_told;         /* not all that was ever said of it is void, or still to come */
};
note_fn household_note;

struct referral_facts {
    struct id household;
};
note_fn referral_note;

/* The time of one guide with a case. A zero worker: a time without guide. */
struct credit {
    struct id worker;
    civil_day from;
    uint16_t done, partly, dropped;                    /* steps that ended */
    uint16_t reviews, late_reviews;                    /* on time; passed T12 */
    uint16_t scores, score_sum;                        /* of goals talked about, 0-4 each */
    uint8_t completed, partly_completed, discontinued; /* plans */
};

enum { CREDITS_MAX = 6 };
struct case_facts {
    civil_day opened_on, closed_on, agreed_on, without_since;
    uint32_t days_without;
    bool was_diagnosed, was_agreed, is_review_late;
    uint8_t credit_count, plan_dropped; /* steps of the present plan that were dropped one by one */
    struct credit credits[CREDITS_MAX];
};
note_fn case_note;

struct visit_facts {
    struct id household, worker; /* small: a city has a hundred thousand of them */
    uint64_t position;           /* of the entry that recorded it */
    civil_day day;
    uint8_t role, kind, result, purpose;
    bool is_recorded, is_at_home, is_accompaniment, is_duplicate;
};
note_fn visit_note;

#endif
