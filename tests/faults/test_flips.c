/*
 * Single bits flipped in everything that a stopped log consists of. For each flip two questions are
 * asked apart from each other: does the verifier notice, and what does the log serve when a daemon
 * opens it all the same? The served records are compared with what was appended, which no stored
 * byte has a say in. Allowed is: noticed; or nothing at all has changed for anybody. A daemon that
 * dies, or wrong records that verify, are not.
 *
 *   test_flips [--flips N] [--seed S]
 */
#include "tests/crash/lanes.h"
#include "tests/faults/town_log.h"
#include "tests/harness/rng.h"
#include "tests/unit/eventlog/fixture.h"

#include "common/base/ensure.h"
#include "common/eventlog/le.h"
#include "common/eventlog/verify.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { FLIPS = 6000, PAGE = 4096, META_BYTES = 152, APPLIED_BYTES = 7 + 56 + 6 * 32 };

/* What became of a flip. */
enum fate {
    FATE_DIED,     /* the process that opened the log died */
    FATE_HARMLESS, /* not noticed, and everything served is right: free pages, dead entries */
    FATE_NOTICED,  /* noticed, and the log does not open */
    FATE_RIGHT,    /* noticed, and everything served is right all the same */
    FATE_WRONG,    /* noticed, and what is served is wrong */
    FATE_HIDDEN,   /* wrong records or no start, and the verifier calls it sound */
    FATES,
};

static const char *const fate_names[FATES] = {
    "died", "harmless", "noticed", "noticed but right", "noticed but served", "HIDDEN",
};

enum where { ANYWHERE, PAGE_HEADS, META_PAGES, APPLIED_VALUE, PENDING_ENTRIES, WHERES };

static const struct aim {
    const char *file;
    enum where where;
    unsigned share; /* per cent */
    const char *title;
} aims[] = {
    {"data.mdb", ANYWHERE, 30, "data.mdb"},
    {"data.mdb", PAGE_HEADS, 18, "heads of its pages"},
    {"data.mdb", META_PAGES, 8, "its meta pages"},
    {"data.mdb", APPLIED_VALUE, 5, "the applied point"},
    {"segment-0", ANYWHERE, 5, "segment-0"},
    {"segment-1", ANYWHERE, 5, "segment-1"},
    {"segment-0", PENDING_ENTRIES, 12, "what only the segment holds"},
    {"checkpoint", ANYWHERE, 7, "checkpoint"},
    {"log.key", ANYWHERE, 4, "log.key"},
    {"leaves", ANYWHERE, 6, "leaves"},
};

/* Bytes first .. first + size - 1 of each part of a file that is aimed at. */
static struct region { size_t first, size; } regions[WHERES];

static struct stage stage;
static struct note_key key;
static unsigned flips = FLIPS;
static uint64_t seed;

struct flip {
    const struct aim *aim;
    size_t byte;
    uint8_t mask;
};

static struct flip choose(unsigned index) {
    uint64_t own = seed + index;
    struct rng rng;
    struct flip f = {.aim = aims};
    rng_init(&rng, rng_split(&own));
    for (uint64_t ticket = rng_below(&rng, 100); ticket >= f.aim->share; f.aim++)
        ticket -= f.aim->share;
    struct region r = {0, stage_find(&stage, f.aim->file)->size};
    if (regions[f.aim->where].size)
        r = regions[f.aim->where];
    f.byte = r.first + (size_t)rng_below(&rng, r.size);
    if (f.aim->where == PAGE_HEADS)
        f.byte = f.byte / PAGE * PAGE + (size_t)rng_below(&rng, 64);
    else if (f.aim->where == META_PAGES)
        f.byte = (size_t)rng_below(&rng, 2) * PAGE + (size_t)rng_below(&rng, META_BYTES);
    f.mask = (uint8_t)(1u << rng_below(&rng, 8));
    return f;
}

static const uint8_t *find_last(const struct stage_file *f, const void *bytes, size_t size) {
    for (size_t at = f->size - size; at > 0; at--)
        if (memcmp(f->data + at, bytes, size) == 0)
            return f->data + at;
    return NULL;
}

/* Older copies of the applied point lie in free pages; the live one has the size that is applied
 * (500 has six ones). */
