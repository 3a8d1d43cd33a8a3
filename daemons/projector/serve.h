#ifndef DAEMONS_PROJECTOR_SERVE_H
#define DAEMONS_PROJECTOR_SERVE_H

/* The loop of the projector: follows the log, answers queries; exit codes as service_main(). */
#include "common/service/options.h"

int serve(const struct options *options);

#endif
