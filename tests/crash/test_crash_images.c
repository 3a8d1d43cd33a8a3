#define _GNU_SOURCE /* MAP_ANONYMOUS */
/*
 * Power cuts, enumerated: a log is run once while every write and flush of the segment, of LMDB and
 * of the signed heads is recorded; then thousands of legal disk states are made from the record and
 * each is opened. Every acknowledged record must be there byte for byte, positions contiguous, the
 * root right, a published head not ahead of the log, and the log must go on. The same states with
 * flushes left out must be caught, else the checker is blind.
 *
 * LAT_CRASH_IMAGES and LAT_CRASH_SEED choose how many and which.
 */
#include "tests/crash/image.h"
#include "tests/unit/eventlog/fixture.h"

#include "common/eventlog/tree.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { RECORDS_MOST = 2000, BATCH = 250, IMAGES = 8000, LIES = 600 };

enum verdict {
    VERDICT_NONE,      /* the process died on it */
    VERDICT_GOOD,
    VERDICT_NOT_OPEN,  /* log_open refused */
    VERDICT_LOST,      /* fewer records than were acknowledged */
    VERDICT_INVENTED,  /* more than were ever handed in */
    VERDICT_CONTENT,   /* a record is missing or differs */
    VERDICT_ROOT,
    VERDICT_HEAD,      /* signed head unreadable, ahead of the log, or another tree */
    VERDICT_STUCK,     /* the recovered log does not take more */
    VERDICTS,
};

static const char *const verdict_names[VERDICTS] = {
    "crashed", "good", "not open", "lost", "invented", "content", "root", "head", "stuck",
};

static uint8_t roots[RECORDS_MOST + 1][SHA256_SIZE];
static struct note_key key;
static char image_path[64];

static struct log_options options(void) {
    return (struct log_options){.map_bytes = 1024 * 1024,
                                .extend_bytes = 16 * 1024,
                                .segment_bytes = 16 * 1024,
                                .apply_records = 20,
                                .apply_ms = 3,
                                .key = &key,
                                .origin = "example.org/crash",
                                .head_ms = 4};
}

static void compute_roots(void) {
    uint8_t record[RECORD_MOST], leaf[SHA256_SIZE];
    struct tree t = {0};
    struct sha256 h;
    sha256_init(&h);
    for (unsigned i = 0; i <= RECORDS_MOST; i++) {
        tree_root(&h, &t, roots[i]);
        tree_leaf(&h, record, record_make(i + 1, record), leaf);
        tree_append(&h, &t, leaf);
    }
    sha256_deinit(&h);
}

/* Commits of 1 to 4 records, some close together, some with a pause in which LMDB catches up. */
static int work(struct log *l, unsigned commits, bool marks) {
    static uint8_t memory[16 * 1024];
    struct batch b;
    for (unsigned i = 0; i < commits; i++) {
        uint64_t first = log_next_position(l);
        uint32_t count = 1 + i % 4;
        batch_init(&b, memory, log_bytes_max(l) < sizeof memory ? log_bytes_max(l) : sizeof memory);
        batch_clear(&b);
        for (uint32_t j = 0; j < count; j++) {
            uint8_t record[RECORD_MOST];
            size_t size = record_make(first + j, record);
            if (batch_add(&b, record, size))
                break;
        }
        if (marks)
            trace_mark(TRACE_SUBMIT, first + b.count - 1);
        if (log_submit_wait(l, &b) != 0)
            return 1;
        if (marks)
            trace_mark(TRACE_ACK, first + b.count - 1);
        if (i % 7 == 3)
            poll(NULL, 0, 1 + (int)(i % 5));
    }
    return 0;
}

/* One recorded run over a directory that already holds `before` commits (0 = nothing at all). */
static void record_run(struct trace *t, unsigned before, unsigned commits) {
    struct place *p;
    struct log_options o = options();
    struct log *l = NULL;
    uint64_t held = 0;
    place_new((void **)&p);
    if (before > 0) {
        assert_int_equal(log_open(&l, p->path, &o), 0);
        assert_int_equal(work(l, before, false), 0);
        held = log_durable_size(l);
        log_close(l);
    }
    trace_begin(t, p->fd);
    t->base_position = held;
    assert_int_equal(log_open(&l, p->path, &o), 0);
    assert_int_equal(work(l, commits, true), 0);
    log_close(l);
    trace_end();
    place_free((void **)&p);
}

