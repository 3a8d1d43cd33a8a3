/*
 * SQLite as an event store and as a read model, in process, WAL, synchronous=FULL: every commit is
 * flushed. One writer.
 *
 *   sqlite fill FILE EVENTS
 *   sqlite append FILE METRIC EVENTS_A_COMMIT SECONDS
 *   sqlite replay FILE METRIC
 *   sqlite query FILE METRIC SECONDS
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/sheet.h"
#include "tests/harness/rng.h"

enum { STREAMS = 10000, EVENT_BYTES = 250, WORKERS = 500, FILL_COMMIT = 20000 };

static sqlite3 *db;

static void check(int result) {
    must(result == SQLITE_OK || result == SQLITE_DONE || result == SQLITE_ROW, "SQLite: %s",
         sqlite3_errmsg(db));
}

static void run(const char *sql) {
    check(sqlite3_exec(db, sql, NULL, NULL, NULL));
}

static sqlite3_stmt *prepare(const char *sql) {
    sqlite3_stmt *s;
    check(sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &s, NULL));
    return s;
}

static void step(sqlite3_stmt *s) {
    check(sqlite3_step(s));
    check(sqlite3_reset(s));
}

static void open_store(const char *file) {
    check(sqlite3_open(file, &db));
    run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-262144;"
        "PRAGMA mmap_size=4294967296;"
        "CREATE TABLE IF NOT EXISTS events (position INTEGER PRIMARY KEY, stream INTEGER NOT NULL,"
        "  version INTEGER NOT NULL, body BLOB NOT NULL, UNIQUE (stream, version));"
        "CREATE TABLE IF NOT EXISTS cases (id INTEGER PRIMARY KEY, worker INTEGER, note TEXT);"
        "CREATE INDEX IF NOT EXISTS by_worker ON cases (worker);");
}

struct store {
    sqlite3_stmt *begin, *commit, *head, *insert;
    struct rng rng;
    uint8_t body[EVENT_BYTES];
};

static struct store statements(void) {
    struct store s = {prepare("BEGIN IMMEDIATE"),
                      prepare("COMMIT"),
                      prepare("SELECT max(version) FROM events WHERE stream = ?1"),
                      prepare("INSERT INTO events (stream, version, body) VALUES (?1, ?2, ?3)"),
                      {{0}},
                      {0}};
    rng_init(&s.rng, (uint64_t)clock_ns());
    memset(s.body, 'a', sizeof s.body);
    return s;
}

static void append(struct store *s) {
    int64_t stream = (int64_t)rng_below(&s->rng, STREAMS);
    sqlite3_bind_int64(s->head, 1, stream);
    check(sqlite3_step(s->head));
    int64_t version = sqlite3_column_int64(s->head, 0) + 1;
    sqlite3_reset(s->head);
    sqlite3_bind_int64(s->insert, 1, stream);
    sqlite3_bind_int64(s->insert, 2, version);
    sqlite3_bind_blob(s->insert, 3, s->body, EVENT_BYTES, SQLITE_STATIC);
    step(s->insert);
}

static void fill(uint64_t events) {
    run("PRAGMA synchronous=OFF; BEGIN");
    sqlite3_stmt *cases = prepare("INSERT OR IGNORE INTO cases VALUES (?1, ?2, ?3)");
    for (int i = 0; i < STREAMS; i++) {
        char note[96];
        snprintf(note, sizeof note, "%080d", i);
        sqlite3_bind_int64(cases, 1, i);
        sqlite3_bind_int64(cases, 2, i % WORKERS);
        sqlite3_bind_text(cases, 3, note, -1, SQLITE_STATIC);
        step(cases);
    }
    run("COMMIT");
    struct store s = statements();
    for (uint64_t i = 0; i < events; i += FILL_COMMIT) {
        step(s.begin);
        for (int k = 0; k < FILL_COMMIT; k++)
            append(&s);
        step(s.commit);
    }
    run("PRAGMA wal_checkpoint(TRUNCATE)");
}

static void measure_appends(const char *metric, int events_a_commit, double seconds) {
    struct store s = statements();
    struct latencies l = {0};
    uint64_t events = 0;
    int64_t start = clock_ns(), now = start;
    while ((double)(now - start) < seconds * 1e9) {
        int64_t begin = now;
        step(s.begin);
        for (int i = 0; i < events_a_commit; i++)
            append(&s);
        step(s.commit);
        events += (uint64_t)events_a_commit;
        now = clock_ns();
        latencies_add(&l, now - begin);
    }
    tell(metric, (double)events * 1e9 / (double)(now - start), "appends/s");
    tell_latencies(metric, &l);
}

static void measure_replay(const char *metric) {
    sqlite3_stmt *s =
        prepare("SELECT position, stream, version, body FROM events ORDER BY position");
    uint64_t events = 0, sum = 0;
    int64_t start = clock_ns();
    while (sqlite3_step(s) == SQLITE_ROW) {
        sum += *(const uint8_t *)sqlite3_column_blob(s, 3);
        events++;
    }
    must(sum == events * 'a', "events that nobody wrote");
    tell(metric, (double)events * 1e9 / (double)(clock_ns() - start), "records/s");
}

static void measure_queries(const char *metric, double seconds) {
    sqlite3_stmt *s = prepare("SELECT id, note FROM cases WHERE worker = ?1");
    struct latencies l = {0};
    struct rng rng;
    rng_init(&rng, 3);
    int64_t start = clock_ns(), now = start;
    while ((double)(now - start) < seconds * 1e9) {
        int64_t begin = now;
        int rows = 0;
        sqlite3_bind_int64(s, 1, (int64_t)rng_below(&rng, WORKERS));
        for (; sqlite3_step(s) == SQLITE_ROW; rows++)
            (void)sqlite3_column_text(s, 1);
        sqlite3_reset(s);
        must(rows == STREAMS / WORKERS, "a worker with %d cases", rows);
        now = clock_ns();
        latencies_add(&l, now - begin);
    }
    tell(metric, (double)l.count * 1e9 / (double)(now - start), "queries/s");
    tell_latencies(metric, &l);
}

int main(int argc, char **argv) {
    must(argc >= 4, "see the head of sqlite.c");
    open_store(argv[2]);
    if (strcmp(argv[1], "fill") == 0)
        fill(strtoull(argv[3], NULL, 10));
    else if (strcmp(argv[1], "append") == 0 && argc == 6)
        measure_appends(argv[3], atoi(argv[4]), atof(argv[5]));
    else if (strcmp(argv[1], "replay") == 0)
        measure_replay(argv[3]);
    else if (strcmp(argv[1], "query") == 0 && argc == 5)
        measure_queries(argv[3], atof(argv[4]));
    else
        give_up("see the head of sqlite.c");
    return 0;
}
