#ifndef TOOLS_LATARNIA_FIGURES_KNOWN_H
#define TOOLS_LATARNIA_FIGURES_KNOWN_H

/* What the views and the log say of things that somebody published a figure of. */
#include "common/base/civil.h"
#include "common/messages/policy.h"
#include "tools/latarnia/answer.h"

enum { POLICIES_MAX = 16 };

/* What is asked of the running system, once. */
struct known {
    civil_day as_of;
    struct answer effects, caseload, relocations;
    struct PolicySetAdopted policies[POLICIES_MAX];
    size_t policy_count;
    uint32_t trainings; /* bits 1 << TRAINING */
    int64_t minutes[3], sessions[3]; /* by SUPERVISION_KIND */
};

/* A row of figures.csv. */
struct figure {
    const char *programme, *id, *metric, *name, *value, *qualifier, *date, *source;
};

/* For k->as_of; 0, or an exit code after a sentence. */
int known_ask(struct known *k);
void known_free(struct known *k);

/* False when nothing here answers to the figure's metric. */
bool known_compute(const struct known *k, const struct figure *f, double *out);

#endif
