/* latarnia query VIEW: rows of a view, now or on any day, as then known or as known today. */
#include <string.h>

#include "tools/latarnia/answer.h"
#include "tools/latarnia/command.h"
#include "tools/latarnia/commands.h"
#include "tools/latarnia/moment.h"

enum { KEY_AS_OF = 0x101, KEY_KNOWN_AT, KEY_AT, KEY_KEY, KEY_AREA, KEY_FILTER, KEY_CSV,
       KEY_AFTER, KEY_SUMMARY };

const struct cli_option query_options[] = {
    {"as-of", KEY_AS_OF, "DATE", "True at the end of this day", "Stan na koniec tego dnia"},
    {"known-at", KEY_KNOWN_AT, "TIME", "As it was known at this moment",
     "Według wiedzy z tej chwili"},
    {"at", KEY_AT, "POSITION", "As it was known at this position", "Według wiedzy na tej pozycji"},
    {"key", KEY_KEY, "ID", "Only this worker, case or household",
     "Tylko ten pracownik, sprawa lub środowisko"},
    {"area", KEY_AREA, "N", "Only this area", "Tylko ten obszar"},
    {"filter", KEY_FILTER, "TEXT", "Further filter of the view", "Dodatkowy filtr widoku"},
    {"summary", KEY_SUMMARY, NULL, "Counted and added up by state and area",
     "Zliczone i zsumowane według stanu i obszaru"},
    {"json", 'j', NULL, "One JSON object", "Jeden obiekt JSON"},
    {"csv", KEY_CSV, NULL, "CSV (RFC 4180)", "CSV (RFC 4180)"},
    {"after", KEY_AFTER, "POSITION", "Wait until the view has reached this position",
     "Poczekaj, aż widok osiągnie tę pozycję"},
    {NULL, 0, NULL, NULL, NULL},
};

struct asked {
    struct Query query;
    bool json, csv, summary;
};

static void bad_value(struct argp_state *state, const char *option, const char *expected,
                      const char *got) {
    cli_usage(state, "--%s expects %s; got '%s'", "--%s wymaga %s; podano '%s'", option, expected,
              got);
}

static void take_as_of(char *arg, struct argp_state *state, struct Query *q) {
    if (civil_parse(text_of(arg), &q->as_of))
        bad_value(state, "as-of", cli_say("a day as 2018-03-05", "dnia, np. 2018-03-05"), arg);
}

static void take_known_at(char *arg, struct argp_state *state, struct Query *q) {
    if (moment_parse(text_of(arg), &q->known_at))
        bad_value(state, "known-at", cli_say("a day or a moment as 2018-03-05T12:00:00Z",
                                             "dnia lub chwili, np. 2018-03-05T12:00:00Z"), arg);
}

static void take_number(const char *option, char *arg, struct argp_state *state, int64_t least,
                        int64_t *out) {
    if (moment_read_number(arg, least, out))
        bad_value(state, option, cli_say("a whole number", "liczby całkowitej"), arg);
}

static void take_area(char *arg, struct argp_state *state, struct Query *q) {
    if (moment_read_number(arg, 1, &q->area) || q->area > 9)
        bad_value(state, "area", cli_say("a number from 1 to 9", "liczby od 1 do 9"), arg);
}

static void take_key(char *arg, struct argp_state *state, struct Query *q) {
    if (command_read_id(text_of(arg), &q->key))
        bad_value(state, "key", cli_say("an id (UUID) or a printed key such as building/B003",
                                        "identyfikatora (UUID) lub klucza, np. building/B003"),
                  arg);
}

static void take_end(const struct asked *in, struct argp_state *state) {
    if (in->query.view.size == 0)
        cli_usage(state, "which view? latarnia view list shows all of them",
                  "jaki widok? latarnia view list pokazuje wszystkie");
    if (in->query.known_at && in->query.at)
        cli_usage(state, "--known-at and --at say the same thing twice: give one of them",
                  "--known-at i --at mówią to samo: podaj jedno");
    if (in->json + in->csv + in->summary > 1)
        cli_usage(state, "--json, --csv or --summary, not two of them",
                  "--json, --csv albo --summary, nie dwa naraz");
}

static error_t take_word(int key, char *arg, struct argp_state *state) {
    struct asked *in = state->input;
    if (key == KEY_FILTER)
        in->query.text = text_of(arg);
    else if (key == ARGP_KEY_ARG && in->query.view.size == 0)
        in->query.view = text_of(arg);
    else if (key == ARGP_KEY_END)
        take_end(in, state);
    else
        return ARGP_ERR_UNKNOWN;
    return 0;
}

static error_t take(int key, char *arg, struct argp_state *state) {
    struct asked *in = state->input;
    switch (key) {
    case KEY_AS_OF:    take_as_of(arg, state, &in->query);                      return 0;
    case KEY_KNOWN_AT: take_known_at(arg, state, &in->query);                   return 0;
    case KEY_AT:       take_number("at", arg, state, 1, &in->query.at);         return 0;
    case KEY_AFTER:    take_number("after", arg, state, 0, &in->query.after);   return 0;
    case KEY_KEY:      take_key(arg, state, &in->query);                        return 0;
    case KEY_AREA:     take_area(arg, state, &in->query);                       return 0;
    case 'j':          in->json = true;                                         return 0;
    case KEY_CSV:      in->csv = true;                                          return 0;
    case KEY_SUMMARY:  in->summary = true;                                      return 0;
    default:           return take_word(key, arg, state);
    }
}

static int print(const struct answer *a, const struct asked *in) {
    if (in->json)
        return answer_print_json(a, stdout) ? CLI_LATER : CLI_DONE;
    if (in->csv)
        answer_print_csv(a, stdout);
    else if (in->summary)
        answer_print_summary(a, stdout);
    else
        answer_print_table(a, stdout);
    return CLI_DONE;
}

int query_main(int argc, char **argv) {
    struct asked in = {0};
    struct answer answer;
    struct link projector;
    cli_parse(argc, argv, take, &in);
    int r = link_open(&projector, "projector");
    if (r)
        return r;
    r = answer_ask(&projector, &in.query, in.json || in.csv ? RENDER_NAMES : answer_words(),
                   &answer);
    if (!r) {
        r = print(&answer, &in);
        answer_free(&answer);
    }
    link_close(&projector);
    return r;
}
