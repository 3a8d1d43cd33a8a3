/* Command lines of the daemons: taken, or refused with a usage message and exit code 100. Each is
 * read in a child, for a refusal ends the process. */
#include "common/service/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

enum { ARGUMENTS_MAX = 6, USAGE = 100, WRONG = 3 };

struct row {
    const char *environment; /* LATARNIA_DATA, or NULL */
    const char *argv[ARGUMENTS_MAX];
    int code;
    const char *data;
    bool migrate;
};

static const struct row rows[] = {
    {NULL, {"--data", "/d"}, 0, "/d", false},
    {NULL, {"--data=/d", "--migrate"}, 0, "/d", true},
    {"/e", {"-m"}, 0, "/e", true},
    {"/e", {"-d", "/d"}, 0, "/d", false},
    {"/e", {"--data", "/c", "--data", "/d"}, 0, "/d", false},
    {NULL, {NULL}, USAGE, NULL, false},
    {NULL, {"--migrate"}, USAGE, NULL, false},
    {NULL, {"--data"}, USAGE, NULL, false},
    {"/e", {"--dates=/d"}, USAGE, NULL, false},
    {"/e", {"/d"}, USAGE, NULL, false},
    {"/e", {"--migrate=yes"}, USAGE, NULL, false},
    {"/e", {"-x"}, USAGE, NULL, false},
    {"/e", {"--", "rest"}, USAGE, NULL, false},
};

static void in_the_child(const struct row *row) {
    char name[] = "latarnia-test", *argv[ARGUMENTS_MAX + 2] = {name};
    int argc = 1;
    struct options options;
    for (; argc <= ARGUMENTS_MAX && row->argv[argc - 1]; argc++)
        argv[argc] = (char *)(uintptr_t)row->argv[argc - 1];
    unsetenv("LATARNIA_DATA");
    if (row->environment)
        setenv("LATARNIA_DATA", row->environment, 1);
    if (!freopen("/dev/null", "w", stderr))
        _exit(WRONG);
    int r = options_read(argc, argv, "latarnia-test", &options);
    bool fits = r || (strcmp(options.data_dir, row->data) == 0 && options.migrate == row->migrate);
    _exit(fits ? r : WRONG);
}

static void command_lines(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int status;
        pid_t child = fork();
        if (child == 0)
            in_the_child(&rows[i]);
        assert_int_equal(waitpid(child, &status, 0), child);
        if (!WIFEXITED(status) || WEXITSTATUS(status) != rows[i].code)
            fail_msg("row %zu: %d", i, WEXITSTATUS(status));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(command_lines)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
