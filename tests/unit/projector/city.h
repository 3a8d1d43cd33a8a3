#ifndef TESTS_UNIT_PROJECTOR_CITY_H
#define TESTS_UNIT_PROJECTOR_CITY_H

/*
 * A city's history from a seed, told into a log in memory: households are announced, moved, visited
 * and supported, owe and pay; now and then an entry is voided or corrected. The steps follow the
 * life cycles; the guards of the departments are not asked.
 */
#include "tests/harness/rng.h"
#include "tests/unit/projector/memory_log.h"

enum { CITY_GUIDES = 8, CITY_HOSTS = 8, CITY_HOUSEHOLDS_MAX = 2000 };

struct city {
    struct memory_log *log;
    struct rng rng;
    civil_day day;
    size_t households;
    unsigned mistakes; /* permille of weeks with a void or a correction */
    uint8_t stage[CITY_HOUSEHOLDS_MAX];
    uint16_t steps[CITY_HOUSEHOLDS_MAX], charges[CITY_HOUSEHOLDS_MAX];
    uint32_t visits;
    int64_t places[CITY_GUIDES];
};

struct id city_id(const char *space, uint64_t number);

/* The policy, the team, the partners. */
void city_init(struct city *city, struct memory_log *log, uint64_t seed, size_t households);
/* A week of everybody's life. */
void city_week(struct city *city);
/* Weeks until the log has so many entries. */
void city_until(struct city *city, size_t entries);

#endif
