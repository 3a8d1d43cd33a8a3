/*
 * latarnia view diff: two exports of the views (latarnia-projector --export), made by two versions
 * of the fold from the same log: every view, row and column that differs.
 */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/codec/render.h"
#include "tools/latarnia/commands.h"
#include "tools/latarnia/difference.h"

enum { PATH_BYTES = 4096, VIEWS_MAX = 64, NAME_BYTES = 64 };

/* One view of one export; `head` NULL: that export has no such view. */
struct exported {
    json_t *head, *rows;
};

struct comparing {
    const char *dirs[2];
    size_t dir_count;
    bool json;
    char views[VIEWS_MAX][NAME_BYTES];
    size_t view_count, differing;
};

/* ---- reading ---- */

static int unreadable(const char *path, const char *why) {
    return cli_fail(CLI_USAGE, "%s is no export of views: %s", "%s nie jest eksportem widoków: %s",
                    path, why);
}

static int read_lines(FILE *in, const char *path, struct exported *out) {
    json_error_t error;
    json_t *line;
    out->rows = json_array();
    while ((line = json_loadf(in, JSON_DISABLE_EOF_CHECK, &error))) {
        if (!out->head)
            out->head = line;
        else
            json_array_append_new(out->rows, line);
    }
    bool is_end = json_error_code(&error) == json_error_premature_end_of_input && feof(in);
    if (!is_end || !json_is_array(json_object_get(out->head, "key")))
        return unreadable(path, is_end ? cli_say("no first line", "brak pierwszego wiersza")
                                       : error.text);
    size_t count = json_array_size(out->rows);
    if (json_integer_value(json_object_get(out->head, "rows")) != (json_int_t)count)
        return unreadable(path, cli_say("not as many rows as its first line says",
                                        "inna liczba wierszy niż w pierwszym wierszu"));
    return 0;
}

static int read_view(const char *dir, const char *view, struct exported *out) {
    char path[PATH_BYTES];
    *out = (struct exported){NULL, NULL};
    snprintf(path, sizeof path, "%s/%s.ndjson", dir, view);
    FILE *in = fopen(path, "r");
    if (!in)
        return errno == ENOENT ? 0 : unreadable(path, strerror(errno));
    int r = read_lines(in, path, out);
    fclose(in);
    return r;
}

static void free_view(struct exported *e) {
    json_decref(e->head);
    json_decref(e->rows);
}

static bool is_noted(const struct comparing *c, const char *view) {
    for (size_t i = 0; i < c->view_count; i++)
        if (strcmp(c->views[i], view) == 0)
            return true;
    return false;
}

/* True when the file holds a view. */
static bool note_view(struct comparing *c, const char *file) {
    char view[NAME_BYTES];
    const char *dot = strrchr(file, '.');
    if (!dot || strcmp(dot, ".ndjson") != 0 || dot - file >= NAME_BYTES)
        return false;
    snprintf(view, sizeof view, "%.*s", (int)(dot - file), file);
    if (!is_noted(c, view) && c->view_count < VIEWS_MAX)
        memcpy(c->views[c->view_count++], view, sizeof view);
    return true;
}

static int list_views(struct comparing *c, const char *dir) {
    struct dirent **names = NULL;
    int found = 0, count = scandir(dir, &names, NULL, alphasort);
    if (count < 0)
        return unreadable(dir, strerror(errno));
    for (int i = 0; i < count; i++) {
        found += note_view(c, names[i]->d_name);
        free(names[i]);
    }
    free(names);
    return found ? 0 : unreadable(dir, cli_say("no view in it", "nie ma w nim widoków"));
}

/* ---- comparing ---- */

static bool is_same(const struct exported *a, const struct exported *b, const char *member) {
    const json_t *x = json_object_get(a->head, member), *y = json_object_get(b->head, member);
    return !x || !y || json_equal(x, y);
}

static int refuse_others(const char *view, const struct exported *a, const struct exported *b) {
    if (!is_same(a, b, "position"))
        return cli_fail(CLI_USAGE,
                        "%s: the exports stand at positions %" JSON_INTEGER_FORMAT
                        " and %" JSON_INTEGER_FORMAT "; fold the second with --at up to the first",
                        "%s: eksporty mają pozycje %" JSON_INTEGER_FORMAT " i %" JSON_INTEGER_FORMAT
                        "; przelicz drugi z opcją --at do pozycji pierwszego",
                        view, json_integer_value(json_object_get(a->head, "position")),
                        json_integer_value(json_object_get(b->head, "position")));
    if (!is_same(a, b, "root"))
        return cli_fail(CLI_USAGE, "%s: the exports are of two different logs",
                        "%s: eksporty pochodzą z dwóch różnych dzienników", view);
    return 0;
}

