/*
 * Power cuts, enumerated: a log is run once while every write and flush of the segment, of LMDB and
 * of the signed heads is recorded; then thousands of legal disk states are made from the record and
 * each is opened. Every acknowledged record must be there byte for byte, positions contiguous, the
 * root right, a published head not ahead of the log, and the log must go on. The same states with
 * flushes left out must be caught, else the checker is blind.
 *
 *   test_crash_images [--images N] [--seed S]
 */
#include "tests/crash/image.h"
#include "tests/crash/kept.h"
#include "tests/crash/lanes.h"
#include "tests/unit/eventlog/fixture.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { IMAGES = 21000, LIES = 900, TRACE_BYTES_MOST = 1000000 };

static struct note_key key;
static unsigned images = IMAGES;
static uint64_t seed;

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

/* Opens twice: the second time after more was appended on top of what was recovered. */
static enum kept check_image(const char *path, int dir_fd, struct kept_bounds bounds, bool twice) {
    struct log_options o = options();
    struct log *l = NULL;
    enum kept v = kept_check_head(dir_fd, &key, UINT64_MAX);
    if (v != KEPT_GOOD)
        return v;
    if (log_open(&l, path, &o) != 0)
        return KEPT_NOT_OPEN;
    v = kept_check(l, &bounds);
    if (v == KEPT_GOOD)
        v = kept_check_head(dir_fd, &key, log_applied_size(l));
    if (v == KEPT_GOOD && twice) {
        v = work(l, 5, false) ? KEPT_STUCK : KEPT_GOOD;
        bounds.acked = bounds.submitted = log_durable_size(l);
    }
    log_close(l);
    if (v != KEPT_GOOD || !twice)
        return v;
    if (log_open(&l, path, &o) != 0)
        return KEPT_STUCK;
    v = kept_check(l, &bounds);
    log_close(l);
    return v;
}

struct run {
    const struct trace *trace;
    uint64_t seed;
    enum image_lie lie;
};

static unsigned char try_image(const void *context, unsigned index, const char *dir) {
    const struct run *run = context;
    struct kept_bounds bounds;
    if (run->lie != IMAGE_HONEST && !freopen("/dev/null", "w", stderr)) /* LMDB complains there */
        return KEPT_STUCK;
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    image_make(run->trace, run->seed + index, run->lie, fd, &bounds);
    enum kept v = check_image(dir, fd, bounds, index % 4 == 0);
    close(fd);
    return (unsigned char)v;
}

static void tell(const struct run *run, const unsigned char *verdicts, unsigned count,
                 const char *title, double seconds) {
    unsigned counts[KEPT_VERDICTS] = {0};
    for (unsigned i = 0; i < count; i++)
        counts[verdicts[i]]++;
    printf("%s: %u images from %zu events (%.0f KB), seed %llu, %.0f images/s:", title, count,
           run->trace->count, (double)run->trace->bytes / 1e3, (unsigned long long)run->seed,
           count / seconds);
    for (enum kept v = KEPT_NONE; v < KEPT_VERDICTS; v++)
        if (counts[v])
            printf(" %s %u", kept_name(v), counts[v]);
    printf("\n");
    for (unsigned i = 0, shown = 0; run->lie == IMAGE_HONEST && i < count && shown < 5; i++)
        if (verdicts[i] != KEPT_GOOD) {
            printf("  image %u: %s\n", i, kept_name(verdicts[i]));
            shown++;
        }
}

static unsigned try_images(const struct trace *t, uint64_t first, enum image_lie lie,
                           unsigned count, const char *title) {
    struct timespec a, b;
    struct run run = {t, first, lie};
    unsigned char *verdicts = malloc(count + 1);
    char base[64];
    assert_non_null(verdicts);
    lanes_base(base, "crash");
    clock_gettime(CLOCK_MONOTONIC, &a);
    unsigned bad = lanes_run(try_image, &run, base, count, KEPT_GOOD, verdicts);
    clock_gettime(CLOCK_MONOTONIC, &b);
    tell(&run, verdicts, count, title,
         (double)(b.tv_sec - a.tv_sec) + 1e-9 * (double)(b.tv_nsec - a.tv_nsec));
    free(verdicts);
    return bad;
}

static void honest_disks_lose_nothing(void **state) {
    (void)state;
    static const struct {
        unsigned before, commits;
        const char *title;
    } rows[] = {
        {0, 40, "new log"},
        {30, 60, "restarted log"},
        {120, 120, "long log"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct trace t;
        record_run(&t, rows[i].before, rows[i].commits);
        assert_true(t.bytes < TRACE_BYTES_MOST);
        unsigned bad = try_images(&t, seed + i * 1000000, IMAGE_HONEST, images / 3, rows[i].title);
        trace_free(&t);
        assert_int_equal(bad, 0);
    }
}

static void lying_disks_are_seen(void **state) {
    (void)state;
    static const struct {
        enum image_lie lie;
        const char *title;
    } rows[] = {
        {IMAGE_SEGMENT_UNSYNCED, "segment flushes are lies"},
        {IMAGE_LMDB_UNSYNCED, "LMDB flushes are lies"},
        {IMAGE_NOTHING_SYNCED, "all flushes are lies"},
    };
    struct trace t;
    record_run(&t, 30, 60);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_true(try_images(&t, seed, rows[i].lie, LIES, rows[i].title) > LIES / 20);
    trace_free(&t);
}

static int read_options(int argc, char **argv) {
    seed = (uint64_t)time(NULL);
    for (int i = 1; i < argc; i += 2) {
        if (i + 1 < argc && strcmp(argv[i], "--images") == 0)
            images = (unsigned)strtoul(argv[i + 1], NULL, 10);
        else if (i + 1 < argc && strcmp(argv[i], "--seed") == 0)
            seed = strtoull(argv[i + 1], NULL, 10);
        else
            return 1;
    }
    return images < 3;
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(honest_disks_lose_nothing),
        cmocka_unit_test(lying_disks_are_seen),
    };
    struct place *p;
    if (read_options(argc, argv)) {
        fprintf(stderr, "usage: %s [--images N] [--seed S]\n", argv[0]);
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    place_new((void **)&p);
    int r = note_key_create(p->fd, "key", "crash.example", &key);
    place_free((void **)&p);
    kept_init();
    return r ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
