/* What import and simulate ask of the command line, without one. */
#include <stdarg.h>
#include <stdlib.h>

#include "tools/latarnia/cli.h"

bool cli_polish(void) {
    return false;
}

int cli_fail(int code, const char *en, const char *pl, ...) {
    va_list arguments;
    (void)pl;
    va_start(arguments, pl);
    vfprintf(stderr, en, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    return code;
}

void cli_usage(const struct argp_state *state, const char *en, const char *pl, ...) {
    (void)state, (void)pl;
    fputs(en, stderr);
    abort();
}

void cli_parse(int argc, char **argv, argp_parser_t take, void *input) {
    (void)argc, (void)argv, (void)take, (void)input;
    abort();
}

int cli_finish(int code) {
    return code;
}
