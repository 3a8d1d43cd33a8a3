#include "tools/latarnia/doctor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/eventlog/note_key.h"
#include "common/eventlog/place.h"
#include "tools/latarnia/cli.h"

/* Below this the log refuses by percentage of the disk (common/eventlog/log.c). */
static const uint64_t disk_plenty_bytes = 4ULL << 30;

/* A file that a running process is just replacing is younger. */
enum { LEFTOVER_SECONDS = 60 };

/* ---- settings ---- */

static void tell(void *context, const struct config_problem *problem) {
    char sentence[CONFIG_TEXT_BYTES];
    config_problem_text(problem, cli_polish(), sentence);
    doctor_say(context, "settings", DOCTOR_PROBLEM, "%s", "%s", sentence);
    doctor_next(context, "correct the line; latarnia config -n checks it",
                "popraw wiersz; sprawdza go latarnia config -n");
}

void doctor_settings(struct doctor *d) {
    int r = config_read(&d->config, cli_data(), NULL, tell, d);
    if (r < 0)
        doctor_say(d, "settings", DOCTOR_PROBLEM, "%s: %s", "%s: %s", d->config.path, strerror(-r));
    else if (r == 0)
        doctor_say(d, "settings", DOCTOR_OK, "%s", "%s",
                   d->config.path[0] ? d->config.path : cli_say("defaults", "domyślne"));
}

/* ---- the directory and its file system ---- */

static bool is_private(struct doctor *d, const char *path) {
    struct stat st;
    if (stat(path, &st) != 0)
        return true; /* what is not there is another check's business */
    if (st.st_uid != geteuid()) {
        doctor_say(d, "directory", DOCTOR_PROBLEM, "%s belongs to user %u, not to %u",
                   "%s należy do użytkownika %u, nie do %u", path, (unsigned)st.st_uid,
                   (unsigned)geteuid());
        doctor_next(d, "run as its owner, or: chown -R %u %s",
                    "uruchom jako właściciel albo: chown -R %u %s", (unsigned)geteuid(), path);
        return false;
    }
    if ((st.st_mode & 077) == 0)
        return true;
    doctor_say(d, "directory", DOCTOR_PROBLEM, "others may use %s (mode %03o)",
               "inni mają dostęp do %s (tryb %03o)", path, (unsigned)st.st_mode & 0777);
    doctor_next(d, "chmod go= %s", "chmod go= %s", path);
    return false;
}

static void check_file_system(struct doctor *d, int dir) {
    int r = place_check(dir);
    if (r == PLACE_UNTRUSTED) {
        doctor_say(d, "file system", DOCTOR_PROBLEM,
                   "flushes and locks mean nothing here (nfs, cifs, fuse and the like)",
                   "zapis na dysk i blokady nic tu nie znaczą (nfs, cifs, fuse i podobne)");
        doctor_next(d, "move the data directory to a local disk",
                    "przenieś katalog danych na dysk lokalny");
    } else if (r == PLACE_OVERLAY) {
        doctor_say(d, "file system", DOCTOR_WARNING,
                   "the directory lives as long as this container does",
                   "katalog istnieje tak długo jak ten kontener");
        doctor_next(d, "mount a volume for it", "podłącz dla niego wolumin");
    } else {
        doctor_say(d, "file system", r ? DOCTOR_PROBLEM : DOCTOR_OK, "%s", "%s",
                   r ? strerror(-r) : cli_say("local", "lokalny"));
    }
}

void doctor_directory(struct doctor *d) {
    static const char *const inside[] = {"", "/log", "/run"};
    char path[LOG_PLACE_BYTES];
    bool all_private = true;
    int dir = place_open(cli_data(), false);
    if (dir < 0) {
        doctor_say(d, "directory", DOCTOR_PROBLEM, "%s: %s", "%s: %s", cli_data(), strerror(-dir));
        doctor_next(d, "name another one with --data, or start a new one: latarnia up",
                    "podaj inny w --data albo utwórz nowy: latarnia up");
        return;
    }
    for (size_t i = 0; i < sizeof inside / sizeof *inside; i++) {
        snprintf(path, sizeof path, "%s%s", cli_data(), inside[i]);
        all_private &= is_private(d, path);
    }
    if (all_private)
        doctor_say(d, "directory", DOCTOR_OK, "%s belongs to you alone",
                   "%s należy tylko do ciebie", cli_data());
    check_file_system(d, dir);
    close(dir);
}

/* ---- disk ---- */

