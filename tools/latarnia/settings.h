#ifndef TOOLS_LATARNIA_SETTINGS_H
#define TOOLS_LATARNIA_SETTINGS_H

/* The settings (common/service/config.h) as commands read them. `file` NULL: the one in the data
 * directory. 0, or an exit code after a sentence for each problem. */
#include "common/service/config.h"

int settings_read(const char *file, struct config *out);

#endif
