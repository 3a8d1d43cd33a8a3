/*
 * latarnia log backup | restore: copies that grow, and a log from one of them. What a backup is and
 * why the key is not in it stands in common/eventlog/FORMAT.md.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <sodium.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/eventlog/backup.h"
#include "common/eventlog/place.h"
#include "tools/latarnia/bar.h"
#include "tools/latarnia/commands.h"
#include "tools/latarnia/link.h"
#include "tools/latarnia/log_fault.h"
#include "tools/latarnia/log_place.h"
#include "tools/latarnia/probe.h"

enum { KEY_KEY = 0x101, APPLY_PATIENCE_MS = 10000, APPLY_LOOK_MS = 20, PROBE_MS = 1000 };

const struct cli_option log_restore_options[] = {
    {"key", KEY_KEY, "FILE",
     "The log's own key, kept apart: only when the backup holds everything that was signed",
     "Klucz dziennika, przechowywany osobno: tylko gdy kopia zawiera wszystko, co podpisano"},
    {"json", 'j', NULL, "Print JSON", "Wypisz JSON"},
    {NULL, 0, NULL, NULL, NULL},
};

struct copying {
    const char *dir, *key_file;
    bool json;
};

static error_t take(int key, char *arg, struct argp_state *state) {
    struct copying *in = state->input;
    if (key == 'j')
        in->json = true;
    else if (key == KEY_KEY)
        in->key_file = arg;
    else if (key == ARGP_KEY_ARG && !in->dir)
        in->dir = arg;
    else if (key == ARGP_KEY_END && !in->dir)
        cli_usage(state, "which directory holds the backup?", "w którym katalogu jest kopia?");
    else if (key != ARGP_KEY_END)
        return ARGP_ERR_UNKNOWN;
    return 0;
}

/* ---- verifying ---- */

static int check(const char *path, const struct note_key *key, struct verify_report *v) {
    struct verify_options options = {
        .path = path,
        .key = key,
        .progress = bar(),
        .context = (void *)(uintptr_t)cli_say("verifying", "sprawdzanie"),
    };
    int r = verify_log(&options, v);
    bar_wipe();
    return r ? cli_fail(CLI_LATER, "%s: %s", "%s: %s", path, strerror(-r)) : 0;
}

static int check_backup(const char *dir, const struct note_key *key, struct verify_report *v) {
    char fault[LOG_FAULT_BYTES];
    int r = check(dir, key, v);
    if (r || v->outcome == VERIFY_SOUND || v->outcome == VERIFY_EMPTY)
        return r;
    log_fault(v, fault);
    return cli_fail(CLI_NEGATIVE,
                    "the backup %s is damaged: %s; nothing was changed: use another copy of it, or "
                    "back up into a new directory",
                    "kopia %s jest uszkodzona: %s; niczego nie zmieniono: użyj innej kopii albo "
                    "nowego katalogu",
                    dir, fault);
}

/* ---- copying ---- */

static const char *condition(int r) {
    switch (r) {
    case BACKUP_EMPTY:
        return cli_say("there is no log here", "tu nie ma dziennika");
    case BACKUP_FOREIGN:
        return cli_say("it holds something that is not a backup; choose another directory",
                       "zawiera coś, co nie jest kopią; wybierz inny katalog");
    case BACKUP_LOCKED:
        return cli_say("another process writes it", "pisze do niego inny proces");
    case BACKUP_FILESYSTEM:
        return cli_say("its file system keeps no promises (nfs, cifs, fuse); copy to a local disk "
                       "and the finished directory from there",
                       "ten system plików niczego nie gwarantuje (nfs, cifs, fuse); zrób kopię na "
                       "dysku lokalnym i stamtąd skopiuj gotowy katalog");
    case BACKUP_OTHER:
        return cli_say("it is not the beginning of this log: another log, or one that was restored",
                       "nie jest początkiem tego dziennika: to inny dziennik albo odtworzony");
    case BACKUP_TARGET:
        return cli_say("it cannot be opened as a backup", "nie da się go otworzyć jako kopii");
    case BACKUP_FULL:
        return cli_say("no room left on the disk", "brak miejsca na dysku");
    default:
        return strerror(-r);
    }
}

static int copy(const char *from, const char *to, bool renew, struct backup_report *out) {
    struct backup_options options = {
        .from = from,
        .to = to,
        .renew_leaves = renew,
        .progress = bar(),
        .context = (void *)(uintptr_t)cli_say("copying", "kopiowanie"),
    };
    int r = backup_append(&options, out);
    bar_wipe();
    if (r == BACKUP_DAMAGED)
        return cli_fail(CLI_NEGATIVE,
                        "%s is damaged at position %" PRIu64 "; what lies before is copied; "
                        "latarnia log verify says more",
                        "%s: uszkodzenie na pozycji %" PRIu64 "; wcześniejsze wpisy skopiowano; "
                        "więcej poda latarnia log verify",
                        from, out->position);
    if (r)
        return cli_fail(r < 0 || r == BACKUP_LOCKED || r == BACKUP_FULL ? CLI_LATER : CLI_NEGATIVE,
                        "%s: %s", "%s: %s", r == BACKUP_EMPTY ? from : to, condition(r));
    return 0;
}

