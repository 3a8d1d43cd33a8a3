/* What can be typed, from the table. */
#include <string.h>

#include "tools/latarnia/commands.h"
#include "tools/latarnia/dispatch.h"

static void print_all(void) {
    printf("%s\n\n", cli_say("Usage: latarnia [--data DIR] COMMAND [ARGUMENT...]",
                             "Użycie: latarnia [--data KATALOG] POLECENIE [ARGUMENT...]"));
    for (size_t i = 0; i < cli_command_count; i++)
        printf("  %-15s %s\n", cli_commands[i].name,
               cli_say(cli_commands[i].en, cli_commands[i].pl));
    printf("\n%s\n%s\n",
           cli_say("latarnia help COMMAND explains one of them.",
                   "latarnia help POLECENIE objaśnia jedno z nich."),
           cli_say("Exit codes: 0 done, 1 negative answer, 100 wrong usage, 111 try again later.",
                   "Kody wyjścia: 0 wykonano, 1 odpowiedź odmowna, 100 błędne użycie, 111 spróbuj "
                   "później."));
}

int help_main(int argc, char **argv) {
    static char help_option[] = "--help";
    char *words[] = {NULL, help_option, NULL};
    int used;
    if (argc < 2 || strcmp(argv[1], "--help") == 0) {
        print_all();
        return CLI_DONE;
    }
    const struct cli_command *c = dispatch_find(argc - 1, argv + 1, &used);
    if (!c)
        return dispatch_unknown(argc - 1, argv + 1);
    if (c->main != help_main)
        return dispatch_run(c, 2, words);
    print_all();
    return CLI_DONE;
}
