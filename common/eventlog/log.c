#define _GNU_SOURCE /* eventfd_read */
#include "common/eventlog/log.h"

#include "common/base/ensure.h"
#include "common/eventlog/log_private.h"
#include "common/eventlog/place.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <time.h>

/* LMDB rounds records of more than half a page up to whole pages, so a queued byte may take two;
 * the rest is for the tree above them. */
enum { MAP_FACTOR = 2, MAP_SLACK = 16 * 4096, FULL_RETRY_MS = 1000 };

static const uint64_t disk_plenty_bytes = 4ULL << 30;

static bool log_is_full(struct log *l, size_t more);
static int log_pass_on(struct log *l, const struct order_commit *c);

uint64_t log_next_position(const struct log *l) {
    return l->ahead.size + 1;
}

uint64_t log_epoch(const struct log *l) {
    return l->ahead.epoch;
}

size_t log_bytes_max(const struct log *l) {
    return l->bytes_max;
}

/* The leaves are hashed after the commit has been handed over, while the disk works: a commit names
 * the root before it, never its own. */
int log_submit(struct log *l, const struct batch *batch) {
    struct order_commit c = {.number = l->ahead.number + 1,
                             .epoch = l->ahead.epoch,
                             .first = l->ahead.size + 1,
                             .count = batch->count,
                             .bytes = batch->bytes,
                             .size = batch->size};
    ensure(batch->count > 0 && batch->count <= BATCH_COUNT_MAX && batch->size <= l->bytes_max);
    if (l->in_flight || !follower_has_room(l->follower, batch->size, batch->count))
        return LOG_BUSY;
    if (log_is_full(l, batch->size))
        return LOG_FULL;
    memcpy(c.prev, l->ahead.root, ORDER_ROOT_SIZE);
    follower_expect(l->follower);
    int r = order_submit(l->order, &c);
    if (r == ORDER_BUSY)
        return LOG_BUSY;
    if (r)
        return r < 0 ? r : -EPROTO; /* the local order is ours alone */
    l->in_flight = true;
    log_advance(l, &c);
    return 0;
}

void log_advance(struct log *l, const struct order_commit *c) {
    struct batch_cursor walk = batch_walk(c->bytes, c->size);
    struct bytes record;
    for (uint32_t i = 0; i < c->count; i++) {
        ensure(batch_next(&walk, &record) == 0);
        tree_leaf(&l->hasher, record.data, record.size, l->leaves[i]);
        tree_append(&l->hasher, &l->tree, l->leaves[i]);
    }
    l->ahead.number = c->number;
    l->ahead.epoch = c->epoch;
    l->ahead.size += c->count;
    if (c->count > 0)
        tree_root(&l->hasher, &l->tree, l->ahead.root);
}

static bool log_is_full(struct log *l, size_t more) {
    uint64_t limit = l->store.env ? l->options.map_bytes / 100 * l->options.full_percent : 0;
    uint64_t queued = follower_queued(l->follower) + more;
    return l->disk_full || l->map_used + queued * MAP_FACTOR + MAP_SLACK > limit ||
           follower_fault(l->follower) == STORE_FULL;
}

bool log_full(struct log *l) {
    return log_is_full(l, 0);
}

int log_poll(struct log *l, struct log_done *done) {
    struct order_commit c;
    int r = order_next(l->order, &c);
    if (r == ORDER_NOTHING) {
        int fault = follower_fault(l->follower);
        if (fault < 0 || fault == STORE_FORK)
            return fault < 0 ? fault : -EPROTO;
        return LOG_NOTHING;
    }
    if (r)
        return r < 0 ? r : -EPROTO;
    ensure(l->in_flight && c.number == l->ahead.number && c.epoch == l->ahead.epoch);
    r = log_pass_on(l, &c);
    if (r)
        return r;
    l->in_flight = false;
    l->durable = l->ahead;
    *done = (struct log_done){c.first, c.count};
    return 0;
}

static int log_pass_on(struct log *l, const struct order_commit *c) {
    struct store_commit item = {*c, l->leaves[0]};
    int r = follower_push(l->follower, &item);
    ensure(r != FOLLOWER_BUSY); /* room was made sure of before it was submitted */
    return r;
}

