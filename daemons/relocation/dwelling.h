#ifndef DAEMONS_RELOCATION_DWELLING_H
#define DAEMONS_RELOCATION_DWELLING_H

/*
 * A municipal dwelling from one tenancy to the next. It is reserved, released and let in the same
 * append as the offer, its end and the tenancy: no dwelling is promised twice.
 */
#include "common/domain/domain.h"
#include "common/messages/relocation.h"
#include "daemons/relocation/replacement.h"

enum {
    DWELLING_AVAILABLE = 1,
    DWELLING_RESERVED,
    DWELLING_LET,
    DWELLING_VACATED,
    DWELLING_IN_WORKS,
    DWELLING_WITHDRAWN,
    DWELLING_REPLACED
};

struct dwelling {
    struct life life;
    struct id building;
    struct id held_by;     /* relocation or return it is reserved for or let to */
    struct id replaced_by; /* link for the right to return */
    struct id replaced_by_second;
    struct housing housing;
};

extern const struct aggregate dwelling_aggregate;

/* Free for this relocation or return: available, or reserved for it already. */
bool is_free_for(const struct dwelling *dwelling, struct id holder);

/* Guard: the dwelling is known (else rejected) and free for the command's stream. */
const struct dwelling *check_free(struct decision *d, struct id dwelling, const char *field);

/* Effects on behalf of the command's stream; each emits only what the dwelling's state allows. */
void reserve_dwelling(struct decision *d, struct id dwelling);
void release_dwelling(struct decision *d, struct id dwelling);
void let_dwelling(struct decision *d, struct id dwelling);

#endif
