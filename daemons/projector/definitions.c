#include "daemons/projector/definitions.h"

#include "common/messages/debt.h"
#include "common/messages/monitoring.h"
#include "common/messages/networking.h"
#include "common/messages/relocation.h"
#include "daemons/projector/helping.h"
#include "daemons/projector/moving.h"
#include "daemons/projector/owing.h"
#include "daemons/projector/support.h"

bool is_running(const struct dossier *dossier) {
    const struct life *life = dossier_state(dossier);
    return life->state != NONE && !(shelves_at(dossier->shelf)->aggregate->final & IN(life->state));
}

bool is_overdue(civil_day due, civil_day on) {
    return due && due < on;
}

struct text state_name(const struct dossier *dossier) {
    const struct aggregate *a = shelves_at(dossier->shelf)->aggregate;
    const struct life *life = dossier_state(dossier);
    return text_of(life->state < a->state_count ? a->states[life->state] : a->states[NONE]);
}

struct id household_of(const struct dossier *dossier) {
    const void *counts = dossier_counts(dossier);
    switch (dossier->stream.category) {
    case CATEGORY_Household:
    case CATEGORY_Effect:
        return dossier->stream.id;
    case CATEGORY_Case:
        return ((const struct support_case *)dossier_state(dossier))->household;
    case CATEGORY_Referral:
        return ((const struct referral_facts *)counts)->household;
    case CATEGORY_Visit:
        return ((const struct visit_facts *)counts)->household;
    case CATEGORY_Relocation:
        return ((const struct relocation_facts *)counts)->household;
    case CATEGORY_Return:
        return ((const struct return_facts *)counts)->household;
    case CATEGORY_DebtFile:
        return ((const struct debt_facts *)counts)->household;
    case CATEGORY_HelpRequest:
        return ((const struct help_facts *)counts)->household;
    case CATEGORY_InfoRequest:
        return ((const struct info_facts *)counts)->household;
    case CATEGORY_Dzm:
        return ((const struct dzm_facts *)counts)->household;
    default:
        return (struct id){{0}};
    }
}

bool is_guided(const struct support_case *c) {
    return is_case_open(c) && c->programme == PROGRAMME_LODZ;
}

civil_day review_by(const struct support_case *c, const struct PolicySetAdopted *policy) {
    if (!is_case_open(c) || c->plan.state != PLAN_IN_FORCE || !policy)
        return 0;
    return term_days(c->plan.reviewed_on, (int)policy->review_days);
}

bool is_review_overdue(const struct support_case *c, const struct PolicySetAdopted *policy,
                       civil_day on) {
    return is_overdue(review_by(c, policy), on);
}
