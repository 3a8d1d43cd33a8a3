#include "daemons/relocation/landlord.h"

#include "common/messages/relocation.h"

void by_zlm(struct decision *d) {
    const struct said *said = d->command->said;
    if (said->role == ROLE_ZLM && said->occurred_on < d->facts->policy->zlm_from)
        refuse(d, &RULE_NO_ZLM_YET, "role");
}

void by_landlord(struct decision *d) {
    const struct said *said = d->command->said;
    by_zlm(d);
    if (said->role != ROLE_BIURO || said->occurred_on < d->facts->policy->zlm_from)
        return;
    d->entitled = d->command->schema->about->recorders & ~(1u << ROLE_BIURO);
    reject(d, &RULE_NOT_ENTITLED, "role");
}
