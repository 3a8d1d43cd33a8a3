#ifndef TESTS_FAULTS_TOWN_VIEWS_H
#define TESTS_FAULTS_TOWN_VIEWS_H

/* A small city's log in memory, the views folded from it, and what they must answer. */
#include "daemons/projector/projector.h"
#include "tests/faults/stage.h"
#include "tests/unit/projector/memory_log.h"

enum { VIEWS_DIGESTS = 16 * 32 };

struct town_views {
    struct memory_log log;
    uint8_t digests[VIEWS_DIGESTS]; /* of every view, over the whole log */
};

void town_views_make(struct town_views *t);

/* The tables after that many entries, as a closed projector leaves them. */
void town_views_take(struct town_views *t, uint64_t entries, struct stage *out);

struct projector *town_views_must_open(struct town_views *t, const char *dir);

/* Folds up to `end`, or to the end of the log when it is 0. */
enum projector_result town_views_fold(struct town_views *t, struct projector *p, uint64_t end);

/* Every view answers what it must: 0; 1 something else; negative: it could not answer. */
int town_views_compare(struct town_views *t, struct projector *p);

/* Opens as the daemon does, meets the log, folds what is missing: true when all answers are right.
 */
bool town_views_serve(struct town_views *t, const char *dir);

#endif
