#ifndef DAEMONS_PROJECTOR_EXPORT_H
#define DAEMONS_PROJECTOR_EXPORT_H

/*
 * The views as files, for comparing two versions of the fold (README.md): the stored ones as they
 * are, or, with a position, the log folded anew up to there. Reads only; prints the position. Exit
 * codes: 0; 1 nothing that this version could export; 111 files that cannot be read or written.
 */
#include "common/service/options.h"

int export_views(const struct options *options);

#endif
