#include "common/service/options.h"

#include <argp.h>
#include <stdlib.h>
#include <string.h>

static uint64_t position_of(const char *value, struct argp_state *state) {
    char *end;
    uint64_t position = strtoull(value, &end, 10);
    if (*value < '1' || *value > '9' || *end)
        argp_error(state, "--at expects a position from 1 on; got %s", value);
    return position;
}

static error_t take(int key, char *value, struct argp_state *state) {
    struct options *out = state->input;
    switch (key) {
    case 'd':
        out->data_dir = value;
        return 0;
    case 'c':
        out->config_file = value;
        return 0;
    case 'm':
        out->migrate = true;
        return 0;
    case 'e':
        out->export_dir = value;
        return 0;
    case 'a':
        out->at = position_of(value, state);
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "unexpected argument %s", value);
        return 0;
    case ARGP_KEY_END:
        if (!out->data_dir)
            argp_error(state, "name the data directory: --data DIR or LATARNIA_DATA");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void tell(void *context, const struct config_problem *problem) {
    char sentence[CONFIG_TEXT_BYTES];
    (void)context;
    config_problem_text(problem, false, sentence);
    diag(DIAG_ERROR, "%s", sentence);
}

static int read_config(struct options *o) {
    int r = config_read(&o->config, o->data_dir, o->config_file, tell, NULL);
    if (r < 0)
        diag(DIAG_ERROR, "%s: %s", o->config.path, strerror(-r));
    if (r)
        return 100;
    diag_limit((enum diag_level)o->config.values[CONFIG_messages_level]);
    return 0;
}

int options_read(int argc, char **argv, const char *process, struct options *out) {
    static const struct argp_option list[] = {
        {"data", 'd', "DIR", 0, "Data directory (default: LATARNIA_DATA)", 0},
        {"config", 'c', "FILE", 0, "Settings (default: DIR/latarnia.conf)", 0},
        {"migrate", 'm', NULL, 0, "Open an empty log for older history (eventlog only)", 0},
        {"export", 'e', "DIR", 0, "Write the stored views there and end (projector only)", 0},
        {"at", 'a', "N", 0, "With --export: fold the log anew up to this position", 0},
        {NULL, 0, NULL, 0, NULL, 0},
    };
    const struct argp parser = {list, take, NULL, NULL, NULL, NULL, NULL};
    (void)process;
    *out = (struct options){.data_dir = getenv("LATARNIA_DATA")};
    argp_err_exit_status = 100;
    return argp_parse(&parser, argc, argv, 0, NULL, out) ? 100 : read_config(out);
}
