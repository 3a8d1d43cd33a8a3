#include "daemons/relocation/replacement.h"

static bool has_equipment_of(const struct housing *before, const struct housing *after) {
    return (before->equipment & ~after->equipment) == 0;
}

/* Nobody registered counts as one person: the larger area, never a smaller one by omission. */
static int64_t area_for(int64_t persons, struct room_norm norm) {
    return persons >= 2 ? persons * norm.per_person : norm.single;
}

enum replacement replacement_check(const struct housing *before, const struct housing *after,
                                   int64_t persons, struct room_norm norm) {
    if (before->locality != after->locality)
        return REPLACEMENT_ELSEWHERE;
    if (!has_equipment_of(before, after))
        return REPLACEMENT_ILL_EQUIPPED;
    if (after->rooms_area < before->rooms_area && after->rooms_area < area_for(persons, norm))
        return REPLACEMENT_TOO_SMALL;
    return REPLACEMENT_OK;
}

bool is_equal_or_better(const struct housing *before, const struct housing *after) {
    return before->locality == after->locality && has_equipment_of(before, after) &&
           after->rooms_area >= before->rooms_area;
}
