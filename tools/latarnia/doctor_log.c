#define _DEFAULT_SOURCE /* adjtimex's relatives */
#include "tools/latarnia/doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <lmdb.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/eventlog/place.h"
#include "common/eventlog/reader.h"
#include "common/eventlog/readers.h"
#include "common/messages/record.h"
#include "tools/latarnia/bar.h"
#include "tools/latarnia/cli.h"
#include "tools/latarnia/log_fault.h"

enum {
    HEAD_LATE_SECONDS = 60,
    READER_BEHIND = 100, /* transactions; one of ours lets go within a quarter of a second */
    CLOCK_BACK_SECONDS = 2,
};

/* ---- records, head, segment ---- */

static void judge_head(struct doctor *d, const struct verify_report *v, bool signature) {
    struct stat st = {0};
    char path[LOG_PLACE_BYTES + 16];
    if (!v->has_checkpoint) {
        doctor_say(d, "signed head", DOCTOR_WARNING, "there is none yet", "jeszcze żadnej nie ma");
        doctor_next(d, "start the log: it signs one at once",
                    "uruchom dziennik: podpisze ją od razu");
        return;
    }
    snprintf(path, sizeof path, "%s/checkpoint", d->log);
    int64_t age = stat(path, &st) == 0 ? (int64_t)(time(NULL) - st.st_mtime) : 0;
    bool late = v->checkpoint_size < v->size &&
                age > HEAD_LATE_SECONDS + d->config.values[CONFIG_log_head_interval] / 1000;
    doctor_say(d, "signed head", late ? DOCTOR_WARNING : DOCTOR_OK,
               "at %" PRIu64 " of %" PRIu64 ", %" PRId64 " s old%s",
               "na %" PRIu64 " z %" PRIu64 ", sprzed %" PRId64 " s%s", v->checkpoint_size, v->size,
               age, signature ? cli_say(", signature checked", ", podpis sprawdzony") : "");
    if (late)
        doctor_next(
            d, "the newest records are under no head: is the log running, is the disk full?",
            "najnowszych wpisów nie obejmuje żadna głowa: czy dziennik działa, czy dysk nie "
            "jest pełny?");
}

static void judge_segment(struct doctor *d, const struct verify_report *v) {
    if (v->owned)
        doctor_say(d, "segment", DOCTOR_OK, "in use by the running log",
                   "używany przez działający dziennik");
    else if (v->pending) {
        doctor_say(d, "segment", DOCTOR_WARNING, "%" PRIu64 " records wait in it",
                   "czeka w nim wpisów: %" PRIu64, v->pending);
        doctor_next(d, "nothing is lost; the next start (latarnia up) applies them",
                    "nic nie przepadło; następne uruchomienie (latarnia up) je przeniesie");
    } else {
        doctor_say(d, "segment", DOCTOR_OK, "everything in it is applied",
                   "wszystko z niego przeniesiono");
    }
}

static void judge_fault(struct doctor *d, const struct verify_report *v) {
    char fault[LOG_FAULT_BYTES];
    log_fault(v, fault);
    doctor_say(d, "log", DOCTOR_PROBLEM, "%s", "%s", fault);
    doctor_next(
        d,
        "stop everything, keep a copy of %s, and restore the newest backup: latarnia log "
        "restore",
        "zatrzymaj wszystko, zachowaj kopię %s i odtwórz najnowszą kopię zapasową: latarnia "
        "log restore",
        d->log);
}

void doctor_verify(struct doctor *d) {
    struct note_key key = {0};
    struct verify_report v;
    struct verify_options options = {
        .path = d->log,
        .key = log_fault_key(&key),
        .progress = bar(),
        .context = (void *)(uintptr_t)cli_say("verifying", "sprawdzanie"),
    };
    int r = verify_log(&options, &v);
    bar_wipe();
    note_key_wipe(&key);
    if (r) {
        doctor_say(d, "log", DOCTOR_PROBLEM, "%s: %s", "%s: %s", d->log, strerror(-r));
        return;
    }
    d->has_log = v.outcome != VERIFY_EMPTY;
    d->log_sound = v.outcome == VERIFY_SOUND;
    d->size = v.size;
    d->running = v.owned;
    if (!d->has_log) {
        doctor_say(d, "log", DOCTOR_WARNING, "%s: there is no log yet",
                   "%s: nie ma jeszcze dziennika", d->log);
        doctor_next(d, "latarnia up makes one; latarnia log restore brings one back",
                    "latarnia up utworzy nowy; latarnia log restore odtworzy dawny");
        return;
    }
    if (!d->log_sound) {
        judge_fault(d, &v);
        return;
    }
    doctor_say(d, "log", DOCTOR_OK, "%" PRIu64 " records verify, epoch %" PRIu64,
               "wpisów %" PRIu64 ", wszystkie poprawne, epoka %" PRIu64, v.size, v.epoch);
    judge_head(d, &v, options.key != NULL);
    judge_segment(d, &v);
}

/* ---- LMDB ---- */

static void check_version(struct doctor *d) {
    int major, minor, patch;
    mdb_version(&major, &minor, &patch);
    bool known = major == 0 && minor == 9 && patch >= 24;
    doctor_say(d, "LMDB", known ? DOCTOR_OK : DOCTOR_WARNING, "version %d.%d.%d", "wersja %d.%d.%d",
               major, minor, patch);
    if (!known)
        doctor_next(d, "the log was tested with 0.9.24 and later 0.9 releases",
                    "dziennik sprawdzono z wersją 0.9.24 i późniejszymi 0.9");
}

