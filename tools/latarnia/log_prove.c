/*
 * latarnia log prove | key: what an auditor takes away. Made from the files; the eventlog may run
 * beside it and is not asked (common/eventlog/proof.h).
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/eventlog/checkpoint.h"
#include "common/eventlog/proof.h"
#include "common/eventlog/proof_text.h"
#include "tools/latarnia/commands.h"
#include "tools/latarnia/log_place.h"
#include "tools/latarnia/moment.h"

enum { KEY_POSITION = 0x101, KEY_CONSISTENCY, KEY_RECORD };

/* A record is under a signed head within a second (log_options.head_ms). */
enum { HEAD_PATIENCE_MS = 5000, HEAD_LOOK_MS = 100 };

const struct cli_option log_prove_options[] = {
    {"position", KEY_POSITION, "N", "Prove that record N is in the log, as C2SP tlog-proof",
     "Dowód, że wpis N jest w dzienniku, w formacie C2SP tlog-proof"},
    {"record", KEY_RECORD, NULL, "With --position: put the record itself into the proof",
     "Z --position: dołącz do dowodu sam wpis"},
    {"consistency", KEY_CONSISTENCY, NULL,
     "Prove that the log of B records continues the one of A; B: the signed head if not given",
     "Dowód, że dziennik o B wpisach jest kontynuacją dziennika o A; domyślnie B: podpisana głowa"},
    {NULL, 0, NULL, NULL, NULL},
};

struct proving {
    int64_t position, sizes[2];
    unsigned count; /* of sizes */
    bool growth, record;
};

struct head {
    char text[CHECKPOINT_TEXT_MAX + 1];
    struct checkpoint said;
};

static void take_size(struct proving *in, const char *arg, struct argp_state *state) {
    if (!in->growth || in->count == 2)
        cli_usage(state, "unexpected argument '%s'", "zbędny argument '%s'", arg);
    if (moment_read_number(arg, 1, &in->sizes[in->count++]))
        cli_usage(state, "--consistency expects sizes from 1 on; got '%s'",
                  "--consistency wymaga rozmiarów od 1; podano '%s'", arg);
}

static void check_wanted(const struct proving *in, struct argp_state *state) {
    if (!in->position == !in->growth)
        cli_usage(state, "what to prove: --position N, or --consistency A [B]",
                  "czego dowieść: --position N albo --consistency A [B]");
    if (in->growth && !in->count)
        cli_usage(state, "--consistency expects the size A that you know",
                  "--consistency wymaga znanego rozmiaru A");
    if (in->count == 2 && in->sizes[0] > in->sizes[1])
        cli_usage(state, "the log does not shrink: A must not be larger than B",
                  "dziennik się nie kurczy: A nie może być większe niż B");
    if (in->record && !in->position)
        cli_usage(state, "--record belongs to --position", "--record wymaga --position");
}

static error_t take(int key, char *arg, struct argp_state *state) {
    struct proving *in = state->input;
    if (key == KEY_CONSISTENCY)
        in->growth = true;
    else if (key == KEY_RECORD)
        in->record = true;
    else if (key == ARGP_KEY_ARG)
        take_size(in, arg, state);
    else if (key == ARGP_KEY_END)
        check_wanted(in, state);
    else if (key != KEY_POSITION)
        return ARGP_ERR_UNKNOWN;
    else if (moment_read_number(arg, 1, &in->position))
        cli_usage(state, "--position expects a number from 1 on; got '%s'",
                  "--position wymaga liczby od 1; podano '%s'", arg);
    return 0;
}

/* ---- the signed head ---- */

static int read_head(const char *path, struct head *out) {
    struct text note;
    int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int r = dir < 0 ? -errno : checkpoint_get(dir, out->text, &note);
    if (dir >= 0)
        close(dir);
    if (r == CHECKPOINT_NONE || r == -ENOENT)
        return cli_fail(CLI_LATER,
                        "%s: there is no signed head yet; start the log with latarnia up",
                        "%s: nie ma jeszcze podpisanej głowy; uruchom dziennik: latarnia up", path);
    if (!r)
        r = checkpoint_parse(note, &out->said) ? -EBADMSG : 0;
    if (r)
        return cli_fail(CLI_NEGATIVE,
                        "%s/checkpoint cannot be used (%s); latarnia log verify says more",
                        "nie można użyć %s/checkpoint (%s); więcej poda latarnia log verify", path,
                        strerror(-r));
    out->text[note.size] = 0;
    return 0;
}

/* Waits for a head that covers the size: the owner signs one soon after it has applied a record. */
static int await_head(const char *path, uint64_t size, struct head *out) {
    const struct timespec pause = {0, HEAD_LOOK_MS * 1000000L};
    for (int waited = 0;; waited += HEAD_LOOK_MS) {
        int r = read_head(path, out);
        if (r || out->said.size >= size)
            return r;
        if (waited >= HEAD_PATIENCE_MS)
            break;
        nanosleep(&pause, NULL);
    }
    return cli_fail(CLI_LATER,
                    "the newest signed head is at %" PRIu64 ", not yet at %" PRIu64
                    "; is the log running?",
                    "najnowsza podpisana głowa jest na %" PRIu64 ", jeszcze nie na %" PRIu64
                    "; czy dziennik działa?",
                    out->said.size, size);
}

