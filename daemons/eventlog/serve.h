#ifndef DAEMONS_EVENTLOG_SERVE_H
#define DAEMONS_EVENTLOG_SERVE_H

/* The loop of the eventlog daemon; exit codes as service_main(). */
int serve_main(int argc, char **argv);

#endif
