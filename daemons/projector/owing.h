#ifndef DAEMONS_PROJECTOR_OWING_H
#define DAEMONS_PROJECTOR_OWING_H

/* Facts of arrears and of requests for relief; the ledger itself is the department's (ledger.h). */
#include "daemons/projector/store.h"

struct debt_facts {
    struct id household;
    civil_day reported_on, settled_on;
    int64_t at_start;               /* grosz: the first statement, as verified */
    uint16_t granted, paid, missed; /* instalments */
    bool was_warned, is_averted;    /* ever warned; back on the ground since (I24) */
};
note_fn debt_note;

struct relief_facts {
    struct id debt_file;
};
note_fn relief_note;

#endif
