#ifndef DAEMONS_RELOCATION_RETURN_H
#define DAEMONS_RELOCATION_RETURN_H

/*
 * The right to return after the works (O2 art. 28(3)-(5), O3 art. 10(4)): an aggregate of its own,
 * because closing the relocation never ends it. Arrears are no bar (A25). T5.
 */
#include "common/domain/domain.h"
#include "common/messages/relocation.h"
#include "daemons/relocation/relocation.h"

enum {
    RETURN_OPEN = 1,
    RETURN_OFFERED,
    RETURN_PROVIDED,
    RETURN_USED,
    RETURN_WAIVED,
    RETURN_LAPSED
};

struct right_to_return {
    struct life life;
    struct id household, previous_household; /* the latter from before a merge */
    struct id relocation;
    struct id dwelling, building; /* they left */
    struct id to;                 /* offered or provided; zero: none */
    uint64_t opened_at;
    civil_day opened_on;
    uint8_t regime, wish;
    bool is_overdue;
};

extern const struct aggregate return_aggregate;

/* Effect: the right of a household that moved out for a time, under the relocation's own id. */
void open_return(struct decision *d, const struct relocation *r);

/* Effect: the right ends without use, where there is one. */
void lapse_return(struct decision *d, struct id id, enum RETURN_LAPSE reason);

#endif
