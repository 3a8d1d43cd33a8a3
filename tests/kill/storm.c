/*
 * A storm on the last places of a few guides, three ways at once: the Command socket, files of
 * commands (latarnia import), and closed cases that come back; now and then intake is killed. Each
 * case asks once, so that exactly as many may succeed as there are places. After it every
 * place is given back, and cases are handed from guide to guide meanwhile.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/kill/audit.h"
#include "tests/kill/load.h"
#include "tests/kill/suites.h"

enum {
    GUIDES = 2,
    VOICES = 8,
    WAYS = 3,
    CASES = 3 * 40, /* of a round, twice as many as there are places */
    ROUNDS = 3,
    KILLS = 4, /* of a round */
    IMPORT_PAUSE_MS = 200,
    READY_MS = 60000,
};

enum way { BY_SOCKET, BY_FILE, BY_REOPENING };

struct storm {
    const struct city *city;
    struct id cases[CASES];
    struct id guides[CASES]; /* the one that the case asks for */
    atomic_ulong next;       /* case that no voice has taken up yet */
    atomic_ulong taken, full;
};

static enum way way_of(size_t index) {
    return (enum way)(index % WAYS);
}

/* ---- before the storm: cases without guide, every third of them closed again ---- */

static void prepare(struct load *load, struct voice *v, size_t number) {
    struct storm *s = load->context;
    struct CaseClosed closed = {.reason = CLOSE_REASON_withdrew};
    size_t i = atomic_fetch_add(&s->next, 1);
    (void)number;
    if (i >= CASES) {
        atomic_store(&load->stop, true);
        return;
    }
    s->cases[i] = voice_id(v);
    s->guides[i] = s->city->guides[rng_below(&v->rng, GUIDES)];
    must(city_open_case(s->city, v, voice_id(v), s->cases[i]), "a case cannot be opened");
    struct speech close = city_close(s->city, s->cases[i], &closed);
    close.after = v->newest;
    if (way_of(i) == BY_REOPENING)
        voice_tell(v, &close);
}

/* ---- the storm ---- */

static void note_answer(struct storm *s, bool accepted, const struct reply *reply) {
    must(accepted || strcmp(reply->code, "CASELOAD_LIMIT") == 0,
         "a case was refused for another reason than the limit: %s", reply->code);
    atomic_fetch_add(accepted ? &s->taken : &s->full, 1);
}

static void ask_for_place(struct load *load, struct voice *v, size_t number) {
    struct storm *s = load->context;
    size_t i = atomic_fetch_add(&s->next, 1);
    struct reply reply;
    (void)number;
    if (i >= CASES) {
        atomic_store(&load->stop, true);
        return;
    }
    struct LsAssigned assigned = {.worker = s->guides[i]};
    struct CaseReopened reopened = {.worker = s->guides[i]};
    if (way_of(i) == BY_FILE)
        return;
    struct speech ask = way_of(i) == BY_SOCKET ? city_assign(s->city, s->cases[i], &assigned)
                                               : city_reopen(s->city, s->cases[i], &reopened);
    note_answer(s, voice_say(v, &ask, &reply), &reply);
}

/* Lines as in tools/latarnia/README.md; the id makes a file that is sent again change nothing. */
static void write_file(const struct storm *s, const char *path, struct rng *rng) {
    FILE *out = fopen(path, "w");
    must(out != NULL, "%s cannot be written", path);
    for (size_t i = 0; i < CASES; i++) {
        char id[ID_TEXT_SIZE], stream[ID_TEXT_SIZE], actor[ID_TEXT_SIZE], worker[ID_TEXT_SIZE];
        uint8_t random[10];
        if (way_of(i) != BY_FILE)
            continue;
        rng_fill(rng, random, sizeof random);
        id_format(id_v7((uint64_t)i + 1, random), id);
        id_format(s->cases[i], stream);
        id_format(s->city->coord, actor);
        id_format(s->guides[i], worker);
        fprintf(
            out,
            "{\"command\":\"AssignLs\",\"id\":\"%s\",\"stream\":\"Case:%s\",\"as\":\"COORD:%s\","
            "\"fields\":{\"worker\":\"%s\"}}\n",
            id, stream, actor, worker);
    }
    must(fclose(out) == 0, "%s cannot be written", path);
}

struct importer {
    struct town *town;
    char path[128], told[128];
};

/* 0 and 1 are answers (1: some rows were rejected); all else means that the file is sent again. */
static void *import(void *argument) {
    struct importer *i = argument;
    int code;
    do {
        unlink(i->told);
        code = town_run_to(i->town, i->told, "latarnia", "import", "--json", i->path, NULL);
        must(code == 0 || code == 1 || code == 111, "import ended with %d", code);
        pause_ms(code == 111 ? IMPORT_PAUSE_MS : 0);
    } while (code == 111);
    return NULL;
}

