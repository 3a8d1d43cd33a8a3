/*
 * latarnia log verify: bytes, hashes and heads by common/eventlog/verify.h, and for each record
 * what its envelope says of the others. Needs no running process; works beside one.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "common/eventlog/verify.h"
#include "tools/latarnia/chain.h"
#include "tools/latarnia/commands.h"
#include "tools/latarnia/log_fault.h"
#include "tools/latarnia/log_place.h"

enum { ROOT_TEXT_BYTES = 48 };

static int check(void *context, uint64_t position, struct bytes record) {
    return (int)chain_check(context, position, record);
}

static void progress(void *context, uint64_t done, uint64_t size) {
    (void)context;
    fprintf(stderr, "\r%s %" PRIu64 " / %" PRIu64, cli_say("verifying", "sprawdzanie"), done, size);
}

const struct cli_option log_verify_options[] = {
    {"json", 'j', NULL, "Print JSON", "Wypisz JSON"},
    {"since", 's', "FILE", "The log must continue the one of this earlier head, kept elsewhere",
     "Dziennik musi być dalszym ciągiem tego z wcześniejszego poświadczenia"},
    {NULL, 0, NULL, NULL, NULL},
};

struct verify_input {
    bool json;
    const char *since;
};

static error_t take(int option, char *arg, struct argp_state *state) {
    struct verify_input *in = state->input;
    if (option == 'j')
        in->json = true;
    else if (option == 's')
        in->since = arg;
    else
        return ARGP_ERR_UNKNOWN;
    return 0;
}

/* The key that signs the heads lies beside the log; a copy of the log alone has none. 0 also then;
 * a damaged one is a finding, not a missing one. */
static int load_key(struct note_key *key, const struct note_key **out) {
    int dir = open(cli_data(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int r = dir < 0 ? -errno : note_key_load(dir, "log.key", key);
    if (dir >= 0)
        close(dir);
    *out = r ? NULL : key;
    if (r != NOTE_BROKEN)
        return 0;
    return cli_fail(CLI_NEGATIVE,
                    "%s/log.key is damaged; put it back from the backup of keys, then verify again",
                    "%s/log.key jest uszkodzony; przywróć go z kopii kluczy i sprawdź ponownie",
                    cli_data());
}

static int load_since(const char *path, const struct note_key *key, struct checkpoint *out) {
    char note[CHECKPOINT_TEXT_MAX];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, note, sizeof note);
    if (n < 0)
        cli_fail(CLI_USAGE, "%s: %s", "%s: %s", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    if (n < 0)
        return CLI_USAGE;
    struct text text = {note, (size_t)n};
    int r = key ? checkpoint_verify(text, key, out) : checkpoint_parse(text, out);
    if (r)
        return cli_fail(
            CLI_USAGE,
            r == CHECKPOINT_UNSIGNED
                ? "%s is not signed by the key of this log; ask who kept it"
                : "%s is not a signed head; give what `latarnia log checkpoint` printed",
            r == CHECKPOINT_UNSIGNED
                ? "%s nie ma podpisu klucza tego dziennika; zapytaj, kto to przechował"
                : "%s nie jest poświadczeniem; podaj to, co wypisało "
                  "`latarnia log checkpoint`",
            path);
    return 0;
}

static void root_text(const struct verify_report *v, char out[ROOT_TEXT_BYTES]) {
    sodium_bin2base64(out, ROOT_TEXT_BYTES, v->root, sizeof v->root,
                      sodium_base64_VARIANT_ORIGINAL);
}

static void print_json(const struct verify_report *v, bool signature) {
    char root[ROOT_TEXT_BYTES], fault[LOG_FAULT_BYTES] = "";
    root_text(v, root);
    json_t *out = json_pack(
        "{s:b, s:I, s:s, s:I, s:b, s:I, s:b, s:b, s:b}", "sound", (int)(v->outcome == VERIFY_SOUND),
        "size", (json_int_t)v->size, "root", root, "epoch", (json_int_t)v->epoch, "checkpoint",
        (int)v->has_checkpoint, "checkpoint_size", (json_int_t)v->checkpoint_size, "signature",
        (int)(v->has_checkpoint && signature), "running", (int)v->owned, "cut", (int)v->cut);
    if (v->outcome != VERIFY_SOUND) {
        log_fault(v, fault);
        json_object_set_new(out, "position", json_integer((json_int_t)v->position));
        json_object_set_new(out, "fault", json_string(fault));
    }
    json_dumpf(out, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(out);
}

static void print_words(const struct verify_report *v, bool signature) {
    char root[ROOT_TEXT_BYTES];
    root_text(v, root);
    printf(cli_say("sound: %" PRIu64 " records, root %s\n",
                   "poprawny: wpisów %" PRIu64 ", korzeń %s\n"),
           v->size, root);
    if (v->has_checkpoint)
        printf(cli_say("signed head at %" PRIu64 " agrees%s\n",
                       "podpisana głowa na %" PRIu64 " zgodna%s\n"),
               v->checkpoint_size,
               signature ? cli_say(", signature checked", ", podpis sprawdzony") : "");
    if (v->pending)
        printf(cli_say("%" PRIu64 " more records wait in the segment\n",
                       "%" PRIu64 " wpisów czeka w segmencie\n"),
               v->pending);
    if (v->cut)
        printf("%s\n",
               cli_say("the segment ends in a commit that was cut off; if the log was closed "
                       "in order, its last commit is damaged",
                       "segment kończy się urwanym zapisem; jeśli dziennik zamknięto "
                       "poprawnie, ostatni zapis jest uszkodzony"));
    if (v->leaves_stale)
        printf("%s\n", cli_say("the derived file of leaf hashes is stale: proofs hash the records instead",
                               "pochodny plik skrótów jest nieaktualny: dowody liczone są z "
                               "wpisów"));
}

static int report(const struct verify_report *v, bool json, bool signature) {
    char fault[LOG_FAULT_BYTES];
    if (json)
        print_json(v, signature);
    else if (v->outcome == VERIFY_SOUND)
        print_words(v, signature);
    if (v->outcome == VERIFY_SOUND)
        return CLI_DONE;
    log_fault(v, fault);
    return cli_fail(CLI_NEGATIVE, "%s", "%s", fault);
}

int log_verify_main(int argc, char **argv) {
    char path[LOG_PLACE_BYTES];
    struct note_key key = {0};
    struct checkpoint since;
    struct verify_report v;
    struct verify_input in = {0};
    struct verify_options options = {.path = path, .check = check};
    cli_parse(argc, argv, take, &in);
    log_place(path);
    int r = load_key(&key, &options.key);
    if (!r && in.since)
        r = load_since(in.since, options.key, &since);
    if (r)
        return r;
    struct chain *chain = chain_new();
    options.context = chain;
    options.since = in.since ? &since : NULL;
    options.progress = cli_progress() ? progress : NULL;
    r = verify_log(&options, &v);
    note_key_wipe(&key);
    chain_free(chain);
    if (options.progress)
        fputs("\r\033[K", stderr);
    if (r)
        return cli_fail(CLI_LATER, "%s: %s", "%s: %s", path, strerror(-r));
    return report(&v, in.json, options.key != NULL);
}
