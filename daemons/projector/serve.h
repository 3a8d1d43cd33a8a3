#ifndef DAEMONS_PROJECTOR_SERVE_H
#define DAEMONS_PROJECTOR_SERVE_H

/* The loop of the projector: follows the log, answers queries; exit codes as service_main(). */
int serve_main(int argc, char **argv);

#endif
