/*
 * latarnia replay: the views as the log knew them at a position or a moment, or what changed in
 * them between two such points. Rows are told apart by their first column.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tools/latarnia/answer.h"
#include "tools/latarnia/command.h"
#include "tools/latarnia/commands.h"
#include "tools/latarnia/difference.h"
#include "tools/latarnia/moment.h"

enum { KEY_AT = 0x101, KEY_DIFF, KEY_KEY };
enum { VIEWS_MAX = 64, VIEW_NAME_BYTES = 33 };

const struct cli_option replay_options[] = {
    {"at", KEY_AT, "POSITION|TIME", "What the log knew then", "Co dziennik wtedy wiedział"},
    {"diff", KEY_DIFF, "POSITION|TIME", "Only what is different at this second point",
     "Tylko to, co jest inne w tym drugim punkcie"},
    {"key", KEY_KEY, "ID", "Only this worker, case or household",
     "Tylko ten pracownik, sprawa lub środowisko"},
    {"json", 'j', NULL, "One JSON object for each view", "Po jednym obiekcie JSON na widok"},
    {NULL, 0, NULL, NULL, NULL},
};

struct asked {
    const char *view;
    struct moment at, diff;
    struct id key;
    bool has_at, has_diff, json;
};

/* ---- options ---- */

static void take_moment(const char *option, const char *arg, struct argp_state *state,
                        struct moment *out) {
    if (moment_read(arg, out))
        cli_usage(state, "--%s expects a position, a day or a moment; got '%s'",
                  "--%s wymaga pozycji, dnia lub chwili; podano '%s'", option, arg);
}

static void take_key(const char *arg, struct argp_state *state, struct id *out) {
    if (command_read_id(text_of(arg), out))
        cli_usage(state, "--key expects an id (UUID) or a printed key; got '%s'",
                  "--key wymaga identyfikatora (UUID) lub klucza; podano '%s'", arg);
}

static error_t take(int key, char *arg, struct argp_state *state) {
    struct asked *in = state->input;
    if (key == KEY_AT)
        take_moment("at", arg, state, &in->at), in->has_at = true;
    else if (key == KEY_DIFF)
        take_moment("diff", arg, state, &in->diff), in->has_diff = true;
    else if (key == KEY_KEY)
        take_key(arg, state, &in->key);
    else if (key == 'j')
        in->json = true;
    else if (key == ARGP_KEY_ARG && !in->view)
        in->view = arg;
    else if (key == ARGP_KEY_END && !in->has_at)
        cli_usage(state, "which point? --at POSITION or --at TIME",
                  "który punkt? --at POZYCJA albo --at CHWILA");
    else
        return ARGP_ERR_UNKNOWN;
    return 0;
}

/* ---- differences ---- */

static void compare(const struct answer *a, const struct answer *b, struct difference *out) {
    json_t *key = json_pack("[s]", a->row->fields[0].name);
    difference_find(a->rows, b->rows, key, out);
    json_decref(key);
}

static void print_rows(char sign, const struct answer *a, const json_t *rows) {
    char buffer[CELL_BYTES];
    size_t i;
    json_t *row;
    json_array_foreach (rows, i, row) {
        putchar(sign);
        for (unsigned k = 0; k < a->row->field_count; k++) {
            const struct field *f = &a->row->fields[k];
            const char *cell = answer_cell(row, f, buffer);
            if (*cell)
                printf(" %s=%s", f->name, cell);
        }
        putchar('\n');
    }
}

static void print_changed(const struct answer *a, const json_t *changed) {
    char was[CELL_BYTES], is[CELL_BYTES];
    size_t i;
    json_t *one;
    json_array_foreach (changed, i, one) {
        printf("~ %s", json_string_value(json_object_get(one, "key")));
        for (unsigned k = 0; k < a->row->field_count; k++) {
            const struct field *f = &a->row->fields[k];
            const char *old = answer_cell(json_object_get(one, "before"), f, was);
            const char *new = answer_cell(json_object_get(one, "after"), f, is);
            if (strcmp(old, new) != 0)
                printf(" %s: %s -> %s", f->name, *old ? old : "-", *new ? new : "-");
        }
        putchar('\n');
    }
}

