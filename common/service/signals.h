#ifndef COMMON_SERVICE_SIGNALS_H
#define COMMON_SERVICE_SIGNALS_H

/* Blocks every signal a daemon is stopped with, before any thread starts, and reads them from a
 * descriptor in the loop: SIGTERM and SIGINT end it in order, SIGHUP and SIGPIPE do nothing. */
int signals_open(void); /* the descriptor, or -errno */
int signals_read(int fd); /* the signal's number, 0 when none waits */

#endif
