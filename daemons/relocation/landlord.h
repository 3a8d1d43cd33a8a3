#ifndef DAEMONS_RELOCATION_LANDLORD_H
#define DAEMONS_RELOCATION_LANDLORD_H

/*
 * Who speaks for the municipal landlord on a day (A57): ZLM since it exists; before it other
 * administrations whose papers the bureau enters.
 */
#include "common/domain/domain.h"

/* Guard: ZLM records nothing from before it existed (NO_ZLM_YET). */
void by_zlm(struct decision *d);

/* Guard: by_zlm, and the bureau stands in only for the time before ZLM. */
void by_landlord(struct decision *d);

#endif