/* ---- the proofs ---- */

static int no_proof(const char *path, int r, uint64_t size) {
    if (r == PROOF_EMPTY)
        return cli_fail(CLI_NEGATIVE, "%s: there is no log here", "%s: tu nie ma dziennika", path);
    if (r == PROOF_NONE)
        return cli_fail(CLI_NEGATIVE, "there is no such record: the log holds %" PRIu64,
                        "nie ma takiego wpisu: dziennik ma ich %" PRIu64, size);
    if (r == PROOF_DAMAGED)
        return cli_fail(CLI_NEGATIVE,
                        "the log is damaged and proves nothing; latarnia log verify says where",
                        "dziennik jest uszkodzony i niczego nie dowodzi; miejsce wskaże latarnia "
                        "log verify");
    return cli_fail(CLI_LATER, "%s: %s", "%s: %s", path, strerror(-r));
}

/* A proof that leads to another root than the signed one would only look like one. */
static int check_head(struct proof_log *p, const struct head *head) {
    uint8_t root[SHA256_SIZE];
    if (proof_root(p, head->said.size, root) == 0 &&
        memcmp(root, head->said.root, sizeof root) == 0)
        return 0;
    return cli_fail(CLI_NEGATIVE, "the signed head does not belong to this log",
                    "podpisana głowa nie należy do tego dziennika");
}

static int print_record(struct proof_log *p, const struct proving *in, const struct head *head) {
    uint64_t position = (uint64_t)in->position;
    struct bytes record = {NULL, 0};
    struct tree_proof path;
    int r = proof_record(p, position, head->said.size, &path);
    if (r || (r = reader_begin(&p->reader)))
        return r;
    if (in->record)
        r = reader_get(&p->reader, position, &record) ? PROOF_DAMAGED : 0;
    if (!r)
        proof_text_record(stdout, position - 1, &path, record, head->text);
    reader_end(&p->reader);
    return r;
}

/* The head of B is the signed one or, at another size, three lines to hold against one. */
static int print_growth(struct proof_log *p, const struct proving *in, const struct head *head) {
    uint64_t old = (uint64_t)in->sizes[0];
    uint64_t size = in->count == 2 ? (uint64_t)in->sizes[1] : head->said.size;
    struct checkpoint then = head->said;
    char text[CHECKPOINT_TEXT_MAX];
    struct tree_proof path;
    int r = proof_growth(p, old, size, &path);
    if (r)
        return r;
    then.size = size;
    if (proof_root(p, size, then.root) || checkpoint_write(&then, text))
        return PROOF_DAMAGED;
    proof_text_growth(stdout, old, &path, size == head->said.size ? head->text : text);
    return 0;
}

static int prove(const char *path, const struct proving *in, const struct head *head) {
    struct proof_log p;
    int r = proof_open(&p, path);
    uint64_t size = p.store.point.size;
    if (!r && check_head(&p, head)) {
        proof_close(&p);
        return CLI_NEGATIVE;
    }
    if (!r)
        r = in->growth ? print_growth(&p, in, head) : print_record(&p, in, head);
    proof_close(&p);
    return r ? no_proof(path, r, size) : CLI_DONE;
}

/* What lies beyond the last record would never come under a head, however long we wait. */
static int check_size(const char *path, uint64_t size) {
    const struct store_options read_only = {.read_only = true};
    struct store store;
    int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0)
        return no_proof(path, PROOF_EMPTY, 0);
    int r = store_open(&store, path, dir, &read_only);
    uint64_t applied = store.point.size;
    store_close(&store);
    close(dir);
    if (r)
        return no_proof(path, r == STORE_EMPTY ? PROOF_EMPTY : PROOF_DAMAGED, 0);
    return size <= applied ? 0 : no_proof(path, PROOF_NONE, applied);
}

int log_prove_main(int argc, char **argv) {
    char path[LOG_PLACE_BYTES];
    struct proving in = {0};
    struct head head;
    cli_parse(argc, argv, take, &in);
    log_place(path);
    uint64_t last = in.growth ? (uint64_t)in.sizes[in.count - 1] : (uint64_t)in.position;
    int r = check_size(path, last);
    if (!r)
        r = await_head(path, in.growth && in.count == 2 ? 1 : last, &head);
    return r ? r : prove(path, &in, &head);
}

/* ---- key ---- */

int log_key_main(int argc, char **argv) {
    char text[NOTE_TEXT_MAX];
    struct note_key key;
    cli_parse(argc, argv, NULL, NULL);
    int dir = open(cli_data(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int r = dir < 0 ? -errno : note_key_load(dir, "log.key", &key);
    if (dir >= 0)
        close(dir);
    if (r)
        return cli_fail(CLI_NEGATIVE, "%s/log.key: %s", "%s/log.key: %s", cli_data(),
                        r < 0 ? strerror(-r) : cli_say("is not a key", "to nie jest klucz"));
    note_key_format(&key, text);
    note_key_wipe(&key);
    puts(text);
    return CLI_DONE;
}
