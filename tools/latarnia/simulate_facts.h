#ifndef TOOLS_LATARNIA_SIMULATE_FACTS_H
#define TOOLS_LATARNIA_SIMULATE_FACTS_H

/* Lines of data/lodz/buildings.csv and institutions.csv, built in (simulate.cmake). */
#include <stddef.h>

extern const char *const sim_buildings[], *const sim_institutions[];
extern const size_t sim_buildings_count, sim_institutions_count;

#endif
