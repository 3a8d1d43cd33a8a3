#ifndef TOOLS_LATARNIA_CLI_H
#define TOOLS_LATARNIA_CLI_H

/*
 * What all commands share: the table they are listed in, options, language, exit codes. Data goes
 * to stdout, everything else to stderr (DESIGN.md 10). A command is `int NAME_main(int argc, char
 * **argv)`; argv[0] is "latarnia NAME", the result is the exit code of the process.
 */
#include <argp.h>
#include <stdbool.h>
#include <stdio.h>

enum { CLI_DONE = 0, CLI_NEGATIVE = 1, CLI_USAGE = 100, CLI_LATER = 111 };

/* ---- the table (commands.c) ---- */

struct cli_option {
    const char *name; /* long name without dashes; NULL ends the list */
    int key;          /* what argp hands to the parser; a printable one is the short option */
    const char *arg;  /* name of its value, or NULL */
    const char *en, *pl;
};

struct cli_command {
    const char *name; /* "query", "log verify" */
    int (*main)(int argc, char **argv);
    const char *args; /* as in the usage line */
    const char *en, *pl;
    const struct cli_option *options; /* NULL: none besides --data */
};

extern const struct cli_command cli_commands[];
extern const size_t cli_command_count;

/* The command that is running; NULL before it is chosen. */
const struct cli_command *cli_current(void);

/* Parses the options of the running command with argp; --data, --help, --usage and --version are
 * added. Wrong usage prints a sentence and exits with 100. `take` gets keys and ARGP_KEY_ARG. */
void cli_parse(int argc, char **argv, argp_parser_t take, void *input);

/* Wrong usage: a sentence in the user's language, how to get help, exit 100. */
_Noreturn void cli_usage(const struct argp_state *state, const char *en, const char *pl, ...)
    __attribute__((format(printf, 2, 4), format(printf, 3, 4)));

/* ---- language and messages ---- */

/* Locale with a UTF-8 fallback, language, SIGPIPE; first thing in main. */
void cli_start(void);
bool cli_polish(void);
static inline const char *cli_say(const char *en, const char *pl) {
    return cli_polish() ? pl : en;
}

/* "latarnia query: sentence" on stderr; returns `code`. */
int cli_fail(int code, const char *en, const char *pl, ...)
    __attribute__((format(printf, 2, 4), format(printf, 3, 4)));

/* True when progress may be drawn: stderr is a terminal. */
bool cli_progress(void);

/* Closes stdout, so that a full disk is noticed. A reader who went away is no failure. */
int cli_finish(int code);

/* ---- where the data are ---- */

/* --data, else LATARNIA_DATA, else ./latarnia-data. */
const char *cli_data(void);
void cli_set_data(const char *dir);

#endif