static void find_regions(void) {
    uint8_t record[RECORD_MOST];
    struct stage_file *data = stage_find(&stage, "data.mdb"), *s = stage_find(&stage, "segment-0");
    for (size_t at = 0; at + APPLIED_BYTES < data->size; at++)
        if (memcmp(data->data + at, "applied", 7) == 0 &&
            le_get64(data->data + at + 7 + 16) == TOWN_APPLIED)
            regions[APPLIED_VALUE] = (struct region){at, APPLIED_BYTES};
    const uint8_t *first = find_last(s, record, record_make(TOWN_APPLIED + 1, record));
    size_t size = record_make(TOWN_SIZE, record);
    const uint8_t *last = find_last(s, record, size);
    ensure(regions[APPLIED_VALUE].size && first && last);
    regions[PENDING_ENTRIES] =
        (struct region){(size_t)(first - s->data) / 512 * 512, (size_t)(last - first) + size};
}

/* As the command does: the key beside the log is read first, and a damaged one is a finding. */
static bool is_noticed(const char *dir, bool derived) {
    struct note_key own;
    struct verify_report report;
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int r = note_key_load(fd, "log.key", &own);
    close(fd);
    if (r)
        return true;
    struct verify_options o = {.path = dir, .key = &own};
    return verify_log(&o, &report) != 0 || report.outcome != VERIFY_SOUND || report.cut ||
           (derived && report.leaves_stale);
}

static unsigned char try_flip(const void *context, unsigned index, const char *dir) {
    static const struct kept_bounds all = {TOWN_SIZE, TOWN_SIZE};
    struct flip f = choose(index);
    (void)context;
    stage_put(&stage, dir);
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    file_flip(fd, f.aim->file, f.byte, f.mask);
    close(fd);
    bool noticed = is_noticed(dir, strcmp(f.aim->file, "leaves") == 0);
    enum kept served = town_log_serve(dir, &all);
    if (!noticed)
        return served == KEPT_GOOD ? FATE_HARMLESS : FATE_HIDDEN;
    return served == KEPT_GOOD ? FATE_RIGHT : served == KEPT_NOT_OPEN ? FATE_NOTICED : FATE_WRONG;
}

static void tell(const unsigned char *fates, double seconds) {
    unsigned shown = 0;
    printf("%u flips, seed %llu, %.0f s\n", flips, (unsigned long long)seed, seconds);
    for (size_t a = 0; a < sizeof aims / sizeof *aims; a++) {
        unsigned counts[FATES] = {0};
        for (unsigned i = 0; i < flips; i++)
            counts[fates[i]] += choose(i).aim == &aims[a];
        printf("  %s:", aims[a].title);
        for (unsigned v = 0; v < FATES; v++)
            if (counts[v])
                printf(" %s %u", fate_names[v], counts[v]);
        printf("\n");
    }
    for (unsigned i = 0; i < flips; i++)
        if ((fates[i] == FATE_DIED || fates[i] == FATE_HIDDEN) && shown++ < 10)
            printf("  flip %u: %s at byte %zu mask %02x: %s\n", i, choose(i).aim->file,
                   choose(i).byte, choose(i).mask, fate_names[fates[i]]);
}

static void no_flip_passes_for_right(void **state) {
    unsigned char *fates = malloc(flips + 1);
    struct timespec a, b;
    char base[64];
    (void)state;
    lanes_base(base, "flips");
    clock_gettime(CLOCK_MONOTONIC, &a);
    lanes_run(try_flip, NULL, base, flips, FATE_HARMLESS, fates);
    clock_gettime(CLOCK_MONOTONIC, &b);
    tell(fates, (double)(b.tv_sec - a.tv_sec) + 1e-9 * (double)(b.tv_nsec - a.tv_nsec));
    unsigned counts[FATES] = {0};
    for (unsigned i = 0; i < flips; i++)
        counts[fates[i]]++;
    free(fates);
    assert_int_equal(counts[FATE_DIED], 0);
    assert_int_equal(counts[FATE_HIDDEN], 0);
    assert_true(counts[FATE_HARMLESS] < flips / 2);
}

static int read_options(int argc, char **argv) {
    seed = (uint64_t)time(NULL);
    for (int i = 1; i < argc; i += 2) {
        if (i + 1 < argc && strcmp(argv[i], "--flips") == 0)
            flips = (unsigned)strtoul(argv[i + 1], NULL, 10);
        else if (i + 1 < argc && strcmp(argv[i], "--seed") == 0)
            seed = strtoull(argv[i + 1], NULL, 10);
        else
            return 1;
    }
    return flips == 0;
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_flip_passes_for_right),
    };
    if (read_options(argc, argv)) {
        fprintf(stderr, "usage: %s [--flips N] [--seed S]\n", argv[0]);
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    kept_init();
    town_log_make(&stage, &key);
    find_regions();
    int r = cmocka_run_group_tests(tests, NULL, NULL);
    stage_free(&stage);
    return r;
}