static enum verdict check_records(struct log *l, uint64_t size) {
    struct reader *r = log_reader(l);
    struct bytes record;
    if (reader_begin(r) != 0)
        return VERDICT_CONTENT;
    for (uint64_t i = 1; i <= size; i++)
        if (reader_get(r, i, &record) != 0 || !record_is(i, record))
            return VERDICT_CONTENT;
    bool more = reader_get(r, size + 1, &record) != READER_NONE;
    reader_end(r);
    return more ? VERDICT_INVENTED : VERDICT_GOOD;
}

static enum verdict check_head(int dir_fd, uint64_t size) {
    char buffer[CHECKPOINT_TEXT_MAX];
    struct checkpoint head;
    struct text note;
    int r = checkpoint_get(dir_fd, buffer, &note);
    if (r == CHECKPOINT_NONE)
        return VERDICT_GOOD;
    if (r || checkpoint_verify(note, &key, &head) != 0 || head.size > size ||
        memcmp(head.root, roots[head.size], SHA256_SIZE) != 0)
        return VERDICT_HEAD;
    return VERDICT_GOOD;
}

static enum verdict check_log(struct log *l, const struct image_result *expected) {
    struct log_state s;
    log_state(l, &s);
    if (s.applied.size < expected->acked)
        return VERDICT_LOST;
    if (s.applied.size > expected->submitted)
        return VERDICT_INVENTED;
    if (memcmp(s.applied.root, roots[s.applied.size], SHA256_SIZE) != 0)
        return VERDICT_ROOT;
    return check_records(l, s.applied.size);
}

/* Opens twice: the second time after more was appended on top of what was recovered. */
static enum verdict check_image(int dir_fd, struct image_result expected, bool twice) {
    struct log_options o = options();
    struct log *l = NULL;
    char note[CHECKPOINT_TEXT_MAX];
    struct text ignored;
    bool had_head = checkpoint_get(dir_fd, note, &ignored) == 0;
    enum verdict v = had_head ? check_head(dir_fd, UINT64_MAX) : VERDICT_GOOD;
    if (v != VERDICT_GOOD)
        return v;
    if (log_open(&l, image_path, &o) != 0)
        return VERDICT_NOT_OPEN;
    v = check_log(l, &expected);
    if (v == VERDICT_GOOD)
        v = check_head(dir_fd, log_applied_size(l));
    if (v == VERDICT_GOOD && twice) {
        v = work(l, 5, false) ? VERDICT_STUCK : VERDICT_GOOD;
        expected.acked = expected.submitted = log_durable_size(l);
    }
    log_close(l);
    if (v != VERDICT_GOOD || !twice)
        return v;
    if (log_open(&l, image_path, &o) != 0)
        return VERDICT_STUCK;
    v = check_log(l, &expected);
    log_close(l);
    return v;
}

static int image_clear(void) {
    static const char *const all[] = {"data.mdb", "lock.mdb", "segment-0", "segment-1", "leaves",
                                      "lock", "checkpoint", "checkpoint.new", "segment-0.new",
                                      "segment-1.new", "data.mdb.new", "data.mdb.new-lock"};
    int fd = open(image_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        unlinkat(fd, all[i], 0);
    return fd;
}

struct run {
    const struct trace *trace;
    uint64_t seed;
    enum image_lie lie;
    unsigned images;
    unsigned char *verdicts; /* shared with the children */
};

static void child_run(const struct run *run, unsigned from, unsigned to) {
    struct rlimit none = {0, 0};
    struct image_result expected;
    static const int deaths[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};
    setrlimit(RLIMIT_CORE, &none);
    for (size_t i = 0; i < sizeof deaths / sizeof *deaths; i++)
        signal(deaths[i], SIG_DFL); /* cmocka would go on with its other tests in this child */
    if (run->lie != IMAGE_HONEST && !freopen("/dev/null", "w", stderr)) /* LMDB complains there */
        _exit(1);
    for (unsigned i = from; i < to; i++) {
        alarm(20);
        int fd = image_clear();
        image_make(run->trace, run->seed + i, run->lie, fd, &expected);
        run->verdicts[i] = (unsigned char)check_image(fd, expected, i % 4 == 0);
        close(fd);
    }
    _exit(0);
}

/* Children in batches: one that dies on an image marks it, and the next goes on behind it. */
static unsigned run_images(const struct run *run, unsigned counts[VERDICTS]) {
    for (unsigned from = 0; from < run->images;) {
        unsigned to = from + BATCH < run->images ? from + BATCH : run->images;
        fflush(NULL);
        pid_t child = fork();
        if (child == 0)
            child_run(run, from, to);
        assert_true(child > 0 && waitpid(child, NULL, 0) == child);
        while (from < to && run->verdicts[from] != VERDICT_NONE)
            from++;
        from += from < to;
    }
    memset(counts, 0, VERDICTS * sizeof *counts);
    for (unsigned i = 0; i < run->images; i++)
        counts[run->verdicts[i]]++;
    return run->images - counts[VERDICT_GOOD];
}

static uint64_t from_environment(const char *name, uint64_t otherwise) {
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 10) : otherwise;
}

