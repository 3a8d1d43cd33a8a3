#ifndef DAEMONS_INTAKE_WAITING_LIST_H
#define DAEMONS_INTAKE_WAITING_LIST_H

/*
 * The one list of cases that wait for a social guide (A52). Written in the same append as the
 * case's event, so that "first in order" is checked on a versioned state. Order: danger or eviction
 * risk, a near move, vulnerability, then the day; what the copies say today may raise a case.
 */
#include "daemons/intake/domain.h"

enum { WAITING_KEPT = 1 };
enum { WAITING_MAX = 200 };

struct waiting {
    struct id case_id, household;
    civil_day since;
    uint8_t priority;
};

struct waiting_list {
    struct life life;
    uint32_t count;
    struct waiting entries[WAITING_MAX];
};

struct id waiting_list_id(void);

bool is_waiting_list_full(const struct decision *d);

/* Does nobody come before this case? False for a case that is not on the list. */
bool is_first_waiting(const struct decision *d, struct id case_id);

/* Enters with the given priority, or the better one that the household itself gives; nothing is
 * emitted on a full list: the case waits on the coordinator's list alone. */
void enter_waiting(struct decision *d, struct id case_id, struct id household, int32_t priority);
void leave_waiting(struct decision *d, struct id case_id);

/* The case waits for another household now and keeps its rank. */
void repoint_waiting(struct decision *d, struct id case_id, struct id household);

#endif
