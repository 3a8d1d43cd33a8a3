#include "tools/latarnia/dispatch.h"

#include <string.h>

#include "tools/latarnia/nearest.h"

static const struct cli_command *current;

const struct cli_command *cli_current(void) {
    return current;
}

static const struct cli_command *named(const char *name) {
    for (size_t i = 0; i < cli_command_count; i++)
        if (strcmp(name, cli_commands[i].name) == 0)
            return &cli_commands[i];
    return NULL;
}

static void join(int count, char **words, char *out, size_t size) {
    if (count > 1)
        snprintf(out, size, "%s %s", words[0], words[1]);
    else
        snprintf(out, size, "%s", count ? words[0] : "");
}

const struct cli_command *dispatch_find(int count, char **words, int *used) {
    char name[64];
    for (int take = count < 2 ? count : 2; take > 0; take--) {
        join(take, words, name, sizeof name);
        const struct cli_command *c = named(name);
        if (!c)
            continue;
        *used = take;
        return c;
    }
    return NULL;
}

int dispatch_run(const struct cli_command *c, int argc, char **argv) {
    static char title[80];
    snprintf(title, sizeof title, "latarnia %s", c->name);
    argv[0] = title;
    current = c;
    return c->main(argc, argv);
}

/* "log" alone: its verbs. */
static int list_verbs(const char *noun) {
    size_t size = strlen(noun);
    int found = 0;
    for (size_t i = 0; i < cli_command_count; i++) {
        const char *name = cli_commands[i].name;
        if (strncmp(name, noun, size) != 0 || name[size] != ' ')
            continue;
        if (!found++)
            fprintf(stderr, "latarnia: %s %s:", noun, cli_say("needs a verb", "wymaga czasownika"));
        fprintf(stderr, " %s", name + size + 1);
    }
    if (found)
        fputc('\n', stderr);
    return found;
}

int dispatch_unknown(int count, char **words) {
    char name[64];
    if (count && words[0][0] && list_verbs(words[0]))
        return CLI_USAGE;
    struct nearest one = nearest_to(words[0]);
    join(count, words, name, sizeof name);
    struct nearest both = nearest_to(name);
    for (size_t i = 0; i < cli_command_count; i++) {
        nearest_try(&one, cli_commands[i].name);
        nearest_try(&both, cli_commands[i].name);
    }
    const char *meant = nearest_word(&one) ? nearest_word(&one) : nearest_word(&both);
    if (meant)
        return cli_fail(CLI_USAGE, "there is no command '%s'; did you mean '%s'?",
                        "nie ma polecenia '%s'; może '%s'?", words[0], meant);
    return cli_fail(CLI_USAGE, "there is no command '%s'; latarnia help shows all of them",
                    "nie ma polecenia '%s'; latarnia help pokazuje wszystkie", words[0]);
}
