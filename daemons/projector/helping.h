#ifndef DAEMONS_PROJECTOR_HELPING_H
#define DAEMONS_PROJECTOR_HELPING_H

/* Facts of networking: partners, who helps a case, requests for help and information, DZM. */
#include "daemons/projector/store.h"

enum { PARTNER_NAME_MAX = 160 };
struct partner_facts {
    char name[PARTNER_NAME_MAX];
    uint8_t name_size, area;
    int32_t domain, kind;
    civil_day last_contact;
    uint32_t contacts;
};
note_fn partner_note;

enum { NETWORK_HELPERS_MAX = 40 };
struct network_facts {
    uint8_t count, partners;                /* helpers now; institutions among them */
    struct id helpers[NETWORK_HELPERS_MAX]; /* the institutions first */
};
note_fn network_note;

struct help_facts {
    struct id case_id, household, partner;
    civil_day requested_on, answered_on;
};
note_fn help_note;

struct info_facts {
    struct id case_id, household;
};
note_fn info_note;

struct dzm_facts {
    struct id case_id, household, worker; /* who convened it */
    civil_day convened_on, ended_on;
    uint16_t meetings, assigned, done, to_plan, handed_over, dropped;
    bool was_convened;
};
note_fn dzm_note;

#endif
