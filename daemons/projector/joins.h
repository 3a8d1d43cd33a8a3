#ifndef DAEMONS_PROJECTOR_JOINS_H
#define DAEMONS_PROJECTOR_JOINS_H

/*
 * What one question needs to know across streams: for each household its area, case, relocation and
 * debt; for each area its host. Made anew for every question: a city has 1,200 households.
 */
#include "daemons/projector/store.h"

enum { AREAS_MAX = 10 };

struct visit_facts;

struct home {
    struct id id;
    uint8_t area;    /* origin of the newest relocation, else of the household; 0: not known */
    struct id guide; /* of the open case */
    const struct dossier *open_case;  /* or waiting; NULL: none */
    const struct dossier *relocation; /* active, else the newest; NULL: none */
    bool has_active_relocation, has_open_return;
    uint32_t open_blockers;
    /* Room for what an indicator marks once per household. */
    const struct visit_facts *first_visit; /* the first contact; NULL: none */
    bool is_marked, is_counted;
};

struct joins {
    struct home *homes;
    size_t count, capacity;
    uint32_t *slots; /* index + 1 by hash of the id */
    size_t slot_count;
    struct id hosts[AREAS_MAX];
};

int joins_init(struct joins *joins, const struct store *store);
void joins_deinit(struct joins *joins);

/* The household's; NULL for one that nothing tells of. */
struct home *joins_home(const struct joins *joins, struct id household);

#endif
