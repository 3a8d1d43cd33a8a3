#include "common/service/diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

static const char *process_name = "latarnia";
static enum diag_level least_level = DIAG_DEBUG;

void diag_open(const char *process) {
    process_name = process;
}

void diag_limit(enum diag_level least) {
    least_level = least;
}

void diag(enum diag_level level, const char *format, ...) {
    char line[512];
    va_list args;
    if (level > least_level)
        return;
    int size = snprintf(line, sizeof line, "<%d>%s: ", (int)level, process_name);
    /* A terminal reader does not want the journal's prefix. */
    int skip = isatty(STDERR_FILENO) ? 3 : 0;
    va_start(args, format);
    int more = vsnprintf(line + size, sizeof line - (size_t)size - 1, format, args);
    va_end(args);
    size += more < 0 ? 0 : more;
    if ((size_t)size > sizeof line - 2)
        size = (int)sizeof line - 2;
    line[size] = '\n';
    /* One write, so that lines of several processes do not mix; a lost line is not worth a stop. */
    if (write(STDERR_FILENO, line + skip, (size_t)(size - skip) + 1) < 0)
        return;
}