/* The last run of the file tells every row that is refused, and why. */
static unsigned long count_refused(const struct importer *i) {
    char line[2048];
    unsigned long refused = 0;
    FILE *in = fopen(i->told, "r");
    must(in != NULL, "%s cannot be read", i->told);
    while (fgets(line, sizeof line, in)) {
        if (!strstr(line, "\"code\""))
            continue;
        must(strstr(line, "CASELOAD_LIMIT") != NULL, "import refuses for another reason: %s", line);
        refused++;
    }
    fclose(in);
    return refused;
}

static void run_voices(struct load *load, load_round *round, uint64_t seed) {
    struct storm *s = load->context;
    atomic_store(&s->next, 0);
    load->round = round;
    load_start(load, VOICES, seed);
}

static void await_voices(struct load *load) {
    while (!atomic_load(&load->stop))
        pause_ms(5);
    load_stop(load);
}

static void rage(struct load *load, struct rng *rng, uint64_t seed) {
    struct storm *s = load->context;
    struct town *t = load->town;
    struct importer importer = {.town = t};
    pthread_t thread;
    snprintf(importer.path, sizeof importer.path, "%s/storm.ndjson", t->dir);
    snprintf(importer.told, sizeof importer.told, "%s/storm.told", t->dir);
    write_file(s, importer.path, rng);
    must(pthread_create(&thread, NULL, import, &importer) == 0, "no thread");
    run_voices(load, ask_for_place, seed);
    for (int i = 0; i < KILLS; i++) {
        pause_ms((int)rng_below(rng, 150));
        town_kill(t, INTAKE);
        town_start(t, INTAKE);
        must(town_await(t, INTAKE, READY_MS) >= 0, "intake is not ready");
    }
    pthread_join(thread, NULL);
    await_voices(load);
    unsigned long refused = count_refused(&importer);
    atomic_fetch_add(&s->full, refused);
    atomic_fetch_add(&s->taken, CASES / WAYS - refused);
}

/* ---- after the storm ---- */

static unsigned long places_wanted(const struct storm *s) {
    unsigned long places = 0;
    for (size_t g = 0; g < GUIDES; g++) {
        unsigned long asked = 0;
        for (size_t i = 0; i < CASES; i++)
            asked += id_equal(s->guides[i], s->city->guides[g]);
        places += asked < LIMIT ? asked : LIMIT;
    }
    return places;
}

/* Full guides refuse a transfer too; everything is closed, so that all places are free again. */
static void clear(struct load *load, struct voice *v, size_t number) {
    struct storm *s = load->context;
    struct CaseClosed closed = {.reason = CLOSE_REASON_withdrew};
    size_t i = atomic_fetch_add(&s->next, 1);
    struct reply reply;
    (void)number;
    if (i >= CASES) {
        atomic_store(&load->stop, true);
        return;
    }
    bool to_first = id_equal(s->guides[i], s->city->guides[1]);
    struct CaseTransferred moved = {.to_worker = s->city->guides[to_first ? 0 : 1],
                                    .no_note = NO_HANDOVER_absent};
    struct speech transfer = city_transfer(s->city, s->cases[i], &moved);
    voice_say(v, &transfer, &reply);
    struct speech close = city_close(s->city, s->cases[i], &closed);
    voice_say(v, &close, &reply);
}

static void check_round(struct load *load, unsigned round) {
    struct storm *s = load->context;
    unsigned long taken = atomic_load(&s->taken), full = atomic_load(&s->full);
    uint64_t fullest = audit_log(load->town, &load->acks);
    printf("  round %u: %lu accepted, %lu refused by the limit, fullest guide %llu\n", round, taken,
           full, (unsigned long long)fullest);
    must(taken == places_wanted(s), "%lu cases got a place, %lu should have", taken,
         places_wanted(s));
    must(taken + full == CASES, "%lu answers to %d questions", taken + full, CASES);
}

void suite_storm(const struct wish *w) {
    static struct town t;
    static struct city city;
    static struct storm storm;
    static struct load load;
    struct voice founder;
    struct rng rng;
    rng_init(&rng, w->seed);
    town_open(&t, w->bin);
    load = (struct load){.town = &t, .city = &city, .context = &storm};
    acks_open(&load.acks);
    voice_open(&founder, &t, &load.acks, w->seed);
    city_found(&city, &founder, GUIDES);
    voice_close(&founder);
    printf("storm: %d cases a round on %d places, three ways, intake killed %d times\n", CASES,
           GUIDES * LIMIT, KILLS);
    for (unsigned round = 1; round <= (w->kills ? w->kills / KILLS : ROUNDS); round++) {
        storm = (struct storm){.city = &city};
        run_voices(&load, prepare, w->seed + round * 10);
        await_voices(&load);
        rage(&load, &rng, w->seed + round * 10 + 1);
        check_round(&load, round);
        run_voices(&load, clear, w->seed + round * 10 + 2);
        await_voices(&load);
    }
    audit_town(&t, &load.acks);
    must(t.surprises == 0, "%u processes ended by themselves", t.surprises);
    town_close(&t);
    load_free(&load);
}
