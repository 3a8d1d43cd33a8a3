#ifndef DAEMONS_INTAKE_HOUSEHOLD_H
#define DAEMONS_INTAKE_HOUSEHOLD_H

/*
 * A household (środowisko): who belongs to it, where it lives and holds titles, its one open case
 * per programme, and what a split or merge left behind so that it can be undone (DOMAIN.md 4.1).
 */
#include "daemons/intake/domain.h"

enum { HOUSEHOLD_ACTIVE = 1, HOUSEHOLD_ENDED, HOUSEHOLD_MERGED, HOUSEHOLD_ANONYMISED };
enum { MEMBERS_MAX = 20, RESIDENCES_MAX = 4, TENANCIES_MAX = 4, PROGRAMMES = 3 };

struct resident {
    struct id person;
    int16_t born_year; /* 0: unknown */
    uint8_t role;
};

struct residence {
    struct id dwelling; /* zero outside the stock */
    uint8_t area;
    bool is_temporary, is_used;
};

struct household {
    struct life life;
    struct resident members[MEMBERS_MAX];
    uint8_t member_count, origin_area;
    struct residence residences[RESIDENCES_MAX];
    struct id tenancies[TENANCIES_MAX];
    struct id cases[PROGRAMMES + 1];      /* by PROGRAMME: the open or waiting one */
    struct id last_cases[PROGRAMMES + 1]; /* the one before */
    struct id split_from, merged_into;
    struct id origin_building, origin_relocation;
};

struct id case_of_household(const struct household *h, int32_t programme);
const struct resident *member_of(const struct household *h, struct id person);
bool lives_in(const struct household *h, struct id dwelling);
bool holds_title(const struct household *h, struct id dwelling);

/* household_kin.c: splits and merges */
void household_guard_split(struct decision *d);
void household_guard_undo_split(struct decision *d);
void household_guard_merge(struct decision *d);
void household_guard_undo_merge(struct decision *d);
void household_split(struct decision *d);
void household_undo_split(struct decision *d);
void household_merge(struct decision *d);
void household_undo_merge(struct decision *d);

#endif
