#include "common/domain/roster.h"

#include <stdlib.h>

#include "common/base/ensure.h"
#include "common/messages/intake.h"
#include "common/messages/policy.h"

struct speaker {
    struct id id;
    int32_t role; /* hired for, or the unit's */
    bool is_deputy, is_away;
};

struct roster {
    struct speaker *members;
    size_t count, capacity;
};

struct roster *roster_new(void) {
    struct roster *r = calloc(1, sizeof *r);
    ensure(r != NULL);
    return r;
}

void roster_free(struct roster *roster) {
    if (roster)
        free(roster->members);
    free(roster);
}

static struct speaker *find(const struct roster *r, struct id id) {
    for (size_t i = 0; i < r->count; i++)
        if (id_equal(r->members[i].id, id))
            return &r->members[i];
    return NULL;
}

static struct speaker *find_or_add(struct roster *r, struct id id) {
    struct speaker *m = find(r, id);
    if (m)
        return m;
    if (r->count == r->capacity) {
        r->capacity = r->capacity ? r->capacity * 2 : 64;
        r->members = realloc(r->members, r->capacity * sizeof *r->members);
        ensure(r->members != NULL);
    }
    m = &r->members[r->count++];
    *m = (struct speaker){.id = id};
    return m;
}

void roster_enter(struct roster *roster, struct id id, int32_t role) {
    struct speaker *m = find_or_add(roster, id);
    *m = (struct speaker){.id = id, .role = role};
}

bool roster_concerns(uint16_t category) {
    return category == CATEGORY_Worker || category == CATEGORY_Unit;
}

void roster_forget(struct roster *roster, struct id id) {
    struct speaker *m = find(roster, id);
    if (m)
        *m = (struct speaker){.id = id};
}

static bool is_of_team(int32_t role) {
    return role == ROLE_LS || role == ROLE_GO || role == ROLE_COORD;
}

static bool has_units(const struct roster *r) {
    for (size_t i = 0; i < r->count; i++)
        if (r->members[i].role && !is_of_team(r->members[i].role))
            return true;
    return false;
}

static void set_away(struct roster *r, struct id id, bool away) {
    struct speaker *m = find(r, id);
    if (m)
        m->is_away = away;
}

static void set_deputy(struct roster *r, struct id id, bool deputy) {
    struct speaker *m = find(r, id);
    if (m)
        m->is_deputy = deputy;
}

void roster_fold(struct roster *r, const struct event *event) {
    struct id stream = event->said->stream;
    switch (event->type) {
    case EVENT_UnitRegistered:
        roster_enter(r, stream, ((const struct UnitRegistered *)event->payload)->role);
        break;
    case EVENT_WorkerHired:
        roster_enter(r, stream, ((const struct WorkerHired *)event->payload)->role);
        break;
    case EVENT_WorkerReturned:
        set_away(r, stream, false);
        break;
    case EVENT_WorkerSuspended:
        set_away(r, stream, true);
        break;
    case EVENT_WorkerLeft:
        set_away(r, stream, true);
        set_deputy(r, stream, false);
        break;
    case EVENT_DeputyNamed:
        set_deputy(r, stream, true);
        break;
    case EVENT_DeputyEnded:
        set_deputy(r, stream, false);
        break;
    default:
        break;
    }
}

static bool speaks_as(const struct speaker *m, int32_t role) {
    return m && !m->is_away && (m->role == role || (role == ROLE_COORD && m->is_deputy));
}

bool roster_has_unit(const struct roster *roster, const struct said *said) {
    return !id_is_zero(said->unit) && speaks_as(find(roster, said->unit), said->role);
}

bool roster_knows(const struct roster *roster, const struct said *said) {
    if (said->role == ROLE_SYSTEM)
        return true;
    if (said->role == ROLE_BIURO && said->type == EVENT_UnitRegistered && !has_units(roster))
        return true;
    return speaks_as(find(roster, said->actor), said->role) ||
           roster_has_unit(roster, said);
}
