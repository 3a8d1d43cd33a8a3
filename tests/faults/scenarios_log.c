#include "tests/faults/scenario.h"
#include "tests/faults/town_log.h"
#include "tests/unit/eventlog/fixture.h"

#include "common/eventlog/place.h"
#include "common/eventlog/proof.h"
#include "common/eventlog/verify.h"

#include <poll.h>
#include <stdio.h>
#include <unistd.h>

enum { HEAD_WAIT_MS = 400, FULL_TRIES = 60, FULL_TRY_MS = 50 };

static struct stage town; /* LMDB holds most, the segment the rest */
static struct note_key key;

void log_scenarios_init(void) {
    town_log_make(&town, &key);
}

static void copy_town(struct stage *out) {
    *out = town;
}

static void copy_town_without_leaves(struct stage *out) {
    *out = town;
    stage_find(out, "leaves")->size = 0;
}

static void expect(struct told *told, uint64_t size) {
    told->acked = told->submitted = size;
}

/* A full disk refuses with its own condition; once there is room the same call succeeds. */
static int open_log(struct log **l, const char *dir, struct told *told) {
    struct log_options o = town_options(&key);
    int r = log_open(l, dir, &o);
    if (r != LOG_FULL)
        return r;
    inject_heal();
    return told->inject.healed ? log_open(l, dir, &o) : r;
}

static int submit(struct log *l, const struct batch *b) {
    struct pollfd applied = {.fd = log_applied_fd(l), .events = POLLIN};
    struct order_point point;
    int r = LOG_BUSY;
    for (unsigned i = 0; i < FULL_TRIES && (r == LOG_BUSY || r == LOG_FULL); i++) {
        r = log_submit(l, b);
        if (r == LOG_FULL)
            inject_heal();
        if (r == LOG_BUSY || r == LOG_FULL)
            poll(&applied, 1, FULL_TRY_MS);
        log_applied(l, &point);
    }
    return r;
}

/* A commit that needs the other segment file waits until LMDB has what that one holds. */
static void wait_for_room(struct log *l, struct pollfd fds[2]) {
    struct log_state state;
    log_state(l, &state);
    if (state.full)
        inject_heal();
    poll(fds, 2, 20);
}

static int append(struct log *l, struct told *told, uint64_t count, uint32_t per_commit) {
    static uint8_t memory[BATCH_BYTES_MAX];
    struct pollfd fds[2] = {{.fd = log_fd(l), .events = POLLIN},
                            {.fd = log_applied_fd(l), .events = POLLIN}};
    struct batch b;
    struct log_done done;
    uint64_t end = log_next_position(l) + count;
    batch_init(&b, memory, log_bytes_max(l));
    while (log_next_position(l) < end) {
        uint64_t first = log_next_position(l);
        batch_clear(&b);
        batch_fill(&b, first, end - first < per_commit ? (uint32_t)(end - first) : per_commit);
        told->submitted = first + b.count - 1;
        int r = submit(l, &b);
        if (r)
            return r;
        while ((r = log_poll(l, &done)) == LOG_NOTHING)
            wait_for_room(l, fds);
        if (r)
            return r;
        told->wrong |= done.first != first || done.count != b.count;
        told->acked = done.first + done.count - 1;
    }
    return 0;
}

/* Fatal means: gone at once, whatever the threads are doing. */
static int finish(struct log *l, int r) {
    if (r >= 0)
        log_close(l);
    return r;
}

static int run_appends(const char *dir, struct told *told, uint64_t count, uint32_t per_commit) {
    struct log *l = NULL;
    int r = open_log(&l, dir, told);
    return r ? r : finish(l, append(l, told, count, per_commit));
}

static int run_create(const char *dir, struct told *told) {
    return run_appends(dir, told, 0, 1);
}

static int run_one(const char *dir, struct told *told) {
    expect(told, TOWN_SIZE);
    return run_appends(dir, told, 1, 1);
}

static int run_batch(const char *dir, struct told *told) {
    expect(told, TOWN_SIZE);
    return run_appends(dir, told, 80, 80);
}

static int run_rotation(const char *dir, struct told *told) {
    expect(told, TOWN_SIZE);
    return run_appends(dir, told, 260, 26);
}

static int run_first_records(const char *dir, struct told *told) {
    return run_appends(dir, told, 30, 10);
}

static int run_recovery(const char *dir, struct told *told) {
    expect(told, TOWN_SIZE);
    return run_appends(dir, told, 0, 1);
}