static void print_columns(json_t *before, json_t *after) {
    json_t *all = json_copy(before), *value;
    const char *name;
    json_object_update_missing(all, after);
    json_object_foreach(all, name, value) {
        const json_t *was = json_object_get(before, name), *is = json_object_get(after, name);
        if (was && is && json_equal(was, is))
            continue;
        char *old = was ? json_dumps(was, RENDER_DUMP | JSON_ENCODE_ANY) : NULL;
        char *new = is ? json_dumps(is, RENDER_DUMP | JSON_ENCODE_ANY) : NULL;
        printf(" %s: %s -> %s", name, old ? old : "-", new ? new : "-");
        free(old);
        free(new);
    }
    json_decref(all);
}

static void print_rows(char sign, const json_t *rows) {
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row) {
        printf("%c ", sign);
        json_dumpf(row, stdout, RENDER_DUMP);
        putchar('\n');
    }
}

static void print_text(const char *view, const struct difference *d) {
    size_t i;
    json_t *one;
    printf("%s: %s: %zu\n", view, cli_say("rows that differ", "różnych wierszy"),
           difference_rows(d));
    print_rows('-', d->removed);
    print_rows('+', d->added);
    json_array_foreach(d->changed, i, one) {
        printf("~ %s", json_string_value(json_object_get(one, "key")));
        print_columns(json_object_get(one, "before"), json_object_get(one, "after"));
        putchar('\n');
    }
}

static json_t *side_json(const struct exported *e) {
    return json_pack("{s:O?, s:O?, s:O?}", "definition", json_object_get(e->head, "definition"),
                     "fold", json_object_get(e->head, "fold"), "digest",
                     json_object_get(e->head, "digest"));
}

static void print_json(const char *view, const struct exported *a, const struct exported *b,
                       const struct difference *d) {
    json_t *all =
        json_pack("{s:s, s:o, s:o, s:O, s:O, s:O}", "view", view, "before", side_json(a), "after",
                  side_json(b), "added", d->added, "removed", d->removed, "changed", d->changed);
    json_dumpf(all, stdout, RENDER_DUMP);
    putchar('\n');
    json_decref(all);
}

static void tell(struct comparing *c, const char *view, const struct exported *a,
                 const struct exported *b) {
    const struct exported *some = a->head ? a : b;
    struct difference d;
    json_t *none = json_array();
    difference_find(a->head ? a->rows : none, b->head ? b->rows : none,
                    json_object_get(some->head, "key"), &d);
    bool is_one_sided = !a->head || !b->head;
    c->differing += is_one_sided || difference_rows(&d) > 0;
    if (c->json)
        print_json(view, a, b, &d);
    else if (is_one_sided)
        printf("%s: %s %s\n", view, cli_say("only in", "tylko w"), c->dirs[a->head ? 0 : 1]);
    else if (difference_rows(&d))
        print_text(view, &d);
    difference_free(&d);
    json_decref(none);
}

static int compare_view(struct comparing *c, const char *view) {
    struct exported a, b = {NULL, NULL};
    int r = read_view(c->dirs[0], view, &a);
    if (!r)
        r = read_view(c->dirs[1], view, &b);
    if (!r && a.head && b.head)
        r = refuse_others(view, &a, &b);
    if (!r)
        tell(c, view, &a, &b);
    free_view(&a);
    free_view(&b);
    return r;
}

static error_t take(int key, char *arg, struct argp_state *state) {
    struct comparing *c = state->input;
    if (key == 'j')
        c->json = true;
    else if (key == ARGP_KEY_ARG && c->dir_count < 2)
        c->dirs[c->dir_count++] = arg;
    else if (key == ARGP_KEY_END && c->dir_count < 2)
        cli_usage(state, "compare which two exports? latarnia view diff BEFORE AFTER",
                  "które dwa eksporty porównać? latarnia view diff PRZED PO");
    else
        return ARGP_ERR_UNKNOWN;
    return 0;
}

int view_diff_main(int argc, char **argv) {
    static struct comparing c;
    cli_parse(argc, argv, take, &c);
    int r = list_views(&c, c.dirs[0]);
    if (!r)
        r = list_views(&c, c.dirs[1]);
    for (size_t i = 0; i < c.view_count && !r; i++)
        r = compare_view(&c, c.views[i]);
    if (r)
        return r;
    if (!c.differing && !c.json)
        puts(cli_say("no row differs", "żaden wiersz się nie różni"));
    return c.differing ? CLI_NEGATIVE : CLI_DONE;
}
