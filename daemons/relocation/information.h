#ifndef DAEMONS_RELOCATION_INFORMATION_H
#define DAEMONS_RELOCATION_INFORMATION_H

/*
 * An information action: a letter, a meeting, going from door to door (S1). One command informs a
 * whole staircase: every door that was informed gets its TenantInformed in the same append.
 */
#include "common/domain/domain.h"
#include "common/messages/relocation.h"

enum { INFORMATION_HELD = 1 };

struct information {
    struct life life;
};

extern const struct aggregate information_aggregate;

#endif
