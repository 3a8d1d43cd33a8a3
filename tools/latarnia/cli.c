/*
 * Options, language and messages. argp does the parsing; its option texts are built from our table
 * in the user's language, so that help exists once.
 */
#include "tools/latarnia/cli.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/ensure.h"

enum { OPTIONS_MAX = 24, KEY_DATA = 0x1000 };

static const char *data_dir;
static bool polish;

const char *argp_program_version = "latarnia 0.1.0";

/* ---- language ---- */

static const char *first_set(const char *const names[], size_t count) {
    for (size_t i = 0; i < count; i++) {
        const char *value = getenv(names[i]);
        if (value && *value)
            return value;
    }
    return "";
}

/* As gettext does it: LANGUAGE counts unless the locale is "C" itself. */
static bool wants_polish(void) {
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    const char *locale = first_set(names, sizeof names / sizeof *names);
    const char *language = getenv("LANGUAGE");
    if (strcmp(locale, "C") == 0 || strcmp(locale, "POSIX") == 0)
        return false;
    return strncmp(language && *language ? language : locale, "pl", 2) == 0;
}

/* A locale that was never generated makes setlocale fail; C.UTF-8 is part of glibc on Debian. */
void cli_start(void) {
    if (!setlocale(LC_ALL, "") || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        setlocale(LC_ALL, "C.UTF-8");
    setlocale(LC_NUMERIC, "C");
    polish = wants_polish();
    signal(SIGPIPE, SIG_IGN);
    argp_err_exit_status = CLI_USAGE;
}

bool cli_polish(void) {
    return polish;
}

/* ---- messages ---- */

static const char *own_name(void) {
    const struct cli_command *c = cli_current();
    return c ? c->name : "";
}

int cli_fail(int code, const char *en, const char *pl, ...) {
    va_list arguments;
    fflush(stdout);
    fprintf(stderr, "latarnia%s%s: ", *own_name() ? " " : "", own_name());
    va_start(arguments, pl);
    vfprintf(stderr, polish ? pl : en, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    return code;
}

void cli_usage(const struct argp_state *state, const char *en, const char *pl, ...) {
    char sentence[600];
    va_list arguments;
    va_start(arguments, pl);
    vsnprintf(sentence, sizeof sentence, polish ? pl : en, arguments);
    va_end(arguments);
    argp_error(state, "%s", sentence);
    exit(CLI_USAGE);
}

bool cli_progress(void) {
    const char *term = getenv("TERM");
    return isatty(STDERR_FILENO) && (!term || strcmp(term, "dumb") != 0);
}

static bool reader_is_gone(void) {
    struct pollfd out = {.fd = STDOUT_FILENO};
    return poll(&out, 1, 0) == 1 && out.revents & (POLLERR | POLLHUP);
}

int cli_finish(int code) {
    bool failed = fflush(stdout) != 0 || ferror(stdout);
    int error = errno;
    if (!failed)
        return code;
    if (reader_is_gone())
        return CLI_DONE;
    return cli_fail(CLI_LATER, "cannot write the output: %s", "nie można zapisać wyniku: %s",
                    strerror(error));
}

/* ---- data directory ---- */

const char *cli_data(void) {
    const char *named = getenv("LATARNIA_DATA");
    if (data_dir)
        return data_dir;
    return named && *named ? named : "./latarnia-data";
}

void cli_set_data(const char *dir) {
    data_dir = dir;
}

/* ---- options ---- */

static error_t take_common(int key, char *arg, struct argp_state *state) {
    (void)state;
    if (key != KEY_DATA)
        return ARGP_ERR_UNKNOWN;
    cli_set_data(arg);
    return 0;
}

static struct argp_option one_option(const struct cli_option *o) {
    return (struct argp_option){
        .name = o->name, .key = o->key, .arg = o->arg, .doc = cli_say(o->en, o->pl)};
}

static void build_options(const struct cli_option *from, struct argp_option to[OPTIONS_MAX]) {
    static const struct cli_option data = {
        "data", KEY_DATA, "DIR", "Data directory (else LATARNIA_DATA, else ./latarnia-data)",
        "Katalog danych (inaczej LATARNIA_DATA albo ./latarnia-data)"};
    size_t count = 0;
    for (; from && from->name; from++) {
        ensure(count < OPTIONS_MAX - 2);
        to[count++] = one_option(from);
    }
    to[count++] = one_option(&data);
    to[count] = (struct argp_option){0};
}

static struct {
    argp_parser_t take;
    void *input;
} parsing;

static error_t take_any(int key, char *arg, struct argp_state *state) {
    if (key == KEY_DATA)
        return take_common(key, arg, state);
    state->input = parsing.input;
    return parsing.take ? parsing.take(key, arg, state) : ARGP_ERR_UNKNOWN;
}

void cli_parse(int argc, char **argv, argp_parser_t take, void *input) {
    struct argp_option options[OPTIONS_MAX];
    const struct cli_command *c = cli_current();
    ensure(c != NULL);
    build_options(c->options, options);
    parsing.take = take;
    parsing.input = input;
    struct argp argp = {options, take_any, c->args, cli_say(c->en, c->pl), NULL, NULL, NULL};
    if (argp_parse(&argp, argc, argv, 0, NULL, input))
        exit(CLI_USAGE);
}
