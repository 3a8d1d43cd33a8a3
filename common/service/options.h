#ifndef COMMON_SERVICE_OPTIONS_H
#define COMMON_SERVICE_OPTIONS_H

/* Command line of every daemon: --data DIR (or LATARNIA_DATA), and for the eventlog --migrate. */
#include <stdbool.h>

struct options {
    const char *data_dir;
    bool migrate;
};

/* 0, or 100 after a sentence on stderr. */
int options_read(int argc, char **argv, const char *process, struct options *out);

#endif
