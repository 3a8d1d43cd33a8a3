#include "tools/latarnia/doctor.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/eventlog/proof.h"
#include "tools/latarnia/cli.h"
#include "tools/latarnia/link.h"
#include "tools/latarnia/probe.h"

enum {
    ANSWER_MS = 2000,
    LAG_MOST = 1000, /* records; a process that keeps up is behind by milliseconds */
    FILES_LEAST = 1024,
};

/* ---- limits ---- */

struct limits {
    uint64_t files, core;
};

/* A line of /proc/PID/limits: its soft value, UINT64_MAX for "unlimited". */
static bool soft_limit(const char *line, const char *name, uint64_t *out) {
    size_t size = strlen(name);
    if (strncmp(line, name, size) != 0)
        return false;
    line += size + strspn(line + size, " ");
    *out = *line >= '0' && *line <= '9' ? strtoull(line, NULL, 10) : UINT64_MAX;
    return true;
}

static bool read_limits(int64_t process, struct limits *out) {
    char path[64], line[256];
    *out = (struct limits){UINT64_MAX, 0};
    snprintf(path, sizeof path, "/proc/%" PRId64 "/limits", process);
    FILE *in = fopen(path, "re");
    if (!in)
        return false;
    while (fgets(line, sizeof line, in)) {
        soft_limit(line, "Max open files", &out->files);
        soft_limit(line, "Max core file size", &out->core);
    }
    fclose(in);
    return true;
}

/* The daemons have what the supervisor has; without one, what this shell would give it. */
void doctor_limits(struct doctor *d) {
    struct limits l;
    if (!read_limits(d->supervisor ? d->supervisor : getpid(), &l))
        return;
    if (l.files < FILES_LEAST) {
        doctor_say(d, "limits", DOCTOR_PROBLEM, "only %" PRIu64 " open files are allowed",
                   "dozwolone są tylko %" PRIu64 " otwarte pliki", l.files);
        doctor_next(d, "ulimit -n %d before latarnia up, or LimitNOFILE= in the unit",
                    "ulimit -n %d przed latarnia up albo LimitNOFILE= w jednostce", FILES_LEAST);
    }
    if (l.core) {
        doctor_say(d, "limits", DOCTOR_WARNING, "a crash would write personal data to a core file",
                   "awaria zapisałaby dane osobowe w zrzucie pamięci");
        doctor_next(d, "ulimit -c 0 before latarnia up, or LimitCORE=0 in the unit",
                    "ulimit -c 0 przed latarnia up albo LimitCORE=0 w jednostce");
    }
    if (l.files >= FILES_LEAST && !l.core)
        doctor_say(d, "limits", DOCTOR_OK, "%" PRIu64 " open files, no core dumps",
                   "otwartych plików: %" PRIu64 ", bez zrzutów pamięci", l.files);
}

/* ---- processes ---- */

static void judge_process(struct doctor *d, const char *name, const struct probe *p,
                          uint64_t size) {
    uint64_t behind = size > p->folded ? size - p->folded : 0;
    if (!p->answered) {
        doctor_say(d, name, DOCTOR_PROBLEM, "does not answer", "nie odpowiada");
        doctor_next(d,
                    "%s/up.log, or where latarnia up writes, says why; it is started again by "
                    "itself as long as the settings allow",
                    "powód podaje %s/up.log albo wyjście latarnia up; usługa jest uruchamiana "
                    "ponownie, jak długo pozwalają ustawienia",
                    cli_data());
    } else if (!p->ready || behind > LAG_MOST) {
        doctor_say(d, name, DOCTOR_WARNING, "%s, %" PRIu64 " records behind",
                   "%s, opóźnienie: wpisów %" PRIu64,
                   p->ready ? cli_say("ready", "gotowe") : cli_say("not ready", "niegotowe"),
                   behind);
        doctor_next(d, "look again in a minute; if it does not catch up, restart it",
                    "sprawdź za minutę; jeśli nie nadrabia, uruchom usługę ponownie");
    } else {
        doctor_say(d, name, DOCTOR_OK, "ready at %" PRIu64 ", %" PRIu64 " records behind",
                   "gotowe na %" PRIu64 ", opóźnienie: wpisów %" PRIu64, p->folded, behind);
    }
}

