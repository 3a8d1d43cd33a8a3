/* What stands in the way of a move, and who clears it (S1, A26). */
#include <string.h>

#include "tools/latarnia/simulate_moves.h"

struct hindrance {
    struct home *home;
    int number;
};

static struct blocker_said *blocker_of(const struct hindrance *x) {
    return &x->home->move.blockers[x->number];
}

bool is_blocked(const struct home *h) {
    for (int i = 0; i < h->move.blocker_count; i++)
        if (h->move.blockers[i].is_open)
            return true;
    return false;
}

/* Agreements and payments clear rent arrears by reaction: nobody says it twice. */
void debt_agreed(struct sim *s, struct home *h) {
    (void)s;
    for (int i = 0; i < h->move.blocker_count; i++)
        if (!strcmp(h->move.blockers[i].kind, "rent_debt"))
            h->move.blockers[i].is_open = false;
}

static bool is_current(const struct hindrance *x) {
    return !x->home->is_ended && x->home->move.state < MOVE_CLOSED && blocker_of(x)->is_open;
}

static void solve(struct sim *s, void *subject) {
    struct hindrance *x = subject;
    struct home *h = x->home;
    if (!is_current(x))
        return;
    blocker_of(x)->is_open = false;
    if (has_team(s) && chance(s, 70)) {
        say(s, coordinator(s), "BlockerOverridden", h->move.id, "blocker=%i reason=%s",
            blocker_of(x)->id, ONE_OF(s, "after_move", "own_wish", "works"));
        return;
    }
    say(s, host_of(s, h), "BlockerSolved", h->move.id, "blocker=%i how=%s household=%i",
        blocker_of(x)->id, ONE_OF(s, "help", "help", "institution", "self", "gone"), h->id);
}

static void assign(struct sim *s, void *subject) {
    struct hindrance *x = subject;
    const struct worker *guide = any_guide(s);
    if (!is_current(x) || !guide)
        return;
    say(s, host_of(s, x->home), "BlockerAssigned", x->home->move.id, "blocker=%i worker=%i",
        blocker_of(x)->id, guide->id);
}

static void raise_blocker(struct sim *s, void *subject) {
    struct hindrance *x = subject;
    struct home *h = x->home;
    struct blocker_said *b = blocker_of(x);
    if (h->is_ended || h->move.state >= MOVE_DONE)
        return;
    b->id = new_id(s);
    b->is_open = true;
    say(s, host_of(s, h), "BlockerRaised", h->move.id, "blocker=%i kind=%s household=%i", b->id,
        b->kind, h->id);
    if (!strcmp(b->kind, "rent_debt")) {
        h->move.had_debt_blocker = true;
        debt_wanted(s, h);
    } else if (chance(s, 880)) {
        plan_in(s, 12, 110, solve, x);
    }
    if (has_team(s))
        plan_in(s, 2, 15, assign, x);
}

static const char *const kinds[] = {
    "other_debt", "title",     "health", "documents", "documents", "belongings", "belongings",
    "utilities_debt", "conflict", "no_suitable_flat", "no_suitable_flat", "fear", "fear", "other"};

static void meet(struct sim *s, struct home *h, const char *kind) {
    struct hindrance *x = owned(s, sizeof *x);
    *x = (struct hindrance){h, h->move.blocker_count++};
    blocker_of(x)->kind = kind;
    plan_in(s, 4, is_pressed(s, h) ? 12 : 90, raise_blocker, x);
}

void meet_blockers(struct sim *s, struct home *h) {
    if (chance(s, h->debt ? 420 : 40))
        meet(s, h, "rent_debt");
    if (chance(s, 330))
        meet(s, h, one_of(s, kinds, sizeof kinds / sizeof *kinds));
    if (chance(s, 90))
        meet(s, h, one_of(s, kinds, sizeof kinds / sizeof *kinds));
}
