#ifndef TESTS_FAULTS_STAGE_H
#define TESTS_FAULTS_STAGE_H

/* The files of a directory in memory: taken once, put back for each trial. */
#include "common/base/view.h"

enum { STAGE_FILES = 12, STAGE_NAME = 24 };

struct stage_file {
    char name[STAGE_NAME];
    uint8_t *data;
    size_t size;
};

struct stage {
    struct stage_file files[STAGE_FILES];
    unsigned count;
};

/* Plain files only; locks and LMDB's reader table are left out, they are made anew. */
void stage_take(struct stage *s, int dir_fd);
void stage_put(const struct stage *s, const char *dir);
void stage_free(struct stage *s);

/* NULL when there is no such file. */
struct stage_file *stage_find(struct stage *s, const char *name);

/* `from` gives up its file of that name to `to`, which loses its own. */
void stage_move(struct stage *to, struct stage *from, const char *name);

#endif