static unsigned try_images(const struct trace *t, uint64_t seed, enum image_lie lie,
                           unsigned images, const char *title) {
    unsigned counts[VERDICTS];
    struct timespec a, b;
    struct run run = {t, seed, lie, images, NULL};
    run.verdicts = mmap(NULL, images, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(run.verdicts != MAP_FAILED);
    clock_gettime(CLOCK_MONOTONIC, &a);
    unsigned bad = run_images(&run, counts);
    clock_gettime(CLOCK_MONOTONIC, &b);
    double seconds = (double)(b.tv_sec - a.tv_sec) + 1e-9 * (double)(b.tv_nsec - a.tv_nsec);
    printf("%s: %u images from %zu events (%.0f KB), seed %llu, %.0f images/s:", title, images,
           t->count, (double)t->bytes / 1e3, (unsigned long long)seed, images / seconds);
    for (int v = 0; v < VERDICTS; v++)
        if (counts[v])
            printf(" %s %u", verdict_names[v], counts[v]);
    printf("\n");
    for (unsigned i = 0, shown = 0; lie == IMAGE_HONEST && i < images && shown < 5; i++)
        if (run.verdicts[i] != VERDICT_GOOD) {
            printf("  image %u: %s\n", i, verdict_names[run.verdicts[i]]);
            shown++;
        }
    munmap(run.verdicts, images);
    return bad;
}

static void honest_disks_lose_nothing(void **state) {
    static const struct {
        unsigned before, commits;
        const char *title;
    } rows[] = {
        {0, 40, "new log"},
        {30, 60, "restarted log"},
        {120, 120, "long log"},
    };
    unsigned images = (unsigned)from_environment("LAT_CRASH_IMAGES", IMAGES);
    uint64_t seed = *(uint64_t *)*state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct trace t;
        record_run(&t, rows[i].before, rows[i].commits);
        assert_true(t.bytes < 4 * 1024 * 1024);
        unsigned bad = try_images(&t, seed + i * 1000000, IMAGE_HONEST, images / 3, rows[i].title);
        trace_free(&t);
        assert_int_equal(bad, 0);
    }
}

static void lying_disks_are_seen(void **state) {
    static const struct {
        enum image_lie lie;
        const char *title;
    } rows[] = {
        {IMAGE_SEGMENT_UNSYNCED, "segment flushes are lies"},
        {IMAGE_LMDB_UNSYNCED, "LMDB flushes are lies"},
        {IMAGE_NOTHING_SYNCED, "all flushes are lies"},
    };
    struct trace t;
    uint64_t seed = *(uint64_t *)*state;
    record_run(&t, 30, 60);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_true(try_images(&t, seed, rows[i].lie, LIES, rows[i].title) > LIES / 20);
    trace_free(&t);
}

int main(void) {
    uint64_t seed = from_environment("LAT_CRASH_SEED", (uint64_t)time(NULL));
    void *state = &seed;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(honest_disks_lose_nothing, state),
        cmocka_unit_test_prestate(lying_disks_are_seen, state),
    };
    struct place *p;
    setvbuf(stdout, NULL, _IOLBF, 0);
    place_new((void **)&p);
    int r = note_key_create(p->fd, "key", "crash.example", &key);
    place_free((void **)&p);
    compute_roots();
    snprintf(image_path, sizeof image_path, "%s/latarnia-crash-%d",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : ".", (int)getpid());
    if (r || mkdir(image_path, 0700) != 0)
        return 1;
    r = cmocka_run_group_tests(tests, NULL, NULL);
    close(image_clear());
    rmdir(image_path);
    return r;
}
