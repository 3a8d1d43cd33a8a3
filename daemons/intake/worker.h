#ifndef DAEMONS_INTAKE_WORKER_H
#define DAEMONS_INTAKE_WORKER_H

/* A worker of the team (stream id = the actor id in envelopes); DOMAIN.md 4.1 Worker. */
#include "daemons/intake/domain.h"

enum { WORKER_INDUCTING = 1, WORKER_ACTIVE, WORKER_SUSPENDED, WORKER_LEFT };
enum { COVERS_MAX = 8 };

struct cover {
    struct id substitute;
    civil_day from, to;
    uint8_t scope;
};

struct worker {
    struct life life;
    uint8_t role, stage;
    bool is_deputy, is_alerted; /* T15 has passed */
    civil_day hired_on;
    uint64_t hired_at;
    struct cover covers[COVERS_MAX]; /* the newest ones */
};

/* Rejects an id that is nobody's; NULL then. */
const struct worker *require_worker(struct decision *d, struct id worker, const char *field);

/* In induction or active: may be given an area, a cover or a deputy's rights. */
bool is_working(const struct worker *w);

/* Does the substitute act for the worker on this day (A47)? */
bool is_covered_by(const struct worker *w, struct id substitute, civil_day day);

#endif
