#include "daemons/networking/basis.h"

#include "common/messages/intake.h"
#include "common/messages/networking.h"
#include "daemons/networking/copies.h"

bool network_consent_holds(const struct decision *d, const struct basis *basis) {
    if (id_is_zero(basis->consent))
        return false;
    const struct consent_known *c = copy_of(d, COPY_CONSENT, basis->consent);
    if (!c || !c->is_given)
        return false;
    const struct person_known *p = copy_of(d, COPY_PERSON, c->person);
    if (p && p->is_dead)
        return false;
    if (!id_is_zero(c->recipient) && !id_equal(c->recipient, basis->partner))
        return false;
    return id_equal(c->household, basis->household) && c->purpose == basis->purpose;
}

void network_check_basis(struct decision *d, const struct basis *basis) {
    if (basis->kind == SHARE_BASIS_statute) {
        if (basis->statute.size == 0)
            refuse(d, &RULE_NO_BASIS_TO_SHARE, "statute");
    } else if (!network_consent_holds(d, basis)) {
        refuse(d, &RULE_NO_BASIS_TO_SHARE, "consent");
    }
}
