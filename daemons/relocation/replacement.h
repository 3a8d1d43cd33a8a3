#ifndef DAEMONS_RELOCATION_REPLACEMENT_H
#define DAEMONS_RELOCATION_REPLACEMENT_H

/*
 * Is a dwelling a replacement dwelling (lokal zamienny)? Tenants' rights act art. 2(1)(6), O3:
 * the same locality, equipment at least as before, and either rooms as large as before or an area
 * per person; one person alone has a larger one. A pure table of facts: no streams, no days.
 */
#include <stdbool.h>
#include <stdint.h>

enum {
    EQUIPMENT_WATER = 1,
    EQUIPMENT_WC = 2,
    EQUIPMENT_BATH = 4,
    EQUIPMENT_HEATING = 8,
    EQUIPMENT_GAS = 16
};

struct housing {
    int32_t locality;   /* SIMC number; 0: the city */
    int32_t rooms_area; /* of all rooms together, dm² */
    uint8_t equipment;  /* set of EQUIPMENT_* */
};

/* Areas of the policy set, dm²: 1000 for each of several persons, 2000 for a single one. */
struct room_norm {
    int64_t per_person, single;
};

enum replacement {
    REPLACEMENT_OK,
    REPLACEMENT_ELSEWHERE,    /* another locality */
    REPLACEMENT_ILL_EQUIPPED, /* something is missing that the old one has */
    REPLACEMENT_TOO_SMALL     /* neither as large nor enough for the persons */
};

enum replacement replacement_check(const struct housing *before, const struct housing *after,
                                   int64_t persons, struct room_norm norm);

static inline bool replacement_ok(const struct housing *before, const struct housing *after,
                                  int64_t persons, struct room_norm norm) {
    return replacement_check(before, after, persons, norm) == REPLACEMENT_OK;
}

/* For the return (O2 art. 28(4)): locality, equipment and area not worse; persons do not count. */
bool is_equal_or_better(const struct housing *before, const struct housing *after);

#endif
