/* The parts of the story, in the order in which they are planned. */
#include "tools/latarnia/simulate.h"

void simulate_history(struct sim *s) {
    tell_beginning(s);
    tell_team(s);
    tell_debts(s);
    tell_moves(s);
    tell_supports(s);
    tell_partners(s);
    tell_families(s);
    sim_run(s);
}
