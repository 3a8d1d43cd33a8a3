#ifndef DAEMONS_INTAKE_COPIES_H
#define DAEMONS_INTAKE_COPIES_H

/* What intake keeps of other daemons' facts, and the questions its guards ask of them. Copies are
 * not version checked; the position they stood at is in each event's `seen`. */
#include "daemons/intake/domain.h"

enum {
    COPY_BUILDING = 1,
    COPY_RELOCATION,
    COPY_RELOCATION_OF,
    COPY_RETURN,
    COPY_DEBT,
    COPY_EFFECT,
    COPY_HELP,
    COPY_TASK
};
enum { RETURNS_MAX = 4 };

struct building_copy { /* by building */
    bool is_announced;
    civil_day announced;
    uint8_t area;
};

struct relocation_copy { /* by relocation */
    struct id household, building, dwelling;
    struct id returns[RETURNS_MAX]; /* rights to return that come from it */
    civil_day move_day;             /* planned; 0: none */
    uint8_t area;
    bool is_moved, is_closed, is_cancelled;
};

struct relocation_of_copy { /* by household: its newest relocation */
    struct id relocation;
};

struct return_copy { /* by return */
    struct id household, relocation;
    bool is_ended;
};

struct debt_copy { /* by household */
    bool is_terminated;
};

struct effect_copy { /* by case */
    bool has_closing;
};

struct help_copy { /* by help request */
    struct id partner;
};

struct task_copy { /* by task of a case conference */
    uint8_t help;  /* a HELP of networking, or 0 */
};

extern const struct copy building_copy, relocation_copy, relocation_of_copy, return_copy, debt_copy,
    effect_copy, help_copy, task_copy;

/* A breached act had no effect; a fact in the wrong state changed nothing (A49). */
bool is_effective(const struct event *event);

bool is_announced(const struct decision *d, struct id building); /* in areas 1-8 */
bool is_being_relocated(const struct decision *d, struct id household);
bool is_move_near(const struct decision *d, struct id household); /* A52 */
bool is_tenancy_in_danger(const struct decision *d, struct id household);
bool has_closing_effect(const struct decision *d, struct id case_id);

#endif
