#ifndef DAEMONS_INTAKE_CASE_H
#define DAEMONS_INTAKE_CASE_H

/*
 * A case: one stream with diagnosis and plan (DOMAIN.md 4.1, 4.7 Case).
 *
 * Whatever changes who accompanies an open LODZ case writes PlaceTaken and PlaceReleased beside it;
 * whatever opens or ends a case writes CaseLinked and CaseUnlinked on the household; whatever makes
 * it wait or not writes the waiting list; always in the same decision.
 */
#include "daemons/intake/plan.h"

enum {
    CASE_OPEN = 1,
    CASE_DIAGNOSED,
    CASE_PLAN_ACTIVE,
    CASE_ON_HOLD,
    CASE_EVALUATED,
    CASE_WAITLISTED,
    CASE_REFUSED,
    CASE_CLOSED
};

/* These count to the 30 (A17). */
#define CASE_ANY_OPEN                                                               \
    (IN(CASE_OPEN) | IN(CASE_DIAGNOSED) | IN(CASE_PLAN_ACTIVE) | IN(CASE_ON_HOLD) | \
     IN(CASE_EVALUATED))
#define CASE_ANY (CASE_ANY_OPEN | IN(CASE_WAITLISTED))

struct support_case {
    struct life life;
    struct id household, coordinator;
    struct id keeper;      /* while open or on the way there; see keeper_of() */
    struct id last_keeper; /* of a case that ended */
    uint8_t programme, readiness, close_reason, priority;
    bool is_assessed, is_eligible, is_diagnosed;
    bool is_alerted; /* T24 has passed since */
    civil_day closed_on, unassigned_on;
    uint64_t unassigned_at; /* 0: has a guide, or never had one */
    struct plan plan;
};

/* Who has the place for it: the guide of an open LODZ case, else nobody. */
struct id keeper_of(const struct support_case *c);

bool is_case_open(const struct support_case *c);   /* counts to the 30 */
bool is_case_linked(const struct support_case *c); /* open or waiting: the household's one case */

/* Refuses a guide who neither has the case nor covers for its guide today (A47). */
void require_own_guide(struct decision *d);

/* case_opening.c */
void case_guard_eligibility(struct decision *d);
void case_guard_open(struct decision *d);
void case_guard_waitlist(struct decision *d);
void case_guard_reopen(struct decision *d);
void case_link(struct decision *d);
void case_waitlist(struct decision *d);
void case_reopen(struct decision *d);
/* Refuses a household that is not active or has another open case of the programme (A15). */
void require_free_household(struct decision *d, struct id household, int32_t programme,
                            struct id case_id);

/* case_guide.c */
void case_guard_assign(struct decision *d);
void case_guard_transfer(struct decision *d);
void case_guard_unassign(struct decision *d);
void case_guard_coordinator(struct decision *d);
void case_assign(struct decision *d);
void case_transfer(struct decision *d);
void case_unassign(struct decision *d);
void case_amended(struct decision *d);

/* case_end.c */
void case_guard_diagnosis(struct decision *d);
void case_guard_evaluate(struct decision *d);
void case_guard_close(struct decision *d);
void case_leave(struct decision *d); /* effect of CaseClosed and SupportDeclined */

/* For decisions about households. */
void case_close(struct decision *d, struct id case_id, int32_t reason);
void case_emit_link(struct decision *d, struct id household, struct id case_id, int32_t programme);
void case_emit_unlink(struct decision *d, struct id household, struct id case_id,
                      int32_t programme);
/* A closed case goes on: with the guide if he has room, else it waits. */
void case_go_on(struct decision *d, struct id case_id, struct id keeper);

#endif
