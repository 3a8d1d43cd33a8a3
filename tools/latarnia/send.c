/*
 * latarnia send: one command from the command line, or JSON objects. Each answer is one JSON line.
 * A command that got no answer is sent again with the same id: applied once, answered the same.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base/ensure.h"
#include "common/messages/registry.h"
#include "tools/latarnia/command.h"
#include "tools/latarnia/commands.h"
#include "tools/latarnia/link.h"
#include "tools/latarnia/outcome.h"

enum { KEY_AS = 0x101, KEY_UNIT, KEY_DECIDER, KEY_AUTHORITY, KEY_EVIDENCE, KEY_ON, KEY_CASE,
       KEY_ID, KEY_KNOWN_AT, KEY_AFTER };

/* A department that has not folded far enough or lost a race is asked again for five seconds. */
enum { FIELDS_MAX = 64, LOST_TRIES = 3, LATER_TRIES = 25, PAUSE_MS = 200 };

const struct cli_option send_options[] = {
    {"as", KEY_AS, "ROLE:ACTOR", "Who records (else LATARNIA_AS)",
     "Kto zapisuje (inaczej LATARNIA_AS)"},
    {"unit", KEY_UNIT, "ID", "Unit of the recorder", "Jednostka zapisującego"},
    {"decider", KEY_DECIDER, "ROLE", "Who decided, if not the recorder",
     "Kto zdecydował, jeśli nie zapisujący"},
    {"authority", KEY_AUTHORITY, "BODY/DOC/DAY", "Document of the decision", "Dokument decyzji"},
    {"evidence", KEY_EVIDENCE, "KIND", "paper, fingerprint, electronic or witness",
     "paper, fingerprint, electronic albo witness"},
    {"on", KEY_ON, "DAY", "When it happened; today if not given", "Data zdarzenia; domyślnie dziś"},
    {"case", KEY_CASE, "ID", "Case it belongs to", "Sprawa"},
    {"id", KEY_ID, "UUID", "Command id; a repetition with the same id is applied once",
     "Identyfikator polecenia; powtórzenie z tym samym działa raz"},
    {"known-at", KEY_KNOWN_AT, "TIME", "Only in a migration", "Tylko w migracji"},
    {"after", KEY_AFTER, "POSITION", "Decide only after this position is known",
     "Zdecyduj dopiero po tej pozycji"},
    {"json", 'j', "OBJECT|-", "A command in JSON, or - for JSON lines on standard input",
     "Polecenie w JSON albo - dla wierszy JSON ze standardowego wejścia"},
    {NULL, 0, NULL, NULL, NULL},
};

struct asked {
    const char *command, *stream, *json;
    json_t *members; /* of the JSON form, from the options */
    const char *fields[FIELDS_MAX];
    size_t field_count;
};

struct session {
    struct arena arena; /* holds the command */
    struct link links[LINK_PROCESSES];
};

/* ---- the command line as the JSON form ---- */

static const struct {
    int key;
    const char *member;
} text_options[] = {
    {KEY_AS, "as"},   {KEY_UNIT, "unit"}, {KEY_DECIDER, "decider"}, {KEY_EVIDENCE, "evidence"},
    {KEY_ON, "on"},   {KEY_CASE, "case"}, {KEY_ID, "id"},           {KEY_KNOWN_AT, "known_at"},
};

static bool take_text(int key, const char *arg, struct asked *in) {
    for (size_t i = 0; i < sizeof text_options / sizeof *text_options; i++) {
        if (text_options[i].key != key)
            continue;
        json_object_set_new(in->members, text_options[i].member, json_string(arg));
        return true;
    }
    return false;
}

/* BODY/DOC/DAY; the document's number may itself hold slashes. */
static void take_authority(const char *arg, struct argp_state *state, struct asked *in) {
    const char *first = strchr(arg, '/'), *last = strrchr(arg, '/');
    if (!first || first == last)
        cli_usage(state, "--authority expects BODY/DOCUMENT/DAY; got '%s'",
                  "--authority wymaga postaci ORGAN/DOKUMENT/DATA; podano '%s'", arg);
    json_object_set_new(in->members, "authority",
                        json_pack("{s:s%, s:s%, s:s}", "body", arg, (size_t)(first - arg),
                                  "document", first + 1, (size_t)(last - first - 1), "day",
                                  last + 1));
}

