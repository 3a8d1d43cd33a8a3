#ifndef TOOLS_LATARNIA_SIMULATE_MOVES_H
#define TOOLS_LATARNIA_SIMULATE_MOVES_H

/* The steps of one relocation, split by what they are about; only simulate_*.c of moves include it. */
#include "tools/latarnia/simulate.h"

civil_day zone_entry(void);
bool is_under_zone(const struct home *h); /* R1 or R2: with a right to return */
/* Little time is left until the works: everybody says yes, nothing fails. */
bool is_pressed(const struct sim *s, const struct home *h);
/* A working day in `least` to `most` days, sooner when pressed. */
void go_on(struct sim *s, struct home *h, int least, int most, step_fn *run);
/* Registers a dwelling that suits the household; its id. */
struct id find_dwelling(struct sim *s, const struct home *h);

/* simulate_offers.c */
step_fn make_offer, send_letter;
/* simulate_going.c: title, plan, move and what follows */
step_fn prepare_move, after_move, flee;
/* simulate_return.c */
step_fn ask_about_return, declare_return;
void tell_returns(struct sim *s);
/* simulate_blockers.c */
void meet_blockers(struct sim *s, struct home *h);
bool is_blocked(const struct home *h);

#endif