/* A process that is meant to run is one problem; a system that is stopped is one warning. */
void doctor_processes(struct doctor *d) {
    struct probe probes[LINK_PROCESSES];
    uint64_t size = d->size;
    unsigned answered = 0;
    struct bus *bus = bus_new();
    for (int i = 0; i < LINK_PROCESSES; i++) {
        probe(bus, link_processes[i], ANSWER_MS, &probes[i]);
        answered += probes[i].answered;
        size = probes[i].size > size ? probes[i].size : size;
    }
    bus_free(bus);
    if (!answered && !d->supervisor) {
        doctor_say(d, "processes", DOCTOR_WARNING, "nothing runs", "nic nie działa");
        doctor_next(d, "latarnia up --data %s", "latarnia up --data %s", cli_data());
        return;
    }
    for (int i = 0; i < LINK_PROCESSES; i++)
        judge_process(d, link_processes[i], &probes[i], size);
}

/* ---- questions to one process ---- */

/* Asks without a word when nobody is there: that was said among the processes. */
static bool ask(struct link *l, const char *process, const struct schema *question,
                const void *message, struct bus_answer *answer) {
    struct probe p;
    struct bus *bus = bus_new();
    probe(bus, process, ANSWER_MS, &p);
    bus_free(bus);
    if (!p.answered || link_open(l, process))
        return false;
    if (link_try(l, question, message, LINK_TIMEOUT_MS, answer) == 0)
        return true;
    link_close(l);
    return false;
}

void doctor_appends(struct doctor *d) {
    const struct AskLogState question = {0};
    struct bus_answer answer;
    struct link eventlog;
    if (!ask(&eventlog, "eventlog", AskLogState_schema(), &question, &answer))
        return;
    const struct LogState *state = answer.schema == LogState_schema() ? answer.message : NULL;
    if (state && state->refusing) {
        doctor_say(d, "appends", DOCTOR_PROBLEM, "the log is full and refuses them",
                   "dziennik jest pełny i ich odmawia");
        doctor_next(d,
                    "make room on the disk, or raise map_size in [log] of latarnia.conf and "
                    "start again",
                    "zwolnij miejsce na dysku albo zwiększ map_size w [log] pliku latarnia.conf i "
                    "uruchom ponownie");
    } else if (state) {
        doctor_say(d, "appends", DOCTOR_OK, "accepted, durable up to %" PRId64,
                   "przyjmowane, trwałe do %" PRId64, state->durable);
    }
    link_close(&eventlog);
}

/* ---- views ---- */

/* The root of the views' checkpoint is the log's own at that position. */
static bool is_of_this_log(struct doctor *d, uint64_t position, struct bytes root) {
    uint8_t own[SHA256_SIZE];
    struct proof_log p;
    bool same = proof_open(&p, d->log) == 0 && proof_root(&p, position, own) == 0 &&
                root.size == sizeof own && memcmp(own, root.data, sizeof own) == 0;
    proof_close(&p);
    return same;
}

static void judge_views(struct doctor *d, const struct Views *v) {
    uint64_t position = v->views.count ? (uint64_t)v->views.items[0].position : 0;
    if (v->root.size && d->log_sound && !is_of_this_log(d, position, v->root)) {
        doctor_say(d, "views", DOCTOR_PROBLEM, "their checkpoint at %" PRIu64 " is not of this log",
                   "ich punkt kontrolny na %" PRIu64 " nie należy do tego dziennika", position);
        doctor_next(d, "latarnia view rebuild", "latarnia view rebuild");
        return;
    }
    doctor_say(d, "views", DOCTOR_OK, "%u views at %" PRIu64 "%s",
               "widoków %u, na pozycji %" PRIu64 "%s", (unsigned)v->views.count, position,
               v->root.size ? cli_say(", of this log", ", z tego dziennika") : "");
}

void doctor_views(struct doctor *d) {
    const struct AskViews question = {0};
    struct bus_answer answer;
    struct link projector;
    if (!ask(&projector, "projector", AskViews_schema(), &question, &answer))
        return;
    if (answer.schema == Views_schema())
        judge_views(d, answer.message);
    link_close(&projector);
}
