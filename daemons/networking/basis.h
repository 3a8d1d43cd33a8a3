#ifndef DAEMONS_NETWORKING_BASIS_H
#define DAEMONS_NETWORKING_BASIS_H

/* On what information goes to another body: consent or statute, nothing else (O6, A36). */
#include "common/domain/domain.h"

struct basis {
    int32_t kind; /* enum SHARE_BASIS */
    struct id consent;
    struct text statute;
    int32_t purpose; /* enum CONSENT_PURPOSE that a consent must be given for */
    struct id household;
    struct id partner; /* who is told; zero: every member of a conference */
};

/* Refuses with NO_BASIS_TO_SHARE. */
void network_check_basis(struct decision *d, const struct basis *basis);

/* True while the consent is given and not withdrawn by a person who lives, for this household,
 * purpose and recipient. */
bool network_consent_holds(const struct decision *d, const struct basis *basis);

#endif
