/* latarnia: what staff, coordinators and auditors type. */
#include <stdlib.h>
#include <string.h>

#include "tools/latarnia/dispatch.h"

/* Options before the command: --data DIR, --help, --version. Returns how many words they took. */
static int take_leading(int argc, char **argv) {
    int at = 1;
    while (at + 1 < argc && strcmp(argv[at], "--data") == 0) {
        cli_set_data(argv[at + 1]);
        at += 2;
    }
    if (at < argc && strncmp(argv[at], "--data=", 7) == 0)
        cli_set_data(argv[at++] + 7);
    return at;
}

static const char *as_command(const char *word) {
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "-?") == 0)
        return "help";
    return word;
}

int main(int argc, char **argv) {
    static char help[] = "help";
    int used;
    cli_start();
    int at = take_leading(argc, argv);
    if (at == argc) {
        fprintf(stderr, "%s\n", cli_say("latarnia: which command? latarnia help shows all of them",
                                        "latarnia: jakie polecenie? latarnia help pokazuje "
                                        "wszystkie"));
        return CLI_USAGE;
    }
    if (strcmp(argv[at], "--version") == 0 || strcmp(argv[at], "-V") == 0) {
        puts(argp_program_version);
        return CLI_DONE;
    }
    if (strcmp(as_command(argv[at]), "help") == 0)
        argv[at] = help;
    const struct cli_command *c = dispatch_find(argc - at, argv + at, &used);
    if (!c)
        return dispatch_unknown(argc - at, argv + at);
    at += used - 1;
    return cli_finish(dispatch_run(c, argc - at, argv + at));
}
