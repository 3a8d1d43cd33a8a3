/* latarnia log stat | checkpoint | dump; verify has a file of its own. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/ensure.h"
#include "common/codec/render.h"
#include "common/eventlog/reader.h"
#include "tools/latarnia/cloudevent.h"
#include "tools/latarnia/commands.h"
#include "tools/latarnia/log_place.h"
#include "tools/latarnia/moment.h"
#include "tools/latarnia/pages.h"

enum { KEY_RAW = 0x101, KEY_FROM, KEY_OFFLINE, DUMP_ARENA_BYTES = 1 << 20 };

const struct cli_option log_dump_options[] = {
    {"raw", KEY_RAW, NULL, "The stored bytes in base64", "Zapisane bajty w base64"},
    {"from", KEY_FROM, "N", "First position; 1 if not given", "Pierwsza pozycja; domyślnie 1"},
    {"offline", KEY_OFFLINE, NULL, "Read the files; needs no running process",
     "Czytaj pliki; żadna usługa nie musi działać"},
    {NULL, 0, NULL, NULL, NULL},
};

static int print_json(json_t *object) {
    int bad = !object || json_dumpf(object, stdout, RENDER_DUMP);
    putchar('\n');
    json_decref(object);
    return bad && !ferror(stdout) ? CLI_LATER : CLI_DONE;
}

/* ---- stat ---- */

static int print_state(const struct LogState *state) {
    const struct schema *s = LogState_schema();
    json_t *values = render_json(s, state, RENDER_NAMES, CLASS_P3);
    for (unsigned i = 0; i < s->field_count; i++) {
        const struct field *f = &s->fields[i];
        json_t *value = json_object_get(values, f->name);
        char *text = value && !json_is_string(value) ? json_dumps(value, JSON_ENCODE_ANY) : NULL;
        printf("%-12s %s   (%s)\n", f->name,
               text ? text : value ? json_string_value(value) : "-", cli_say(f->en, f->pl));
        free(text);
    }
    json_decref(values);
    return CLI_DONE;
}

int log_stat_main(int argc, char **argv) {
    const struct AskLogState ask = {0};
    const void *answer;
    struct link eventlog;
    bool json = false;
    cli_parse(argc, argv, take_json, &json);
    int r = link_open(&eventlog, "eventlog");
    if (r)
        return r;
    r = link_ask(&eventlog, AskLogState_schema(), &ask, LogState_schema(), LINK_TIMEOUT_MS,
                 &answer);
    if (!r)
        r = json ? print_json(render_json(LogState_schema(), answer, RENDER_NAMES, CLASS_P3))
                 : print_state(answer);
    link_close(&eventlog);
    return r;
}

/* ---- checkpoint ---- */

int log_checkpoint_main(int argc, char **argv) {
    const struct AskCheckpoint ask = {0};
    const void *answer;
    struct link eventlog;
    cli_parse(argc, argv, NULL, NULL);
    int r = link_open(&eventlog, "eventlog");
    if (r)
        return r;
    r = link_ask(&eventlog, AskCheckpoint_schema(), &ask, Checkpoint_schema(), LINK_TIMEOUT_MS,
                 &answer);
    if (!r) {
        const struct Checkpoint *c = answer;
        fwrite(c->note.data, 1, c->note.size, stdout);
    }
    link_close(&eventlog);
    return r;
}

/* ---- dump ---- */

struct dump {
    int64_t from;
    bool raw, offline;
    struct arena arena;
};

static error_t take_dump(int key, char *arg, struct argp_state *state) {
    struct dump *in = state->input;
    if (key == KEY_RAW)
        in->raw = true;
    else if (key == KEY_OFFLINE)
        in->offline = true;
    else if (key != KEY_FROM)
        return ARGP_ERR_UNKNOWN;
    else if (moment_read_number(arg, 1, &in->from))
        cli_usage(state, "--from expects a number from 1 on; got '%s'",
                  "--from wymaga liczby od 1; podano '%s'", arg);
    return 0;
}

static json_t *raw_json(int64_t position, struct bytes record) {
    const int variant = sodium_base64_VARIANT_ORIGINAL;
    size_t size = sodium_base64_encoded_len(record.size, variant);
    char *text = malloc(size);
    ensure(text != NULL);
    sodium_bin2base64(text, size, record.data, record.size, variant);
    json_t *out = json_pack("{s:I, s:s}", "position", (json_int_t)position, "record", text);
    free(text);
    return out;
}

static int dump_record(void *context, int64_t position, struct bytes bytes) {
    struct dump *in = context;
    struct record r;
    if (in->raw)
        return print_json(raw_json(position, bytes));
    arena_reset(&in->arena);
    if (record_decode(bytes, &in->arena, &r))
        return cli_fail(CLI_NEGATIVE, "the record at position %" PRId64 " does not fit its schema",
                        "wpis na pozycji %" PRId64 " nie pasuje do schematu", position);
    return print_json(cloudevent_record(&r));
}

static int dump_online(struct dump *in) {
    struct link eventlog;
    struct pages pages = {.link = &eventlog, .next = in->from};
    int r = link_open(&eventlog, "eventlog");
    if (r)
        return r;
    r = pages_read(&pages, dump_record, in);
    link_close(&eventlog);
    return r;
}

static int dump_stored(void *context, uint64_t position, struct bytes record) {
    int r = dump_record(context, (int64_t)position, record);
    return ferror(stdout) ? CLI_LATER : r;
}

static int dump_store(struct dump *in, const struct store *store) {
    struct reader reader;
    uint64_t next;
    int r = reader_open(&reader, store);
    if (r)
        return cli_fail(CLI_LATER, "%s", "%s", strerror(-r));
    r = reader_visit(&reader, (uint64_t)in->from, UINT64_MAX, dump_stored, in, &next);
    reader_close(&reader);
    if (r >= 0)
        return r;
    return cli_fail(CLI_NEGATIVE, "position %" PRIu64 ": %s; run latarnia log verify",
                    "pozycja %" PRIu64 ": %s; uruchom latarnia log verify", next, strerror(-r));
}

static int dump_offline(struct dump *in) {
    char path[LOG_PLACE_BYTES];
    const struct store_options options = {.read_only = true};
    struct store store;
    log_place(path);
    int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0)
        return cli_fail(CLI_NEGATIVE, "%s: %s", "%s: %s", path, strerror(errno));
    int r = store_open(&store, path, dir, &options);
    if (r == 0)
        r = dump_store(in, &store);
    else
        r = cli_fail(CLI_NEGATIVE, "%s: the log cannot be read; latarnia log verify says why",
                     "%s: nie można odczytać dziennika; powód poda latarnia log verify", path);
    store_close(&store);
    close(dir);
    return r;
}

int log_dump_main(int argc, char **argv) {
    struct dump in = {.from = 1};
    cli_parse(argc, argv, take_dump, &in);
    void *memory = malloc(DUMP_ARENA_BYTES);
    ensure(memory != NULL);
    arena_init(&in.arena, memory, DUMP_ARENA_BYTES);
    int r = in.offline ? dump_offline(&in) : dump_online(&in);
    free(memory);
    return ferror(stdout) ? CLI_DONE : r;
}
