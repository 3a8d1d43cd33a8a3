#ifndef DAEMONS_PROJECTOR_DEFINITIONS_H
#define DAEMONS_PROJECTOR_DEFINITIONS_H

/*
 * Words that every view uses in one sense. A change here is a change of FOLD_VERSION (fold.h).
 *
 *   running    the stream's life has begun and is in no final state
 *   overdue    the last day of the term lies before the day of the question
 *   open case  what counts to the 30: is_case_open() of the department itself (intake/case.h)
 */
#include "daemons/intake/case.h"
#include "daemons/projector/store.h"

bool is_running(const struct dossier *dossier);
bool is_overdue(civil_day due, civil_day on);

/* As the department calls it: "PlanActive", "Moved". */
struct text state_name(const struct dossier *dossier);

/* Whose the stream is; zero ids where it has none. */
struct id household_of(const struct dossier *dossier);

/* An open case that a guide may have: of the Łódź programme. */
bool is_guided(const struct support_case *c);

/* Last day of the running review term of a case's plan, 0 when none runs; and has it passed? */
civil_day review_by(const struct support_case *c, const struct PolicySetAdopted *policy);
bool is_review_overdue(const struct support_case *c, const struct PolicySetAdopted *policy,
                       civil_day on);

#endif
