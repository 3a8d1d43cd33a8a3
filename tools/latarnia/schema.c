/* latarnia schema list | show NAME */
#include "tools/schema/schema_tool.h"

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
