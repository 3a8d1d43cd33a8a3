#ifndef DAEMONS_PROJECTOR_VIEW_H
#define DAEMONS_PROJECTOR_VIEW_H

/* A view: a name, the schema of its rows, and a function that makes them from the facts. */
#include "common/messages/bus.h"
#include "common/messages/debt.h"
#include "common/messages/monitoring.h"
#include "common/messages/views.h"
#include "daemons/projector/definitions.h"
#include "daemons/projector/joins.h"
#include "daemons/projector/rows.h"
#include "daemons/projector/source.h"

struct question {
    const struct store *store;
    struct joins *joins;
    const struct Query *query;             /* filters; never NULL */
    const struct PolicySetAdopted *policy; /* in force on the day; NULL: none yet */
    civil_day on;                          /* the day of the question */
    uint64_t position;                     /* newest that is folded */
    struct history_limit limit;            /* what is known and true, for reading streams again */
    const struct source *source;
    struct rows *rows;
    bool is_source_broken;
};

typedef void view_fn(struct question *q);

struct view {
    const char *name;
    uint16_t definition; /* raise it when rows change their meaning */
    const struct schema *(*row)(void);
    view_fn *make;
    bool needs_key; /* makes no rows without a key: not part of digests */
};

size_t views_count(void);
const struct view *views_at(size_t index);
const struct view *views_named(struct text name);

view_fn caseload_view, relocations_view, arrears_view, plans_view, network_view, worklist_view,
    timeline_view, effects_view, progress_view, debts_view;

/* Filters: does the question want this area; one of these ids? */
bool wants_area(const struct question *q, uint8_t area);
bool wants_key(const struct question *q, struct id a, struct id b, struct id c);

/* The area of a household, 0 when not known; and its guide. */
uint8_t area_of(const struct question *q, struct id household);

#endif
