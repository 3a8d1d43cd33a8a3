#ifndef DAEMONS_DEBT_COPIES_H
#define DAEMONS_DEBT_COPIES_H

/* Where to find a household's debt files and a file's requests: folded from own events. */
#include "common/domain/domain.h"

enum { COPY_FILES = 1, COPY_REQUESTS };

enum { FILES_OF_HOUSEHOLD_MAX = 4, REQUESTS_OF_FILE_MAX = 6 };

/* By household id; the newest last, the oldest forgotten. */
struct files_of_household {
    struct id household;
    uint8_t count;
    struct id files[FILES_OF_HOUSEHOLD_MAX];
};

/* By debt file id. */
struct requests_of_file {
    uint8_t count;
    struct id requests[REQUESTS_OF_FILE_MAX];
};

extern const struct copy files_copy, requests_copy;

#endif
