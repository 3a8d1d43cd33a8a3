/*
 * latarnia figures FILE.csv: published figures beside what the views and the log say. A figure that
 * nothing here can answer (costs, renovated flats) is counted and left out.
 */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tools/latarnia/commands.h"
#include "tools/latarnia/figures_known.h"
#include "tools/latarnia/sheet.h"
#include "tools/latarnia/works.h"

enum { KEY_AS_OF = 1200, LINE_BYTES = 4096 };

const struct cli_option figures_options[] = {
    {"as-of", KEY_AS_OF, "DATE", "True at the end of this day", "Stan na koniec tego dnia"},
    {"json", 'j', NULL, "One JSON object", "Jeden obiekt JSON"},
    {NULL, 0, NULL, NULL, NULL},
};

struct wish {
    const char *file;
    civil_day as_of;
    bool json;
};

/* ---- comparing ---- */

/* exact: equal; approx: within 2 %; almost: at most 5 % below; at_least, at_most: as they say. */
static bool agrees(const char *qualifier, double published, double computed) {
    double off = computed < published ? published - computed : computed - published;
    if (!strcmp(qualifier, "approx"))
        return off <= published * 0.02;
    if (!strcmp(qualifier, "almost"))
        return computed <= published && computed >= published * 0.95;
    if (!strcmp(qualifier, "at_least"))
        return computed >= published;
    if (!strcmp(qualifier, "at_most"))
        return computed <= published;
    return off < 1e-9;
}

struct report {
    const struct known *known;
    struct sheet *sheet;
    json_t *list;
    size_t shown, other, different;
};

static void show(struct report *r, const struct figure *f, double computed, bool agreed) {
    char number[32];
    snprintf(number, sizeof number, "%.10g", computed);
    if (r->list) {
        json_array_append_new(
            r->list, json_pack("{s:s,s:s,s:s,s:f,s:f,s:b,s:s}", "id", f->id, "name", f->name,
                               "qualifier", f->qualifier, "published", strtod(f->value, NULL),
                               "computed", computed, "agrees", agreed, "source", f->source));
        return;
    }
    sheet_add(r->sheet, (const char *[]){f->id, f->name, f->qualifier, f->value, number,
                                         agreed ? cli_say("yes", "tak") : cli_say("NO", "NIE"),
                                         f->source});
}

static void compare(struct report *r, const struct figure *f) {
    double computed;
    if (strcmp(f->programme, "LODZ") != 0 || !known_compute(r->known, f, &computed)) {
        r->other++;
        return;
    }
    bool agreed = agrees(f->qualifier, strtod(f->value, NULL), computed);
    show(r, f, computed, agreed);
    r->shown++;
    r->different += !agreed;
}

/* ---- the file ---- */

static void take_line(struct report *r, struct csv_record *record, char *line) {
    if (register_split(line, record->values) != record->columns)
        return;
    struct figure f = {
        .programme = csv_value(record, "programme"),
        .id = csv_value(record, "figure_id"),
        .metric = csv_value(record, "metric"),
        .name = csv_value(record, "name_en"),
        .value = csv_value(record, "value"),
        .qualifier = csv_value(record, "qualifier"),
        .date = csv_value(record, "date"),
        .source = csv_value(record, "source_id"),
    };
    compare(r, &f);
}

static char *next_line(FILE *in, char line[LINE_BYTES]) {
    if (!fgets(line, LINE_BYTES, in))
        return NULL;
    line[strcspn(line, "\r\n")] = 0;
    return line;
}

static int read_figures(struct report *r, FILE *in, const char *path) {
    char header[LINE_BYTES], line[LINE_BYTES];
    struct csv_record record = {.file = path};
    if (!next_line(in, header))
        header[0] = 0;
    record.columns = register_split(header, record.names);
    if (strcmp(record.names[0], "figure_id") != 0)
        return cli_fail(CLI_USAGE, "%s is no table of figures", "%s nie jest tabelą liczb", path);
    while (next_line(in, line))
        take_line(r, &record, line);
    return 0;
}

static struct sheet *new_sheet(void) {
    const struct sheet_column columns[] = {
        {cli_say("Figure", "Liczba"), false, false},
        {cli_say("What", "Czego dotyczy"), false, true},
        {cli_say("Published as", "Podano jako"), false, false},
        {cli_say("Published", "Opublikowano"), true, false},
        {cli_say("Computed", "Obliczono"), true, false},
        {cli_say("Agrees", "Zgodne"), false, false},
        {cli_say("Source", "Źródło"), false, false},
    };
    return sheet_new(columns, sizeof columns / sizeof *columns);
}

static int finish(struct report *r, civil_day as_of) {
    char day[CIVIL_TEXT_SIZE];
    if (r->list) {
        civil_format(as_of, day);
        json_t *object = json_pack("{s:s,s:I,s:I,s:I,s:o}", "as_of", day, "compared",
                                   (json_int_t)r->shown, "different", (json_int_t)r->different,
                                   "other", (json_int_t)r->other, "figures", r->list);
        json_dumpf(object, stdout, RENDER_DUMP);
        putchar('\n');
        json_decref(object);
    } else {
        sheet_print(r->sheet, stdout);
        printf(cli_say("%zu compared, %zu differ; %zu further figures are no matter of these views\n",
                       "porównano %zu, różni się %zu; %zu innych liczb nie dotyczy tych widoków\n"),
               r->shown, r->different, r->other);
    }
    return r->different ? CLI_NEGATIVE : CLI_DONE;
}

static int run(const struct wish *w, FILE *in) {
    static struct known known;
    known.as_of = w->as_of;
    struct report report = {.known = &known};
    int r = known_ask(&known);
    if (r)
        return r;
    report.list = w->json ? json_array() : NULL;
    report.sheet = w->json ? NULL : new_sheet();
    r = read_figures(&report, in, w->file);
    known_free(&known);
    return r ? r : finish(&report, known.as_of);
}

/* ---- the command ---- */

static error_t take(int key, char *arg, struct argp_state *state) {
    struct wish *w = state->input;
    switch (key) {
    case KEY_AS_OF:
        if (civil_parse(text_of(arg), &w->as_of))
            cli_usage(state, "--as-of expects a day as 2018-03-05; got '%s'",
                      "--as-of wymaga dnia, np. 2018-03-05; podano '%s'", arg);
        return 0;
    case 'j':
        w->json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (w->file)
            return ARGP_ERR_UNKNOWN;
        w->file = arg;
        return 0;
    case ARGP_KEY_NO_ARGS:
        cli_usage(state, "which table of published figures?", "która tabela opublikowanych liczb?");
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

int figures_main(int argc, char **argv) {
    struct wish w = {.as_of = civil_in_warsaw((int64_t)time(NULL) * 1000000)};
    cli_parse(argc, argv, take, &w);
    FILE *in = fopen(w.file, "re");
    if (!in)
        return cli_fail(CLI_USAGE, "%s cannot be read: %s", "nie można odczytać %s: %s", w.file,
                        strerror(errno));
    int r = run(&w, in);
    fclose(in);
    return cli_finish(r);
}