int log_fd(struct log *l) {
    return order_fd(l->order);
}

int log_applied_fd(struct log *l) {
    return follower_fd(l->follower);
}

uint64_t log_durable_size(const struct log *l) {
    return l->durable.size;
}

uint64_t log_applied_size(struct log *l) {
    return follower_size(l->follower);
}

void log_applied(struct log *l, struct order_point *out) {
    uint64_t count;
    eventfd_read(follower_fd(l->follower), &count);
    log_point(l, out);
}

void log_point(struct log *l, struct order_point *out) {
    follower_point(l->follower, out);
}

int log_page(struct log *l, uint64_t from, uint32_t most, struct batch *page) {
    return reader_page(&l->reader, from, most, page);
}

struct reader *log_reader(struct log *l) {
    return &l->reader;
}

int log_open_reader(struct log *l, struct reader *r) {
    return reader_open(r, &l->store);
}

static uint64_t clock_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Signs, puts on disk and only then shows: a head that was seen can never be taken back. */
static int log_publish(struct log *l, const struct order_point *point) {
    struct checkpoint c = {.size = point->size};
    char note[CHECKPOINT_TEXT_MAX];
    memcpy(c.origin, l->origin, sizeof c.origin);
    memcpy(c.root, point->root, sizeof c.root);
    int r = checkpoint_sign(&c, l->options.key, note);
    if (!r)
        r = checkpoint_put(l->dir_fd, note);
    if (r)
        return r; /* the head before stays the published one */
    l->head_size = point->size;
    pthread_mutex_lock(&l->head_mutex);
    memcpy(l->head, note, sizeof l->head);
    pthread_mutex_unlock(&l->head_mutex);
    return 0;
}

static unsigned log_sign(struct log *l, const struct order_point *point) {
    uint64_t now = clock_ms(), due = l->head_at_ms + l->options.head_ms;
    if (!l->options.key || (l->head_at_ms && point->size == l->head_size))
        return 0;
    if (l->head_at_ms && now < due)
        return (unsigned)(due - now);
    l->head_at_ms = now;
    return log_publish(l, point) ? l->options.head_ms : 0;
}

void log_sign_end(struct log *l) {
    if (l->options.key && l->head_at_ms && l->store.point.size != l->head_size)
        log_publish(l, &l->store.point);
}

unsigned log_after_apply(void *context, const struct order_point *point) {
    struct log *l = context;
    struct store_usage usage;
    uint64_t all = 0, left = 0;
    if (l->order)
        order_settle(l->order, point);
    store_usage(&l->store, &usage);
    l->map_used = usage.map_used;
    bool full = place_space(l->dir_fd, &all, &left) == 0 && left < disk_plenty_bytes &&
                left < all / 100 * (100 - l->options.full_percent);
    l->disk_full = full;
    unsigned again_ms = log_sign(l, point);
    return full && (again_ms == 0 || again_ms > FULL_RETRY_MS) ? FULL_RETRY_MS : again_ms;
}

int log_checkpoint(struct log *l, char out[CHECKPOINT_TEXT_MAX]) {
    pthread_mutex_lock(&l->head_mutex);
    memcpy(out, l->head, CHECKPOINT_TEXT_MAX);
    pthread_mutex_unlock(&l->head_mutex);
    return out[0] ? 0 : LOG_NONE;
}

void log_state(struct log *l, struct log_state *out) {
    struct store_usage usage;
    *out = (struct log_state){.durable_size = l->durable.size, .overlay = l->overlay};
    follower_point(l->follower, &out->applied);
    order_state(l->order, &out->order);
    out->queued_bytes = follower_queued(l->follower);
    store_usage(&l->store, &usage);
    out->map_used = usage.map_used;
    out->map_bytes = usage.map_bytes;
    out->readers = usage.readers;
    out->readers_max = usage.readers_max;
    place_space(l->dir_fd, &out->disk_bytes, &out->disk_free);
    out->full = log_full(l);
}
