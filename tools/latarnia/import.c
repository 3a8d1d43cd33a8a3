#include "tools/latarnia/import.h"

#include <errno.h>
#include <string.h>

#include "tools/latarnia/commands.h"

struct wish {
    const char *files[64];
    size_t count;
    bool close, json;
};

enum { KEY_CLOSE = 1000, KEY_JSON };

const struct cli_option import_options[] = {
    {"close", KEY_CLOSE, NULL, "End the migration when everything is told",
     "Po wczytaniu zamknij migrację"},
    {"json", KEY_JSON, NULL, "Rejected rows and the sum as NDJSON",
     "Odrzucone wiersze i podsumowanie jako NDJSON"},
    {NULL, 0, NULL, NULL, NULL},
};

static error_t take(int key, char *arg, struct argp_state *state) {
    struct wish *w = state->input;
    switch (key) {
    case KEY_CLOSE:
        w->close = true;
        return 0;
    case KEY_JSON:
        w->json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (w->count == sizeof w->files / sizeof *w->files)
            return ARGP_ERR_UNKNOWN;
        w->files[w->count++] = arg;
        return 0;
    case ARGP_KEY_NO_ARGS:
        cli_usage(state, "name the files to import", "podaj pliki do wczytania");
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

int import_read(struct import *im, const char *path) {
    const char *dot = strrchr(path, '.');
    FILE *in = fopen(path, "re");
    if (!in)
        return cli_fail(CLI_USAGE, "%s cannot be read: %s", "nie można odczytać %s: %s", path,
                        strerror(errno));
    int r = CLI_USAGE;
    if (dot && !strcmp(dot, ".csv"))
        r = import_read_csv(im, path, in);
    else if (dot && (!strcmp(dot, ".ndjson") || !strcmp(dot, ".json")))
        r = import_read_ndjson(im, path, in);
    else
        cli_fail(CLI_USAGE, "%s is neither .csv nor .ndjson", "%s nie jest plikiem .csv ani .ndjson",
                 path);
    fclose(in);
    return r;
}

int import_main(int argc, char **argv) {
    struct wish wish = {0};
    struct import im = {0};
    cli_parse(argc, argv, take, &wish);
    im.json = wish.json;
    int r = 0;
    for (size_t i = 0; !r && i < wish.count; i++)
        r = import_read(&im, wish.files[i]);
    if (!r) {
        import_sort(&im);
        r = import_send(&im, wish.close);
    }
    if (!r && im.rejected)
        r = CLI_NEGATIVE;
    import_free(&im);
    return cli_finish(r);
}
