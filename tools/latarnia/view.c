/* latarnia view list | digest | rebuild */
#include <inttypes.h>
#include <jansson.h>

#include "common/codec/render.h"
#include "tools/latarnia/commands.h"
#include "tools/latarnia/link.h"
#include "tools/latarnia/nearest.h"
#include "tools/latarnia/sheet.h"

enum { REBUILD_MS = 600000, NUMBER_BYTES = 24 };

static int print_json(json_t *object) {
    int bad = !object || json_dumpf(object, stdout, RENDER_DUMP);
    putchar('\n');
    json_decref(object);
    return bad ? CLI_LATER : CLI_DONE;
}

static int ask_views(struct link *l, const struct Views **out) {
    const struct AskViews ask = {0};
    const void *answer;
    int r = link_open(l, "projector");
    if (r)
        return r;
    r = link_ask(l, AskViews_schema(), &ask, Views_schema(), LINK_TIMEOUT_MS, &answer);
    *out = answer;
    if (r)
        link_close(l);
    return r;
}

static const char *number_text(int64_t n, char buffer[NUMBER_BYTES]) {
    snprintf(buffer, NUMBER_BYTES, "%" PRId64, n);
    return buffer;
}

/* ---- list ---- */

static void print_list(const struct Views *v) {
    const struct sheet_column columns[] = {
        {cli_say("View", "Widok"), false, false}, {cli_say("Definition", "Definicja"), true, false},
        {cli_say("Position", "Pozycja"), true, false}, {cli_say("Rows", "Wierszy"), true, false},
    };
    struct sheet *sheet = sheet_new(columns, sizeof columns / sizeof *columns);
    for (uint32_t i = 0; i < v->views.count; i++) {
        const struct view_state *s = &v->views.items[i];
        char name[33], definition[NUMBER_BYTES], position[NUMBER_BYTES], rows[NUMBER_BYTES];
        snprintf(name, sizeof name, "%.*s", (int)s->name.size, s->name.data);
        sheet_add(sheet, (const char *[]){name, number_text(s->definition, definition),
                                          number_text(s->position, position),
                                          number_text(s->rows, rows)});
    }
    sheet_print(sheet, stdout);
}

static int print_list_json(const struct Views *v) {
    int r = CLI_DONE;
    for (uint32_t i = 0; i < v->views.count && !r; i++)
        r = print_json(
            render_json(view_state_schema(), &v->views.items[i], RENDER_NAMES, CLASS_P3));
    return r;
}

int view_list_main(int argc, char **argv) {
    struct link projector;
    const struct Views *views;
    bool json = false;
    cli_parse(argc, argv, take_json, &json);
    int r = ask_views(&projector, &views);
    if (r)
        return r;
    if (json)
        r = print_list_json(views);
    else
        print_list(views);
    link_close(&projector);
    return r;
}

/* ---- digest ---- */

struct digest_wanted {
    bool json;
    const char *view;
};

static error_t take_view(int key, char *arg, struct argp_state *state) {
    struct digest_wanted *in = state->input;
    if (key == 'j')
        in->json = true;
    else if (key == ARGP_KEY_ARG && !in->view)
        in->view = arg;
    else
        return ARGP_ERR_UNKNOWN;
    return 0;
}

static json_t *digest_json(const struct view_state *s, struct bytes root) {
    struct Views head = {.root = root};
    json_t *out = render_json(view_state_schema(), s, RENDER_NAMES, CLASS_P3);
    json_t *top = render_json(Views_schema(), &head, RENDER_NAMES, CLASS_P3);
    json_object_update_missing(out, top);
    json_decref(top);
    return out;
}

/* One line a view: digest, name, and what the digest is bound to. */
static int print_digest(const struct view_state *s, struct bytes root, bool json) {
    json_t *object = digest_json(s, root);
    if (json)
        return print_json(object);
    const char *digest = json_string_value(json_object_get(object, "digest"));
    const char *head = json_string_value(json_object_get(object, "root"));
    printf("%s  %.*s  v%" PRId64 "  %" PRId64 "  %s\n", digest ? digest : "-", (int)s->name.size,
           s->name.data, s->definition, s->position, head ? head : "-");
    json_decref(object);
    return CLI_DONE;
}

static int unknown_view(const struct Views *v, const char *name) {
    static char names[64][33];
    struct nearest near = nearest_to(name);
    for (uint32_t i = 0; i < v->views.count && i < 64; i++) {
        struct text text = v->views.items[i].name;
        snprintf(names[i], sizeof names[i], "%.*s", (int)text.size, text.data);
        nearest_try(&near, names[i]);
    }
    if (nearest_word(&near))
        return cli_fail(CLI_NEGATIVE, "there is no view '%s'; did you mean '%s'?",
                        "nie ma widoku '%s'; może '%s'?", name, nearest_word(&near));
    return cli_fail(CLI_NEGATIVE, "there is no view '%s'", "nie ma widoku '%s'", name);
}

static int print_digests(const struct Views *v, const struct digest_wanted *in) {
    int found = 0, r = CLI_DONE;
    for (uint32_t i = 0; i < v->views.count && !r; i++) {
        if (in->view && !text_is(v->views.items[i].name, in->view))
            continue;
        found++;
        r = print_digest(&v->views.items[i], v->root, in->json);
    }
    return in->view && !found ? unknown_view(v, in->view) : r;
}

int view_digest_main(int argc, char **argv) {
    struct link projector;
    const struct Views *views;
    struct digest_wanted in = {0};
    cli_parse(argc, argv, take_view, &in);
    int r = ask_views(&projector, &views);
    if (r)
        return r;
    r = print_digests(views, &in);
    link_close(&projector);
    return r;
}

/* ---- rebuild ---- */

static int print_rebuilt(const struct ViewsRebuilt *v) {
    printf(cli_say("rebuilt to position %" PRId64 ": %" PRId64 " events in %.3f s, ",
                   "przeliczono do pozycji %" PRId64 ": %" PRId64 " zdarzeń w %.3f s, "),
           v->position, v->events, (double)v->micros / 1e6);
    printf(cli_say("%" PRId64 " rows differed\n", "różnych wierszy: %" PRId64 "\n"), v->different);
    if (v->different)
        printf("%s: %.*s\n", cli_say("first difference", "pierwsza różnica"),
               (int)v->first_difference.size, v->first_difference.data);
    return v->different ? CLI_NEGATIVE : CLI_DONE;
}

int view_rebuild_main(int argc, char **argv) {
    const struct RebuildViews ask = {0};
    const void *answer;
    struct link projector;
    bool json = false;
    cli_parse(argc, argv, take_json, &json);
    int r = link_open(&projector, "projector");
    if (r)
        return r;
    r = link_ask(&projector, RebuildViews_schema(), &ask, ViewsRebuilt_schema(), REBUILD_MS,
                 &answer);
    if (!r && json) {
        r = print_json(render_json(ViewsRebuilt_schema(), answer, RENDER_NAMES, CLASS_P3));
        r = r ? r : ((const struct ViewsRebuilt *)answer)->different ? CLI_NEGATIVE : CLI_DONE;
    } else if (!r) {
        r = print_rebuilt(answer);
    }
    link_close(&projector);
    return r;
}
