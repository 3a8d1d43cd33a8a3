#include "daemons/projector/view.h"

static const struct view views[] = {
    {"caseload", 1, caseload_row_schema, caseload_view, false},
    {"relocations", 2, relocation_row_schema, relocations_view, false},
    {"progress", 1, progress_row_schema, progress_view, false},
    {"arrears", 1, arrears_row_schema, arrears_view, false},
    {"debts", 1, debts_row_schema, debts_view, false},
    {"plans", 2, plan_row_schema, plans_view, false},
    {"network", 1, network_row_schema, network_view, false},
    {"worklist", 1, worklist_row_schema, worklist_view, false},
    {"timeline", 1, timeline_row_schema, timeline_view, true},
    {"effects", 2, effects_row_schema, effects_view, false},
};

size_t views_count(void) {
    return sizeof views / sizeof *views;
}

const struct view *views_at(size_t index) {
    return &views[index];
}

const struct view *views_named(struct text name) {
    for (size_t i = 0; i < views_count(); i++)
        if (text_is(name, views[i].name))
            return &views[i];
    return NULL;
}

bool wants_area(const struct question *q, uint8_t area) {
    return q->query->area == 0 || q->query->area == area;
}

bool wants_key(const struct question *q, struct id a, struct id b, struct id c) {
    struct id key = q->query->key;
    return id_is_zero(key) || id_equal(key, a) || id_equal(key, b) || id_equal(key, c);
}

uint8_t area_of(const struct question *q, struct id household) {
    const struct home *home = joins_home(q->joins, household);
    return (uint8_t)(home ? home->area : 0);
}