static void take_after(const char *arg, struct argp_state *state, struct asked *in) {
    char *end;
    long long position = strtoll(arg, &end, 10);
    if (*end || end == arg || position < 0)
        cli_usage(state, "--after expects a position; got '%s'",
                  "--after wymaga pozycji; podano '%s'", arg);
    json_object_set_new(in->members, "after", json_integer(position));
}

static void take_argument(const char *arg, struct argp_state *state, struct asked *in) {
    if (!in->command)
        in->command = arg;
    else if (!in->stream && (!strchr(arg, '=') || strchr(arg, ':')))
        in->stream = arg;
    else if (strchr(arg, '=') && in->field_count < FIELDS_MAX)
        in->fields[in->field_count++] = arg;
    else
        cli_usage(state, "expected FIELD=VALUE; got '%s'", "oczekiwano POLE=WARTOŚĆ; podano '%s'",
                  arg);
}

static void take_end(const struct asked *in, struct argp_state *state) {
    if (in->json && in->command)
        cli_usage(state, "--json already holds the command", "--json zawiera już polecenie");
    if (!in->json && (!in->command || !in->stream))
        cli_usage(state, "expected COMMAND CATEGORY:ID FIELD=VALUE...",
                  "oczekiwano POLECENIE KATEGORIA:ID POLE=WARTOŚĆ...");
}

static error_t take(int key, char *arg, struct argp_state *state) {
    struct asked *in = state->input;
    if (take_text(key, arg, in))
        return 0;
    switch (key) {
    case 'j':           in->json = arg;                  return 0;
    case KEY_AUTHORITY: take_authority(arg, state, in);  return 0;
    case KEY_AFTER:     take_after(arg, state, in);      return 0;
    case ARGP_KEY_ARG:  take_argument(arg, state, in);   return 0;
    case ARGP_KEY_END:  take_end(in, state);             return 0;
    default:            return ARGP_ERR_UNKNOWN;
    }
}

static void add_environment(json_t *members) {
    static const char *const names[][2] = {{"as", "LATARNIA_AS"}, {"unit", "LATARNIA_UNIT"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i][1]);
        if (value && *value && !json_object_get(members, names[i][0]))
            json_object_set_new(members, names[i][0], json_string(value));
    }
}

static int set_fields(const struct asked *in, struct render_form *form,
                      struct render_fault *fault) {
    for (size_t i = 0; i < in->field_count; i++) {
        const char *equal = strchr(in->fields[i], '=');
        struct text name = {in->fields[i], (size_t)(equal - in->fields[i])};
        if (command_set_field(form, name, text_of(equal + 1), fault))
            return 1;
    }
    return render_complete(form, fault);
}

static int from_words(const struct asked *in, struct arena *arena, struct Command *out,
                      struct render_fault *fault) {
    struct render_form form;
    json_object_set_new(in->members, "command", json_string(in->command));
    json_object_set_new(in->members, "stream", json_string(in->stream));
    if (command_head_from_json(in->members, arena, out, fault))
        return 1;
    const struct schema *schema = registry_by_type((uint16_t)out->type);
    void *message = arena_get(arena, schema->size);
    ensure(message != NULL);
    render_form_init(&form, schema, arena, &command_names, message);
    return set_fields(in, &form, fault) || command_set_payload(out, message, arena, fault);
}

static int from_json(const struct asked *in, json_t *object, struct arena *arena,
                     struct Command *out, struct render_fault *fault) {
    if (json_is_object(object))
        json_object_update_missing(object, in->members);
    return command_from_json(object, arena, out, fault);
}

/* ---- asking ---- */

/* Behind, busy or out of step: another try with the same id may be answered. */
static bool may_change(const struct bus_answer *got) {
    if (got->schema == Answer_schema())
        return outcome_may_change(got->message);
    return got->schema == Fault_schema() &&
           ((const struct Fault *)got->message)->outcome == OUTCOME_later;
}

static const struct Answer *ask_again(struct link *l, const struct Command *c, int *code) {
    const struct timespec pause = {0, PAUSE_MS * 1000000L};
    struct bus_answer got;
    int r, tries = 0;
    do {
        if (tries)
            nanosleep(&pause, NULL);
        r = link_try(l, Command_schema(), c, LINK_TIMEOUT_MS, &got);
    } while ((r == BUS_TIMEOUT && ++tries < LOST_TRIES) ||
             (r == 0 && may_change(&got) && ++tries < LATER_TRIES));
    if (r == 0 && got.schema == Answer_schema())
        return got.message;
    *code = r ? link_fault(l, r) : link_unexpected(l, &got);
    return NULL;
}

