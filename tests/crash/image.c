#include "tests/crash/image.h"

#include "common/base/ensure.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { SECTOR = 512 };

/* How what was not flushed fares, chosen once per image. */
enum fate { FATE_ALL, FATE_NONE, FATE_WRITES, FATE_SECTORS, FATE_PREFIX, FATES };

struct content {
    char name[TRACE_NAME]; /* empty: not in the directory */
    uint8_t *data;
    size_t size, room;
    size_t synced; /* events before this one are on disk */
};

struct image {
    const struct trace *trace;
    struct content files[TRACE_FILES];
    size_t cut;       /* events before it have returned; the one at it may have been under way */
    size_t names_cut; /* the same for names */
    uint64_t random;
    enum fate fate;
    enum image_lie lie;
};

static uint64_t draw(struct image *m, uint64_t below) {
    m->random = m->random * 6364136223846793005ULL + 1442695040888963407ULL;
    return (m->random >> 33) % below;
}

static void content_put(struct content *c, uint64_t offset, const uint8_t *data, size_t size) {
    size_t end = (size_t)offset + size;
    if (end > c->room) {
        c->data = realloc(c->data, end * 2);
        ensure(c->data != NULL);
        memset(c->data + c->room, 0, end * 2 - c->room);
        c->room = end * 2;
    }
    memcpy(c->data + offset, data, size);
    if (end > c->size)
        c->size = end;
}

static void image_base(struct image *m) {
    for (unsigned i = 0; i < m->trace->base_count; i++) {
        const struct trace_file *f = &m->trace->base[i];
        struct content *c = &m->files[2 + i];
        snprintf(c->name, TRACE_NAME, "%s", f->name);
        if (f->size > 0)
            content_put(c, 0, f->data, f->size);
    }
}

/* Original names tell what a file is, also when it has been renamed since. */
static bool sync_is_a_lie(const struct image *m, unsigned file) {
    const char *name = m->files[file].name;
    switch (m->lie) {
    case IMAGE_HONEST:
        return false;
    case IMAGE_SEGMENT_UNSYNCED:
        return strncmp(name, "segment", 7) == 0;
    case IMAGE_LMDB_UNSYNCED:
        return strcmp(name, "data.mdb") == 0;
    default:
        return true;
    }
}

static void apply_name(struct image *m, const struct trace_event *e) {
    if (e->kind == TRACE_RENAME)
        for (unsigned i = 0; i < TRACE_FILES; i++)
            if (strcmp(m->files[i].name, e->name) == 0)
                m->files[i].name[0] = 0;
    snprintf(m->files[e->file].name, TRACE_NAME, "%s", e->name);
}

static bool is_name(const struct trace_event *e) {
    return e->kind == TRACE_CREATE || e->kind == TRACE_RENAME;
}

/* Names reach the disk in order (a journal); those after the last flush of the directory up to any
 * point. A file's own flush also carries its name, as every journalling file system does. */
static void image_names(struct image *m) {
    size_t synced = 0;
    for (size_t i = 0; i < m->cut; i++) {
        const struct trace_event *e = &m->trace->events[i];
        if (e->kind == TRACE_SYNC_DIR)
            synced = i;
    }
    m->names_cut = synced + draw(m, m->cut - synced + 1);
    for (size_t i = 0; i < m->names_cut; i++)
        if (is_name(&m->trace->events[i]))
            apply_name(m, &m->trace->events[i]);
}

static void image_syncs(struct image *m) {
    for (size_t i = 0; i < m->cut; i++) {
        const struct trace_event *e = &m->trace->events[i];
        if (e->kind == TRACE_SYNC && !sync_is_a_lie(m, e->file))
            m->files[e->file].synced = i;
    }
}

/* A write that was not flushed: whole, not at all, or any of its sectors. */
static void apply_unsynced(struct image *m, const struct trace_event *e, bool under_way) {
    struct content *c = &m->files[e->file];
    bool whole = m->fate == FATE_ALL || (m->fate == FATE_WRITES && draw(m, 2));
    if (m->fate == FATE_NONE || (m->fate == FATE_WRITES && !whole))
        return;
    if (whole && !under_way) {
        content_put(c, e->offset, e->data, e->size);
        return;
    }
    uint64_t end = e->offset + e->size, next;
    uint64_t stop = m->fate == FATE_PREFIX || whole ? e->offset + draw(m, e->size + SECTOR) : end;
    for (uint64_t at = e->offset; at < end; at = next) {
        next = (at / SECTOR + 1) * SECTOR;
        next = next < end ? next : end;
        bool kept = m->fate == FATE_SECTORS ? draw(m, 2) == 1 : next <= stop;
        if (kept)
            content_put(c, at, e->data + (at - e->offset), (size_t)(next - at));
    }
}

static void image_writes(struct image *m) {
    for (size_t i = 0; i <= m->cut && i < m->trace->count; i++) {
        const struct trace_event *e = &m->trace->events[i];
        if (e->kind != TRACE_WRITE)
            continue;
        struct content *c = &m->files[e->file];
        bool dsync = e->dsync && !sync_is_a_lie(m, e->file) && i < m->cut;
        if (i < c->synced || dsync)
            content_put(c, e->offset, e->data, e->size);
        else
            apply_unsynced(m, e, i == m->cut);
    }
}

static void image_store(struct image *m, int dir_fd) {
    for (unsigned i = 2; i < TRACE_FILES; i++) {
        struct content *c = &m->files[i];
        if (c->name[0]) {
            int fd = openat(dir_fd, c->name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
            ensure(fd >= 0);
            ensure(c->size == 0 || pwrite(fd, c->data, c->size, 0) == (ssize_t)c->size);
            close(fd);
        }
        free(c->data);
    }
}

void image_make(const struct trace *t, uint64_t seed, enum image_lie lie, int dir_fd,
                struct kept_bounds *out) {
    static struct image m;
    m = (struct image){.trace = t, .random = seed * 0x9e3779b97f4a7c15ULL + 1, .lie = lie};
    for (int i = 0; i < 4; i++)
        draw(&m, 2);
    m.cut = (size_t)draw(&m, t->count + 1);
    m.fate = (enum fate)draw(&m, FATES);
    *out = (struct kept_bounds){t->base_position, t->base_position};
    for (size_t i = 0; i < m.cut; i++) {
        if (t->events[i].kind == TRACE_ACK)
            out->acked = t->events[i].position;
        if (t->events[i].kind == TRACE_SUBMIT)
            out->submitted = t->events[i].position;
    }
    image_base(&m);
    image_names(&m);
    image_syncs(&m);
    image_writes(&m);
    image_store(&m, dir_fd);
}
