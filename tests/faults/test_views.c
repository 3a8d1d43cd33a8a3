/*
 * The views' tables are written without flushes and believed only when nothing can have torn them.
 * Power cuts: any page may be from any moment since the last flush. Flips: any bit of any file. The
 * views must answer right afterwards, folded again from the log if need be, and nothing may die.
 */
#include "tests/crash/lanes.h"
#include "tests/faults/town_views.h"
#include "tests/harness/rng.h"

#include "common/base/ensure.h"
#include "common/eventlog/place.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

enum { PAGE = 4096, CUTS = 1500, LIES = 300, FLIPS = 1500, MOMENTS = 3 };
enum { FATE_RIGHT = 1, FATE_WRONG };

static struct town_views town;
/* [0] is flushed and closed; the others are what the running projector wrote since. */
static struct stage moments[MOMENTS], closed;
static uint64_t seed;

static void seeded(struct rng *rng, unsigned index) {
    uint64_t own = seed + index;
    rng_init(rng, rng_split(&own));
}

static void write_file(const char *dir, const char *name, const void *data, size_t size) {
    int fd = place_open(dir, true);
    ensure(fd >= 0 && place_put(fd, name, data, size, false) == 0);
    close(fd);
}

/* Tables that are set aside stand beside the directory of the views: both below the lane's own. */
static const char *place_in(const char *lane) {
    static char place[128];
    snprintf(place, sizeof place, "%s/views", lane);
    return place;
}

/* Each page from any of the moments. */
static void write_mixed(const char *dir, struct rng *rng) {
    struct stage_file *newest = stage_find(&moments[MOMENTS - 1], "data.mdb");
    uint8_t *mixed = calloc(1, newest->size);
    ensure(mixed != NULL);
    for (size_t at = 0; at < newest->size; at += PAGE) {
        struct stage_file *from = stage_find(&moments[rng_below(rng, MOMENTS)], "data.mdb");
        if (at + PAGE <= from->size)
            memcpy(mixed + at, from->data + at, PAGE);
    }
    write_file(dir, "data.mdb", mixed, newest->size);
    free(mixed);
}

/* A power cut before the tables were opened, while they were written, or after they were closed.
 * The machine comes up with another boot id. */
static unsigned char try_cut(const void *context, unsigned index, const char *lane) {
    const char *dir = place_in(lane);
    static const char other_boot[] = "11111111-2222-3333-4444-555555555555";
    struct rng rng;
    (void)context;
    seeded(&rng, index);
    switch (rng_below(&rng, 8)) {
    case 0:
        stage_put(&moments[0], dir);
        break;
    case 1:
        stage_put(&closed, dir);
        break;
    default:
        write_mixed(dir, &rng);
        size_t kept = rng_chance(&rng, 800) ? sizeof other_boot - 1 : rng_below(&rng, 37);
        write_file(dir, "state", other_boot, kept);
    }
    return town_views_serve(&town, dir) ? FATE_RIGHT : FATE_WRONG;
}

/* The same disk, and `state` says that all was flushed: the tables' own sums have to tell. */
static unsigned char try_lie(const void *context, unsigned index, const char *lane) {
    const char *dir = place_in(lane);
    struct rng rng;
    (void)context;
    seeded(&rng, index);
    write_mixed(dir, &rng);
    write_file(dir, "state", "flushed", 7);
    struct projector *p = town_views_must_open(&town, dir);
    bool believed = p && projector_position(p) > 0;
    projector_close(p);
    return believed ? FATE_RIGHT : FATE_WRONG;
}

enum { CHECKPOINT_BYTES = 88 };

/* In one of the copies of the checkpoint; freed pages hold older ones. */
static size_t aim_at_checkpoint(const struct stage_file *f, struct rng *rng) {
    static const char key[] = "checkpoint";
    uint64_t copies = 0;
    size_t chosen = 0;
    for (size_t at = 0; at + CHECKPOINT_BYTES < f->size; at++)
        if (memcmp(f->data + at, key, sizeof key - 1) == 0 && rng_below(rng, ++copies) == 0)
            chosen = at;
    ensure(chosen > 0);
    return chosen + sizeof key - 1 + (size_t)rng_below(rng, CHECKPOINT_BYTES);
}

static unsigned char try_flip(const void *context, unsigned index, const char *lane) {
    const char *dir = place_in(lane);
    struct stage_file *f = stage_find(&closed, index % 8 == 0 ? "state" : "data.mdb");
    struct rng rng;
    (void)context;
    seeded(&rng, index);
    size_t byte = (size_t)rng_below(&rng, f->size);
    if (index % 8 == 1)
        byte = aim_at_checkpoint(f, &rng);
    else if (index % 8 > 4)
        byte = byte / PAGE * PAGE + (size_t)rng_below(&rng, 160);
    uint8_t mask = (uint8_t)(1u << rng_below(&rng, 8));
    f->data[byte] ^= mask;
    stage_put(&closed, dir);
    f->data[byte] ^= mask;
    return town_views_serve(&town, dir) ? FATE_RIGHT : FATE_WRONG;
}

static unsigned run(lane_trial *trial, unsigned count, const char *title) {
    unsigned char *fates = malloc(count);
    char base[64];
    lanes_base(base, "views");
    assert_non_null(fates);
    unsigned bad = lanes_run(trial, NULL, base, count, FATE_RIGHT, fates), died = 0;
    for (unsigned i = 0; i < count; i++)
        died += fates[i] == 0;
    printf("%u %s, seed %llu: %u not right, of them %u died\n", count, title,
           (unsigned long long)seed, bad, died);
    for (unsigned i = 0, shown = 0; i < count && shown < 5; i++)
        if (fates[i] != FATE_RIGHT && trial != try_lie && ++shown)
            printf("  number %u\n", i);
    free(fates);
    return trial == try_lie ? bad - died : bad;
}

static void power_cuts(void **state) {
    (void)state;
    assert_int_equal(run(try_cut, CUTS, "power cuts"), 0);
}

static void a_lying_flush_is_seen(void **state) {
    (void)state;
    assert_true(run(try_lie, LIES, "flushes that were lies") > LIES / 2);
}

static void flips(void **state) {
    (void)state;
    assert_int_equal(run(try_flip, FLIPS, "flips"), 0);
}

/* The running projector flushes its facts twice; nothing of that is on disk yet. */
static void take_moments(void) {
    char dir[] = "views-XXXXXX";
    static const uint64_t ends[MOMENTS] = {150, 260, 0};
    ensure(mkdtemp(dir) != NULL);
    town_views_take(&town, ends[0], &moments[0]);
    stage_put(&moments[0], dir);
    struct projector *p = town_views_must_open(&town, dir);
    int fd = place_open(dir, false);
    for (unsigned i = 1; i < MOMENTS; i++) {
        ensure(town_views_fold(&town, p, ends[i]) == PROJECTOR_OK);
        ensure(projector_flush(p) == PROJECTOR_OK);
        stage_take(&moments[i], fd);
    }
    projector_close(p);
    stage_take(&closed, fd);
    close(fd);
    lanes_clear(dir);
    rmdir(dir);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(power_cuts),
        cmocka_unit_test(a_lying_flush_is_seen),
        cmocka_unit_test(flips),
    };
    seed = argc == 3 && strcmp(argv[1], "--seed") == 0 ? strtoull(argv[2], NULL, 10)
                                                       : (uint64_t)time(NULL);
    setvbuf(stdout, NULL, _IOLBF, 0);
    town_views_make(&town);
    take_moments();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