static void print_json(const struct verify_report *v, uint64_t added) {
    char root[48];
    sodium_bin2base64(root, sizeof root, v->root, sizeof v->root, sodium_base64_VARIANT_ORIGINAL);
    json_t *out = json_pack("{s:I, s:I, s:s, s:I, s:I}", "size", (json_int_t)v->size, "added",
                            (json_int_t)added, "root", root, "epoch", (json_int_t)v->epoch,
                            "checkpoint_size", (json_int_t)v->checkpoint_size);
    json_dumpf(out, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(out);
}

/* ---- backup ---- */

/* What was acknowledged before the backup began belongs into it: waits until it is applied. */
static int await_applied(void) {
    const struct timespec pause = {0, APPLY_LOOK_MS * 1000000L};
    const struct AskLogState ask = {0};
    struct link eventlog;
    int64_t durable = 0, applied = -1;
    int r = link_open(&eventlog, "eventlog");
    for (int waited = 0; !r && applied < durable && waited < APPLY_PATIENCE_MS;
         waited += APPLY_LOOK_MS) {
        const void *answer;
        r = link_ask(&eventlog, AskLogState_schema(), &ask, LogState_schema(), LINK_TIMEOUT_MS,
                     &answer);
        if (r)
            break;
        const struct LogState *state = answer;
        durable = applied < 0 ? state->durable : durable;
        applied = state->size;
        if (applied < durable)
            nanosleep(&pause, NULL);
    }
    if (eventlog.bus)
        link_close(&eventlog);
    return r;
}

/* Nobody runs: what waits in the segment would be missing, and nobody else has looked at the log.
 */
static int check_stopped(const char *path, const struct note_key *key) {
    char fault[LOG_FAULT_BYTES];
    struct verify_report v;
    int r = check(path, key, &v);
    if (r)
        return r;
    if (v.outcome != VERIFY_SOUND) {
        log_fault(&v, fault);
        return cli_fail(CLI_NEGATIVE, "%s: %s", "%s: %s", path, fault);
    }
    if (v.owned)
        return cli_fail(CLI_LATER, "the log is in use, but its process does not answer; try again",
                        "dziennik jest w użyciu, ale jego usługa nie odpowiada; spróbuj ponownie");
    if (v.pending)
        return cli_fail(CLI_LATER,
                        "%" PRIu64 " records wait in the segment; start the log once (latarnia up) "
                        "and back up again",
                        "%" PRIu64 " wpisów czeka w segmencie; uruchom raz dziennik (latarnia up) "
                        "i powtórz",
                        v.pending);
    return 0;
}

static int prepare(const char *path, const struct note_key *key) {
    struct bus *bus = bus_new();
    struct probe p;
    probe(bus, "eventlog", PROBE_MS, &p);
    bus_free(bus);
    return p.answered ? await_applied() : check_stopped(path, key);
}

static int backup(const struct copying *in, const char *path, const struct note_key *key) {
    struct backup_report done;
    struct verify_report v;
    int r = check_backup(in->dir, key, &v);
    if (!r)
        r = prepare(path, key);
    if (!r)
        r = copy(path, in->dir, v.outcome == VERIFY_SOUND && v.leaves_stale, &done);
    if (!r)
        r = check_backup(in->dir, key, &v);
    if (r)
        return r;
    uint64_t added = done.point.size - done.before;
    if (in->json)
        print_json(&v, added);
    else
        printf(cli_say("backed up and verified: %" PRIu64 " new records, %" PRIu64
                       " in all, signed head at %" PRIu64 "\n",
                       "zapisano i sprawdzono: nowych wpisów %" PRIu64 ", razem %" PRIu64
                       ", podpisana głowa na %" PRIu64 "\n"),
               added, v.size, v.checkpoint_size);
    if (done.before == 0 && key)
        cli_fail(0, "the key %s/log.key is not in the backup: keep a copy of it apart, once",
                 "kopia nie zawiera klucza %s/log.key: zachowaj go raz, w innym miejscu",
                 cli_data());
    return CLI_DONE;
}

int log_backup_main(int argc, char **argv) {
    char path[LOG_PLACE_BYTES];
    struct copying in = {0};
    struct note_key key = {0};
    cli_parse(argc, argv, take, &in);
    log_place(path);
    int r = backup(&in, path, log_fault_key(&key));
    note_key_wipe(&key);
    return r;
}

/* ---- restore ---- */

static bool is_leftover(const char *name) {
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || strcmp(name, "log.new") == 0 ||
           strcmp(name, "log.key") == 0 || strcmp(name, "log.key.new") == 0;
}

/* Nothing but what a restore that was cut off has left: its log.new says so. */
static bool is_free(int dir_fd) {
    int fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *entry;
    bool is_free = dir != NULL, has_key = false;
    while (is_free && (entry = readdir(dir))) {
        is_free = is_leftover(entry->d_name);
        has_key |= strncmp(entry->d_name, "log.key", 7) == 0;
    }
    if (dir)
        closedir(dir);
    return is_free && (!has_key || faccessat(dir_fd, "log.new", F_OK, 0) == 0);
}

static int open_target(int *dir_fd) {
    *dir_fd = place_open(cli_data(), true);
    if (*dir_fd < 0)
        return cli_fail(CLI_NEGATIVE, "%s: %s", "%s: %s", cli_data(), strerror(-*dir_fd));
    if (is_free(*dir_fd))
        return 0;
    return cli_fail(CLI_NEGATIVE,
                    "%s is not empty: a restore never overwrites; name a new directory with --data",
                    "%s nie jest pusty: odtwarzanie niczego nie nadpisuje; podaj nowy katalog w "
                    "--data",
                    cli_data());
}

static int load_key(const struct copying *in, struct note_key *key) {
    int r = note_key_load(AT_FDCWD, in->key_file, key);
    if (r)
        return cli_fail(CLI_NEGATIVE, "%s: %s", "%s: %s", in->key_file,
                        r < 0 ? strerror(-r) : cli_say("is not a key", "to nie jest klucz"));
    return 0;
}

/* Without --key no key may be left: the next start makes a new one. */
static int put_key(const struct copying *in, int dir_fd) {
    char text[NOTE_TEXT_MAX * 2];
    size_t size = sizeof text;
    int r;
    if (!in->key_file) {
        r = unlinkat(dir_fd, "log.key", 0) && errno != ENOENT ? -errno : 0;
    } else {
        r = place_get(AT_FDCWD, in->key_file, text, &size);
        r = r ? r : place_put(dir_fd, "log.key", text, size, false);
    }
    sodium_memzero(text, sizeof text);
    return r ? cli_fail(CLI_LATER, "%s/log.key: %s", "%s/log.key: %s", cli_data(), strerror(-r))
             : 0;
}

static int build(const struct copying *in, int dir_fd, const struct note_key *key,
                 struct verify_report *v) {
    char fresh[LOG_PLACE_BYTES];
    struct backup_report done;
    snprintf(fresh, sizeof fresh, "%s/log.new", cli_data());
    int r = copy(in->dir, fresh, false, &done);
    if (!r)
        r = check(fresh, key, v);
    if (!r && v->outcome != VERIFY_SOUND)
        r = cli_fail(CLI_LATER, "the restored copy does not verify; remove %s and try again",
                     "odtworzona kopia jest niepoprawna; usuń %s i spróbuj ponownie", fresh);
    if (!r)
        r = put_key(in, dir_fd);
    if (r)
        return r;
    r = place_rename(dir_fd, "log.new", "log");
    return r ? cli_fail(CLI_LATER, "%s: %s", "%s: %s", fresh, strerror(-r)) : 0;
}

static void tell(const struct copying *in, const struct verify_report *v) {
    if (in->json) {
        print_json(v, v->size);
        return;
    }
    printf(cli_say("restored and verified: %" PRIu64 " records in %s\n",
                   "odtworzono i sprawdzono: wpisów %" PRIu64 " w %s\n"),
           v->size, cli_data());
    if (!in->key_file)
        puts(cli_say("the next start makes a new key: give auditors what latarnia log key prints",
                     "następne uruchomienie utworzy nowy klucz: przekaż audytorom wynik polecenia "
                     "latarnia log key"));
}

static int restore(const struct copying *in, const struct note_key *key) {
    struct verify_report v;
    int dir_fd, r = check_backup(in->dir, key, &v);
    if (!r && v.outcome == VERIFY_EMPTY)
        r = cli_fail(CLI_NEGATIVE, "%s: there is no backup here", "%s: tu nie ma kopii", in->dir);
    if (r)
        return r;
    r = open_target(&dir_fd);
    if (!r)
        r = build(in, dir_fd, key, &v);
    if (!r)
        tell(in, &v);
    if (dir_fd >= 0)
        close(dir_fd);
    return r;
}

int log_restore_main(int argc, char **argv) {
    struct copying in = {0};
    struct note_key key = {0};
    cli_parse(argc, argv, take, &in);
    int r = in.key_file ? load_key(&in, &key) : 0;
    if (!r)
        r = restore(&in, in.key_file ? &key : NULL);
    note_key_wipe(&key);
    return r;
}
