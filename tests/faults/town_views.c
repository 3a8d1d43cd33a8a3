#include "tests/faults/town_views.h"

#include "common/base/ensure.h"
#include "common/eventlog/place.h"
#include "tests/unit/projector/city.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { ENTRIES = 420, HOUSEHOLDS = 12, MISTAKES = 300 };

struct taken {
    uint8_t *digests;
    size_t size;
};

static void take_digests(void *context, const struct schema *schema, const void *message) {
    struct taken *out = context;
    const struct Views *views = message;
    (void)schema;
    memset(out->digests, 0, VIEWS_DIGESTS);
    for (uint32_t i = 0; i < views->views.count; i++) {
        struct bytes digest = views->views.items[i].digest;
        ensure(out->size + digest.size <= VIEWS_DIGESTS);
        memcpy(out->digests + out->size, digest.data, digest.size);
        out->size += digest.size;
    }
}

static void make_dir(char path[32]) {
    memcpy(path, "views-XXXXXX", 13);
    ensure(mkdtemp(path) != NULL);
}

static void remove_dir(const char *path) {
    static const char *const all[] = {"data.mdb", "lock.mdb", "state"};
    char name[64];
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        snprintf(name, sizeof name, "%s/%s", path, all[i]);
        unlink(name);
    }
    rmdir(path);
}

void town_views_make(struct town_views *t) {
    struct city city;
    char dir[32];
    memory_log_init(&t->log);
    city_init(&city, &t->log, 7, HOUSEHOLDS);
    city.mistakes = MISTAKES;
    city_until(&city, ENTRIES);
    make_dir(dir);
    struct projector *p = town_views_must_open(t, dir);
    struct taken taken = {t->digests, 0};
    ensure(town_views_fold(t, p, 0) == PROJECTOR_OK);
    ensure(projector_views(p, take_digests, &taken) == QUERY_OK);
    projector_close(p);
    remove_dir(dir);
}

void town_views_take(struct town_views *t, uint64_t entries, struct stage *out) {
    char dir[32];
    make_dir(dir);
    struct projector *p = town_views_must_open(t, dir);
    ensure(town_views_fold(t, p, entries) == PROJECTOR_OK);
    projector_close(p);
    int fd = place_open(dir, false);
    ensure(fd >= 0);
    stage_take(out, fd);
    close(fd);
    remove_dir(dir);
}

struct projector *town_views_must_open(struct town_views *t, const char *dir) {
    struct source source = memory_log_source(&t->log);
    struct projector *p = NULL;
    return projector_open(dir, &source, NULL, &p) == PROJECTOR_OK ? p : NULL;
}

enum projector_result town_views_fold(struct town_views *t, struct projector *p, uint64_t end) {
    struct source source = memory_log_source(&t->log);
    struct source_page page;
    t->log.end = end;
    enum projector_result r = PROJECTOR_OK;
    while (!r && projector_position(p) < (end ? end : t->log.count)) {
        ensure(source.page(source.context, projector_position(p) + 1, &page) == 0);
        r = projector_fold(p, page.records, page.count, page.root);
    }
    return r;
}

int town_views_compare(struct town_views *t, struct projector *p) {
    uint8_t digests[VIEWS_DIGESTS];
    struct taken taken = {digests, 0};
    enum query_result bad = projector_views(p, take_digests, &taken);
    return bad ? -(int)bad : memcmp(digests, t->digests, sizeof digests) != 0;
}

bool town_views_serve(struct town_views *t, const char *dir) {
    struct projector *p = town_views_must_open(t, dir);
    uint8_t root[32];
    if (!p)
        return false;
    uint64_t position = projector_position(p);
    if (position <= t->log.count)
        memory_log_root(&t->log, position, root);
    projector_meet(p, t->log.count, position <= t->log.count ? root : NULL);
    bool right = town_views_fold(t, p, 0) == PROJECTOR_OK && town_views_compare(t, p) == 0;
    projector_close(p);
    return right;
}
