#include "common/base/ensure.h"
#include "common/eventlog/log.h"
#include "common/eventlog/log_private.h"
#include "common/eventlog/place.h"
#include "common/eventlog/segment.h"

#include <errno.h>
#include <poll.h>
#include <sodium.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * Opening: lock, file system, LMDB, segment; then what the segment holds beyond LMDB is applied
 * through the same thread and the same chain check as live commits; then a new epoch.
 */

enum { EXTEND_BYTES = 4 * 1024 * 1024, FULL_PERCENT = 80, HEAD_MS = 1000 };

static void set_options(struct log *l, const struct log_options *options);
static int open_place(struct log *l, const char *path);
static int open_store(struct log *l, const char *path);
static int open_order(struct log *l);
static int replay(struct log *l);
static int replay_one(struct log *l, const struct order_commit *c);
static int take_epoch(struct log *l);
static int condition_of_order(int r);
static int condition_of_store(int r);

int log_open(struct log **out, const char *path, const struct log_options *options) {
    struct log *l = calloc(1, sizeof *l);
    if (!l)
        return -ENOMEM;
    l->dir_fd = l->lock_fd = -1;
    pthread_mutex_init(&l->head_mutex, NULL);
    sha256_init(&l->hasher);
    set_options(l, options);
    int r = sodium_init() < 0 ? -EIO : open_place(l, path);
    if (!r)
        r = open_store(l, path);
    if (!r)
        r = open_order(l);
    if (!r)
        r = replay(l);
    if (!r)
        r = take_epoch(l);
    if (r) {
        log_close(l);
        return r;
    }
    *out = l;
    return 0;
}

static void set_options(struct log *l, const struct log_options *options) {
    struct log_options *o = &l->options;
    if (options)
        *o = *options;
    if (o->extend_bytes == 0)
        o->extend_bytes = EXTEND_BYTES;
    if (o->extend_bytes == LOG_NO_EXTEND)
        o->extend_bytes = 0;
    if (o->full_percent == 0)
        o->full_percent = FULL_PERCENT;
    if (o->head_ms == 0)
        o->head_ms = HEAD_MS;
    if (o->key) {
        ensure(o->origin && strlen(o->origin) <= CHECKPOINT_ORIGIN_MAX);
        memcpy(l->origin, o->origin, strlen(o->origin));
    }
}

static int open_place(struct log *l, const char *path) {
    l->dir_fd = place_open(path, true);
    if (l->dir_fd < 0)
        return l->dir_fd;
    l->lock_fd = place_lock(l->dir_fd);
    if (l->lock_fd < 0)
        return l->lock_fd == -EWOULDBLOCK ? LOG_LOCKED : l->lock_fd;
    int r = place_check(l->dir_fd);
    l->overlay = r == PLACE_OVERLAY;
    if (r < 0)
        return r;
    return r == PLACE_UNTRUSTED ? LOG_FILESYSTEM : 0;
}

static int open_store(struct log *l, const char *path) {
    struct store_options options = {.map_bytes = l->options.map_bytes,
                                    .extend_bytes = l->options.extend_bytes};
    struct store_usage usage;
    l->store_open = true;
    int r = store_open(&l->store, path, l->dir_fd, &options);
    if (r)
        return condition_of_store(r);
    store_usage(&l->store, &usage);
    l->options.map_bytes = usage.map_bytes;
    l->map_used = usage.map_used;
    l->durable = l->ahead = l->store.point;
    l->tree = l->store.tree;
    r = reader_open(&l->reader, &l->store);
    l->reader_open = true;
    return condition_of_store(r);
}

static int open_order(struct log *l) {
    struct segment_options options = {.file_bytes = l->options.segment_bytes};
    struct follower_options follow = {.apply_records = l->options.apply_records,
                                      .period_ms = l->options.apply_ms,
                                      .applied = log_after_apply,
                                      .context = l};
    struct order_state state;
    int r = segment_open(&l->order, l->dir_fd, &options, &l->store.point);
    if (r)
        return condition_of_order(r);
    order_state(l->order, &state);
    l->bytes_max = state.bytes_max;
    return follower_start(&l->follower, &l->store, &follow);
}

static int replay(struct log *l) {
    struct order_commit c;
    int r;
    while ((r = order_next(l->order, &c)) == 0) {
        r = replay_one(l, &c);
        if (r)
            return condition_of_store(r);
    }
    if (r != ORDER_NOTHING)
        return condition_of_order(r);
    return condition_of_store(follower_wait(l->follower, l->ahead.number));
}

static int replay_one(struct log *l, const struct order_commit *c) {
    struct store_commit item = {*c, l->leaves[0]};
    if (c->count > BATCH_COUNT_MAX || !batch_is_sound(c->bytes, c->size, c->count))
        return STORE_DAMAGED;
    log_advance(l, c);
    int r = follower_push(l->follower, &item);
    if (r == FOLLOWER_BUSY) {
        r = follower_wait(l->follower, c->number - 1);
        if (!r)
            r = follower_push(l->follower, &item);
    }
    l->durable = l->ahead;
    return r;
}

/* The mark comes back like any commit; nobody else can be in between on a local order. */
static int take_epoch(struct log *l) {
    struct pollfd wait = {.fd = order_fd(l->order), .events = POLLIN};
    struct order_commit c;
    int r = order_lead(l->order, &l->ahead);
    if (r)
        return condition_of_order(r);
    while ((r = order_next(l->order, &c)) == ORDER_NOTHING)
        poll(&wait, 1, -1);
    if (r)
        return condition_of_order(r);
    ensure(c.count == 0 && c.number == l->ahead.number + 1);
    return replay_one(l, &c);
}

static int condition_of_order(int r) {
    switch (r) {
    case ORDER_FULL:
        return LOG_FULL;
    case ORDER_BEHIND:
        return LOG_BEHIND;
    case ORDER_FORK:
        return LOG_FORK;
    case ORDER_DAMAGED:
        return LOG_DAMAGED;
    default:
        return r > 0 ? -EPROTO : r;
    }
}

static int condition_of_store(int r) {
    switch (r) {
    case STORE_DAMAGED:
    case -EBADMSG:
        return LOG_DAMAGED;
    case STORE_FORK:
        return LOG_FORK;
    case STORE_FULL:
        return LOG_FULL;
    default:
        return r > 0 ? -EPROTO : r;
    }
}

/* What is in flight is waited for, so that its outcome is known to nobody less than the disk. */
static void finish(struct log *l) {
    struct pollfd wait = {.fd = l->in_flight ? log_fd(l) : -1, .events = POLLIN};
    struct log_done done;
    while (l->in_flight) {
        int r = log_poll(l, &done);
        if (r != 0 && r != LOG_NOTHING)
            return;
        if (r == LOG_NOTHING)
            poll(&wait, 1, -1);
    }
}

void log_close(struct log *l) {
    if (!l)
        return;
    bool was_open = l->follower != NULL;
    finish(l);
    follower_stop(l->follower);
    if (was_open)
        log_sign_end(l);
    order_close(l->order);
    if (l->reader_open)
        reader_close(&l->reader);
    if (l->store_open)
        store_close(&l->store);
    if (l->lock_fd >= 0)
        close(l->lock_fd);
    if (l->dir_fd >= 0)
        close(l->dir_fd);
    sha256_deinit(&l->hasher);
    pthread_mutex_destroy(&l->head_mutex);
    free(l);
}
