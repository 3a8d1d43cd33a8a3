#ifndef DAEMONS_RELOCATION_RELOCATION_H
#define DAEMONS_RELOCATION_RELOCATION_H

/*
 * A relocation: one household leaves one dwelling for works (DOMAIN.md 4.2, 4.7). The table stands
 * in relocation.c; its guards, effects and folds are split by what they are about: opening.c,
 * offer.c, letter.c, court.c, blocker.c, move.c, after_move.c.
 */
#include "common/domain/domain.h"
#include "common/messages/relocation.h"

enum {
    RELOCATION_ANNOUNCED = 1,
    RELOCATION_INFORMED,
    RELOCATION_NEEDS_DIAGNOSED,
    RELOCATION_OFFERING,
    RELOCATION_ACCEPTED,
    RELOCATION_OFFER_REFUSED_FINAL,
    RELOCATION_INDICATED,
    RELOCATION_NOTICE_SERVED,
    RELOCATION_VACATE_ORDER_REQUESTED,
    RELOCATION_VACATE_ORDERED,
    RELOCATION_APPEALED,
    RELOCATION_TERMINATED,
    RELOCATION_SUIT_FILED,
    RELOCATION_JUDGED,
    RELOCATION_MOVE_PLANNED,
    RELOCATION_MOVED,
    RELOCATION_FOLLOW_UP,
    RELOCATION_CLOSED
};

#define BEFORE_MOVED (((1u << RELOCATION_MOVED) - 1u) & ~IN(NONE))
#define AFTER_MOVED (IN(RELOCATION_MOVED) | IN(RELOCATION_FOLLOW_UP))
#define NOT_CLOSED (BEFORE_MOVED | AFTER_MOVED)
/* States in which the municipality may take an offer back. */
#define OFFER_IS_OPEN \
    (IN(RELOCATION_OFFERING) | IN(RELOCATION_ACCEPTED) | IN(RELOCATION_MOVE_PLANNED))

enum { BLOCKERS_MAX = 8, VIEWED_MAX = 4 };

struct blocker {
    struct id id;
    uint8_t kind; /* enum BLOCKER */
    bool is_open;
};

struct relocation {
    struct life life;
    struct id household, previous_household; /* the latter from before a merge */
    struct id building, dwelling;            /* where they leave */
    struct id to;                 /* offered, accepted, indicated or moved to; zero: none */
    struct id viewed[VIEWED_MAX]; /* dwellings they saw, the last ones */
    struct id titled;             /* dwelling with a tenancy or a temporary use */
    struct id indicated;          /* named in the mayor's letter */
    struct blocker blockers[BLOCKERS_MAX];
    int64_t claimed, paid; /* reimbursement of moving costs, grosz */
    uint64_t checks;       /* bit m: check m months after the move done or excused */
    uint64_t offer_at, notice_at, request_at, served_at, enforcement_at, moved_at, emergency_at;
    civil_day offered_on, vacate_by, requested_on, served_on, enforcement_on, moved_on;
    civil_day overdue_check; /* newest T14 that has passed */
    int32_t offers;          /* that count (A24) */
    uint8_t regime, area, persons, viewings;
    bool is_last_offer;
    bool is_deadline_passed; /* T1 */
    bool needs_new_letter;   /* the order was refused or quashed */
    bool is_order_immediate, is_order_final;
    bool had_rent_debt; /* such a blocker has been raised */
    bool is_solved;     /* R5, R6: permanent solution recorded */
};

extern const struct aggregate relocation_aggregate;

static inline bool is_under(const struct relocation *r, enum REGIME regime) {
    return r->regime == regime;
}

/* Under these the law guarantees a replacement dwelling and the cost of the move (O2, O3). */
static inline bool is_statutory(uint8_t regime) {
    return regime == REGIME_R1 || regime == REGIME_R2 || regime == REGIME_R3;
}

#endif