static json_int_t position_of(const struct answer *a) {
    return json_integer_value(json_object_get(a->head, "position"));
}

static int print_difference(const struct answer *a, const struct answer *b,
                            const struct difference *d, bool json) {
    json_t *view = json_object_get(a->head, "view");
    if (!json) {
        printf("%s: %" JSON_INTEGER_FORMAT " -> %" JSON_INTEGER_FORMAT "\n",
               json_string_value(view), position_of(a), position_of(b));
        print_rows('-', a, d->removed);
        print_rows('+', b, d->added);
        print_changed(a, d->changed);
        return CLI_DONE;
    }
    json_t *all = json_pack("{s:O, s:I, s:I, s:O, s:O, s:O}", "view", view, "from", position_of(a),
                            "to", position_of(b), "added", d->added, "removed", d->removed,
                            "changed", d->changed);
    int bad = !all || json_dumpf(all, stdout, RENDER_DUMP);
    putchar('\n');
    json_decref(all);
    return bad ? CLI_LATER : CLI_DONE;
}

/* ---- asking ---- */

static int ask_at(struct link *l, const char *view, const struct asked *in,
                  const struct moment *at, enum render_words words, struct answer *out) {
    const struct Query query = {
        .view = text_of(view), .at = at->position, .known_at = at->known_at_us, .key = in->key};
    return answer_ask(l, &query, words, out);
}

static int show_diff(struct link *l, const char *view, const struct asked *in) {
    struct answer a, b;
    struct difference d;
    int r = ask_at(l, view, in, &in->at, RENDER_NAMES, &a);
    if (r)
        return r;
    r = ask_at(l, view, in, &in->diff, RENDER_NAMES, &b);
    if (!r) {
        compare(&a, &b, &d);
        r = print_difference(&a, &b, &d, in->json);
        difference_free(&d);
        answer_free(&b);
    }
    answer_free(&a);
    return r;
}

static int show(struct link *l, const char *view, const struct asked *in) {
    struct answer a;
    if (in->has_diff)
        return show_diff(l, view, in);
    int r = ask_at(l, view, in, &in->at, in->json ? RENDER_NAMES : answer_words(), &a);
    if (r)
        return r;
    if (in->json)
        r = answer_print_json(&a, stdout) ? CLI_LATER : CLI_DONE;
    else
        answer_print_table(&a, stdout);
    answer_free(&a);
    return r;
}

/* Copied, since the next question reuses the arena. A view without a digest has no rows of its own:
 * it is asked by key alone. */
static uint32_t whole_views(const struct Views *views, char names[VIEWS_MAX][VIEW_NAME_BYTES]) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < views->views.count; i++) {
        const struct view_state *v = &views->views.items[i];
        if (v->digest.size)
            snprintf(names[count++], VIEW_NAME_BYTES, "%.*s", (int)v->name.size, v->name.data);
    }
    return count;
}

static int show_all(struct link *l, const struct asked *in) {
    char names[VIEWS_MAX][VIEW_NAME_BYTES];
    const struct AskViews ask = {0};
    const void *answer;
    int r = link_ask(l, AskViews_schema(), &ask, Views_schema(), LINK_TIMEOUT_MS, &answer);
    uint32_t count = r ? 0 : whole_views(answer, names);
    for (uint32_t i = 0; i < count && !r; i++) {
        if (i && !in->json)
            putchar('\n');
        r = show(l, names[i], in);
    }
    return r;
}

int replay_main(int argc, char **argv) {
    struct asked in = {0};
    struct link projector;
    cli_parse(argc, argv, take, &in);
    int r = link_open(&projector, "projector");
    if (r)
        return r;
    r = in.view ? show(&projector, in.view, &in) : show_all(&projector, &in);
    link_close(&projector);
    return r;
}
