#include "common/eventlog/backup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/base/ensure.h"
#include "common/eventlog/checkpoint.h"
#include "common/eventlog/place.h"
#include "common/eventlog/proof.h"

struct backup {
    const struct backup_options *options;
    struct backup_report *report;
    struct proof_log from;
    struct store to;
    int dir_fd, lock_fd; /* of the target */
    char head[CHECKPOINT_TEXT_MAX + 1];
    bool has_head;
    void *memory; /* of the page */
    struct batch page;
    uint8_t leaves[BATCH_COUNT_MAX][SHA256_SIZE];
};

/* ---- the target ---- */

static bool is_ours(const char *name) {
    static const char *const names[] = {
        ".",      "..",         "data.mdb", "lock.mdb",       "data.mdb.new", "data.mdb.new-lock",
        "leaves", "checkpoint", "lock",     "checkpoint.new",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

/* A log that somebody writes has a segment, and whatever else lies here is not ours to touch. */
static int check_names(int dir_fd) {
    int fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *entry;
    int r = 0;
    if (!dir)
        return -errno;
    while (!r && (entry = readdir(dir)))
        r = is_ours(entry->d_name) ? 0 : BACKUP_FOREIGN;
    closedir(dir);
    return r;
}

static int open_place(struct backup *b) {
    b->dir_fd = place_open(b->options->to, true);
    if (b->dir_fd < 0)
        return b->dir_fd == -ENOTDIR ? BACKUP_FOREIGN : b->dir_fd;
    int r = check_names(b->dir_fd);
    if (!r)
        r = place_check(b->dir_fd);
    if (r && r != PLACE_OVERLAY)
        return r == PLACE_UNTRUSTED ? BACKUP_FILESYSTEM : r;
    b->lock_fd = place_lock(b->dir_fd);
    if (b->lock_fd < 0)
        return b->lock_fd == -EWOULDBLOCK ? BACKUP_LOCKED : b->lock_fd;
    return 0;
}

static int open_target(struct backup *b) {
    struct store_options options = {0};
    struct store_usage usage;
    int r = open_place(b);
    if (r)
        return r;
    store_usage(&b->from.store, &usage);
    options.map_bytes = usage.map_bytes;
    r = store_open(&b->to, b->options->to, b->dir_fd, &options);
    if (r)
        return r == -EBADMSG || r == STORE_DAMAGED ? BACKUP_TARGET
               : r == STORE_FULL                   ? BACKUP_FULL
                                                   : r;
    b->report->before = b->to.point.size;
    return 0;
}

/* ---- the log ---- */

/* The head first: what it speaks of is applied by the time the records are looked at. */
static int read_head(struct backup *b) {
    struct text note;
    int fd = place_open(b->options->from, false);
    if (fd < 0)
        return fd == -ENOENT ? BACKUP_EMPTY : fd;
    int r = checkpoint_get(fd, b->head, &note);
    close(fd);
    b->has_head = r == 0;
    if (b->has_head)
        b->head[note.size] = 0;
    return r == CHECKPOINT_NONE ? 0 : r;
}

static int open_log(struct backup *b) {
    int r = read_head(b);
    if (r)
        return r;
    r = proof_open(&b->from, b->options->from);
    if (r == PROOF_EMPTY)
        return BACKUP_EMPTY;
    return r == PROOF_DAMAGED ? BACKUP_DAMAGED : r;
}

/* What the target holds must be how this log begins. */
static int compare(struct backup *b) {
    uint8_t root[SHA256_SIZE];
    if (b->to.point.epoch > b->from.store.point.epoch ||
        proof_root(&b->from, b->to.point.size, root) ||
        memcmp(root, b->to.point.root, sizeof root) != 0)
        return BACKUP_OTHER;
    if (!b->options->renew_leaves || b->to.point.size == 0)
        return 0;
    return leaves_write(&b->to.leaves, 1, (uint32_t)b->to.point.size, b->from.leaves[0]);
}

/* ---- copying ---- */

static int damaged_at(struct backup *b, uint64_t position) {
    b->report->position = position;
    return BACKUP_DAMAGED;
}

/* Hashes the page and keeps of it what is as it was appended. */
static int check_page(struct backup *b, uint64_t first) {
    struct batch_cursor at = batch_walk(b->page.bytes, b->page.size);
    struct bytes record;
    for (uint32_t i = 0; batch_next(&at, &record) == 0; i++) {
        tree_leaf(&b->to.hasher, record.data, record.size, b->leaves[i]);
        if (memcmp(b->leaves[i], b->from.leaves[first - 1 + i], SHA256_SIZE) != 0)
            return damaged_at(b, first + i);
    }
    return 0;
}

/* The numbers of the commits are the copy's own; the epoch is the log's, so that a log which goes
 * on from here takes a later one. */
static int apply_page(struct backup *b) {
    const struct order_point *held = &b->to.point;
    struct store_commit c = {.commit = {.number = held->number + 1,
                                        .epoch = b->from.store.point.epoch,
                                        .first = held->size + 1,
                                        .count = b->page.count,
                                        .bytes = b->page.bytes,
                                        .size = b->page.size},
                             .leaves = b->leaves[0]};
    memcpy(c.commit.prev, held->root, sizeof c.commit.prev);
    int r = store_apply(&b->to, &c, 1);
    return r == STORE_FULL ? BACKUP_FULL : r == STORE_FORK ? BACKUP_OTHER : r;
}

static int copy_page(struct backup *b) {
    uint64_t first = b->to.point.size + 1, left = b->from.store.point.size - b->to.point.size;
    uint32_t most = left < BATCH_COUNT_MAX ? (uint32_t)left : BATCH_COUNT_MAX;
    batch_clear(&b->page);
    int r = reader_page(&b->from.reader, first, most, &b->page);
    if (r == -EBADMSG || (!r && b->page.count == 0))
        return damaged_at(b, first + b->page.count);
    if (!r)
        r = check_page(b, first);
    return r ? r : apply_page(b);
}

static int copy(struct backup *b) {
    uint64_t size = b->from.store.point.size;
    int r = 0;
    while (!r && b->to.point.size < size) {
        r = copy_page(b);
        if (b->options->progress)
            b->options->progress(b->options->context, b->to.point.size, size);
    }
    return r;
}

/* LMDB has flushed the records; the leaves and the head come after them. */
static int finish(struct backup *b) {
    if (fsync(b->to.leaves.fd) != 0)
        return -errno;
    return b->has_head ? checkpoint_put(b->dir_fd, b->head) : 0;
}

static int run(struct backup *b) {
    int r = open_log(b);
    if (!r)
        r = open_target(b);
    if (!r)
        r = compare(b);
    if (!r)
        r = copy(b);
    if (!r)
        r = finish(b);
    b->report->point = b->to.point;
    return r;
}

static void close_all(struct backup *b) {
    proof_close(&b->from);
    if (b->to.hasher.context)
        store_close(&b->to);
    if (b->lock_fd >= 0)
        close(b->lock_fd);
    if (b->dir_fd >= 0)
        close(b->dir_fd);
    free(b->memory);
}

int backup_append(const struct backup_options *o, struct backup_report *out) {
    struct backup b = {.options = o,
                       .report = out,
                       .from.dir_fd = -1,
                       .from.store.leaves.fd = -1,
                       .to.leaves.fd = -1,
                       .dir_fd = -1,
                       .lock_fd = -1,
                       .memory = malloc(BATCH_BYTES_MAX)};
    *out = (struct backup_report){0};
    if (!b.memory)
        return -ENOMEM;
    batch_init(&b.page, b.memory, BATCH_BYTES_MAX);
    int r = run(&b);
    close_all(&b);
    return r;
}
