/*
 * latarnia log verify: bytes, hashes and heads by common/eventlog/verify.h, and for each record
 * what its envelope says of the others. Needs no running process; works beside one.
 */
#include <inttypes.h>
#include <jansson.h>
#include <sodium.h>
#include <string.h>

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

static void root_text(const struct verify_report *v, char out[ROOT_TEXT_BYTES]) {
    sodium_bin2base64(out, ROOT_TEXT_BYTES, v->root, sizeof v->root,
                      sodium_base64_VARIANT_ORIGINAL);
}

static void print_json(const struct verify_report *v, bool signature) {
    char root[ROOT_TEXT_BYTES], fault[LOG_FAULT_BYTES] = "";
    root_text(v, root);
    json_t *out = json_pack(
        "{s:b, s:I, s:s, s:I, s:b, s:I, s:b, s:b}", "sound", (int)(v->outcome == VERIFY_SOUND),
        "size", (json_int_t)v->size, "root", root, "epoch", (json_int_t)v->epoch, "checkpoint",
        (int)v->has_checkpoint, "checkpoint_size", (json_int_t)v->checkpoint_size, "signature",
        (int)(v->has_checkpoint && signature), "running", (int)v->owned);
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
                   "poprawny: wpisów %" PRIu64 ", korzeń %s\n"), v->size, root);
    if (v->has_checkpoint)
        printf(cli_say("signed head at %" PRIu64 " agrees%s\n",
                       "podpisana głowa na %" PRIu64 " zgodna%s\n"), v->checkpoint_size,
               signature ? cli_say(", signature checked", ", podpis sprawdzony") : "");
    if (v->pending)
        printf(cli_say("%" PRIu64 " more records wait in the segment\n",
                       "%" PRIu64 " wpisów czeka w segmencie\n"), v->pending);
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
    struct verify_report v;
    bool json = false;
    cli_parse(argc, argv, take_json, &json);
    log_place(path);
    struct chain *chain = chain_new();
    struct verify_options options = {.path = path,
                                     .key = log_fault_key(&key),
                                     .check = check,
                                     .context = chain,
                                     .progress = cli_progress() ? progress : NULL};
    int r = verify_log(&options, &v);
    note_key_wipe(&key);
    chain_free(chain);
    if (options.progress)
        fputs("\r\033[K", stderr);
    if (r)
        return cli_fail(CLI_LATER, "%s: %s", "%s: %s", path, strerror(-r));
    return report(&v, json, options.key != NULL);
}
