/* latarnia schema list | show NAME | export --format FORMAT */
#include "tools/schema/schema_tool.h"

#include <string.h>

#include "common/messages/registry.h"
#include "tools/latarnia/commands.h"
#include "tools/latarnia/nearest.h"

int schema_list_main(int argc, char **argv) {
    bool json = false;
    cli_parse(argc, argv, take_json, &json);
    return schema_list(stdout, json) ? CLI_NEGATIVE : CLI_DONE;
}

struct shown {
    bool json;
    const char *name;
};

static error_t take(int key, char *arg, struct argp_state *state) {
    struct shown *in = state->input;
    if (key == 'j')
        in->json = true;
    else if (key == ARGP_KEY_ARG && !in->name)
        in->name = arg;
    else if (key == ARGP_KEY_END && !in->name)
        cli_usage(state, "which message? latarnia schema list shows all of them",
                  "jaki komunikat? latarnia schema list pokazuje wszystkie");
    else
        return ARGP_ERR_UNKNOWN;
    return 0;
}

static int not_found(const char *name) {
    struct nearest near = nearest_to(name);
    size_t count = registry_count();
    for (size_t i = 0; i < count; i++) {
        nearest_try(&near, registry_at(i)->about->name);
        if (registry_at(i)->about->command)
            nearest_try(&near, registry_at(i)->about->command);
    }
    if (nearest_word(&near))
        return cli_fail(CLI_NEGATIVE, "there is no message '%s'; did you mean '%s'?",
                        "nie ma komunikatu '%s'; może '%s'?", name, nearest_word(&near));
    return cli_fail(CLI_NEGATIVE, "there is no message '%s'", "nie ma komunikatu '%s'", name);
}

int schema_show_main(int argc, char **argv) {
    struct shown in = {0};
    cli_parse(argc, argv, take, &in);
    if (schema_show(stdout, text_of(in.name), in.json))
        return not_found(in.name);
    return CLI_DONE;
}

/* ---- export ---- */

const char *const schema_export_formats[] = {"jsonschema", "asyncapi", "cddl", NULL};

const struct cli_option schema_export_options[] = {
    {"format", 'f', "FORMAT", "jsonschema (2020-12), asyncapi (3.0) or cddl (RFC 8610)",
     "jsonschema (2020-12), asyncapi (3.0) albo cddl (RFC 8610)"},
    {NULL, 0, NULL, NULL, NULL},
};

static error_t take_format(int key, char *arg, struct argp_state *state) {
    const char **format = state->input;
    if (key == ARGP_KEY_END && !*format)
        cli_usage(state, "which format? --format jsonschema, asyncapi or cddl",
                  "jaki format? --format jsonschema, asyncapi albo cddl");
    if (key != 'f')
        return key == ARGP_KEY_END ? 0 : ARGP_ERR_UNKNOWN;
    for (size_t i = 0; schema_export_formats[i]; i++)
        if (strcmp(arg, schema_export_formats[i]) == 0)
            *format = schema_export_formats[i];
    if (!*format)
        cli_usage(state, "there is no format '%s'; jsonschema, asyncapi and cddl are possible",
                  "nie ma formatu '%s'; możliwe są jsonschema, asyncapi i cddl", arg);
    return 0;
}

int schema_export_main(int argc, char **argv) {
    const char *format = NULL;
    cli_parse(argc, argv, take_format, &format);
    if (schema_export(stdout, text_of(format)) && !ferror(stdout))
        return cli_fail(CLI_LATER, "out of memory", "brak pamięci");
    return CLI_DONE;
}