void doctor_disk(struct doctor *d) {
    uint64_t all = 0, left = 0;
    int dir = place_open(cli_data(), false);
    if (dir < 0)
        return;
    int r = place_space(dir, &all, &left);
    close(dir);
    if (r || all == 0) {
        doctor_say(d, "disk", DOCTOR_PROBLEM, "%s", "%s", strerror(-r));
        return;
    }
    uint64_t limit = (uint64_t)d->config.values[CONFIG_log_full_percent];
    uint64_t used = 100 - left / (all / 100 ? all / 100 : 1);
    bool scarce = left < disk_plenty_bytes;
    enum doctor_level level = scarce && used >= limit        ? DOCTOR_PROBLEM
                              : scarce && used + 10 >= limit ? DOCTOR_WARNING
                                                             : DOCTOR_OK;
    doctor_say(d, "disk", level, "%" PRIu64 " %% used, %" PRIu64 " MiB free",
               "zajęte %" PRIu64 " %%, wolne %" PRIu64 " MiB", used, left >> 20);
    if (level)
        doctor_next(d, "at %" PRIu64 " %% the log refuses appends: make room",
                    "przy %" PRIu64 " %% dziennik odmawia zapisów: zwolnij miejsce", limit);
}

/* ---- key ---- */

void doctor_key(struct doctor *d) {
    struct note_key key = {0};
    struct stat st;
    int dir = place_open(cli_data(), false);
    if (dir < 0)
        return;
    if (fstatat(dir, "log.key", &st, AT_SYMLINK_NOFOLLOW) != 0) {
        doctor_say(d, "key", DOCTOR_WARNING, "there is no log.key; the next start makes one",
                   "nie ma log.key; utworzy go następne uruchomienie");
    } else if (st.st_mode & 077 || !S_ISREG(st.st_mode)) {
        doctor_say(d, "key", DOCTOR_PROBLEM, "others may read log.key (mode %03o)",
                   "inni mogą czytać log.key (tryb %03o)", (unsigned)st.st_mode & 0777);
        doctor_next(d, "chmod 600 %s/log.key, and think about who may have read it",
                    "chmod 600 %s/log.key i ustal, kto mógł go przeczytać", cli_data());
    } else if (note_key_load(dir, "log.key", &key) != 0) {
        doctor_say(d, "key", DOCTOR_PROBLEM, "log.key is not a key", "log.key nie jest kluczem");
        doctor_next(d, "put back the copy that is kept apart", "przywróć kopię trzymaną osobno");
    } else {
        doctor_say(d, "key", DOCTOR_OK, "log.key is readable for its owner alone",
                   "log.key może czytać tylko właściciel");
    }
    note_key_wipe(&key);
    close(dir);
}

/* ---- what was left behind ---- */

static bool is_core(const char *name) {
    return strcmp(name, "core") == 0 || strncmp(name, "core.", 5) == 0 ||
           (strncmp(name, "latarnia", 8) == 0 && strstr(name, ".core"));
}

static bool is_unfinished(const char *name) {
    size_t size = strlen(name);
    return size > 4 && strcmp(name + size - 4, ".new") == 0;
}

static bool is_old(int dir, const char *name) {
    struct stat st;
    return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
           time(NULL) - st.st_mtime > LEFTOVER_SECONDS;
}

static void judge(struct doctor *d, int dir, const char *path, const char *name) {
    if (is_core(name)) {
        doctor_say(d, "leftovers", DOCTOR_PROBLEM, "%s/%s is a core dump: it holds personal data",
                   "%s/%s to zrzut pamięci: zawiera dane osobowe", path, name);
        doctor_next(
            d, "look into it where nobody else can, then shred it; start with ulimit -c 0",
            "zbadaj go bez dostępu innych, potem zniszcz (shred); uruchamiaj z ulimit -c 0");
    } else if (is_unfinished(name) && (!d->supervisor || is_old(dir, name))) {
        doctor_say(d, "leftovers", DOCTOR_WARNING, "%s/%s was left by something that was cut off",
                   "%s/%s pozostało po czymś, co przerwano", path, name);
        doctor_next(d, "log.new: run the restore again; everything else may be removed",
                    "log.new: powtórz odtwarzanie; wszystko inne można usunąć");
    }
}

static void look_into(struct doctor *d, const char *path) {
    const struct dirent *entry;
    DIR *dir = opendir(path);
    /* Room for the findings of the other checks. */
    while (dir && d->count < DOCTOR_FINDINGS_MAX / 2 && (entry = readdir(dir)))
        judge(d, dirfd(dir), path, entry->d_name);
    if (dir)
        closedir(dir);
}

void doctor_leftovers(struct doctor *d) {
    static const char *const inside[] = {"", "/log", "/run", "/views"};
    char path[LOG_PLACE_BYTES];
    unsigned before = d->count;
    for (size_t i = 0; i < sizeof inside / sizeof *inside; i++) {
        snprintf(path, sizeof path, "%s%s", cli_data(), inside[i]);
        look_into(d, path);
    }
    if (d->count == before)
        doctor_say(d, "leftovers", DOCTOR_OK, "no unfinished files, no core dumps",
                   "brak niedokończonych plików i zrzutów pamięci");
}
