/* A bash completion script from the table: first word, verb, then the options of the command. */
#include <string.h>

#include "common/messages/registry.h"
#include "tools/latarnia/commands.h"

static void words_after(const char *noun) {
    size_t size = strlen(noun);
    for (size_t i = 0; i < cli_command_count; i++) {
        const char *name = cli_commands[i].name;
        if (strncmp(name, noun, size) == 0 && name[size] == ' ')
            printf(" %s", name + size + 1);
    }
}

/* Every noun once, although several rows begin with it. */
static void first_words(void) {
    const char *last = "";
    for (size_t i = 0; i < cli_command_count; i++) {
        const char *name = cli_commands[i].name;
        size_t size = strcspn(name, " ");
        if (strncmp(name, last, size) != 0 || strcspn(last, " ") != size)
            printf(" %.*s", (int)size, name);
        last = name;
    }
}

static void verb_cases(void) {
    const char *last = "";
    for (size_t i = 0; i < cli_command_count; i++) {
        char noun[32];
        size_t size = strcspn(cli_commands[i].name, " ");
        if (!cli_commands[i].name[size] || strncmp(cli_commands[i].name, last, size) == 0)
            continue;
        last = cli_commands[i].name;
        snprintf(noun, sizeof noun, "%.*s", (int)size, last);
        printf("    %s:2) words=\"", noun);
        words_after(noun);
        printf("\" ;;\n");
    }
}

static void option_cases(void) {
    for (size_t i = 0; i < cli_command_count; i++) {
        printf("    '%s') words=\"--data --help", cli_commands[i].name);
        for (const struct cli_option *o = cli_commands[i].options; o && o->name; o++)
            printf(" --%s", o->name);
        printf("\" ;;\n");
    }
}

static void command_names_case(void) {
    printf("    send:2) words=\"");
    for (size_t i = 0; i < registry_count(); i++) {
        const struct about *a = registry_at(i)->about;
        if (a->command)
            printf(" %s", registry_by_name(text_of(a->command)) ? a->command : a->name);
    }
    printf("\" ;;\n");
}

/* Values of the options that take a name from our tables. */
static void value_cases(void) {
    printf("    --format:*) words=\"");
    for (size_t i = 0; schema_export_formats[i]; i++)
        printf(" %s", schema_export_formats[i]);
    printf("\" ;;\n    --category:feed) words=\"");
    for (size_t i = 0; i < registry_category_count(); i++)
        printf(" %s", registry_category_at(i)->name);
    printf("\" ;;\n    --type:feed) words=\"");
    for (size_t i = 0; i < registry_count(); i++)
        if (registry_at(i)->about->nature != NATURE_NONE)
            printf(" %s", registry_at(i)->about->name);
    printf("\" ;;\n");
}

static int print_bash(void) {
    printf("_latarnia() {\n"
           "  local cur=${COMP_WORDS[COMP_CWORD]} noun=${COMP_WORDS[1]} words=\n"
           "  local pair=\"$noun ${COMP_WORDS[2]}\"\n"
           "  if [ \"$COMP_CWORD\" -eq 1 ]; then words=\"");
    first_words();
    printf("\"; fi\n  case \"$noun:$COMP_CWORD\" in\n");
    verb_cases();
    command_names_case();
    printf("  esac\n  case \"$cur\" in -*)\n"
           "  for try in \"$noun\" \"$pair\"; do case \"$try\" in\n");
    option_cases();
    printf("  esac; done ;; esac\n"
           "  case \"${COMP_WORDS[COMP_CWORD-1]}:$noun\" in\n");
    value_cases();
    printf("  esac\n"
           "  COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n}\n"
           "complete -o default -F _latarnia latarnia\n");
    return CLI_DONE;
}

static error_t take(int key, char *arg, struct argp_state *state) {
    if (key == ARGP_KEY_NO_ARGS || (key == ARGP_KEY_ARG && strcmp(arg, "bash") != 0))
        cli_usage(state, "the shell must be bash", "powłoką może być tylko bash");
    return key == ARGP_KEY_ARG ? 0 : ARGP_ERR_UNKNOWN;
}

int completion_main(int argc, char **argv) {
    cli_parse(argc, argv, take, NULL);
    return print_bash();
}
