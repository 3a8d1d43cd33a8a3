#ifndef COMMON_SERVICE_OPTIONS_H
#define COMMON_SERVICE_OPTIONS_H

/* Command line of every daemon: --data DIR (or LATARNIA_DATA), --config FILE; for the eventlog
 * --migrate; for the projector --export DIR [--at N]; and the settings in that file. */
#include <stdint.h>

#include "common/service/config.h"

struct options {
    const char *data_dir;
    const char *config_file; /* NULL: DIR/latarnia.conf */
    bool migrate;
    const char *export_dir; /* NULL: serve */
    uint64_t at;            /* 0: none was given */
    struct config config;
};

/* Sets the level of diag(), too. 0, or 100 after a sentence on stderr. */
int options_read(int argc, char **argv, const char *process, struct options *out);

#endif
