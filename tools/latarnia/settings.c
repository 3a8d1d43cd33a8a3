/* latarnia config: the settings in force and where each comes from, itself in the form of the file.
 */
#include "tools/latarnia/settings.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "tools/latarnia/commands.h"

enum { KEY_CONFIG = 0x101 };

const struct cli_option config_options[] = {
    {"config", KEY_CONFIG, "FILE", "Settings; DIR/latarnia.conf if not given",
     "Ustawienia; domyślnie DIR/latarnia.conf"},
    {"check", 'n', NULL, "Check the file, print nothing", "Sprawdź plik, niczego nie wypisuj"},
    {"json", 'j', NULL, "Print JSON", "Wypisz JSON"},
    {NULL, 0, NULL, NULL, NULL},
};

static void tell(void *context, const struct config_problem *problem) {
    char sentence[CONFIG_TEXT_BYTES];
    (void)context;
    config_problem_text(problem, cli_polish(), sentence);
    cli_fail(0, "%s", "%s", sentence);
}

int settings_read(const char *file, struct config *out) {
    int r = config_read(out, cli_data(), file, tell, NULL);
    if (r < 0)
        return cli_fail(CLI_NEGATIVE, "%s: %s", "%s: %s", out->path, strerror(-r));
    return r ? CLI_NEGATIVE : CLI_DONE;
}

static void print_words(const struct config *c) {
    char value[CONFIG_VALUE_BYTES], allowed[CONFIG_TEXT_BYTES];
    for (int i = 0; i < CONFIG_KEYS; i++) {
        const struct config_entry *e = &config_entries[i];
        if (i == 0 || strcmp(e->section, config_entries[i - 1].section) != 0)
            printf("%s[%s]\n", i ? "\n" : "", e->section);
        config_value_text(e, c->values[i], value);
        config_allowed_text(e, cli_polish(), allowed);
        printf("# %s\n# %s", cli_say(e->en, e->pl), allowed);
        if (c->lines[i])
            printf("; %s:%d\n", c->path, c->lines[i]);
        else
            printf("; %s\n", cli_say("default", "wartość domyślna"));
        printf("%s = %s\n", e->name, value);
    }
}

static void print_json(const struct config *c) {
    char value[CONFIG_VALUE_BYTES];
    for (int i = 0; i < CONFIG_KEYS; i++) {
        const struct config_entry *e = &config_entries[i];
        config_value_text(e, c->values[i], value);
        json_t *line = json_pack("{s:s, s:s, s:s, s:b}", "section", e->section, "key", e->name,
                                 "value", value, "default", c->lines[i] == 0);
        if (c->lines[i]) {
            json_object_set_new(line, "file", json_string(c->path));
            json_object_set_new(line, "line", json_integer(c->lines[i]));
        }
        json_dumpf(line, stdout, JSON_COMPACT);
        putchar('\n');
        json_decref(line);
    }
}

struct asked {
    const char *file;
    bool check, json;
};

static error_t take(int key, char *arg, struct argp_state *state) {
    struct asked *in = state->input;
    if (key == KEY_CONFIG)
        in->file = arg;
    else if (key == 'n')
        in->check = true;
    else if (key == 'j')
        in->json = true;
    else
        return ARGP_ERR_UNKNOWN;
    return 0;
}

int config_main(int argc, char **argv) {
    struct asked in = {0};
    struct config c;
    cli_parse(argc, argv, take, &in);
    int r = settings_read(in.file, &c);
    if (r || in.check)
        return r;
    if (in.json)
        print_json(&c);
    else
        print_words(&c);
    return CLI_DONE;
}