static int read_all(struct log *l, struct told *told) {
    static uint8_t memory[64 * 1024];
    struct batch page;
    struct bytes record;
    uint64_t next = 1;
    batch_init(&page, memory, sizeof memory);
    while (next <= TOWN_SIZE) {
        batch_clear(&page);
        int r = log_page(l, next, 100, &page);
        if (r || page.count == 0)
            return r ? r : -1;
        struct batch_cursor at = batch_walk(page.bytes, page.size);
        while (batch_next(&at, &record) == 0)
            told->wrong |= !record_is(next++, record);
    }
    return 0;
}

static int run_reading(const char *dir, struct told *told) {
    struct log *l = NULL;
    struct reader second;
    struct bytes record;
    expect(told, TOWN_SIZE);
    int r = open_log(&l, dir, told);
    if (r)
        return r;
    r = read_all(l, told);
    if (!r)
        r = log_open_reader(l, &second);
    if (r)
        return finish(l, r);
    r = reader_begin(&second);
    if (!r) {
        r = reader_get(&second, TOWN_APPLIED, &record);
        told->wrong |= r == 0 && !record_is(TOWN_APPLIED, record);
        reader_end(&second);
    }
    reader_close(&second);
    return finish(l, r);
}

/* Signed heads follow; one that cannot be put on disk is tried again and never told. */
static int run_head(const char *dir, struct told *told) {
    struct log *l = NULL;
    char note[CHECKPOINT_TEXT_MAX];
    struct checkpoint head = {.size = 0};
    expect(told, TOWN_SIZE);
    int r = open_log(&l, dir, told);
    if (!r)
        r = append(l, told, 3, 1);
    for (int i = 0; !r && i < HEAD_WAIT_MS && head.size < TOWN_SIZE + 3; i += 2) {
        if (log_checkpoint(l, note) == 0)
            told->wrong |= checkpoint_verify(text_of(note), &key, &head) != 0;
        poll(NULL, 0, 2);
    }
    return r ? r : finish(l, head.size == TOWN_SIZE + 3 ? 0 : -1);
}

/* A verifier that was refused something may say so; it may not accuse the log. */
static int run_verify(const char *dir, struct told *told) {
    struct verify_options o = {.path = dir, .key = &key};
    struct verify_report report;
    expect(told, TOWN_SIZE);
    int r = verify_log(&o, &report);
    if (!r)
        told->wrong |= report.outcome != VERIFY_SOUND || report.size != TOWN_APPLIED ||
                       report.pending != TOWN_PENDING;
    return r;
}

static int run_proofs(const char *dir, struct told *told) {
    struct proof_log p;
    struct tree_proof proof;
    expect(told, TOWN_SIZE);
    int r = proof_open(&p, dir);
    if (!r)
        r = proof_record(&p, 17, TOWN_APPLIED, &proof);
    if (!r)
        r = proof_growth(&p, 100, TOWN_APPLIED, &proof);
    proof_close(&p);
    return r;
}

static const char *check_head(const char *dir, uint64_t size) {
    int fd = place_open(dir, false);
    enum kept v = kept_check_head(fd, &key, size);
    close(fd);
    return v == KEPT_GOOD ? NULL : "the signed head is of another log or ahead";
}

static const char *check_log(const char *dir, struct told *told) {
    static char text[80];
    struct kept_bounds bounds = {told->acked, told->submitted};
    struct verify_options o = {.path = dir, .key = &key};
    struct verify_report report;
    const char *bad = check_head(dir, told->submitted);
    if (bad)
        return bad;
    int r = verify_log(&o, &report);
    bool sound =
        report.outcome == VERIFY_SOUND || (report.outcome == VERIFY_EMPTY && bounds.acked == 0);
    if (r || !sound) {
        snprintf(text, sizeof text, "verify: %d, %s", r, r ? "" : verify_text(report.outcome));
        return text;
    }
    enum kept v = town_log_serve(dir, &bounds);
    return v == KEPT_GOOD ? NULL : kept_name(v);
}

const struct scenario log_scenarios[] = {
    {"create a log", "", NULL, run_create, check_log},
    {"first records of a log", "", NULL, run_first_records, check_log},
    {"append one record", "", copy_town, run_one, check_log},
    {"append a batch", "", copy_town, run_batch, check_log},
    {"go round both segment files", "", copy_town, run_rotation, check_log},
    {"recover from the segment", "", copy_town, run_recovery, check_log},
    {"read pages", "", copy_town, run_reading, check_log},
    {"sign and publish a head", "", copy_town, run_head, check_log},
    {"verify", "", copy_town, run_verify, check_log},
    {"prove, leaves made anew", "", copy_town_without_leaves, run_proofs, check_log},
};
const size_t log_scenario_count = sizeof log_scenarios / sizeof *log_scenarios;
