#ifndef DAEMONS_NETWORKING_COPIES_H
#define DAEMONS_NETWORKING_COPIES_H

/*
 * What networking remembers of other departments and, by case, of its own open matters: enough to
 * know whether a case is open, who guides it, on what consent something is shared, and what has to
 * end when the case ends (DOMAIN.md 4.6). A copy may lag; it never decides for its owner.
 */
#include "common/domain/domain.h"

enum { COPY_CASE = 1, COPY_CONSENT, COPY_HOUSEHOLD, COPY_COVER, COPY_PERSON };

enum { CASE_DZM_MAX = 3, CASE_HELP_MAX = 12, HOUSEHOLD_CASES_MAX = 4, COVERS_MAX = 4 };

/* By case id. */
struct case_known {
    struct id household;
    struct id guide; /* zero: none */
    bool is_known, is_open;
    uint8_t dzm_count, help_count;
    struct id dzm[CASE_DZM_MAX];   /* open conferences */
    struct id help[CASE_HELP_MAX]; /* open requests for help */
};

/* By consent id. */
struct consent_known {
    struct id person, household;
    struct id recipient; /* zero: every helper of the purpose */
    int32_t purpose;
    bool is_given;
};

/* By household id. */
struct household_known {
    uint8_t count;
    struct id cases[HOUSEHOLD_CASES_MAX];
};

/* By the covered worker's id: who may act in his place, and when (A47). */
struct cover_known {
    uint8_t count;
    struct {
        struct id substitute;
        civil_day from, to;
    } covers[COVERS_MAX];
};

/* By person id: a consent ends with the person's death (DOMAIN.md 4.7 Consent). */
struct person_known {
    bool is_dead;
};

extern const struct copy networking_person_copy;
extern const struct copy networking_case_copy, networking_consent_copy, networking_household_copy,
    networking_cover_copy;

/* Guards on them. The case: known, open, of this household. */
void network_check_case(struct decision *d, struct id case_id, struct id household);
/* Only the guide of the case or his substitute of the day decides (S1, A47). */
void network_check_guide(struct decision *d, struct id case_id);

#endif
