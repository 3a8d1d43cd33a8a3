/* latarnia simulate: options, and the three files it writes. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tools/latarnia/commands.h"
#include "tools/latarnia/moment.h"
#include "tools/latarnia/simulate.h"

enum { KEY_SEED = 1100, KEY_HOUSEHOLDS, KEY_OUT, HOUSEHOLDS_LEAST = 12, HOUSEHOLDS_MOST = 20000 };

const struct cli_option simulate_options[] = {
    {"seed", KEY_SEED, "N", "The same seed gives the same files (2017)",
     "To samo ziarno daje te same pliki (2017)"},
    {"households", KEY_HOUSEHOLDS, "N", "Households to relocate (1200)",
     "Liczba środowisk do przeprowadzki (1200)"},
    {"out", KEY_OUT, "DIR", "Directory for register.csv, commands.ndjson, last_day",
     "Katalog na register.csv, commands.ndjson, last_day"},
    {NULL, 0, NULL, NULL, NULL},
};

struct wish {
    int64_t seed, households;
    const char *out;
};

static void take_number(char *arg, struct argp_state *state, int64_t least, int64_t most,
                        int64_t *out) {
    if (moment_read_number(arg, least, out) || *out > most)
        cli_usage(state, "expected a number from %lld to %lld; got '%s'",
                  "oczekiwano liczby od %lld do %lld; podano '%s'", (long long)least,
                  (long long)most, arg);
}

static error_t take(int key, char *arg, struct argp_state *state) {
    struct wish *w = state->input;
    switch (key) {
    case KEY_SEED:
        take_number(arg, state, 0, INT64_MAX, &w->seed);
        return 0;
    case KEY_HOUSEHOLDS:
        take_number(arg, state, HOUSEHOLDS_LEAST, HOUSEHOLDS_MOST, &w->households);
        return 0;
    case KEY_OUT:
        w->out = arg;
        return 0;
    case ARGP_KEY_END:
        if (!w->out)
            cli_usage(state, "say where the files shall be: --out DIR",
                      "podaj katalog na pliki: --out KATALOG");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int fail(const char *path) {
    return cli_fail(CLI_LATER, "%s cannot be written: %s", "nie można zapisać %s: %s", path,
                    strerror(errno));
}

/* Every missing directory of the path. */
static int make_directory(const char *path) {
    char part[4096];
    size_t size = strlen(path);
    if (size >= sizeof part)
        return errno = ENAMETOOLONG, 1;
    for (size_t i = 1; i <= size; i++) {
        if (path[i] && path[i] != '/')
            continue;
        memcpy(part, path, i);
        part[i] = 0;
        if (mkdir(part, 0700) && errno != EEXIST)
            return 1;
    }
    return 0;
}

static FILE *create(const char *dir, const char *name, char path[4200]) {
    snprintf(path, 4200, "%s/%s", dir, name);
    return fopen(path, "we");
}

/* What was written is on its way to the disk, or the file is no file. */
static int finish(FILE *f) {
    int bad = ferror(f);
    return fclose(f) || bad;
}

static int write_last_day(const struct sim *s, FILE *out) {
    char day[CIVIL_TEXT_SIZE];
    civil_format(s->last, day);
    return fprintf(out, "%s\n", day) < 0;
}

int simulate_write(uint64_t seed, unsigned households, const char *dir) {
    static struct sim s;
    char path[4200];
    FILE *f;
    if (make_directory(dir) || !(f = create(dir, "commands.ndjson", path)))
        return fail(dir);
    sim_open(&s, seed, f);
    int r = make_homes(&s, households);
    /* The register is of the first day: who is born later is told later. */
    if (!r && (f = create(dir, "register.csv", path)))
        r = write_register(&s, f) | finish(f);
    if (!r && f) {
        simulate_history(&s);
        r = finish(s.out);
    }
    if (!r && f && (f = create(dir, "last_day", path)))
        r = write_last_day(&s, f) | finish(f);
    sim_close(&s);
    return r || !f ? fail(path) : 0;
}

int simulate_main(int argc, char **argv) {
    struct wish w = {.seed = 2017, .households = 1200};
    cli_parse(argc, argv, take, &w);
    return cli_finish(simulate_write((uint64_t)w.seed, (unsigned)w.households, w.out));
}