static void check_readers(struct doctor *d) {
    struct readers r;
    int e = readers_look(d->log, &r);
    if (e) {
        doctor_say(d, "readers", DOCTOR_PROBLEM, "%s", "%s", strerror(-e));
        return;
    }
    if (r.dead) {
        doctor_say(d, "readers", DOCTOR_WARNING, "%u slots belong to processes that are gone",
                   "%u miejsc należy do zakończonych procesów", r.dead);
        doctor_next(d, "the log frees them when it writes next, or starts",
                    "dziennik zwolni je przy następnym zapisie lub uruchomieniu");
    }
    if (r.oldest_pid && r.oldest_behind > READER_BEHIND) {
        doctor_say(d, "readers", DOCTOR_PROBLEM,
                   "process %" PRId64 " holds a snapshot that is %" PRIu64
                   " transactions old: the file grows",
                   "proces %" PRId64 " trzyma obraz sprzed %" PRIu64 " transakcji: plik rośnie",
                   r.oldest_pid, r.oldest_behind);
        doctor_next(d, "end that process", "zakończ ten proces");
    } else if (!r.dead) {
        doctor_say(d, "readers", DOCTOR_OK, "%u of %u slots in use, none stale",
                   "zajętych %u z %u miejsc, żadne nieaktualne", r.used, r.most);
    }
}

static void check_map(struct doctor *d, struct store *store) {
    struct store_usage usage;
    store_usage(store, &usage);
    uint64_t limit = (uint64_t)d->config.values[CONFIG_log_full_percent];
    uint64_t percent = usage.map_used / (usage.map_bytes / 100);
    enum doctor_level level = percent >= limit               ? DOCTOR_PROBLEM
                              : percent >= limit - limit / 8 ? DOCTOR_WARNING
                                                             : DOCTOR_OK;
    doctor_say(d, "map", level, "%" PRIu64 " of %" PRIu64 " MiB used (%" PRIu64 " %%)",
               "zajęte %" PRIu64 " z %" PRIu64 " MiB (%" PRIu64 " %%)", usage.map_used >> 20,
               usage.map_bytes >> 20, percent);
    if (level)
        doctor_next(d,
                    "at %" PRIu64 " %% the log refuses appends: raise map_size in [log] of "
                    "latarnia.conf and start again",
                    "przy %" PRIu64 " %% dziennik odmawia zapisów: zwiększ map_size w [log] pliku "
                    "latarnia.conf i uruchom ponownie",
                    limit);
}

/* ---- clock ---- */

static int64_t recorded_at(struct reader *reader, uint64_t position) {
    _Alignas(8) static uint8_t memory[1 << 17];
    struct arena arena;
    struct bytes bytes;
    struct record record;
    int64_t at = 0;
    arena_init(&arena, memory, sizeof memory);
    if (position == 0 || reader_begin(reader))
        return 0;
    if (reader_get(reader, position, &bytes) == 0 &&
        record_peek(bytes, &arena, &record) != RECORD_E_FORM)
        at = record.log.recorded_at;
    reader_end(reader);
    return at;
}

static void check_clock(struct doctor *d, struct store *store) {
    struct timex kernel = {0};
    struct reader reader;
    int64_t last = 0;
    if (reader_open(&reader, store) == 0)
        last = recorded_at(&reader, store->point.size);
    reader_close(&reader);
    int64_t ahead = last / 1000000 - (int64_t)time(NULL);
    if (ahead > CLOCK_BACK_SECONDS) {
        doctor_say(d, "clock", DOCTOR_PROBLEM,
                   "the clock stands %" PRId64 " s before the last record: it was put back",
                   "zegar wskazuje %" PRId64 " s przed ostatnim wpisem: został cofnięty", ahead);
        doctor_next(d, "set the clock; until then new records carry the time of the last one",
                    "ustaw zegar; do tego czasu nowe wpisy mają czas ostatniego");
    } else if (ntp_adjtime(&kernel) == TIME_ERROR) {
        doctor_say(d, "clock", DOCTOR_WARNING, "the kernel does not know it as synchronised",
                   "jądro nie uznaje go za zsynchronizowany");
        doctor_next(d, "let chrony or systemd-timesyncd keep it",
                    "niech pilnuje go chrony lub systemd-timesyncd");
    } else {
        doctor_say(d, "clock", DOCTOR_OK, "synchronised, not before the last record",
                   "zsynchronizowany, nie przed ostatnim wpisem");
    }
}

static void look(struct doctor *d) {
    const struct store_options read_only = {.read_only = true};
    struct store store;
    int dir = place_open(d->log, false);
    int r = dir < 0 ? dir : store_open(&store, d->log, dir, &read_only);
    if (r)
        return; /* the verifier has said why */
    check_map(d, &store);
    check_clock(d, &store);
    store_close(&store);
    close(dir);
}

/* ---- in a child ---- */

static void in_child(struct doctor *d, void (*check)(struct doctor *d)) {
    const struct rlimit none = {0, 0};
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        setrlimit(RLIMIT_CORE, &none);
        check(d);
        _exit(0);
    }
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (child > 0 && WIFEXITED(status))
        return;
    doctor_say(d, "LMDB", DOCTOR_PROBLEM, "the log cannot be looked at",
               "nie da się zajrzeć do dziennika");
    doctor_next(d, "latarnia log verify says more", "więcej poda latarnia log verify");
}

void doctor_readers(struct doctor *d) {
    char path[LOG_PLACE_BYTES + 16];
    snprintf(path, sizeof path, "%s/lock.mdb", d->log);
    if (access(path, F_OK) == 0)
        in_child(d, check_readers);
}

void doctor_store(struct doctor *d) {
    check_version(d);
    if (d->log_sound)
        in_child(d, look);
}