/* One link to each department that is needed, kept for the next line. */
static struct link *link_of(struct session *s, const char *daemon, int *code) {
    for (int i = 0; i < LINK_PROCESSES; i++) {
        struct link *l = &s->links[i];
        if (strcmp(link_processes[i], daemon) != 0)
            continue;
        *code = l->client ? 0 : link_open(l, link_processes[i]);
        return *code ? NULL : l;
    }
    *code = cli_fail(CLI_USAGE, "no process takes commands for this stream",
                     "żadna usługa nie przyjmuje poleceń dla tego strumienia");
    return NULL;
}

/* Whoever reads the answers of a stream of commands sees each one at once. */
static void print(json_t *object) {
    json_dumpf(object, stdout, RENDER_DUMP);
    putchar('\n');
    fflush(stdout);
    json_decref(object);
}

static int send_one(struct session *s, const struct Command *c) {
    int code = 0;
    const char *daemon = command_daemon(c);
    struct link *l = link_of(s, daemon ? daemon : "", &code);
    const struct Answer *answer = l ? ask_again(l, c, &code) : NULL;
    if (!answer)
        return code;
    print(outcome_json(answer));
    return outcome_code(answer);
}

/* ---- lines ---- */

static int bad_line(size_t line, const struct render_fault *fault) {
    print(json_pack("{s:I, s:s, s:s, s:s, s:o}", "line", (json_int_t)line, "status", "rejected",
                    "code", RULE_MALFORMED.code, "field", fault->path, "message",
                    command_reason(fault->reason)));
    return CLI_NEGATIVE;
}

static int send_line(struct session *s, const struct asked *in, const char *text, size_t size,
                     size_t line) {
    struct render_fault fault = {0};
    struct Command command;
    json_error_t error;
    json_t *object = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
    if (!object)
        snprintf(fault.reason, sizeof fault.reason, "%.150s", error.text);
    arena_reset(&s->arena);
    bool bad = !object || from_json(in, object, &s->arena, &command, &fault);
    int code = bad ? bad_line(line, &fault) : send_one(s, &command);
    json_decref(object);
    return code;
}

static int worse(int a, int b) {
    return a > b ? a : b;
}

static int send_lines(struct session *s, const struct asked *in) {
    char *text = NULL;
    size_t room = 0;
    int code = CLI_DONE;
    ssize_t size;
    for (size_t line = 1; (size = getline(&text, &room, stdin)) >= 0; line++)
        if (strspn(text, " \t\r\n") != (size_t)size)
            code = worse(code, send_line(s, in, text, (size_t)size, line));
    free(text);
    return code;
}

static int send_given(struct session *s, const struct asked *in) {
    struct render_fault fault = {0};
    char sentence[RENDER_FAULT_SIZE];
    struct Command command;
    json_error_t error;
    json_t *object = in->json ? json_loads(in->json, JSON_REJECT_DUPLICATES, &error) : NULL;
    if (in->json && !object)
        return cli_fail(CLI_USAGE, "not JSON: %s", "to nie JSON: %s", error.text);
    bool bad = in->json ? from_json(in, object, &s->arena, &command, &fault)
                        : from_words(in, &s->arena, &command, &fault);
    render_fault_text(&fault, sentence);
    int code = bad ? cli_fail(CLI_USAGE, "%s", "%s", sentence) : send_one(s, &command);
    json_decref(object);
    return code;
}

static void open_session(struct session *s) {
    void *memory = malloc(COMMAND_ARENA_BYTES);
    ensure(memory != NULL);
    *s = (struct session){0};
    arena_init(&s->arena, memory, COMMAND_ARENA_BYTES);
}

static void close_session(struct session *s) {
    for (int i = 0; i < LINK_PROCESSES; i++)
        link_close(&s->links[i]);
    free(s->arena.memory);
}

int send_main(int argc, char **argv) {
    struct asked in = {.members = json_object()};
    struct session session;
    cli_parse(argc, argv, take, &in);
    add_environment(in.members);
    open_session(&session);
    int code = in.json && strcmp(in.json, "-") == 0 ? send_lines(&session, &in)
                                                    : send_given(&session, &in);
    close_session(&session);
    json_decref(in.members);
    return code;
}
