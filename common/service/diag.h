#ifndef COMMON_SERVICE_DIAG_H
#define COMMON_SERVICE_DIAG_H

/*
 * Messages to operators: one line on stderr, ids and numbers only, never content (DESIGN.md 7): there
 * is no way to pass a struct text. Level as in syslog, so that journald sorts them.
 */
enum diag_level { DIAG_ERROR = 3, DIAG_WARNING = 4, DIAG_NOTICE = 5, DIAG_DEBUG = 7 };

void diag_open(const char *process);

/* Messages less important than this are not written; before it is called, none is left out. */
void diag_limit(enum diag_level least);
void diag(enum diag_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
