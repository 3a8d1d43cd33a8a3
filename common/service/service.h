#ifndef COMMON_SERVICE_SERVICE_H
#define COMMON_SERVICE_SERVICE_H

/*
 * The shell that the five domain daemons share (DESIGN.md 2, law 3): follow the log, take a bounded
 * batch of commands, decide, append, wait until it is durable, only then answer. main.c of a daemon
 * is one call.
 */
#include "common/domain/domain.h"

/* Runs until SIGTERM or SIGINT: 0; 100 for wrong usage; 111 when it cannot go on as it is. */
int service_main(int argc, char **argv, const struct domain *domain);

#endif
