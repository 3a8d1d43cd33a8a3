#ifndef DAEMONS_PROJECTOR_MOVING_H
#define DAEMONS_PROJECTOR_MOVING_H

/* Facts of relocations and of rights to return. */
#include "daemons/projector/store.h"

enum blocker_end { BLOCKER_OPEN, BLOCKER_IS_SOLVED, BLOCKER_IS_OVERRIDDEN };
struct blocker_facts {
    struct id id;
    civil_day raised_on, ended_on;
    uint8_t kind, end;
};

enum move_by { NOT_MOVED, MOVED_BY_AGREEMENT, MOVED_BY_FORCE, MOVED_IN_EMERGENCY };
enum { BLOCKERS_KEPT_MAX = 12, CHECK_MONTHS_MAX = 12 };

struct relocation_facts {
    struct id household, building;
    civil_day announced_on, informed_on, vacate_by, moved_on;
    uint8_t area, regime, persons, moved_by, blocker_count;
    bool was_mistaken;              /* opened in error */
    bool is_indication_good;        /* the newest letter, until its service shows a breach */
    bool is_stable;                 /* at the newest check after the move */
    uint8_t checks;                 /* done */
    uint16_t checked_at, stable_at; /* bits 1 << month, months up to 12 */
    uint16_t offers, refused, expired, withdrawn;
    uint16_t indicated, indicated_well; /* R1 letters; with rights and without breach */
    uint16_t breaches;
    struct blocker_facts blockers[BLOCKERS_KEPT_MAX];
};
note_fn relocation_note;

uint32_t open_blockers(const struct relocation_facts *f);

struct return_facts {
    struct id household, relocation;
    uint8_t wish; /* the newest declaration */
    bool was_declared;
    civil_day opened_on, ended_on;
};
note_fn return_note;

#endif
