#ifndef TESTS_KILL_CITY_H
#define TESTS_KILL_CITY_H

/*
 * What is said in the town: the numbers of the programme, its recorders, guides with few places,
 * and families whose stories run through all departments, so that each one's events make others
 * react.
 */
#include "common/messages/intake.h"
#include "tests/kill/voice.h"

enum { GUIDES_MAX = 16, LIMIT = 30 };

struct city {
    struct id coord, biuro, zlm, recovery, partner, building;
    struct id guides[GUIDES_MAX];
    size_t guide_count;
    civil_day today;
};

/* Everybody who is needed, each step after the one before. */
void city_found(struct city *city, struct voice *v, size_t guides);

/* A household that may have a case. */
bool city_register(const struct city *city, struct voice *v, struct id household);
/* Registers a household and opens its case; false when a rule stood against it. */
bool city_open_case(const struct city *city, struct voice *v, struct id household,
                    struct id case_id);

/* One whole story: move announced, case, guide, help, debt, closing, sometimes back again. The
 * intake steps may be refused for want of a place, which is an answer too. */
void city_family(const struct city *city, struct voice *v);

/* Steps of the case, by the coordinator. */
struct speech city_open(const struct city *city, struct id case_id,
                        const struct CaseOpened *opened);
struct speech city_assign(const struct city *city, struct id case_id, const struct LsAssigned *to);
struct speech city_transfer(const struct city *city, struct id case_id,
                            const struct CaseTransferred *to);
struct speech city_close(const struct city *city, struct id case_id, const struct CaseClosed *why);
struct speech city_reopen(const struct city *city, struct id case_id,
                          const struct CaseReopened *to);

#endif
